"""A published warehouse in -> a report folder out: HTML, Markdown, XLSX, CSV, Parquet and JSON of the same figures."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from warehouse.reports.errors import ReportError
from warehouse.reports.exports import write_csv, write_json, write_parquet, write_workbook
from warehouse.reports.figures import Figures, read_figures
from warehouse.reports.page import build_page
from warehouse.reports.render import render_html, render_markdown


@dataclass(frozen=True)
class ReportFiles:
    """Where a report lies, and which of its sections had nothing to show."""

    folder: Path
    html: Path
    markdown: Path
    workbook: Path
    json: Path
    tables: tuple[Path, ...]
    as_of: date | None
    empty_sections: tuple[str, ...]


def write_report(
    published: Path,
    folder: Path,
    *,
    kind: Literal["weekly", "daily"] = "weekly",
    language: Literal["zh", "en"] = "zh",
    as_of: date | None = None,
) -> ReportFiles:
    """Write the report into `folder`, which appears complete or keeps what it held.

    as_of: last day of the report in Asia/Shanghai; None takes the newest day read. The same warehouse, kind, language and
    day give the same bytes in every file. Raises ReportError.
    """
    if language not in ("zh", "en"):
        raise ReportError(f"there is no report in {language}; choose zh or en")
    figures = read_figures(published, kind, as_of)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink():
            raise ReportError(f"{folder} is a link; name a folder of its own for the report")
        building = Path(tempfile.mkdtemp(prefix=".report-", dir=folder.parent))
        try:
            empty_sections = fill_folder(building, figures, language)
            building.chmod(0o755)
            replace_folder(building, folder)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    except OSError as error:
        raise ReportError(f"the report could not be written to {folder}: {error.strerror}") from error
    return ReportFiles(
        folder=folder,
        html=folder / "report.html",
        markdown=folder / "report.md",
        workbook=folder / "report.xlsx",
        json=folder / "report.json",
        tables=tuple(sorted((folder / "tables").iterdir())),
        as_of=figures.as_of,
        empty_sections=empty_sections,
    )


def fill_folder(folder: Path, figures: Figures, language: str) -> tuple[str, ...]:
    """Write every file of the report and flush it to the disk; names of the sections without a table."""
    page = build_page(figures, language)
    tables = folder / "tables"
    tables.mkdir()
    (folder / "report.html").write_text(render_html(page), encoding="utf-8")
    (folder / "report.md").write_text(render_markdown(page), encoding="utf-8")
    (folder / "report.json").write_bytes(write_json(figures, page))
    write_workbook(figures, page, folder / "report.xlsx")
    for query, table in figures.tables.items():
        (tables / f"{query}.csv").write_bytes(write_csv(table))
        (tables / f"{query}.parquet").write_bytes(write_parquet(table))
    for path in (*folder.rglob("*"), folder):
        flush(path)
    return page.empty_sections


def flush(path: Path) -> None:
    """Have the disk hold a file or a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_folder(built: Path, folder: Path) -> None:
    """Put a complete folder in the place of an older one; the older one comes back when that fails."""
    aside = Path(tempfile.mkdtemp(prefix=".replaced-", dir=folder.parent))
    try:
        if folder.exists():
            folder.rename(aside / "report")
        try:
            built.rename(folder)
        except OSError:
            if (aside / "report").exists():
                (aside / "report").rename(folder)
            raise
        flush(folder.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
