"""A published file for strangers' queries, with a secret beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.landed_packages import land, make_entry, make_listing, make_post
from warehouse.load import load_packages
from warehouse.publish import publish
from warehouse.store import Warehouse


@contextmanager
def publish_query_world(folder: Path) -> Iterator[Path]:
    """The published file of a warehouse that stays open; `secret.csv` stands in the folder."""
    land(folder / "landing", [make_post(number) for number in range(50)] + [make_listing(1), make_entry()])
    (folder / "secret.csv").write_text("key\n52b1c4de\n")
    with Warehouse.open(folder / "home") as warehouse:
        load_packages(warehouse, folder / "landing")
        yield publish(warehouse)
