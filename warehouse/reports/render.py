"""A page -> its HTML and its Markdown, every text from outside escaped for where it stands."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from warehouse.reports.page import Page

FOLDER = Path(__file__).parent
MARKDOWN_MARKS = re.compile(r"([\\`*_\[\]<>|#~&!])")
MOST_TOPICS_SHOWN = 6


def render_html(page: Page) -> str:
    """The page as one HTML file that needs no network and no script."""
    css = Markup(re.sub(r"\s+", " ", (FOLDER / "report.css").read_text(encoding="utf-8")))
    return open_environment(True).get_template("report.html.j2").render(page=page, css=css) + "\n"


def render_markdown(page: Page) -> str:
    """The page as Markdown."""
    text = open_environment(False).get_template("report.md.j2").render(page=page)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@cache
def open_environment(is_html: bool) -> Environment:
    """Templates of the reports; undefined names are errors."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=is_html,
        undefined=StrictUndefined,
        keep_trailing_newline=False,
    )
    environment.filters["markdown"] = escape_markdown
    environment.filters["markdown_url"] = escape_markdown_url
    environment.filters["code"] = lambda text: text.replace("`", "'")
    environment.filters["parameter"] = format_parameter
    return environment


def escape_markdown(text: str) -> str:
    """Text that Markdown and the HTML inside it show as it is."""
    return MARKDOWN_MARKS.sub(r"\\\1", text)


def escape_markdown_url(url: str) -> str:
    """An address that cannot end its Markdown link early."""
    return quote(url, safe=":/?=&%#+,;@~!$'*.-_[]").replace("[", "%5B").replace("]", "%5D").replace("|", "%7C")


def format_parameter(value: str | int | date | list[str] | None) -> str:
    """A parameter as SQL would write it; long lists are cut."""
    if isinstance(value, list):
        shown = ", ".join(format_parameter(one) for one in value[:MOST_TOPICS_SHOWN])
        return f"[{shown}{', …' if len(value) > MOST_TOPICS_SHOWN else ''}]"
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
