"""A published file in, one folder with the report in every format out, whole or not at all."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from warehouse.errors import ReportRefused
from warehouse.faults import storage_faults
from warehouse.reports.feed import FEED_FILE, render_feed
from warehouse.reports.figures import read_figures
from warehouse.reports.html import render_html
from warehouse.reports.markdown import render_markdown
from warehouse.reports.page import build_page
from warehouse.reports.tables import render_json, write_tables
from warehouse.reports.workbook import write_workbook

ReportKind = Literal["weekly", "daily", "topic", "brand"]
ABANDONED_SECONDS = 3600.0
"""A report takes seconds; what was begun so long ago was killed."""


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where a report was written, the names of its sections that had nothing to show, its day."""

    folder: Path
    empty_sections: tuple[str, ...] = ()
    as_of: date | None = None
    """Last day of the report."""

    @property
    def html(self) -> Path:
        """The self-contained page."""
        return self.folder / "report.html"


def write_report(
    published: Path,
    folder: Path,
    *,
    kind: ReportKind = "weekly",
    language: Literal["zh", "en"] = "zh",
    as_of: date | None = None,
    subject: str | None = None,
    check: Callable[[], None] = lambda: None,
) -> ReportFiles:
    """Write report.html, .md, .xlsx, .json, a feed and tables/*.csv, *.parquet; same input, same bytes.

    The folder is built beside its place and renamed into it; one of that name is replaced. ReportRefused when
    the published file cannot be read, StorageError when the disk is full. `subject` is the topic_id or
    brand_id of a brief.
    `check` raises where the report is not wanted any more, and nothing of it is left.
    """
    if folder.is_symlink():
        raise ReportRefused(f"{folder} is a link: name a folder of its own for the report")
    figures = read_figures(published, kind, as_of, subject, check)
    page = build_page(figures, language)
    check()
    part = folder.with_name(f".{folder.name}.part")
    with storage_faults(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(part, ignore_errors=True)
        try:
            part.mkdir()
            (part / "report.html").write_text(render_html(page), encoding="utf-8")
            (part / "report.md").write_text(render_markdown(page), encoding="utf-8")
            (part / "report.json").write_text(render_json(figures, page), encoding="utf-8")
            if "rising" in figures.tables:
                (part / FEED_FILE).write_text(render_feed(figures, page), encoding="utf-8")
            check()
            write_workbook(figures, page, part / "report.xlsx")
            write_tables(figures, part / "tables")
            for file in part.rglob("*"):
                if file.is_file():
                    sync_file(file)
            check()
            replace_folder(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return ReportFiles(folder, page.empty_sections, figures.as_of)


def remove_abandoned(reports: Path) -> None:
    """Remove from a home's reports what a killed process had begun to write an hour ago or longer."""
    for path in (*reports.glob(".*.part"), *reports.glob(".*.old")):
        if path.stat().st_mtime < time.time() - ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def remove_outdated(reports: Path, keep_days: int) -> None:
    """Remove weekly and daily reports written longer ago than so many days; briefs, being asked for, stay."""
    before = time.time() - keep_days * 86_400
    for kind in ("weekly", "daily"):
        for page in reports.glob(f"{kind}-*/report.json"):
            if page.stat().st_mtime < before and not page.parent.is_symlink():
                shutil.rmtree(page.parent)


def sync_file(path: Path) -> None:
    """Put a file's bytes on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def replace_folder(part: Path, folder: Path) -> None:
    """Give the finished folder its name; an older one steps aside first and is removed after."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    part.replace(folder)
    shutil.rmtree(old, ignore_errors=True)
