"""Posts of several sources in; a warehouse with marts out, each post read an hour after it was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.landed_packages import land
from tests.trend_world import LAST_DAY, TAXONOMY
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.records import Annotation, Post
from warehouse.store import Warehouse
from warehouse.trends import build_marts


@contextmanager
def build_sources(
    home: Path,
    posts_by_source: Mapping[str, Sequence[Post]],
    labels: Sequence[Annotation],
    as_of: date = LAST_DAY,
) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Marts of what each source read; yields a function that asks them."""
    for source, posts in posts_by_source.items():
        read = [
            post.model_copy(update={"captured_at": post.published_at + timedelta(hours=1)})
            for post in posts
            if post.published_at
        ]
        land(home / "landing", read, source=source, run_id=source, as_parquet=True)
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        load_packages(warehouse, home / "landing")
        write_annotations(warehouse, tabulate_records(list(labels), Annotation))
        build_marts(warehouse, "run-1", as_of=as_of, taxonomy=TAXONOMY)

        def ask(sql: str, *given: object) -> list[tuple[Any, ...]]:
            return warehouse.connection.execute(sql, list(given)).fetchall()

        yield ask
