"""A printed report: no heading, head of a table or head of a group stands alone at the foot of a page."""

from __future__ import annotations

import re
import zlib
from datetime import date

import pytest

from flows.pdf import print_pdf
from flows.pdf_text import OBJECT
from warehouse.reports.report import ReportFiles

COLOURS = {b"1 0 0": "head", b"0 1 0": "row", b"0 0 1": "heading"}
STYLE = """<style>@media print {
section h2, .group th { background: #00f !important } thead th { background: #f00 }
tbody td, tbody th { background: #0f0 } .filler { break-before: page } }</style>"""
FILLERS = range(600, 1020, 12)
"""Heights, in pixels, that push a section down to the foot of an A4 page and over it."""


def cut_section(html: str, name: str) -> str:
    """The section of that name."""
    start = html.index(f'<section id="{name}"')
    return html[start : html.index("</section>", start) + len("</section>")]


def list_last_marks(pdf: bytes) -> list[str]:
    """What stands last on each page that holds any of the coloured things."""
    pages = (
        zlib.decompress(pdf[found.end() : found.end() + int(found[2])]) for found in OBJECT.finditer(pdf)
    )
    marks = (re.findall(rb"(?<![\d.])([01] [01] [01]) (?:rg|scn?)\b", page) for page in pages)
    known = ([COLOURS[mark] for mark in page if mark in COLOURS] for page in marks)
    return [page[-1] for page in known if page]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["brands", "rising", "coverage", "watchout"])
def test_no_head_stands_alone_at_the_foot_of_a_page(name: str, weekly_report: ReportFiles) -> None:
    html = weekly_report.html.read_text(encoding="utf-8")
    section = cut_section(html, name)
    filled = "".join(f'<div class="filler" style="height: {height}px"></div>{section}' for height in FILLERS)
    head = html[: html.index("<body")].replace("</head>", f"{STYLE}</head>")
    pdf = print_pdf(f'{head}<body class="weekly"><main>{filled}</main></body></html>', "", date(2026, 11, 15))
    ends = list_last_marks(pdf)
    assert len(ends) >= len(FILLERS)
    assert set(ends) == {"row"}
