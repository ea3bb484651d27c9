"""Thirty days on four platforms and their boards in; two packages and their labels out."""

from __future__ import annotations

import random
from datetime import timedelta

from tests.landed_packages import make_entry, make_entry_id
from tests.trend_world import NOON, label, write_post
from warehouse.records import Annotation, BoardEntry, Record

PLATFORMS = ("bilibili", "douyin", "kuaishou", "weibo")
"""Four, so that the mean of their shares ends in a half of the last stored digit every fourth time."""


def make_dense_packages(seed: int = 0) -> list[tuple[list[Record], list[Annotation]]]:
    """Posts and board lines of each platform and day under six words: all but a last day, and that day."""
    chance = random.Random(seed)
    packages: list[tuple[list[Record], list[Annotation]]] = [([], []), ([], [])]
    number = 0
    for day in range(29, -1, -1):
        records, labels = packages[day == 0]
        for platform in PLATFORMS:
            for rank in range(1, 13):
                number += 1
                word = f"词{chance.randrange(6)}"
                moment = NOON - timedelta(days=day, minutes=chance.randrange(600))
                if rank % 3:
                    post = write_post(
                        number,
                        (NOON - moment) / timedelta(days=1),
                        platform=platform,
                        likes=chance.randrange(9000),
                        views=chance.randrange(90_000),
                    )
                    records.append(post)
                    labels.append(label(post, "keywords", word))
                else:
                    entry = make_entry(
                        f"{word}第{number}条", platform=platform, rank=rank, captured_at=moment
                    )
                    records.append(entry)
                    labels.append(label_entry(entry, word))
    return packages


def label_entry(entry: BoardEntry, word: str) -> Annotation:
    """A keyword of a board line, under the key that the core tables give the line."""
    return Annotation(
        subject_kind="board_entry",
        subject_id=make_entry_id(entry.platform, entry.board, entry.title),
        tagger="keywords",
        tagger_version="1",
        label=word,
        score=0.9,
    )
