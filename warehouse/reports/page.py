"""The tables of a report and a language in; its page of sentences, sections and cells out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from warehouse.reports.charts import draw_cell
from warehouse.reports.figures import Figures, Parameters, Table
from warehouse.reports.links import Link, find_links, make_link
from warehouse.reports.matrix import draw_matrix
from warehouse.reports.scope import HEADS, explain_emptiness, fill_head, fill_scope, find_first_day, tell_span
from warehouse.reports.strips import draw_waffle
from warehouse.reports.wording import Figure, Part, Wording, read_wording


@dataclass(frozen=True)
class Cell:
    """One cell: text, a second line, a drawing, links; `is_absent` when words stand for an unknown figure."""

    parts: tuple[Part, ...]
    sub: tuple[Part, ...] = ()
    drawing: Markup | None = None
    links: tuple[Link, ...] = ()
    is_absent: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a section's table."""

    heading: str
    style: str


@dataclass(frozen=True)
class Row:
    """One row; `group` is set on the first row of a group; `is_thin` when it is not comparable."""

    cells: tuple[Cell, ...]
    group: tuple[Part, ...] = ()
    is_thin: bool = False
    topic_id: str | None = None
    """The topic that the row is about, where it is about one."""


@dataclass(frozen=True)
class Sentence:
    """One of the three sentences at the top; `text` alone when nothing qualifies."""

    query: str
    kicker: str
    number: tuple[Part, ...]
    text: tuple[Part, ...]
    links: tuple[Link, ...] = ()
    is_of_posts: bool = True
    """Whether posts could stand for it, so that it is told where none does."""


@dataclass(frozen=True)
class Section:
    """One section of the page; `empty` says why there is no table."""

    name: str
    query: str
    title: str
    lead: str
    note: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    empty: str | None = None
    chart: Markup | None = None
    legend: tuple[str, ...] = ()
    summary: tuple[Part, ...] = ()
    span: tuple[Part, ...] = ()
    """The days that the table is of, where they are not those of the report."""
    is_compact: bool = False


@dataclass(frozen=True)
class Page:
    """Everything that a reader of the report sees, in order."""

    kind: str
    language: str
    title: str
    period: tuple[Part, ...]
    scope: tuple[Part, ...]
    sentences: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    definitions: tuple[tuple[str, str], ...]
    runs: tuple[tuple[Figure, Figure], ...]
    queries: tuple[tuple[str, str, Parameters, int], ...]
    words: Callable[..., str] = field(compare=False)

    @property
    def empty_sections(self) -> tuple[str, ...]:
        """Names of the sections without a table."""
        return tuple(section.name for section in self.sections if section.empty is not None)


def join_parts(parts: Iterable[Part]) -> str:
    """Words and figures as one plain text."""
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def build_page(figures: Figures, language: str) -> Page:
    """Lay out the page of the report in `language` (zh or en)."""
    wording = Wording(language)
    words = read_wording()
    return Page(
        kind=figures.kind,
        language=language,
        title=wording.say("title", figures.kind) + name_subject(figures, wording),
        period=fill_head("period", figures, wording) or (wording.say("period_empty"),),
        scope=fill_scope(figures, wording),
        sentences=tuple(
            build_sentence(spec, figures, wording)
            for spec in words["sentences"]
            if spec["query"] in figures.tables
        ),
        sections=tuple(
            build_section(name, figures, wording)
            for name in words["order"][figures.kind]
            if figures.tables[name].rows or not words["sections"][name].get("optional")
        ),
        definitions=tuple(
            (wording.choose(entry["term"]), wording.choose(entry["text"])) for entry in words["definitions"]
        ),
        runs=tuple(
            (
                wording.make_figure(figures.tables["runs"], row, "part"),
                wording.make_figure(figures.tables["runs"], row, "version"),
            )
            for row in range(len(figures.tables["runs"].rows))
        ),
        queries=tuple(
            (query, table.sql, table.parameters, len(table.rows)) for query, table in figures.tables.items()
        ),
        words=wording.say,
    )


def name_subject(figures: Figures, wording: Wording) -> str:
    """What a brief is about, after a colon; empty for other reports."""
    if figures.subject is None:
        return ""
    head = figures.tables[HEADS[figures.kind]]
    is_named = figures.kind == "topic" and head.rows
    name = wording.make_figure(head, 0, "label").text if is_named else figures.subject
    return wording.say("of_subject").format(name=name)


def build_sentence(spec: Mapping[str, Any], figures: Figures, wording: Wording) -> Sentence:
    """The sentence of the first row that meets the requirement; else another query's, or words for none."""
    for one in filter(None, (spec, spec.get("instead"))):
        table = figures.tables[one["query"]]
        required = one.get("require", {})
        for place, row in enumerate(table.rows):
            text = wording.fill(wording.choose(one["text"]), table, place)
            if text and all(row[column] == value for column, value in required.items()):
                is_of_posts = one.get("is_of_posts", True)
                topic = str(row.get("topic_id") or figures.subject)
                since = find_first_day(row, figures)
                return Sentence(
                    query=table.query,
                    kicker=wording.choose(one["kicker"]),
                    number=wording.fill(wording.choose(one["number"]), table, place),
                    text=text,
                    links=find_links(topic, figures, wording, 3, since) if is_of_posts else (),
                    is_of_posts=is_of_posts,
                )
    words = (explain_emptiness(spec, figures, wording),)
    return Sentence(spec["query"], wording.choose(spec["kicker"]), (), words)


def build_section(name: str, figures: Figures, wording: Wording) -> Section:
    """One section from its table and its wording."""
    spec = wording.words["sections"][name]
    table = figures.tables[name]
    section = Section(
        name=name,
        query=name,
        title=wording.choose(spec["title"]),
        lead=wording.choose(spec["lead"]),
        note=wording.choose(spec.get("note", "")),
        is_compact=spec.get("compact", False),
    )
    fields = {one: getattr(section, one) for one in ("name", "query", "title", "lead", "note", "is_compact")}
    if not table.rows:
        return Section(**fields, empty=explain_emptiness(spec, figures, wording))
    summary = spec.get("summary")
    return Section(
        **fields,
        columns=tuple(
            Column(wording.choose(column["head"]), find_style(column)) for column in spec["columns"]
        ),
        rows=tuple(
            build_row(spec, table, row, figures, wording)
            for row in range(min(len(table.rows), spec.get("most", len(table.rows))))
        ),
        chart=draw_chart(spec.get("chart"), table, wording),
        legend=tuple(wording.choose(entry) for entry in spec.get("legend", ())),
        summary=wording.fill(summary[wording.language], figures.tables[summary["query"]], 0)
        if summary and figures.tables[summary["query"]].rows
        else (),
        span=tell_span(table, figures, wording),
    )


def draw_chart(chart: str | None, table: Table, wording: Wording) -> Markup | None:
    """The section's own chart, when it has one."""
    if chart == "matrix":
        return draw_matrix(table, wording)
    return draw_waffle(table, wording) if chart == "waffle" else None


def find_style(column: Mapping[str, Any]) -> str:
    """Classes of a column: number, strong, wide, drawing."""
    styles = {
        "number": column.get("align") == "right",
        "strong": column.get("strong", False),
        "wide": column.get("wide", False),
        "drawing": "draw" in column,
    }
    return " ".join(name for name, holds in styles.items() if holds)


def build_row(spec: Mapping[str, Any], table: Table, row: int, figures: Figures, wording: Wording) -> Row:
    """One row of a section's table."""
    cells = tuple(build_cell(column, table, row, figures, wording) for column in spec["columns"])
    group: tuple[Part, ...] = ()
    grouped = spec.get("group")
    if grouped and (row == 0 or table.rows[row][grouped] != table.rows[row - 1][grouped]):
        group = (wording.make_figure(table, row, grouped),)
    values = table.rows[row]
    topic = values.get("topic_id")
    return Row(cells, group, values.get("status") == "low_coverage", None if topic is None else str(topic))


def build_cell(spec: Mapping[str, Any], table: Table, row: int, figures: Figures, wording: Wording) -> Cell:
    """One cell: figures where they are known, words where they are not."""
    values = table.rows[row]
    parts = wording.fill(wording.choose(spec.get("cell", "")), table, row)
    sub = wording.fill(wording.choose(spec.get("sub", "")), table, row)
    links = find_links(str(values["topic_id"]), figures, wording) if spec.get("links") else ()
    if spec.get("own_link"):
        links = (make_link(table, row, values, wording),)
    if "draw" in spec:
        return Cell((), drawing=draw_cell(spec["draw"], table, row, figures, wording))
    if spec.get("unsure") and parts:
        low, high = (values[column] for column in spec["unsure"])
        if isinstance(low, float) and isinstance(high, float) and low <= 0 <= high:
            parts = ("≈ ", *parts)
    if parts or links:
        return Cell(parts, sub, links=links)
    absent = wording.choose(spec.get("absent", wording.say("absent"))) or wording.say("no_posts")
    return Cell((absent,), sub, is_absent=True)
