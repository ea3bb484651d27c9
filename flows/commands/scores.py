"""Figures of `headwater evaluate` in -> lines and tables for a person, or JSON for a script, out."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from flows.commands.answers import print_table
from flows.wording import CommandWording


def print_scores(scores: Mapping[str, object], words: CommandWording, *, as_json: bool) -> None:
    """Scores as one JSON object; else a line a figure, with its 95 % interval, and a table a group."""
    if as_json:
        print(json.dumps(blank_unknown(scores), ensure_ascii=False, default=str))
        return
    groups = {name: value for name, value in scores.items() if _is_group(value)}
    lines = list(describe_figures({name: value for name, value in scores.items() if name not in groups}))
    longest = max((len(name) for name, _ in lines), default=0)
    for name, shown in lines:
        print(f"{name:<{longest}}  {shown}")
    for name, group in groups.items():
        print(f"\n{name}")
        print_group(group, words)


def describe_figures(scores: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Name and text of each figure; the ends of an interval stand behind its figure."""
    for name, value in scores.items():
        figure, _, end = name.rpartition("_")
        if end in ("low", "high") and figure in scores:
            continue
        low, high = (scores.get(f"{name}_{end}") for end in ("low", "high"))
        between = f" ({show_figure(low)} to {show_figure(high)})" if low is not None else ""
        yield name, f"{show_figure(value)}{between}"


def print_group(group: Any, words: CommandWording) -> None:  # noqa: ANN401
    """A table of a mapping: a row a key, and a column for each figure where the values are mappings."""
    if any(isinstance(value, Mapping) for value in group.values()):
        columns = list(dict.fromkeys(column for row in group.values() for column in row))
        rows = [
            [key, *(show_figure(row[column]) if column in row else None for column in columns)]
            for key, row in group.items()
        ]
        print_table(["", *columns], rows, words=words)
    else:
        is_count = all(isinstance(value, int) for value in group.values())
        print_table(
            ["", words.say("count_column" if is_count else "value_column")],
            [[key, show_figure(value)] for key, value in group.items()],
            words=words,
        )


def show_figure(value: object) -> str:
    """Four decimals of a share, none of a large number, `-` for what is not known."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def blank_unknown(value: object) -> object:
    """The value with null for every number that is none, as JSON knows no NaN."""
    if isinstance(value, Mapping):
        return {key: blank_unknown(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [blank_unknown(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _is_group(value: object) -> bool:
    """Whether a value is a table: a mapping of figures, or of mappings of figures."""
    if not isinstance(value, Mapping) or not value:
        return False
    rows = [each for each in value.values() if isinstance(each, Mapping)]
    cells = [cell for row in rows for cell in row.values()] if rows else list(value.values())
    return len(rows) in (0, len(value)) and not any(isinstance(cell, Mapping | list) for cell in cells)
