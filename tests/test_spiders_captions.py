"""Which hashtags a caption carries, for both ways of writing them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.captions import extract_hashtags

WRITTEN = [
    ("#话题#", ("话题",)),
    ("#话题# 今天好看", ("话题",)),
    ("#话题#今天出门好开心呀，真的", ("话题",)),
    ("#tag##tag2#", ("tag", "tag2")),
    ("#a#b", ("a", "b")),
    ("#a #b", ("a", "b")),
    ("春日#露营#OOTD#穿搭", ("露营", "OOTD", "穿搭")),
    ("#多巴胺穿搭 #显瘦 今天好看", ("多巴胺穿搭", "显瘦")),
    ("＃全角＃", ("全角",)),
    ("#🔥#", ("🔥",)),
    ("#👨‍👩‍👧家庭 #🇨🇳", ("👨‍👩‍👧家庭", "🇨🇳")),
    ("#露营[话题]# #城市[话题]#", ("露营", "城市")),
    ("#国乒[超话]# 加油", ("国乒",)),
    ("#拼\u200b豆 #拼豆", ("拼豆",)),
    ("# # #", ()),
    ("#", ()),
    ("C# 教程", ()),
    ("第#1 名，#2026", ()),
    ("https://example.com/a#b 看这里", ()),
    ("&#39;引号&#39;", ()),
    ("没有标签", ()),
    ("", ()),
]


@pytest.mark.parametrize(("caption", "tags"), WRITTEN)
def test_hashtags_of_a_caption(caption: str, tags: tuple[str, ...]) -> None:
    assert extract_hashtags(caption) == tags


def test_the_platform_may_say_how_it_writes_them() -> None:
    assert extract_hashtags("#露营#好看", paired=True) == ("露营",)
    assert extract_hashtags("#露营#好看", paired=False) == ("露营", "好看")


@given(
    st.lists(st.text("春日露营穿搭拼豆abcXYZ", min_size=1, max_size=8), min_size=1, max_size=5, unique=True)
)
def test_what_is_written_is_read_back(tags: list[str]) -> None:
    assert extract_hashtags(" ".join(f"#{tag}" for tag in tags), paired=False) == tuple(tags)
    assert extract_hashtags("".join(f"#{tag}#" for tag in tags), paired=True) == tuple(tags)


@given(st.text(max_size=200))
def test_no_tag_holds_a_sign_or_is_empty(caption: str) -> None:
    for tag in extract_hashtags(caption):
        assert tag and "#" not in tag and len(tag) <= 40 and tag == tag.strip()
