"""What a landing package holds, when it exists, and what a killed run leaves."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from spiders.arrow_schemas import record_schema
from spiders.errors import PackageError
from spiders.landing import LandingWriter, read_report
from warehouse.records import BoardEntry, CrawlReport, Listing, Post, Rejection

MOMENT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


def make_entry(rank: int) -> BoardEntry:
    return BoardEntry(
        platform="douyin", board="hot", rank=rank, title=f"热点{rank}", captured_at=MOMENT, run_id="r1"
    )


def make_video(post_id: str) -> Post:
    return Post(
        platform="douyin",
        post_id=post_id,
        kind="video",
        views=100_000,
        floor_counts=("views",),
        captured_at=MOMENT,
        run_id="r1",
    )


def make_lamp() -> Listing:
    return Listing(
        platform="shop",
        listing_id="1",
        title="露营灯",
        price=Decimal("52.90"),
        currency="CNY",
        captured_at=MOMENT,
        run_id="r1",
    )


def make_report() -> CrawlReport:
    return CrawlReport(
        source="douyin",
        run_id="r1",
        outcome="complete",
        started_at=MOMENT,
        finished_at=MOMENT,
        duration_seconds=0.5,
    )


def read_lines(path: Path) -> list[dict[str, object]]:
    with zstandard.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_a_complete_package_holds_records_rejections_and_a_report_that_proves_them(tmp_path: Path) -> None:
    writer = LandingWriter(tmp_path, "douyin", "r1")
    assert not writer.exists
    for rank in (1, 2, 3):
        writer.add(make_entry(rank))
    writer.add(make_video("7301234567890123456"))
    writer.add(make_lamp())
    writer.reject(
        Rejection(source="douyin", run_id="r1", record_kind="posts", reason="bad_count", captured_at=MOMENT)
    )
    folder = writer.complete(make_report())

    assert folder == tmp_path / "douyin" / "r1" and LandingWriter(tmp_path, "douyin", "r1").exists
    report = CrawlReport.model_validate_json((folder / "report.json").read_bytes())
    assert report.records_by_kind == {"board_entries": 3, "listings": 1, "posts": 1}
    assert report.rejections_by_reason == {"bad_count": 1}
    kinds = ("board_entries", "listings", "posts", "rejections")
    assert [file.name for file in report.files] == [f"{kind}.jsonl.zst" for kind in kinds]
    for file in report.files:
        assert file.sha256 == hashlib.sha256((folder / file.name).read_bytes()).hexdigest()
        assert file.rows == len(read_lines(folder / file.name))
    assert BoardEntry.model_validate(read_lines(folder / "board_entries.jsonl.zst")[1]) == make_entry(2)
    assert not list(folder.glob(".*"))


def test_without_a_report_there_is_no_package_but_what_was_flushed_can_be_read(tmp_path: Path) -> None:
    writer = LandingWriter(tmp_path, "douyin", "r1")
    for rank in range(1, 12_001):
        writer.add(make_entry(rank))
    path = tmp_path / "douyin" / "r1" / "board_entries.jsonl.zst"
    flushed = path.read_bytes()
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(flushed), read_across_frames=True)
    assert len(reader.read().splitlines()) >= 10_000
    assert not writer.exists
    writer.abandon()


def test_the_next_attempt_starts_anew(tmp_path: Path) -> None:
    killed = LandingWriter(tmp_path, "douyin", "r1")
    killed.add(make_video("1"))
    killed.abandon()
    again = LandingWriter(tmp_path, "douyin", "r1")
    again.add(make_entry(1))
    folder = again.complete(make_report())
    assert sorted(path.name for path in folder.iterdir()) == ["board_entries.jsonl.zst", "report.json"]


def test_a_complete_package_is_never_written_again(tmp_path: Path) -> None:
    LandingWriter(tmp_path, "douyin", "r1").complete(make_report())
    with pytest.raises(PackageError, match="complete already"):
        LandingWriter(tmp_path, "douyin", "r1").add(make_entry(1))


@pytest.mark.parametrize("content", [b"{", b"", b'{"source": "douyin"}', b"\xff\xfe"])
def test_a_damaged_report_is_told_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    folder = LandingWriter(tmp_path, "douyin", "r1").complete(make_report())
    (folder / "report.json").write_bytes(content)
    with pytest.raises(PackageError, match=r"r1: its report\.json is damaged; restore that file, or move"):
        read_report(folder)


def make_table(rows: int) -> pa.Table:
    plain: dict[str, list[object]] = {name: [None] * rows for name in record_schema("board_entries").names}
    plain |= {
        "platform": ["weibo"] * rows,
        "board": ["hot"] * rows,
        "title": ["热"] * rows,
        "run_id": ["r1"] * rows,
    }
    return pa.table(plain | {"rank": list(range(1, rows + 1)), "captured_at": [MOMENT] * rows})


def test_tables_land_as_parquet_in_parts_with_the_records_types(tmp_path: Path) -> None:
    writer = LandingWriter(tmp_path, "import", "r1")
    writer.add_table("board_entries", make_table(2).select(list(reversed(make_table(2).column_names))))
    writer.add_table("board_entries", make_table(3))
    folder = writer.complete(make_report())
    assert pq.read_schema(folder / "board_entries.parquet").equals(record_schema("board_entries"))
    assert pq.read_table(folder / "board_entries-0002.parquet").num_rows == 3
    assert CrawlReport.model_validate_json((folder / "report.json").read_bytes()).records_by_kind == {
        "board_entries": 5
    }


def test_a_table_that_is_no_record_is_refused(tmp_path: Path) -> None:
    writer = LandingWriter(tmp_path, "import", "r1")
    with pytest.raises(PackageError, match="nickname"):
        writer.add_table("board_entries", make_table(1).append_column("nickname", pa.array(["张三"])))
    with pytest.raises(PackageError, match="does not fit"):
        bad = make_table(1).set_column(2, "rank", pa.array(["first"]))
        writer.add_table("board_entries", bad)


@pytest.mark.parametrize("kind", ["posts", "listings", "board_entries"])
def test_every_record_kind_has_an_arrow_schema(kind: str) -> None:
    schema = record_schema(kind)
    assert schema.field("captured_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("platform").type == pa.string()
