"""Entities: what a title names, linked to the names that brands and IPs are known by."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.entities import EntityRecogniser, load_recogniser
from nlp.gazetteer import load_gazetteer, read_brand_table, read_competitor_sets
from nlp.lexicon import LexiconError
from nlp.segment import Segmenter
from nlp.tagger import TaggerSettings
from nlp.taggers.entities import EntityTagger, build_tagger
from nlp.text import normalise_text


@pytest.fixture(scope="module")
def recogniser() -> EntityRecogniser:
    return load_recogniser()


def name_all(recogniser: EntityRecogniser, text: str) -> set[str]:
    found = recogniser.recognise([normalise_text(text).text])[0]
    return {f"{each.span.kind}:{each.entity_id}" for each in found if each.is_listed}


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("巴黎欧莱雅紫熨斗眼霜测评", "brand:欧莱雅"),
        ("瑞幸生椰拿铁", "brand:瑞幸"),
        ("海天酱油怎么样", "brand:海天酱油"),
        ("大众点评必吃榜", "brand:大众点评"),
        ("L'Oréal紫熨斗眼霜测评", "brand:欧莱雅"),
        ("L’OREAL 眼霜", "brand:欧莱雅"),
        ("歐萊雅眼霜好用嗎", "brand:欧莱雅"),
        ("蘭蔻小黑瓶空瓶记", "brand:兰蔻"),
        ("今天喝了瑞幸的新品", "brand:瑞幸"),
        ("三只松鼠坚果礼盒开箱", "brand:三只松鼠"),
        ("泡泡玛特LABUBU盲盒又断货了", "ip:LABUBU"),
        ("重温甄嬛传第一集高清", "ip:甄嬛传"),
        ("王者荣耀新英雄上线", "ip:王者荣耀"),
        ("耐克(NIKE)女子跑鞋", "brand:耐克"),
        ("iPhone17 Pro上手", "brand:苹果"),
    ],
)
def test_a_name_is_linked_to_the_entity_whatever_it_is_called(
    recogniser: EntityRecogniser, text: str, entity: str
) -> None:
    assert entity in name_all(recogniser, text)


@pytest.mark.parametrize(
    "text",
    [
        "周末去山里 #感谢快手我要上热门 #感谢快手平台",
        "给自己做顿饭 #快手创作者服务中心",
        "新款到店 #快手电商创作者中心",
    ],
)
def test_what_authors_tag_to_be_seen_names_no_platform(recogniser: EntityRecogniser, text: str) -> None:
    assert "brand:快手" not in name_all(recogniser, text)


def test_a_platform_that_sells_is_a_brand(recogniser: EntityRecogniser) -> None:
    assert "brand:快手" in name_all(recogniser, "快手的店铺,下单三天了还没发货")
    assert "brand:快手" in name_all(recogniser, "快手小店买的羽绒服")


def test_a_token_named_after_a_thing_names_none(recogniser: EntityRecogniser) -> None:
    assert recogniser.recognise([normalise_text("90岁的阿嬷真可爱[喝奶茶R]").text]) == [[]]


@pytest.mark.parametrize(
    ("brand", "meant", "not_meant"),
    [
        ("苹果", "苹果手机续航怎么样", "烟台红富士苹果脆甜多汁"),
        ("苹果", "苹果手机续航怎么样", "苹果包装很好,口味也不错,就是稍小了一些"),
        ("苹果", "比苹果便宜,电脑拿来办公够了", "苹果大小不一,还没吃,不知道味道"),
        ("美的", "海尔和美的哪个冰箱好", "夕阳真美的让人心动"),
        ("美的", "美的空调挂机1.5匹", "生活中美的瞬间"),
        ("小天鹅", "小天鹅滚筒洗衣机", "湖上的小天鹅好漂亮"),
        ("苹果", "苹果发布会定档九月", "每天一个苹果一斤才五块"),
        ("小米", "雷军宣布小米新车上市", "小米粥养胃的做法"),
        ("小米", "小米手环充电坏了", "山西黄小米五谷杂粮熬粥"),
        ("完美", "完美芦荟胶用了一年", "完美的一天"),
        ("理想汽车", "理想L9提车三个月", "理想很丰满现实很骨感"),
        ("荣耀", "荣耀手机新机曝光", "为荣耀而战"),
        ("三星", "三星手机屏幕", "三星堆遗址新发现"),
        ("好奇", "好奇纸尿裤大号促销", "宝宝对什么都好奇,小猫满脸好奇"),
        ("微星", "MSI主板显卡一起升级电脑", "MSI决赛BLG对阵T1"),
        ("自然堂", "自然堂冰肌水", "大自然的味道"),
        ("喜茶", "喜茶上新", "我喜茶道"),
        ("匹克", "匹克跑鞋上脚测评", "匹克球新手装备"),
        ("参半", "参半漱口水好用", "喜忧参半的一天"),
    ],
)
def test_an_everyday_word_is_a_brand_only_where_the_text_says_so(
    recogniser: EntityRecogniser, brand: str, meant: str, not_meant: str
) -> None:
    assert f"brand:{brand}" in name_all(recogniser, meant)
    assert f"brand:{brand}" not in name_all(recogniser, not_meant)


@pytest.mark.parametrize(
    "text", ["京东服务没问题", "以前一直用飘柔,想换个牌子用用", "#今日份的自拍 #服饰宠粉节 #宠粉节"]
)
def test_what_is_said_of_every_offer_is_no_product(text: str) -> None:
    labels = {label.label for label in build_tagger(TaggerSettings()).tag([text])[0]}
    assert not labels & {"product:服务", "product:牌子", "product:宠粉节"}


def test_labels_bear_the_span_that_says_them() -> None:
    tagger = build_tagger(TaggerSettings())
    text = "华为新款蓝牙耳机降噪入耳式"
    labels = tagger.tag([text])[0]
    brand = next(label for label in labels if label.label == "brand:华为")
    assert text[brand.start : brand.end] == "华为"
    assert any(label.label.startswith("product:") for label in labels)
    assert all(0 <= label.score <= 1 for label in labels)


def test_a_long_comment_is_searched_for_listed_names_only() -> None:
    tagger = build_tagger(TaggerSettings())
    text = "说说我的感受," + "用起来还可以," * 15 + "比起戴森来便宜不少"
    assert {label.label for label in tagger.tag([text])[0]} == {"brand:戴森"}


def test_the_same_text_gets_the_same_entities_whatever_the_batch(recogniser: EntityRecogniser) -> None:
    texts = [
        "华为手机壳",
        "",
        "露营天幕帐篷户外防雨加厚大号",
        "琅琊榜",
        "a",
        "佳能eos r6二代微单相机",
        "😀😀",
    ]
    together = recogniser.recognise(texts)
    assert together == [recogniser.recognise([text])[0] for text in texts]
    assert together == recogniser.recognise(texts[::-1])[::-1]
    many = [f"{text}{number}" for number in range(400) for text in texts]
    threaded = EntityRecogniser(recogniser.gazetteer, recogniser.labeller, Segmenter(), threads=3)
    assert threaded.recognise(many) == recogniser.recognise(many)


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_every_text_can_be_read_and_spans_lie_inside(text: str) -> None:
    normalised = normalise_text(text).text
    for label in build_cached_tagger().tag([normalised])[0]:
        assert label.start is not None and label.end is not None
        assert 0 <= label.start < label.end <= len(normalised)


@cache
def build_cached_tagger() -> EntityTagger:
    return build_tagger(TaggerSettings())


def test_no_name_stands_for_two_entities_of_a_set() -> None:
    for each in read_competitor_sets():
        names = [name.rstrip("?").lower() for entity in each.entities for name in entity.names]
        assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})


def test_every_brand_competes_in_a_set() -> None:
    table = read_brand_table().to_pylist()
    assert len(table) > 1_000
    assert {row["category_id"] for row in table} >= {"01", "05", "11", "18", "12"}


def test_the_users_own_set_goes_before_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "entities.yaml"
    own.write_text(
        "set: tents\nzh: 帐篷\nen: Tents\ntype: brand\ncontext: [露营]\nentities:\n"
        "  山野客: [Shanyeke]\n  云栖: ['云栖?']\n",
        encoding="utf-8",
    )
    recogniser = load_recogniser(own)
    assert "brand:山野客" in name_all(recogniser, "SHANYEKE帐篷开箱")
    assert "brand:云栖" in name_all(recogniser, "云栖露营帐篷")
    assert "brand:云栖" not in name_all(recogniser, "云栖大会开幕")
    assert recogniser.version != load_recogniser().version


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("set: a\nzh: 甲\nen: A\ntype: place\nentities: {甲: []}\n", "brand or ip"),
        ("set: a\nzh: 甲\nen: A\ntype: brand\n", "expected the fields"),
        ("set: a\nzh: 甲\nen: A\ntype: brand\nentities: {甲: 乙}\n", "list of other names"),
        ("set: a\nzh: 甲\nen: A\ntype: brand\nentities: {甲: {nam: [乙]}}\n", "unknown fields nam"),
        ("set: a\nzh: 甲\nen: A\ntype: brand\ncolour: red\nentities: {甲: []}\n", "unknown fields colour"),
        ("set: a\nzh: 甲\nen: A\ntype: brand\nentities: {甲: ['?']}\n", "characters"),
    ],
)
def test_a_set_that_cannot_be_used_says_what_to_mend(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "entities.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=says):
        load_gazetteer(tmp_path / "entities.yaml", Segmenter())
