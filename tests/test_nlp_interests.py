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
        ("求一款防晒,油皮", "01.04"),
        ("普洱茶怎么泡", "05.03"),
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
        ("iPhone17Pro橙色真机上手", "11.01"),
        ("华为Mate80开箱", "11.01"),
        ("小米su7ultra提车第三天", "18.01"),
        ("2026KPL春季赛开幕战", "15.03"),
        ("GTA6又跳票了", "15.02"),
    ],
)
def test_a_name_in_latin_letters_may_have_its_number_beside_it(title: str, code: str) -> None:
    assert code in find_codes(LEXICON_TAGGER, title)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("我家摄影师今天又偷懒了", "11.04"),
        ("今日份自拍 #一甜相机", "11.04"),
        ("车展上的美女车模", "14.03"),
        ("国庆档电影票房破二十亿", "16.07"),
        ("饺子导演聊新片", "05"),
        ("彩电冰箱大沙发说的是哪款车", "10.03"),
        ("彩电冰箱大沙发说的是哪款车", "09.03"),
        ("这车要不要贴膜", "11.08"),
        ("东北话配普通话挑战", "16.04"),
        ("家乡文旅来上分了", "15"),
        ("喜欢的宝宝点点关注", "12"),
        ("感谢快手作品推广", "19"),
        ("航母编队大秀肌肉", "02"),
        ("这样算是绿茶么", "05.03"),
        ("悦诗风吟绿茶精萃平衡柔肤露80ml", "05.03"),
        ("薇姿温泉矿物水活霜滋润型", "17.03"),
        ("悦诗风吟济州岛寒兰面霜50ml", "17.04"),
        ("净透洁面慕斯120ml", "05.04"),
        ("水光润养睡眠面膜75ml", "06.03"),
        ("娇兰御廷兰花精华露", "09.09"),
        ("提拉紧致按摩霜180ml", "06.06"),
        ("周年礼盒六件正装", "02.06"),
        ("加绒铅笔裤秋冬新款", "16.02"),
        ("某剧全集[韩语中字]", "16.04"),
        ("校园版520am舞蹈", "20.02"),
    ],
)
def test_a_seed_inside_other_words_is_none(title: str, code: str) -> None:
    assert code not in find_codes(LEXICON_TAGGER, title)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("中秋月饼礼盒怎么选", "20.06"),
        ("夹心饼干推荐", "05.01"),
        ("黑芝麻汤圆怎么煮", "20.06"),
        ("电脑主机配置单", "11.02"),
        ("二手钢琴值得买吗", "16.05"),
        ("我80岁也要买新手机", "11.01"),
        ("自制冰红茶", "05.03"),
        ("车厘子口红试色", "01.02"),
    ],
)
def test_a_seed_that_ends_a_longer_word_counts(title: str, code: str) -> None:
    assert code in find_codes(LEXICON_TAGGER, title)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("车厘子口红试色", "05.05"),
        ("南方小土豆在哈尔滨", "05"),
        ("客服玩文字游戏", "15"),
        ("脑袋瓜子真灵", "05.01"),
        ("共青团员", "05.04"),
        ("挂号没排上,扣帽子倒快", "02"),
    ],
)
def test_a_word_that_means_another_thing_holds_no_seed(title: str, code: str) -> None:
    assert code not in find_codes(LEXICON_TAGGER, title)


def test_a_phrase_voids_the_seed_that_it_covers_and_no_other() -> None:
    assert "11.04" in find_codes(LEXICON_TAGGER, "婚礼摄影师都用什么相机")
    assert "16.07" in find_codes(LEXICON_TAGGER, "电影票房高,电影票也贵")


@pytest.mark.parametrize(
    ("text", "code"),
    [("90岁的阿嬷真可爱[喝奶茶R]", "05"), ("等我老了也这样[吧唧R]", "14"), ("祝你生日快乐[蛋糕]", "05")],
)
def test_a_token_named_after_a_thing_is_no_interest_in_it(text: str, code: str) -> None:
    assert not {found for found in find_codes(LEXICON_TAGGER, text) if found.startswith(code)}


def test_a_title_in_brackets_is_read() -> None:
    assert "16.06" in find_codes(LEXICON_TAGGER, "[脱口秀]高中生的第一场")
    assert "05.03" in find_codes(LEXICON_TAGGER, "这家奶茶好好喝[喝奶茶R]")


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("黄金野菜上市了", "04.01"),
        ("黄金周出行人数创新高", "04.01"),
        ("收到就坏了,客服装死", "02"),
        ("奶茶色口红试色", "05.03"),
        ("车厘子红美甲", "05.05"),
        ("暖宝宝发热贴", "12"),
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
