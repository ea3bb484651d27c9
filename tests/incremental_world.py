"""Six packages that overlap, come late and correct each other in; marts built of them, as hashes, out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

import duckdb

from tests.landed_packages import land, make_entry, make_listing
from tests.trend_world import NOON, TAXONOMY, label, write_post
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.records import Annotation, Listing, Post, Record
from warehouse.store import Warehouse
from warehouse.trends import TrendSettings, build_marts

BUILD_HISTORY = (
    "mart_call",
    "mart_scorecard",
    "mart_base_rate",
    "mart_opportunity_call",
    "mart_opportunity_score",
)
"""Marts that record what was said when; they depend on when was asked, as they should."""

Package = tuple[list[Record], list[Annotation]]

RARE_TOPICS = TrendSettings(most_topics=6)
"""Fewer places than topics, so that topics enter and leave the ranking as packages come."""


def make_packages() -> list[Package]:
    """Six weeks of posts and board lines in six packages.

    The third holds posts of the days of the first, the fourth reads posts of the second again with other
    counts and another title, the fifth copies wordings of the first before they were first said, the sixth
    brings the last day.
    """
    weeks = [
        write_day_posts(range(24 + 14 * place, 10 + 14 * place, -1), 1000 * (3 - place)) for place in range(3)
    ]
    early, middle, last = reversed(weeks)
    late = [write_post(9000 + number, 40 + number % 3) for number in range(12)]
    again = [
        post.model_copy(
            update={"likes": 500, "title": f"{post.title}（更新）", "captured_at": NOON + timedelta(hours=2)}
        )
        for post in middle[:20]
    ]
    copies = [
        write_post(8000 + number, 50 - number % 2, title=post.title) for number, post in enumerate(early[:15])
    ]
    newest = write_day_posts(range(9, -1, -1), 5000)
    titles = [f"热榜第{place}件大事" for place in range(9)]
    boards: list[list[Record]] = [
        [
            make_entry(
                title,
                captured_at=NOON - timedelta(days=5 * number + place % 3),
                run_id=f"b{number}",
                rank=place + 1,
            )
            for place, title in enumerate(titles[number : number + 5])
        ]
        for number in range(6)
    ]
    offers = [
        make_listing(number, title=f"拼豆套装{number}号", captured_at=NOON - timedelta(days=number % 9))
        for number in range(12)
    ]
    posts: list[list[Post]] = [early, middle, late, again, copies, [*last, *newest]]
    return [
        ([*chosen, *boards[number], *(offers if number == 2 else [])], label_all(chosen, offers))
        for number, chosen in enumerate(posts)
    ]


def write_day_posts(days_ago: Iterable[int], first: int) -> list[Post]:
    """Nine posts a day, one of them an advert; every tenth repeats the words of the one before."""
    posts: list[Post] = []
    for day in days_ago:
        for place in range(9):
            number = first + 9 * day + place
            post = write_post(number, day + place / 100, is_ad=place == 8, likes=10 * place, kind="note")
            posts.append(post.model_copy(update={"title": posts[-1].title}) if place == 5 else post)
    return posts


def label_all(posts: Sequence[Post], offers: Sequence[Listing]) -> list[Annotation]:
    """Interests, tags of uneven frequency, sentiment and intent, by the number in the id."""
    labels = [label(record, "interests", code) for record in (*posts, *offers) for code in ("08", "08.01")]
    for post in posts:
        number = int(post.post_id) % 10_000
        tag = next(divisor for divisor in (11, 7, 5, 3, 2, 1) if number % divisor == 0)
        labels += [
            label(post, "hashtags", f"标签{tag}"),
            label(post, "keywords", f"词{number // 40 % 23}"),
            label(post, "sentiment", "positive" if number % 3 else "negative"),
            label(post, "intent", "IPL"[number % 3]),
        ]
    return labels


def build_in_order(
    home: Path,
    packages: Sequence[Package],
    built_after: Iterable[int],
    settings: TrendSettings = RARE_TOPICS,
) -> dict[str, str]:
    """Load the packages in this order, build the marts after those places and at the end; hashes by mart."""
    places = {*built_after, len(packages) - 1}
    with Warehouse.open(home, least_free_bytes=0, memory_limit="512MB") as warehouse:
        for place, (records, labels) in enumerate(packages):
            land(home / "landing", records, run_id=f"{place}-{len(records)}", as_parquet=True)
            load_packages(warehouse, home / "landing")
            write_annotations(warehouse, tabulate_records(labels, Annotation))
            if place in places:
                build_marts(warehouse, "run-1", taxonomy=TAXONOMY, settings=settings)
        return hash_marts(warehouse.connection)


def hash_marts(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Mart -> hash of its rows in canonical order; marts that record when they were built are left out."""
    names = connection.execute(
        "select table_name from duckdb_tables() where starts_with(table_name, 'mart_') order by 1"
    ).fetchall()
    return {
        name: hashlib.sha256(
            repr(connection.execute(f"select * from {name} order by all").fetchall()).encode()  # noqa: S608
        ).hexdigest()
        for (name,) in names
        if name not in BUILD_HISTORY
    }
