"""Aspects: what a clause judges, how, and which words say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.aspect_reader import AspectReader, load_aspect_reader
from nlp.aspects import ASPECTS, AspectLexicon, read_aspects
from nlp.lexicon import LexiconError
from nlp.tagger import TaggerSettings
from nlp.taggers.aspects import build_tagger


@pytest.fixture(scope="module")
def lexicon() -> AspectLexicon:
    return read_aspects()


@pytest.fixture(scope="module")
def reader() -> AspectReader:
    return load_aspect_reader()


def judge(lexicon: AspectLexicon, text: str) -> dict[str, str]:
    return {each.aspect: each.polarity for each in lexicon.find_opinions(text) if each.is_said}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("价格不贵", {"price": "positive"}),
        ("特别好看", {"look": "positive"}),
        ("容易起球", {"quality": "negative"}),
        ("质量特别差", {"quality": "negative"}),
        ("物流特别慢", {"delivery": "negative"}),
        ("没想到质量这么好", {"quality": "positive"}),
        ("不仅质量好", {"quality": "positive"}),
        ("不要太好看", {"look": "positive"}),
        ("不如上一款好用", {"ease": "negative"}),
        ("这价格也太香了吧", {"price": "positive"}),
        ("衣服没有色差", {"look": "positive"}),
        ("味道不是很好", {"taste": "negative"}),
        ("一点也不便宜", {"price": "negative"}),
        ("安装不麻烦", {"ease": "positive"}),
        ("包装没有破损", {"packaging": "positive"}),
        ("客服不热情", {"service": "negative"}),
        ("穿着不勒", {"fit": "positive"}),
        ("不是假货", {"authenticity": "positive"}),
        ("质量不错好用", {"quality": "positive", "ease": "positive"}),
        ("没用差评,不好掉色", {"efficacy": "negative", "quality": "negative"}),
        ("比别家贵", {"price": "negative"}),
        ("一点异味都没有", {"taste": "positive"}),
        ("异味一点都没有", {"taste": "positive"}),
        ("色差不大", {"look": "positive"}),
        ("噪音很小", {"fit": "positive"}),
        ("没有线头", {"quality": "positive"}),
        ("线头都没有", {"quality": "positive"}),
        ("线头很多", {"quality": "negative"}),
        ("一点味道都没有", {"taste": "negative"}),
        ("包装太简单了", {"packaging": "negative"}),
        ("款式简单大方", {"look": "positive"}),
        ("电池突出影响美观", {"look": "negative"}),
        ("掉色但不影响美观", {"quality": "negative", "look": "positive"}),
        ("苹果烂了", {"quality": "negative"}),
        ("颜色差别太大", {"look": "negative"}),
    ],
    ids=str,
)
def test_a_negation_turns_what_it_reaches(
    lexicon: AspectLexicon, text: str, expected: dict[str, str]
) -> None:
    assert judge(lexicon, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("质量比上一款差", {"quality": "negative"}),
        ("质量比上一款好", {"quality": "positive"}),
        ("没有上次买的好吃", {"taste": "negative"}),
        ("做工不如旗舰店", {"quality": "negative"}),
        ("价格比专柜便宜", {"price": "positive"}),
        ("没有实体店贵", {"price": "positive"}),
        ("没有上次买的那么难吃", {"taste": "positive"}),
        ("没有4g还卖那么贵", {"price": "negative"}),
        ("外观不好看不大气", {"look": "negative"}),
        ("从来没见过这么丑的", {"look": "negative"}),
        ("不如普通的好吃", {"taste": "negative"}),
    ],
)
def test_a_comparison_is_read_for_the_thing_spoken_of(
    lexicon: AspectLexicon, text: str, expected: dict[str, str]
) -> None:
    assert judge(lexicon, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("虽然好看但是太贵了", {"look": "positive", "price": "negative"}),
        ("不便宜但是做工精细", {"price": "negative", "quality": "positive"}),
        (
            "包装严实,物流快,就是味道刺鼻",
            {"packaging": "positive", "delivery": "positive", "taste": "negative"},
        ),
        ("颜值在线不过不好用", {"look": "positive", "ease": "negative"}),
    ],
)
def test_each_side_of_a_contrast_is_judged_by_itself(
    lexicon: AspectLexicon, text: str, expected: dict[str, str]
) -> None:
    found = judge(lexicon, text)
    assert {aspect: found.get(aspect) for aspect in expected} == expected | (
        {"packaging": found["packaging"]} if "packaging" in found else {}
    )


@pytest.mark.parametrize(
    "text", ["客服态度真是好啊呵呵", "物流好快啊,等了二十天我也是醉了", "质量真好,穿一次就开线,真有你的"]
)
def test_irony_turns_praise_into_blame(lexicon: AspectLexicon, text: str) -> None:
    found = lexicon.find_opinions(text)
    assert found
    assert not [each for each in found if each.polarity == "positive"]


@pytest.mark.parametrize(
    "text", ["物流快吗?", "价格便宜吗", "如果味道好我就回购", "请问质量好不好?", "有没有色差"]
)
def test_a_question_or_a_wish_judges_nothing(lexicon: AspectLexicon, text: str) -> None:
    assert {each.polarity for each in lexicon.find_opinions(text)} <= {"neutral"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不怎么好用", {"ease": "negative"}),
        ("没那么显白", {"efficacy": "negative"}),
        ("这么好看的颜色", {"look": "positive"}),
        ("没什么效果", {"efficacy": "negative"}),
        ("多少有点贵", {"price": "negative"}),
        ("要求不高,味道好就行", {"taste": "positive"}),
        ("一点异味都没有,无异味", {"taste": "positive"}),
    ],
)
def test_words_that_hold_a_word_of_asking_do_not_ask(
    lexicon: AspectLexicon, text: str, expected: dict[str, str]
) -> None:
    found = judge(lexicon, text)
    assert {aspect: found.get(aspect) for aspect in expected} == expected


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("蒙牛的包装换了", "packaging"),
        ("收到货第三天才拆", "delivery"),
        ("酒店卫生间在走廊尽头", "quality"),
        ("快递好几天没更新", "delivery"),
        ("面膜还没用,先收藏", "efficacy"),
        ("旧的已经用完扔掉了", "durability"),
        ("在香港专柜试过", "taste"),
        ("抖音上看到的座椅", "fit"),
        ("#快手创作者服务中心", "service"),
        ("一直都是这样子", "look"),
        ("证券市场今天大涨", "price"),
        ("在丁香园查的资料", "taste"),
        ("他家音响是哈曼卡顿的", "efficacy"),
        ("网络盒子换了一个", "packaging"),
        ("被口红支配[并不简单]", "ease"),
        ("加油[给力]", "efficacy"),
        ("累坏了回家躺平", "durability"),
    ],
)
def test_a_cue_inside_other_words_judges_nothing(lexicon: AspectLexicon, text: str, aspect: str) -> None:
    judged = [each for each in lexicon.find_opinions(text) if each.aspect == aspect and each.is_said]
    assert judged == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("颜色不好看", {"look": "negative"}),
        ("一点都不好吃", {"taste": "negative"}),
        ("这布料耐脏", {"quality": "positive"}),
    ],
)
def test_what_is_not_good_is_bad(lexicon: AspectLexicon, text: str, expected: dict[str, str]) -> None:
    found = judge(lexicon, text)
    assert {aspect: found.get(aspect) for aspect in expected} == expected


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("衣服很合身,物流很快", "delivery:positive"),
        ("苹果又脆又甜,京东快递给力", "delivery:positive"),
        ("送货快,用起来也方便", "delivery:positive"),
        ("东西还行,发货太慢了", "delivery:negative"),
        ("这条裙子一洗就缩水", "quality:negative"),
        ("收到就有异味", "taste:negative"),
    ],
)
def test_reviews_of_products_speak_of_delivery_and_cloth(text: str, label: str) -> None:
    assert label in {each.label for each in build_tagger(TaggerSettings()).tag([text])[0]}


def test_a_token_named_after_a_thing_judges_nothing() -> None:
    assert build_tagger(TaggerSettings()).tag(["阿嬷今天九十岁[郁金香R]"])[0] == []


def test_the_span_is_what_says_it() -> None:
    tagger = build_tagger(TaggerSettings())
    text = "快递慢死了,东西倒是好用"
    labels = {label.label: text[label.start : label.end] for label in tagger.tag([text])[0]}
    assert labels == {"delivery:negative": "快递慢", "ease:positive": "好用"}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("价格不贵", "price:positive"),
        ("没有色差", "look:positive"),
        ("没有实体店贵", "price:positive"),
        ("一点异味都没有", "taste:positive"),
        ("色差不大", "look:positive"),
        ("包装太简单,一碰就破", "packaging:negative"),
        ("质量比上一款差", "quality:negative"),
        ("客服态度真是好啊呵呵", "service:negative"),
        ("物流怎么样?", "delivery:neutral"),
        ("感觉是假货", "authenticity:negative"),
        ("味道不错,推荐", "taste:positive"),
    ],
)
def test_the_model_leaves_plain_clauses_of_any_trade_to_the_lexicon(text: str, label: str) -> None:
    assert label in {each.label for each in build_tagger(TaggerSettings()).tag([text])[0]}


@pytest.mark.parametrize("text", ["大家别买假货", "别买到翻新的", "怕买到假货,还没拆", "就担心是假货"])
def test_a_fault_that_is_only_feared_is_no_complaint(text: str) -> None:
    labels = {each.label for each in build_tagger(TaggerSettings()).tag([text])[0]}
    assert "authenticity:neutral" in labels


def test_a_plain_pack_is_no_ease() -> None:
    assert "ease:positive" not in {
        each.label for each in build_tagger(TaggerSettings()).tag(["包装太简单"])[0]
    }


@pytest.mark.parametrize("text", ["", "早安打工人", "求链接", "😀😀", "哈哈哈哈哈"])
def test_a_text_that_judges_nothing_has_no_aspect(text: str) -> None:
    assert build_tagger(TaggerSettings()).tag([text]) == [[]]


def test_the_same_text_is_read_the_same_whatever_the_batch(reader: AspectReader) -> None:
    texts = ["价格不贵", "", "动力不错就是费油", "味道好但是上菜慢,服务员不耐烦", "a" * 2000]
    assert reader.read(texts) == [reader.read([text])[0] for text in texts]
    assert reader.read(texts) == reader.read(texts[::-1])[::-1]


def test_every_aspect_of_the_metric_card_has_a_name(lexicon: AspectLexicon) -> None:
    assert tuple(lexicon.names) == ASPECTS
    assert len(ASPECTS) == 13


def test_a_lexicon_without_an_aspect_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "aspects.yaml"
    path.write_text("aspects: {price: {}}\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="exactly the fields"):
        read_aspects(path)
