"""Posts whose text changes: their copies are looked for anew, and what copied them stays together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from flows.text_groups import group_texts
from tests.landed_packages import land
from tests.trend_world import LAST_DAY, NOON, TAXONOMY, write_post
from warehouse.load import load_packages
from warehouse.records import Post
from warehouse.store import Warehouse
from warehouse.trends import build_marts

FOODS = ("红烧肉", "糖醋鱼", "小龙虾", "炸酱面", "酸菜鱼", "麻辣烫", "螺蛳粉", "热干面", "担担面", "肉夹馍")
SHARED = "双十一好物分享清单"


def write_notes(texts: Sequence[str], hours: float = 0) -> list[Post]:
    """Notes of as many authors under one title, an hour apart, as read so many hours after noon."""
    return [
        write_post(
            number,
            2 - number / 24,
            title=SHARED,
            text=text,
            kind="note",
            captured_at=NOON + timedelta(hours=hours),
        )
        for number, text in enumerate(texts)
    ]


def tell_apart(food: str) -> str:
    """A text of eighty letters of which no other food's is a copy."""
    return f"今天拼豆做了一个{food}，用了{food}配色的珠子，{food}真的太像了，朋友都说想吃{food}"


def follow(home: Path, readings: Sequence[Sequence[Post]]) -> tuple[list[tuple[object, ...]], ...]:
    """Documents and groups after each reading was loaded, grouped and counted before the next."""
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        for number, posts in enumerate(readings):
            land(home / "landing", posts, run_id=f"r{number}", as_parquet=True)
            load_packages(warehouse, home / "landing")
            group_texts(warehouse)
            build_marts(warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY)
        ask = warehouse.connection.execute
        return (
            ask(
                "select sum(n_docs)::int, sum(n_authors)::int from mart_exposure_day "
                "where platform = 'douyin'"
            ).fetchall(),
            ask("select * from core_text_groups order by all").fetchall(),
            ask("select subject_kind, subject_id, day from text_bands order by all").fetchall(),
        )


def follow_at_once(home: Path, readings: Sequence[Sequence[Post]]) -> tuple[list[tuple[object, ...]], ...]:
    """The same after all readings were loaded before the first was grouped."""
    for number, posts in enumerate(readings[:-1]):
        land(home / "landing", posts, run_id=f"early{number}", as_parquet=True)
    return follow(home, readings[-1:])


def test_posts_that_are_copies_no_longer_are_documents_of_their_own(tmp_path: Path) -> None:
    readings = [write_notes([""] * len(FOODS)), write_notes([tell_apart(food) for food in FOODS], 1)]
    found = follow(tmp_path / "daily", readings)
    assert found[0] == [(10, 10)]
    assert found == follow_at_once(tmp_path / "whole", readings)


def test_posts_that_become_copies_are_one_document(tmp_path: Path) -> None:
    readings = [
        write_notes([tell_apart(food) for food in FOODS]),
        write_notes([tell_apart("豆汁")] * len(FOODS), 1),
    ]
    found = follow(tmp_path / "daily", readings)
    assert found[0] == [(1, 10)]
    assert found == follow_at_once(tmp_path / "whole", readings)


def test_copies_of_a_post_that_changed_go_on_as_a_group_of_the_next(tmp_path: Path) -> None:
    before = write_notes([tell_apart("豆汁")] * 4)
    after = [write_notes([tell_apart("红烧肉")], 1)[0]]
    found = follow(tmp_path / "daily", [before, after])
    heads = {str(row[1])[-1]: str(row[3])[-1] for row in found[1]}
    assert heads == {"0": "0", "1": "1", "2": "1", "3": "1"}
    assert found == follow_at_once(tmp_path / "whole", [before, after])
