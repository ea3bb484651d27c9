"""A page in, one self-contained HTML file without script or network out."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from warehouse.reports.page import Page

TEMPLATES = Path(__file__).parent / "templates"
MOST_TOPICS_SHOWN = 6


def render_html(page: Page) -> str:
    """The report as HTML; every text is escaped, every figure carries its query, row and column."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["parameter"] = format_parameter
    css = Markup(re.sub(r"\s+", " ", (TEMPLATES / "report.css").read_text(encoding="utf-8")))
    return environment.get_template("report.html.j2").render(page=page, css=css)


def format_parameter(value: str | int | date | list[str] | None) -> str:
    """A parameter as SQL writes it; a long list is cut."""
    if isinstance(value, list):
        shown = ", ".join(format_parameter(one) for one in value[:MOST_TOPICS_SHOWN])
        return f"[{shown}{', …' if len(value) > MOST_TOPICS_SHOWN else ''}]"
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
