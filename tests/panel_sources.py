"""Sources of one platform that begin and end, loaded and built as real packages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.landed_packages import land
from tests.trend_world import LAST_DAY, TAXONOMY, label, write_post
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.records import Annotation, Post
from warehouse.store import Warehouse
from warehouse.trends import build_marts

BEGUN = 9
"""Days before the last day that the second source was first read."""


def write_days(days: range, a_day: int, first: int, **fields: Any) -> list[Post]:
    """So many posts on each of the days (before the last day), each read an hour after it was published."""
    posts = []
    for day in days:
        for place in range(a_day):
            post = write_post(first + 100 * day + place, day + place / 100, **fields)
            assert post.published_at is not None
            posts.append(post.model_copy(update={"captured_at": post.published_at + timedelta(hours=1)}))
    return posts


OLD = write_days(range(69, -1, -1), 12, 1)
NEW = write_days(range(BEGUN, -1, -1), 12, 20_000)
ELSEWHERE = "别处的话题"
"""What the second source is full of and the first never spoke of."""


def label_tag(post: Post) -> Annotation:
    """Posts of the first source are of two topics in turn, those of the second of one."""
    number = int(post.post_id[2:])
    return label(post, "hashtags", ELSEWHERE if number // 20_000 % 2 else f"话题{number % 2}")


GONE = write_days(range(69, 20, -1), 6, 80_000)
PARTS: Sequence[tuple[str, Sequence[Post]]] = (
    ("douyin", OLD[:500]),
    ("newsnow", NEW),
    ("douyin", OLD[500:]),
    ("dailyhot", GONE),
)
"""What four packages hold: one source from the first day to the last, one that begins, one that ends."""


class Home:
    """A warehouse that sources land in."""

    def __init__(self, warehouse: Warehouse, landing: Path) -> None:
        self.warehouse, self.landing = warehouse, landing
        self.labels: list[Annotation] = []

    def bring(self, source: str, posts: Sequence[Post], run_id: str = "r1") -> None:
        """Land and load what a source read."""
        land(self.landing, posts, source=source, run_id=f"{source}-{run_id}", as_parquet=True)
        load_packages(self.warehouse, self.landing)
        self.labels += map(label_tag, posts)

    def build(self, as_of: date = LAST_DAY, **choices: Any) -> None:
        """Label all and build the marts."""
        write_annotations(self.warehouse, tabulate_records(self.labels, Annotation))
        build_marts(self.warehouse, "run-1", as_of=as_of, taxonomy=TAXONOMY, **choices)

    def ask(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.warehouse.connection.execute(sql, list(given)).fetchall()

    def list_risen(self) -> list[str]:
        """Topics that rose on any day and platform."""
        rows = self.ask(
            "select distinct topic_id from mart_topic_burst where level in ('signal', 'alert') order by 1"
        )
        return [topic for (topic,) in rows]


@contextmanager
def open_home(root: Path) -> Iterator[Home]:
    with Warehouse.open(root, least_free_bytes=0) as warehouse:
        yield Home(warehouse, root / "landing")


def ask_exposure(home: Home) -> list[tuple[Any, ...]]:
    """Posts among which a topic of the last day is counted."""
    return home.ask(
        "select max(exposure) from mart_topic_burst where platform = 'douyin' and grain = 'd' and day = ?",
        LAST_DAY,
    )
