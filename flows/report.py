"""Report: the published file in, a folder with the report in every format out."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Literal

from flows.pdf import write_pdf
from flows.plan import RunPlan
from flows.progress import track_step
from flows.published import require_published
from flows.stopping import StopRequest
from warehouse.reports.report import ReportFiles, remove_abandoned, remove_outdated, write_report
from warehouse.reports.subjects import find_subject


def write_reports(plan: RunPlan, stop: StopRequest | None = None) -> ReportFiles:
    """Write the report of the plan, and remove those that are older than the plan keeps any.

    CommandError when nothing is published yet.
    """
    published = require_published(plan.home)
    reports = plan.home / "reports"
    remove_abandoned(reports)
    folder = reports / f"{plan.report_kind}-{plan.run_id}"
    with track_step("report", stop):
        files = write_report(
            published,
            folder,
            kind=plan.report_kind,
            language=plan.language,
            as_of=plan.as_of,
            check=(stop or StopRequest()).check,
        )
    if plan.keep_report_days:
        remove_outdated(reports, plan.keep_report_days)
    return files


def write_brief(
    plan: RunPlan, kind: Literal["topic", "brand"], name: str, stop: StopRequest | None = None
) -> ReportFiles:
    """Write the brief on one topic or brand; ReportRefused with the nearest names when there is none.

    A name may hold anything, so the folder is named by its hash.
    """
    published = require_published(plan.home)
    subject = find_subject(published, kind, name, plan.as_of)
    folder = plan.home / "reports" / f"{kind}-{sha256(subject.encode()).hexdigest()[:12]}-{plan.run_id}"
    with track_step("report", stop):
        return write_report(
            published,
            folder,
            kind=kind,
            language=plan.language,
            as_of=plan.as_of,
            subject=subject,
            check=(stop or StopRequest()).check,
        )


def add_pdf(files: ReportFiles, browser_path: str) -> Path:
    """Print the report's page beside it."""
    with track_step("pdf"):
        return write_pdf(files.html, browser_path, files.as_of)
