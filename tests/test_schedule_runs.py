"""A real `headwater schedule`: what is due is crawled to a report, also after it was killed in the middle."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.loopback_sites import Site, answer_popular, serve
from tests.scheduler import DEAD_PROXIES, Scheduler, start_schedule, wait_until


def list_outcomes(folder: Path) -> list[str]:
    """Outcomes of the packages that landed, in the order of their run ids."""
    reports = sorted((folder / ".headwater" / "landing").glob("*/*/report.json"))
    return [json.loads(report.read_text(encoding="utf-8"))["outcome"] for report in reports]


def has_reported(folder: Path, scheduler: Scheduler) -> bool:
    """Whether a report was written; the scheduler must live."""
    assert scheduler.process.poll() is None, (folder / "scheduler.log").read_text(encoding="utf-8")
    return any(folder.glob(".headwater/reports/*/report.html"))


@pytest.mark.process
@pytest.mark.timeout(600)
def test_a_source_that_was_never_crawled_is_crawled_at_the_start_and_reported_past_all_proxies(
    tmp_path: Path,
) -> None:
    site = Site(answer_popular)
    source = f'[sources.bilibili]\nevery = "1d"\naddresses = {{base = "{site.address}"}}\n'
    with serve(site), start_schedule(tmp_path, source, environment=DEAD_PROXIES) as scheduler:
        wait_until(lambda: has_reported(tmp_path, scheduler))
        assert list_outcomes(tmp_path) == ["complete"]
        wait_until(lambda: scheduler.list_runs() == ["COMPLETED"])

        # a computer that wakes up finds all the runs due that it slept through
        for hours in (50, 26, 2):
            scheduler.add_run(datetime.now(UTC) - timedelta(hours=hours))
        wait_until(lambda: scheduler.list_runs() == [*["CANCELLED"] * 3, "COMPLETED"])
        assert list_outcomes(tmp_path) == ["complete"], "what was missed had been made up for"


@pytest.mark.process
@pytest.mark.timeout(600)
def test_after_a_power_cut_in_a_crawl_the_next_start_ends_the_dead_run_and_completes_another(
    tmp_path: Path,
) -> None:
    stalls = True
    site = Site(answer_popular, pause=lambda path: 600.0 if stalls and "/popular" in path else 0.0)
    source = f'[sources.bilibili]\nevery = "1d"\naddresses = {{base = "{site.address}"}}\n'
    with serve(site):
        with start_schedule(tmp_path, source) as scheduler:
            wait_until(site.pages)
            scheduler.kill_all()
        stalls = False
        with start_schedule(tmp_path, source) as scheduler:
            wait_until(lambda: has_reported(tmp_path, scheduler))
            wait_until(lambda: scheduler.list_runs() == ["CRASHED", "COMPLETED"])
            assert sorted(scheduler.list_runs("headwater")) == ["COMPLETED", "CRASHED"]
    assert list_outcomes(tmp_path)[-1] == "complete"
