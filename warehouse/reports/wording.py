"""The wording file and a language -> words, and sentences whose figures still know where they come from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.reports.figures import Table, Value
from warehouse.reports.formats import format_exact, format_value
from warehouse.shipped_yaml import read_shipped_yaml

WORDING_FILE = Path(__file__).parent / "wording.yaml"
PLATFORM_COLUMNS = frozenset({"platform", "lead_platform", "platform_a", "platform_b"})
HOME_CURRENCY = "CNY"
"""Currency of prices whose row names none, as Chinese platforms show them."""
OPTIONAL = re.compile(r"\[\[(.*?)\]\]")
PLACE = re.compile(r"\{(\w+)(?:\|([^|{}]+)\|([^|{}]+))?\}")
"""`{n_authors}` is a figure, `{n_authors|author|authors}` the word that goes with its number."""


@dataclass(frozen=True)
class Figure:
    """One value as shown: the query, row (from 1) and column it came from, and its text."""

    query: str
    row: int
    column: str
    value: Value
    text: str
    is_chinese: bool = False

    @property
    def exact(self) -> str:
        """The value in full."""
        return format_exact(self.value)


Part = str | Figure


@cache
def read_wording() -> dict[str, Any]:
    """The wording file."""
    words: dict[str, Any] = read_shipped_yaml(WORDING_FILE)
    return words


def find_currency(table: Table, row: int) -> str:
    """Currency of the prices in a row, by its unit (USD, CNY/100ml); yuan where the table has none."""
    unit = table.rows[row].get("unit")
    return unit.partition("/")[0] if isinstance(unit, str) else HOME_CURRENCY


@dataclass(frozen=True)
class Wording:
    """Words of one language: those of the reports, or of pages that speak as they do."""

    language: str
    words: Mapping[str, Any] = field(default_factory=read_wording, repr=False, compare=False)

    def say(self, *path: str) -> str:
        """The text at a path of the wording file; one that is the same in both languages stands as it is."""
        found: Any = self.words
        for step in path:
            found = found[step]
        return self.choose(found)

    def tell(self, *path: str, **values: object) -> str:
        """The text at a path with its values; numbers get commas, `{count|row|rows}` the word that fits."""
        template = PLACE.sub(
            lambda found: found[0] if found[2] is None else found[2] if values[found[1]] == 1 else found[3],
            self.say(*path),
        )
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        return template.format(**shown)

    def choose(self, text: Mapping[str, str] | str) -> str:
        """The text of this language out of a pair, or the text itself."""
        return str(text[self.language]) if isinstance(text, Mapping) else str(text)

    def name_platform(self, platform: str) -> str:
        """The platform's name; its slug when it has none here."""
        names = self.words["platforms"].get(platform)
        return self.choose(names) if names else platform

    def make_figure(self, table: Table, row: int, column: str) -> Figure:
        """The figure in a cell of a table; of its English column where there is one and it is wanted."""
        english = f"{column}_en"
        name = english if self.language == "en" and english in table.columns else column
        value = table.rows[row][name]
        text = self.write(table.query, name, value)
        currency = find_currency(table, row)
        if currency != HOME_CURRENCY:
            text = text.replace("¥", f"{currency}\u00a0")
        return Figure(table.query, row + 1, name, value, text, has_chinese(value))

    def write(self, query: str, column: str, value: Value) -> str:
        """Text of a value as its column is written; empty when unknown."""
        words = self.words
        if column in PLATFORM_COLUMNS and isinstance(value, str):
            return self.name_platform(value)
        if column == "part" and isinstance(value, str) and value.startswith("crawl:"):
            return self.name_platform(value.removeprefix("crawl:"))
        if column == "unit" and isinstance(value, str):
            return self.name_unit(value)
        named = words["terms"].get(column, {}).get(format_exact(value))
        if named:
            return self.choose(named)
        kind = words["kinds"].get(f"{query}.{column}") or words["kinds"].get(column, "plain")
        return format_value(value, kind, self.language)

    def name_unit(self, unit: str) -> str:
        """A currency, or a currency by a measure (CNY/100ml), in words; the code where it has none here."""
        currency, slash, measure = unit.partition("/")
        money = self.choose(self.words["terms"]["currency"].get(currency, currency))
        return money + self.choose(self.words["terms"]["measure"].get(measure, slash + measure))

    def fill(self, template: str, table: Table, row: int) -> tuple[Part, ...]:
        """The template with its figures; an optional part is left out when one of its figures is unknown.

        Of `[[one||another]]` the first is said whose figures are known. Empty when a figure outside the
        optional parts is unknown: a sentence with a hole is not said.
        """
        parts: list[Part] = []
        for place, text in enumerate(OPTIONAL.split(template)):
            choices = text.split("||") if place % 2 else [text]
            tried = (self.fill_plain(choice, table, row) for choice in choices)
            filled = next((found for found in tried if found is not None), None)
            if filled is None and place % 2 == 0:
                return ()
            parts.extend(filled or ())
        return tuple(parts)

    def fill_plain(self, template: str, table: Table, row: int) -> list[Part] | None:
        """The template with its figures; None when one of them is unknown."""
        parts: list[Part] = []
        end = 0
        for found in PLACE.finditer(template):
            parts.append(template[end : found.start()])
            end = found.end()
            name, one, many = found.groups()
            figure = self.make_figure(table, row, name)
            if figure.value is None or figure.text == "":
                return None
            parts.append(figure if one is None else one if figure.value == 1 else many)
        parts.append(template[end:])
        return [part for part in parts if part != ""]


def has_chinese(value: Value) -> bool:
    """Whether a text holds Chinese characters, so that an English page can mark its language."""
    return isinstance(value, str) and any("\u3400" <= character <= "\u9fff" for character in value)
