"""Tables exported for spreadsheets: whole files that Excel reads as Chinese and never runs."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from warehouse.export import export_tables
from warehouse.reports.tables import FORMULA_STARTS

TITLES = [f"{start}1+1 秋冬穿搭" for start in FORMULA_STARTS] + ["多巴胺穿搭，第二行\n“引号”", "-", ""]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "headwater.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute('create table mart_topic (title varchar, "n docs" bigint, change double)')
        connection.executemany("insert into mart_topic values (?, -3, -0.5)", [[title] for title in TITLES])
        connection.execute("insert into mart_topic values (null, null, null)")
    return path


def test_csv_opens_in_a_spreadsheet_as_text_that_is_never_run(published: Path, tmp_path: Path) -> None:
    (written,) = export_tables(published, tmp_path / "out", (), "csv")
    assert written.rows == len(TITLES) + 1
    assert written.path.read_bytes().startswith("\ufefftitle,n docs,change\n".encode())
    with written.path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows if row["title"].startswith(FORMULA_STARTS)] == []
    assert {row["title"].removeprefix("'") for row in rows} == set(TITLES)
    assert {(row["n docs"], row["change"]) for row in rows} == {("-3", "-0.5"), ("", "")}
    assert [path.name for path in written.path.parent.iterdir()] == ["mart_topic.csv"]


def test_parquet_keeps_every_text_as_it_is(published: Path, tmp_path: Path) -> None:
    (written,) = export_tables(published, tmp_path / "out", ("mart_topic",), "parquet")
    titles = {title for (title,) in duckdb.read_parquet(str(written.path)).select("title").fetchall()}
    assert titles == {*TITLES, None}
