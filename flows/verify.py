"""A written report and the settings in, every figure and file that does not hold any more out."""

from __future__ import annotations

from pathlib import Path

from flows.pdf import print_pdf
from flows.published import require_published
from flows.settings import Settings
from warehouse.reports.html import render_html
from warehouse.reports.verify import Difference, rebuild, verify_report

PDF = "report.pdf"


def verify_files(path: Path, settings: Settings) -> list[Difference]:
    """Differences of a report's folder or of one of its files.

    A PDF is printed again from the figures of today and compared byte by byte, by the browser of this
    machine. ReportRefused when there is no report at the path.
    """
    published = require_published(settings.home)
    is_pdf = path.name == PDF
    differences = [] if is_pdf else verify_report(path, published)
    pdf = path if is_pdf else path / PDF
    if pdf.is_file():
        figures, page = rebuild(pdf.parent, pdf, published)
        printed = print_pdf(render_html(page), settings.chromium_path, figures.as_of)
        if printed != pdf.read_bytes():
            differences.append(
                Difference(PDF, "file", 0, "", "other bytes", "what this browser prints of today's figures")
            )
    return differences
