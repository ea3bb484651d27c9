"""A section's name and its question in; its words, table, drawing and the SQL behind them out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from markupsafe import Markup

from warehouse.dashboard.published import Reading
from warehouse.dashboard.queries import Given, MartMissing
from warehouse.reports.figures import Figures, Parameters, Table
from warehouse.reports.html import format_parameter
from warehouse.reports.links import Link, make_link
from warehouse.reports.page import Section, build_section
from warehouse.reports.wording import Wording


@dataclass(frozen=True)
class Panel:
    """One part of a page. `table` is None where this edition has nothing to ask; `wide` is its own chart."""

    section: Section
    table: Table | None = None
    wide: Markup | None = None

    def say_empty(self, words: str) -> Panel:
        """The same panel with other words for why it has no rows."""
        return replace(self, section=replace(self.section, empty=words))

    @property
    def sql(self) -> str:
        """The query with its values written in, as the SQL page takes it."""
        return write_values(self.table.sql, self.table.parameters) if self.table is not None else ""

    @property
    def sql_address(self) -> str:
        """Address of the SQL page with this query in its box."""
        return "/sql?" + urlencode({"q": self.sql})


def build_panel(
    name: str,
    reading: Reading,
    wording: Wording,
    day: date | None,
    *,
    query: str | None = None,
    beside: Mapping[str, Table] | None = None,
    **given: Given,
) -> Panel:
    """Ask `query` (the section's name where None) and lay its rows out as the wording file says.

    `beside` are tables that drawings and summaries of the section read too.
    """
    spec = wording.words["sections"][name]
    try:
        table = reading.ask(query or name, as_of=day, **given)
    except MartMissing:
        return Panel(
            Section(name, name, wording.choose(spec["title"]), "", "", empty=wording.say("site", "not_there"))
        )
    return lay_out(name, table, wording, day, {"overview": reading.ask("state"), **(beside or {})})


def lay_out(
    name: str, table: Table, wording: Wording, day: date | None, beside: Mapping[str, Table]
) -> Panel:
    """The panel of a table that is already there."""
    named = replace(table, query=name)
    figures = Figures("weekly", day, {**beside, name: named})
    return Panel(build_section(name, figures, wording), named)


def as_evidence(name: str, table: Table) -> Panel:
    """A table that the page lays out itself, for the SQL behind it."""
    return Panel(Section(name, name, "", "", ""), table)


def list_links(table: Table, wording: Wording) -> list[Link]:
    """For each row with an address the link to its post; url is None for what is no web address."""
    return [make_link(table, place, row, wording) for place, row in enumerate(table.rows)]


def write_values(sql: str, parameters: Parameters) -> str:
    """The query as one that needs no parameters: what a reader can run by hand."""
    return re.sub(
        r"\$(\w+)\b",
        lambda found: write_value(parameters[found[1]]) if found[1] in parameters else found[0],
        sql,
    )


def write_value(value: Given) -> str:
    """A value as SQL writes it, nothing cut."""
    if isinstance(value, list):
        return f"[{', '.join(format_parameter(one) for one in value)}]"
    return format_parameter(value)
