"""Small worlds of posts about known themes, for tests of clusters."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from scipy.sparse import csr_array

from nlp.segment import Segmenter
from nlp.topic_day import Document, TopicEvent
from nlp.topic_labels import label_cluster
from nlp.topic_mixture import Background, make_background
from nlp.topic_state import TopicState
from nlp.topic_tracking import track_day
from nlp.topic_words import TopicWordFinder

FIRST_DAY = date(2026, 3, 1)
SEGMENTER = Segmenter()
FINDER = TopicWordFinder(SEGMENTER)
THEMES = {
    "露营": ("露营", "帐篷", "天幕", "睡袋", "营地", "炊具", "折叠椅"),
    "咖啡": ("咖啡", "咖啡豆", "拿铁", "奶泡", "手冲", "滤杯", "研磨"),
    "猫咪": ("猫咪", "猫粮", "猫砂", "宠物", "小猫", "化毛膏", "猫爬架"),
    "跑步": ("跑步", "跑鞋", "配速", "半马", "心率", "压缩裤", "补给"),
    "烘焙": ("烘焙", "烤箱", "面粉", "吐司", "黄油", "蛋糕", "模具"),
    "吉他": ("吉他", "琴弦", "和弦", "弹唱", "乐谱", "音箱", "节拍器"),
}
AROUND = ("周末", "朋友", "今天", "视频", "新手", "家里", "推荐", "分享", "喜欢", "城市")


def measure_background(words: csr_array) -> Background:
    """Background of documents [documents, words]."""
    return make_background(np.asarray(words.sum(axis=0), np.float64).ravel(), words.shape[0])


def write_posts(theme: str, number: int, day: date, seed: int) -> list[Document]:
    """Posts of a day about a theme: three or four of its words among others."""
    chance = random.Random(f"{theme}{day}{seed}")
    posts = []
    for at in range(number):
        words = chance.sample(THEMES[theme], chance.choice((3, 4))) + chance.sample(AROUND, 2)
        chance.shuffle(words)
        text = ",".join(words)
        posts.append(Document(f"{theme}-{day:%m%d}-{seed}-{at}", day, tuple(FINDER.find_words(text)), text))
    return posts


def write_label(state: TopicState, cluster_id: str, texts: Sequence[str]) -> str:
    """Label as the product makes it."""
    return label_cluster(state.words[cluster_id], state.everything, texts, SEGMENTER, FINDER)


def run_days(
    state: TopicState, window: list[Document], first: int, last: int
) -> tuple[TopicState, list[TopicEvent]]:
    """Track days number `first` to `last` of a world; documents of later days are not seen."""
    events: list[TopicEvent] = []
    for number in range(first, last + 1):
        day = FIRST_DAY + timedelta(days=number)
        seen = [document for document in window if document.day <= day]
        state, happened = track_day(state, day, seen, FINDER.weigh, write_label)
        events += happened
    return state, events
