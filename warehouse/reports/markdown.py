"""A page in, the same report as Markdown out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from warehouse.reports.links import Link
from warehouse.reports.page import Cell, Page, Section
from warehouse.reports.wording import Part

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#!~]|&(?=#?\w+;))")


def render_markdown(page: Page) -> str:
    """The report as GitHub-flavoured Markdown; texts of posts cannot become markup."""
    lines = [f"# {page.title}", "", join_parts(page.period), "", join_parts(page.scope), ""]
    for sentence in page.sentences:
        number = f"**{join_parts(sentence.number)}** " if sentence.number else ""
        lines += [f"- {escape(sentence.kicker)}: {number}{join_parts(sentence.text)}"]
        lines += [f"  - {write_link(link)}" for link in sentence.links]
    for section in page.sections:
        lines += ["", f"## {section.title}", "", *write_section(section)]
    lines += ["", f"## {page.words('back', 'definitions')}", ""]
    lines += [f"- **{term}**: {text}" for term, text in page.definitions]
    lines += ["", f"## {page.words('back', 'runs')}", ""]
    lines += [f"- {escape(part.text)}: {escape(version.text)}" for part, version in page.runs]
    lines += [] if page.runs else [page.words("back", "no_runs")]
    lines += ["", f"## {page.words('back', 'queries')}", ""]
    for query, sql, parameters, _ in page.queries:
        given = ", ".join(f"${name} = {value}" for name, value in parameters.items())
        lines += [f"### {query}", "", *([given, ""] if given else []), "```sql", sql, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def write_section(section: Section) -> Iterator[str]:
    """Lines of one section."""
    if section.empty is not None:
        yield section.empty
        return
    for words in (join_parts(section.summary), escape(section.lead), join_parts(section.span)):
        if words:
            yield words
            yield ""
    columns = [place for place, column in enumerate(section.columns) if "drawing" not in column.style]
    yield "| " + " | ".join(section.columns[place].heading for place in columns) + " |"
    yield (
        "|"
        + "|".join(" ---: " if "number" in section.columns[place].style else " --- " for place in columns)
        + "|"
    )
    for row in section.rows:
        if row.group:
            yield f"| **{join_parts(row.group)}** |" + " |" * (len(columns) - 1)
        yield "| " + " | ".join(write_cell(row.cells[place]) for place in columns) + " |"
    if section.note:
        yield ""
        yield section.note


def write_cell(cell: Cell) -> str:
    """Text of a cell on one line."""
    sub = f" ({join_parts(cell.sub)})" if cell.sub else ""
    links = "; ".join(write_link(link) for link in cell.links)
    return " ".join(part for part in (join_parts(cell.parts) + sub, links) if part.strip())


def write_link(link: Link) -> str:
    """A link, or the bare title where there is no web address."""
    title = escape(link.title.text)
    address = link.url.replace("(", "%28").replace(")", "%29").replace("|", "%7C") if link.url else None
    return (
        f"[{title}]({address}) {escape(link.platform.text)}"
        if address
        else f"{title} {escape(link.platform.text)}"
    )


def join_parts(parts: Iterable[Part]) -> str:
    """Words and figures as one text."""
    return "".join(escape(part if isinstance(part, str) else part.text) for part in parts)


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
