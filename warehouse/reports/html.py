"""A page in, one self-contained HTML file without script or network out."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from warehouse.reports.page import Page

TEMPLATES = Path(__file__).parent / "templates"


def render_html(page: Page) -> str:
    """The report as HTML; every text is escaped, every figure carries its query, row and column."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    css = Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))
    return environment.get_template("report.html.j2").render(page=page, css=css)
