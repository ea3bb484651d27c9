"""Hand-made posts, offers and labels in; a warehouse with marts out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from tests.landed_packages import land, make_post
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.records import Annotation, Post, Record
from warehouse.store import Warehouse
from warehouse.trends import build_marts

LAST_DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
"""Noon of the last day in Shanghai."""

TAXONOMY = pa.table(
    {
        "code": ["08", "08.01", "08.02", "05", "05.02"],
        "zh": ["户外露营", "露营", "徒步登山", "美食饮品", "咖啡"],
        "en": ["Outdoor", "camping", "hiking", "Food & drink", "coffee"],
        "level": [1, 2, 2, 1, 2],
        "parent_code": [None, "08", "08", None, "05"],
    }
)


def write_post(number: int, days_ago: float = 0, **fields: Any) -> Post:
    """A post of its own author, with its own words, published so many days before the last day's noon."""
    moment = NOON - timedelta(days=days_ago)
    words = f"第{chr(0x4E00 + number % 20_000)}{chr(0x4E00 + number // 3 % 9_000)}次出门的记录"
    values: dict[str, Any] = {
        "title": words,
        "text": "",
        "hashtags": (),
        "author_key": f"{number:064x}",
        "published_at": moment,
        "captured_at": max(moment, NOON) + timedelta(hours=1),
        "likes": None,
        "floor_counts": (),
    }
    return make_post(number, **(values | fields))


def label(record: Record, tagger: str, name: str, version: str = "1") -> Annotation:
    """One label on a post or an offer."""
    fields: dict[str, Any] = record.model_dump()
    kind = "post" if "post_id" in fields else "listing"
    return Annotation(
        subject_kind="post" if kind == "post" else "listing",
        subject_id=f"{fields['platform']}:{fields[f'{kind}_id']}",
        tagger=tagger,
        tagger_version=version,
        label=name,
        score=0.9,
    )


@contextmanager
def build_world(
    home: Path,
    packages: Sequence[Sequence[Record]],
    labels: Sequence[Annotation],
    **choices: Any,
) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Load the packages in order, write the labels, build the marts; yields a function that asks them."""
    for number, records in enumerate(packages, start=1):
        land(home / "landing", records, run_id=f"r{number}", as_parquet=True)
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        load_packages(warehouse, home / "landing")
        write_annotations(warehouse, tabulate_records(list(labels), Annotation))
        build_marts(warehouse, "run-1", taxonomy=TAXONOMY, **({"as_of": LAST_DAY} | choices))

        def ask(sql: str, *given: object) -> list[tuple[Any, ...]]:
            return warehouse.connection.execute(sql, list(given)).fetchall()

        yield ask
