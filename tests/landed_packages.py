"""Hand-made rows in; landing packages as spiders write them out, loaded and asked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import zstandard

from warehouse.columns import tabulate_records
from warehouse.load import LoadResult, load_packages
from warehouse.records import (
    RECORD_KINDS,
    BoardEntry,
    CrawlReport,
    LandedFile,
    Listing,
    Post,
    Record,
    Rejection,
    Search,
)
from warehouse.store import Warehouse

MORNING = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
CORE_TABLES = ("core_posts", "core_listings", "core_board_entries", "core_annotations")


def make_post(number: int = 1, run_id: str = "r1", hours: float = 0, **fields: object) -> Post:
    """One observation of the post `number`, so many hours after the first morning."""
    values: dict[str, object] = {
        "platform": "douyin",
        "post_id": f"74{number:017}",
        "kind": "video",
        "title": f"第{number}个多巴胺穿搭",
        "text": "春天就该这么穿 #多巴胺穿搭",
        "hashtags": ("多巴胺穿搭",),
        "author_key": f"{number:064x}",
        "published_at": MORNING - timedelta(days=1),
        "published_precision": "second",
        "likes": 10_000 + number,
        "floor_counts": ("likes",),
        "captured_at": MORNING + timedelta(hours=hours),
        "run_id": run_id,
    }
    return Post.model_validate(values | fields)


def make_listing(number: int = 1, run_id: str = "r1", hours: float = 0, **fields: object) -> Listing:
    """One observation of the offer `number`."""
    values: dict[str, object] = {
        "platform": "taobao",
        "listing_id": f"68{number:010}",
        "title": f"彩色针织开衫 {number} 号",
        "category_path": ("女装", "毛针织衫"),
        "price": "129.90",
        "currency": "CNY",
        "sold_low": 100_000,
        "sold_basis": "30d",
        "captured_at": MORNING + timedelta(hours=hours),
        "run_id": run_id,
    }
    return Listing.model_validate(values | fields)


def make_entry(title: str = "拼豆手工", run_id: str = "r1", hours: float = 0, **fields: object) -> BoardEntry:
    """One line of the hot board."""
    values: dict[str, object] = {
        "platform": "weibo",
        "board": "hot",
        "rank": 3,
        "title": title,
        "heat": 123_456.0,
        "label": "热",
        "captured_at": MORNING + timedelta(hours=hours),
        "run_id": run_id,
    }
    return BoardEntry.model_validate(values | fields)


def land(
    root: Path,
    records: Sequence[Record],
    source: str = "douyin",
    run_id: str = "r1",
    *,
    as_parquet: bool = False,
    queries: Sequence[Search] = (),
) -> Path:
    """Write a complete package of the records, with the searches it was made by."""
    folder = root / source / run_id
    folder.mkdir(parents=True)
    for kind, record in RECORD_KINDS.items():
        chosen = [entry for entry in records if type(entry) is record]
        if chosen and as_parquet:
            pq.write_table(tabulate_records(chosen, record), folder / f"{kind}.parquet")
        elif chosen:
            write_lines(folder / f"{kind}.jsonl.zst", [entry.model_dump_json() for entry in chosen])
    return seal(
        folder,
        {kind: sum(type(entry) is record for entry in records) for kind, record in RECORD_KINDS.items()},
        queries,
    )


def land_rejection(root: Path, payload: str) -> Path:
    """Write a complete package of one rejected post."""
    folder = root / "douyin" / "r1"
    folder.mkdir(parents=True)
    rejection = Rejection(
        source="douyin",
        run_id="r1",
        record_kind="posts",
        reason="no_title",
        payload=payload,
        captured_at=MORNING,
    )
    write_lines(folder / "rejections.jsonl.zst", [rejection.model_dump_json()])
    return seal(folder, {"rejections": 1})


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """JSON lines in two zstd frames, as a crawl that flushes leaves them."""
    middle = len(lines) // 2
    frames = ["".join(f"{line}\n" for line in part) for part in (lines[:middle], lines[middle:]) if part]
    path.write_bytes(b"".join(zstandard.compress(frame.encode()) for frame in frames))


def seal(
    folder: Path, rows: dict[str, int], queries: Sequence[Search] = (), messages: Sequence[str] = ()
) -> Path:
    """Write the report of a package over the files that lie there."""
    files = tuple(
        LandedFile(
            name=path.name,
            record_kind=path.name.split(".")[0].split("-")[0],
            rows=rows[path.name.split(".")[0].split("-")[0]],
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(folder.iterdir())
    )
    report = CrawlReport(
        source=folder.parent.name,
        run_id=folder.name,
        outcome="complete",
        started_at=MORNING,
        finished_at=MORNING + timedelta(minutes=1),
        duration_seconds=60,
        requests_by_status={"200": 12},
        files=files,
        queries=tuple(queries),
        messages=tuple(messages),
    )
    (folder / "report.json").write_text(report.model_dump_json(), encoding="utf-8")
    return folder


def hash_core(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Core table -> hash of its rows in canonical order."""
    hashes = {}
    for name in CORE_TABLES:
        rows = connection.execute(f"select * from {name} order by all").fetchall()  # noqa: S608
        hashes[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return hashes


def count_rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows of a table."""
    return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])  # noqa: S608


def make_entry_id(platform: str, board: str, title: str) -> str:
    """Key of a board line in core_board_entries: md5 of platform, board and title, 32 hex characters.

    The same as md5(concat_ws(chr(31), platform, board, title)) in SQL.
    """
    return hashlib.md5("\x1f".join((platform, board, title)).encode(), usedforsecurity=False).hexdigest()


def load_into(home: Path, landing: Path) -> LoadResult:
    """Load a landing folder into a home."""
    with Warehouse.open(home) as warehouse:
        return load_packages(warehouse, landing)


def query(home: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of a query on the writer's file."""
    with Warehouse.open(home) as warehouse:
        return warehouse.connection.execute(sql).fetchall()
