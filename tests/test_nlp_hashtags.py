"""Hashtags as Weibo, Douyin, Kuaishou and Xiaohongshu write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.taggers.hashtags import find_hashtags
from nlp.text import fold_case, normalise_text


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("#秋冬穿搭#你好", ["秋冬穿搭"]),
        ("#618 好物 #520 #12", ["618", "520"]),
        ("#露营 #徒步 #钓鱼", ["露营", "徒步", "钓鱼"]),
        ("#露营#徒步#钓鱼", ["露营", "徒步", "钓鱼"]),
        ("#露营、#徒步、#钓鱼", ["露营", "徒步", "钓鱼"]),
        ("#露营,#徒步，#钓鱼 周末", ["露营", "徒步", "钓鱼"]),
        ("#露营/#徒步|#钓鱼", ["露营", "徒步", "钓鱼"]),
        ("#露营、徒步两不误# 出发", ["露营、徒步两不误"]),
        ("#今天吃什么?# 火锅", ["今天吃什么?"]),
        ("#《哪吒2》# 好看", ["哪吒2"]),
        ("#《哪吒2》 #电影", ["哪吒2", "电影"]),
        ("#《哪吒2》票房破百亿#", ["《哪吒2》票房破百亿"]),
        ("#《空", []),
        ("#好物分享##开箱#", ["好物分享", "开箱"]),
        ("#早安，世界# 今天也要开心", ["早安,世界"]),
        ("＃多巴胺穿搭＃ 太好看了", ["多巴胺穿搭"]),
        ("#多巴胺穿搭[话题]# #早C晚A[话题]#", ["多巴胺穿搭", "早c晚a"]),
        ("今天去#Citywalk，走了两万步", ["citywalk"]),
        ("#繁體話題#", ["繁体话题"]),
        ("#王者荣耀·S38# 开了", ["王者荣耀·s38"]),
        ("#OOTD #ootd 同一个标签", ["ootd"]),
        ("销量#1 的品牌", []),
        ("学C#的第一天", []),
        ("# 空的 #", []),
        ("没有标签", []),
    ],
)
def test_tags_of_a_caption(caption: str, tags: list[str]) -> None:
    assert [label.label for label in find_hashtags(normalise_text(caption).text)] == tags


@given(st.text(st.sampled_from("#露营 a1，[话题]\nÀİ·-"), max_size=60))
def test_spans_hold_the_tag(caption: str) -> None:
    text = normalise_text(caption).text
    for label in find_hashtags(text):
        assert label.start is not None and label.end is not None
        assert fold_case(text[label.start : label.end]) == label.label
        assert "\n" not in label.label and "#" not in label.label
