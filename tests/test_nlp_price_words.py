"""At what price people look, read from what they write."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.lexicon import LexiconError
from nlp.price_words import read_price_words
from nlp.tagger import TaggerSettings
from nlp.taggers.price_words import build_tagger

TAGGER = build_tagger(TaggerSettings())


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("有没有百元内的精华推荐", {"below:100"}),
        ("学生党求平替，50块以内", {"budget", "below:50"}),
        ("两百以内的小白鞋哪家好", {"below:200"}),
        ("预算300元，买哪款帐篷", {"below:300"}),
        ("不到100块拿下", {"below:100"}),
        ("贵妇面霜真的值得吗", {"premium"}),
        ("大牌同款，白菜价", {"budget"}),
        ("大牌平替合集", {"budget"}),
        ("又断货了，蹲补货", {"shortage"}),
        ("这个色号停产了吗", {"shortage"}),
        ("五百万以内最好的车", set()),
        ("二十万以内买什么车", set()),
        ("十万以内的小车", {"below:100000"}),
        ("两万以内的手表", {"below:20000"}),
        ("六百以内的吹风机", {"below:600"}),
        ("一千五以内的平板", {"below:1500"}),
        ("1.5万以内的相机", {"below:15000"}),
        ("预算1w以内", {"below:10000"}),
        ("预算5000左右的相机", {"below:5000"}),
        ("1000以内的耳机", {"below:1000"}),
        ("2024内娱盘点", set()),
        ("续集3内地定档", set()),
        ("地铁口不到100米", set()),
        ("50米以内都是居民楼", set()),
        ("10以内的算术题", set()),
        ("几百以内都可以", set()),
        ("160以内小个子", set()),
        ("不要平替,要正品", set()),
        ("没有性价比", set()),
        ("24小时以内发货", set()),
        ("5公里以内都能送", set()),
        ("3天内到货", set()),
        ("100斤以下能穿", set()),
        ("贵妇人的狗", set()),
        ("周末去露营了", set()),
    ],
)
def test_price_levels_ceilings_and_shortage(text: str, labels: set[str]) -> None:
    assert {label.label for label in TAGGER.tag([text])[0]} == labels


def test_the_span_is_the_evidence() -> None:
    text = "宿舍香薰求推荐，百元内"
    (label,) = TAGGER.tag([text])[0]
    assert text[label.start : label.end] == "百元内"


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "price_words.yaml"
    for content in (
        "budget: [平替]",
        "budget: ['(']\npremium: [a]\nshortage: [b]\nceiling: [c]",
        "budget: ['a?']\npremium: [a]\nshortage: [b]\nceiling: [c]",
    ):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(LexiconError):
            read_price_words(file)
