"""What the encoder reads: the prepared form of a text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.encoder_text import prepare_text


def test_text_is_lower_case_simplified_and_its_runs_are_three_long() -> None:
    assert prepare_text("這款ＰＡＤ太好用啦啦啦啦啦啦！！！！！！") == "这款pad太好用啦啦啦!!!"


def test_links_and_mentions_are_split_off_and_topics_of_old_weibo_are_read() -> None:
    prepared = prepare_text("@小鹿爱吃瓜 看 https://t.cn/A6abc {%#新品开箱#%} 太香了[doge]")
    assert "小鹿" not in prepared
    assert "t.cn" not in prepared
    assert "#新品开箱#" in prepared
    assert prepared.endswith("太香了[doge]")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_any_string_becomes_stable_text_that_utf8_can_hold(text: str) -> None:
    prepared = prepare_text(text)
    prepared.encode("utf-8")
    assert prepare_text(prepared) == prepared
