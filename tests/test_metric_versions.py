"""A metric's formula does not change without its version (METRICS §5: `metric_ver` is part of every key)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.metric_versions import (
    ROOT,
    SQL_FOLDER,
    digest_file,
    explain,
    find_stale,
    is_current,
    list_files,
    read_record,
    read_versions,
    write_record,
)

BURSTS, VELOCITY = "warehouse/bursts.py", f"{SQL_FOLDER}/topic_velocity.sql"


def test_no_formula_changed_without_its_version() -> None:
    stale = find_stale(read_record())
    assert not stale, explain(stale)


def test_the_record_is_current() -> None:
    assert is_current(read_record()), "record it: python -m tests.metric_versions --record"


def test_every_mart_with_a_version_and_every_query_has_its_place_in_the_record() -> None:
    record = read_record()
    assert set(record.made_by) == set(read_versions())
    queries = {str(path.relative_to(ROOT)) for path in (ROOT / SQL_FOLDER).glob("*.sql")}
    placed = {*list_files(record), *record.others}
    assert queries - placed == set(), (
        "put it under a metric, `shared` or `others` in tests/metric_versions.yaml"
    )
    assert {file for file in placed if not (ROOT / file).is_file()} == set()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that metrics are made by, to be changed."""
    shutil.copytree(ROOT / SQL_FOLDER, tmp_path / SQL_FOLDER)
    for file in list_files(read_record()):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_changed_query_is_told_with_its_file_until_its_version_is_raised(copy: Path) -> None:
    change(copy / VELOCITY, "1.96", "2.58")
    found = find_stale(read_record(), copy)
    assert found["mart_topic_velocity"] == [VELOCITY]
    assert "mart_topic_burst" not in found
    assert VELOCITY in explain(found)
    for mart in found:
        number = read_versions(copy)[mart]
        path = copy / SQL_FOLDER / f"{mart.removeprefix('mart_')}.sql"
        change(path, f"{number} as metric_ver", f"{number + 1} as metric_ver")
    assert find_stale(read_record(), copy) == {}
    # and then it has to be recorded, or the next change would go unseen
    assert not is_current(read_record(), copy)
    write_record(read_record(), copy / "record.yaml", copy)
    recorded = read_record(copy / "record.yaml")
    assert is_current(recorded, copy)
    assert recorded.versions["mart_topic_velocity"] == read_record().versions["mart_topic_velocity"] + 1


def test_a_changed_statistic_is_one_of_the_metric_that_uses_it(copy: Path) -> None:
    change(copy / BURSTS, "baseline_days: int = 42", "baseline_days: int = 56")
    assert find_stale(read_record(), copy)["mart_topic_burst"] == [BURSTS]


def test_what_all_count_by_concerns_all(copy: Path) -> None:
    record = read_record()
    change(copy / record.shared[0], "select", "select distinct")
    assert set(find_stale(record, copy)) == set(record.made_by)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (BURSTS, "\n", "\n# why it is so\n"),
        (BURSTS, '    """Fill one column of the table."""', '    """Fill one\n    column."""'),
        (VELOCITY, "\nwith", "\n-- said otherwise\n\nwith"),
    ],
)
def test_comments_docstrings_and_line_breaks_are_no_change(copy: Path, file: str, old: str, new: str) -> None:
    before = digest_file(copy / file)
    change(copy / file, old, new)
    assert digest_file(copy / file) == before


def test_two_dashes_in_a_text_are_no_comment(tmp_path: Path) -> None:
    one, other = tmp_path / "one.sql", tmp_path / "other.sql"
    one.write_text("select '-- ' || 'a'", encoding="utf-8")
    other.write_text("select '-- ' || 'b'", encoding="utf-8")
    assert digest_file(one) != digest_file(other)


def test_a_file_of_the_record_that_was_never_digested_counts_as_changed() -> None:
    record = read_record()
    assert BURSTS in find_stale(replace(record, digests={}))["mart_topic_burst"]
