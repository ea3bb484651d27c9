"""Report: the published file in, a folder with the report in every format out."""

from __future__ import annotations

from flows.plan import RunPlan
from flows.progress import track_step
from flows.published import require_published
from warehouse.reports.report import ReportFiles, write_report


def write_reports(plan: RunPlan) -> ReportFiles:
    """Write the report of the plan; CommandError when nothing is published yet."""
    published = require_published(plan.home)
    folder = plan.home / "reports" / f"{plan.report_kind}-{plan.run_id}"
    with track_step("report"):
        return write_report(
            published, folder, kind=plan.report_kind, language=plan.language, as_of=plan.as_of
        )
