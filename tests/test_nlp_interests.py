"""Interests: what a title names, what only looks like it, and news that speaks for no interest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.news_gate import read_news_gate
from nlp.segment import Segmenter
from nlp.tagger import TaggerSettings
from nlp.taggers.interests import InterestTagger, build_lexicon_tagger, build_tagger, score_seeds
from nlp.taxonomy import read_taxonomy
from nlp.text import fold_case, normalise_text

CODES_BY_SEED = read_taxonomy().codes_by_seed
SEEDS = sorted(CODES_BY_SEED)
TAGGER = build_tagger(TaggerSettings())
LEXICON_TAGGER = build_lexicon_tagger(TaggerSettings())
SEGMENTER = Segmenter()


@pytest.fixture(scope="module")
def tagger() -> InterestTagger:
    return TAGGER


def find_codes(tagger: InterestTagger, text: str) -> set[str]:
    return {label.label for label in tagger.tag([normalise_text(text).text])[0]}


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("油皮亲妈面霜测评", "01.01"),
        ("显白口红试色合集", "01.02"),
        ("马面裙日常穿搭", "02.04"),
        ("金价又涨了,古法金手镯还能买吗", "04.01"),
        ("在家做的冰美式咖啡", "05.02"),
        ("第一次露营要带什么帐篷", "08.01"),
        ("咖啡机怎么选", "10.08"),
        ("小户型收纳神器", "09.01"),
        ("猫砂怎么选不起尘", "13.03"),
        ("拼豆图纸分享", "19.02"),
        ("考研英语怎么复习", "16.03"),
        ("新能源车续航实测", "18.01"),
    ],
)
def test_an_interest_is_found_at_both_levels(tagger: InterestTagger, title: str, code: str) -> None:
    found = find_codes(tagger, title)
    assert code in found and code[:2] in found


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("黄金野菜上市了", "04.01"),
        ("黄金周出行人数创新高", "04.01"),
        ("某地酒店坍塌致3死", "17.01"),
        ("苹果手机新系统体验", "05.05"),
        ("珍珠奶茶新品测评", "04.03"),
        ("气垫床露营好物", "01.02"),
        ("女子在面膜店被诈骗20万", "01.01"),
        ("警方通报咖啡店持刀伤人案", "05.02"),
        ("台风登陆 多家露营地关闭", "08.01"),
    ],
)
def test_what_only_looks_like_an_interest(tagger: InterestTagger, title: str, code: str) -> None:
    assert code not in find_codes(tagger, title)


def test_nothing_is_said_of_a_text_without_an_interest(tagger: InterestTagger) -> None:
    assert tagger.tag(["", "今天心情不错", "!!!", "😀😀"]) == [[], [], [], []]


def test_a_coffee_machine_is_no_coffee(tagger: InterestTagger) -> None:
    assert "05.02" not in find_codes(tagger, "半自动咖啡机")


def test_one_text_may_have_many_interests(tagger: InterestTagger) -> None:
    assert {"01.01", "05.02"} <= find_codes(tagger, "敷着面膜喝咖啡")


def test_more_evidence_gives_more_confidence() -> None:
    assert (
        0
        < score_seeds({"面霜"})
        < score_seeds({"面霜", "护肤"})
        < score_seeds({"面霜", "护肤", "洗面奶"})
        <= 1
    )


@pytest.mark.parametrize(
    ("headline", "is_news"),
    [
        ("警方通报一男子持刀伤人", True),
        ("张某某逝世 享年88岁", True),
        ("国足3-0击败对手", True),
        ("多地发布暴雨红色预警", True),
        ("口红试色合集", False),
        ("男子发型怎么选", False),
        ("大学宿舍好物分享", False),
        ("客队3:1拿下揭幕战", True),
        ("主队102-98险胜", True),
        ("品牌方回应门店停业", True),
    ],
)
def test_the_news_gate(headline: str, is_news: bool) -> None:
    assert read_news_gate().is_news(headline, SEGMENTER) is is_news


@pytest.mark.parametrize(
    "title",
    [
        "烟台海参礼盒到底值不值",
        "双开门冰箱怎么摆才省地方",
        "中央空调装一拖几",
        "乡村民宿的早餐",
        "屏幕比例16:9还是16:10",
        "今晚20:00见面",
        "R9-7940游戏本",
        "2-5岁男童雨鞋",
        "孩子问为什么下雪该怎么回应",
        "某某文旅局长在线喊话游客",
    ],
)
def test_a_part_of_another_word_or_number_is_no_news(title: str) -> None:
    assert not read_news_gate().is_news(fold_case(title), SEGMENTER)


@pytest.mark.parametrize(
    "title", ["男童女童加厚卫衣秋冬新款", "监控摄像头家用无线", "训练比赛专用篮球耐磨防滑"]
)
def test_a_title_of_a_shop_is_no_headline(title: str) -> None:
    assert not read_news_gate().is_news(title, SEGMENTER)


def test_a_long_caption_is_no_headline() -> None:
    assert not read_news_gate().is_news(
        "在派出所门口等朋友的时候拆箱,民警都说好看。" + "今天继续分享收纳。" * 6, SEGMENTER
    )


@given(st.lists(st.sampled_from([*SEEDS[::7], "的", "和", " ", "x", "测评", "İ"]), max_size=12).map("".join))
def test_spans_hold_a_seed_of_the_interest(text: str) -> None:
    text = normalise_text(text).text
    for label in LEXICON_TAGGER.tag([text])[0]:
        assert label.start is not None and label.end is not None and 0 < label.score <= 1
        codes = CODES_BY_SEED[fold_case(text[label.start : label.end])]
        assert any(code == label.label or code.startswith(f"{label.label}.") for code in codes)
