"""Intent and promotion: precision on sentences labelled by hand, and the scopes that keep it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from nlp.cues import STAGES, read_cues
from nlp.lexicon import LexiconError
from nlp.tagger import TaggerSettings
from nlp.taggers import intent, promotion
from nlp.text import fold_case, normalise_text

FIXTURE = Path(__file__).parent / "fixtures" / "language" / "intent.yaml"
INTENT = intent.build_tagger(TaggerSettings())
PROMOTION = promotion.build_tagger(TaggerSettings())
LADDER, MASK, _ = read_cues()


def read_sentences() -> list[tuple[str, str]]:
    groups = yaml.safe_load(FIXTURE.read_text("utf-8"))
    return [(group, normalise_text(sentence).text) for group, found in groups.items() for sentence in found]


def find_stages(text: str) -> set[str]:
    return {label.label for label in INTENT.tag([normalise_text(text).text])[0]}


def test_precision_and_recall_of_every_stage() -> None:
    sentences = read_sentences()
    assert len(sentences) >= 300
    right, given, wanted = Counter[str](), Counter[str](), Counter[str]()
    for group, text in sentences:
        gold = set() if group in ("none", "promotional") else set(group.split("+"))
        found = find_stages(text)
        right.update(found & gold)
        given.update(found)
        wanted.update(gold)
    precision = {stage: right[stage] / given[stage] for stage in STAGES}
    recall = {stage: right[stage] / wanted[stage] for stage in STAGES}
    assert min(precision.values()) >= 0.85, precision
    assert min(recall.values()) >= 0.80, recall


def test_promotional_copy_is_told_from_what_people_write() -> None:
    sentences = read_sentences()
    missed = [text for group, text in sentences if group == "promotional" and not PROMOTION.tag([text])[0]]
    wrong = [text for group, text in sentences if group != "promotional" and PROMOTION.tag([text])[0]]
    assert (len(missed), wrong) <= (1, [])


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("我没买,只是路过", set()),
        ("没忍住买了", {"P"}),
        ("尺码偏小,姐妹们别买小了", set()),
        ("求避雷", {"I"}),
        ("是不是假货啊", set()),
        ("是假货", {"DROP"}),
        ("无限回购中", {"L"}),
        ("全家都在用", {"L"}),
        ("有人回购吗?我已经回购三次了", {"L"}),
        ("朋友下单了,我也下单了", {"P"}),
        ("你家面膜回购三次了", {"L"}),
        ("已下单,如果好用再来追评", {"P"}),
        ("如果好用就下单", set()),
        ("再也不用别的牌子了,只用这个", set()),
        ("再也不用了", {"DROP"}),
        ("给我退了差价,好评", set()),
        ("求一款防晒,油皮", {"I"}),
        ("求一个不踩雷的粉底液推荐", {"I"}),
        ("求一件事的结果", set()),
        ("三个夏天空了八瓶", {"L"}),
        ("结果给我发极兔,差评", {"DROP"}),
        ("说我没选择,差评!差评!", {"DROP"}),
        ("大家不要买,不好吃", {"DROP"}),
        ("不要买,掉色", {"DROP"}),
        ("纠结要不要买", {"I"}),
        ("不要买大了", set()),
        ("第一次买到这么难吃的水果", {"DROP"}),
        ("实惠划算,经常光顾", {"L"}),
        ("下次还来你家买", {"L"}),
        ("不会来光顾了", set()),
        ("昨天晚上买的,今天就到了", {"P"}),
        ("活动价买的,很划算", {"P"}),
        ("没有差评", set()),
        ("不得不买了一台", {"P"}),
        ("别买了,不值这个价", {"DROP"}),
        ("有人回购吗", {"I"}),
        ("值得回购吗", {"I"}),
        ("无限回购,你们呢?", {"L"}),
        ("果断退货,有人一样吗", {"DROP"}),
        ("这款复购了吗", {"I"}),
        ("打算入手一台", {"I"}),
        ("如果买了不合适呢", set()),
        ("给她买了一支口红", {"P"}),
        ("她买了一支口红", set()),
        ("这不就是智商税吗", {"DROP"}),
        ("是不是智商税", {"I"}),
        ("我后悔买了吗", set()),
        ("刚买的炖锅能放烤箱吗", {"P"}),
        ("用了两年的旧电池没区别", {"P"}),
        ("想买的朋友慎重", set()),
        ("绝不踩雷", set()),
        ("上市公司回购股份", set()),
        ("冲了杯咖啡", set()),
        ("从零入手学画画", set()),
        ("一直以来都特别信赖这个牌子", set()),
        ("这个级别入门款够用了", set()),
        ("千万别信他家客服", {"DROP"}),
        ("今天的我你心动了吗", set()),
        ("看得我心动了", {"I"}),
        ("第二次买差太多了", set()),
        ("这是第二次买了,一如既往地好", {"L"}),
        ("太好用了,后悔没早买", {"P"}),
        ("活动结束了,后悔没多囤几支", {"L"}),
        ("后悔没早点买房", set()),
        ("蹲一个平替", {"I"}),
        ("送男朋友什么好", {"I"}),
        ("想送她却没什么好主意", set()),
    ],
)
def test_scope_of_negation_question_and_person(text: str, stages: set[str]) -> None:
    assert find_stages(text) == stages


def test_a_token_named_after_a_deed_is_none() -> None:
    assert find_stages("阿嬷真厉害[种草R]") == set()


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("拔草", set()),
        ("终于拔草了这家店,真香", {"P"}),
        ("看完测评拔草了,不好用", {"DROP"}),
    ],
)
def test_bacao_means_two_things_and_alone_neither(text: str, stages: set[str]) -> None:
    assert find_stages(text) == stages


def test_the_highest_stage_wins() -> None:
    assert find_stages("刷到就种草了,买了两瓶,已经无限回购") == {"L"}


def test_a_weak_cue_never_decides_alone_but_two_do() -> None:
    assert find_stages("太贵了") == set()
    assert find_stages("太贵了,还是算了吧") == {"DROP"}


def test_sellers_copy_has_no_stage() -> None:
    assert find_stages("求链接的姐妹看这里,点击下方小黄车") == set()


def test_every_cue_finds_its_own_example() -> None:
    assert [
        cue.id
        for cue in LADDER.cues
        if cue.stage
        not in {hit.stage for hit in LADDER.find_cues(fold_case(normalise_text(cue.example).text))}
    ] == []


def test_spans_hold_the_cue() -> None:
    for _, text in read_sentences():
        for label in (*INTENT.tag([text])[0], *PROMOTION.tag([text])[0]):
            assert label.start is not None and label.end is not None
            assert 0 <= label.start < label.end <= len(text) and 0 < label.score <= 1


CUES = """
negations: 不
questions_left: 有人
questions_right: 吗
rhetoric: 难道
others: 他
intentions: 想
stated: 我买的$
cues:
  - {id: p-own, stage: P, pattern: 拿捏了, weight: 0.9}
promotion: {strong: [扫码进群], weak: [优惠], weak_needed: 1}
"""


def test_a_cue_that_was_often_wrong_must_not_decide(tmp_path: Path) -> None:
    path = tmp_path / "cues.yaml"
    path.write_text(CUES.replace("weight: 0.9", "weight: 0.9, read: 20, right: 14"), "utf-8")
    with pytest.raises(LexiconError, match="right in 14 of 20"):
        read_cues(path)
    path.write_text(CUES.replace("weight: 0.9", "weight: 0.5, read: 20, right: 14"), "utf-8")
    assert read_cues(path)[0].cues[0].right == 14


def test_a_users_cues_take_the_place_of_the_shipped(tmp_path: Path) -> None:
    path = tmp_path / "cues.yaml"
    path.write_text(CUES, "utf-8")
    own = intent.build_tagger(TaggerSettings(cues=path))
    assert [label.label for label in own.tag(["这包包拿捏了"])[0]] == ["P"]
    assert own.tag(["求链接"]) == [[]]
    assert own.version != INTENT.version


def test_what_is_said_holds_in_a_question_by_the_words_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cues.yaml"
    path.write_text(CUES.replace("拿捏了", "我买的|昨天买的"), "utf-8")
    ladder = read_cues(path)[0]
    assert [hit.stage for hit in ladder.find_cues("我买的能放烤箱吗")] == ["P"]
    assert [hit.stage for hit in ladder.find_cues("昨天买的能放烤箱吗")] == ["I"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("stage: P", "stage: B", "the stage is one of A, I, P, L, DROP"),
        ("weight: 0.9", "weight: 9", "the weight 0 to 1"),
        ("weight: 0.9", "neg_window: 99", "neg_window"),
        ("weight: 0.9", "colour: red", "at most"),
        ("拿捏了", "'(拿捏'", "is no pattern"),
        ("拿捏了", "'(拿捏)?'", "matches the empty text"),
        ("rhetoric: 难道", "", "expected exactly the fields"),
        ("weak: [优惠], ", "", "promotion needs"),
        ("weak: [优惠], ", "weak: [优惠], shops: [店], ", "may have asked, bought, campaigns, goods"),
    ],
)
def test_a_mistake_in_a_cue_file_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = tmp_path / "cues.yaml"
    path.write_text(CUES.replace(old, new), "utf-8")
    with pytest.raises(LexiconError, match=complaint):
        read_cues(path)
