"""Last calls in the report: those that did not hold are shown too, however many did."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb

from tests.published_world import LAST_DAY, publish_world
from warehouse.reports.report import write_report


def test_calls_that_did_not_hold_are_listed_after_twenty_that_did(tmp_path: Path) -> None:
    published = publish_world(tmp_path / "headwater.duckdb")
    called = LAST_DAY - timedelta(days=7)
    calls = [(called, f"word:成立{n:02d}", LAST_DAY, True, 9.0) for n in range(20)]
    calls += [(called, f"word:落空{n}", LAST_DAY, False, 0.5) for n in range(3)]
    with duckdb.connect(str(published)) as connection:
        connection.execute("delete from v_scorecard")
        connection.executemany("insert into v_scorecard values (?, ?, 'rising', ?, ?, ?, null)", calls)
    report = write_report(published, tmp_path / "报告", as_of=LAST_DAY)
    text = (report.folder / "report.md").read_text(encoding="utf-8")
    listed = text.split("## 上期判断的成绩")[1].split("\n## ")[0]
    assert [topic for _, topic, *_ in calls if topic not in listed] == []
