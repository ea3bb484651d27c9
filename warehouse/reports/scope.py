"""The tables of a report in; what was read for it, of which days it is and why a part of it is empty out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from warehouse.reports.figures import Figures, Table, Value
from warehouse.reports.wording import Part, Wording

HEADS = {"weekly": "overview", "daily": "overview", "topic": "topic_now", "brand": "brand_now"}
"""Kind of report -> query whose first row says what was read."""
WEEK = 7


def find_head(figures: Figures) -> Mapping[str, Value]:
    """What was read, by column; empty where a brief's subject was not met for weeks."""
    return next(iter(figures.tables[HEADS[figures.kind]].rows), {})


def fill_head(part: str, figures: Figures, wording: Wording) -> tuple[Part, ...]:
    """The period or scope of this kind of report; empty when its figures are unknown."""
    head = figures.tables[HEADS[figures.kind]]
    return wording.fill(wording.say(part, figures.kind), head, 0) if head.rows else ()


def fill_scope(figures: Figures, wording: Wording) -> tuple[Part, ...]:
    """What was read; where no documents were, what there is instead of them."""
    if not was_read(figures):
        return (wording.say("scope_empty"),)
    part = "scope" if has_documents(figures) else "scope_quiet"
    return fill_head(part, figures, wording) or (wording.say(part, figures.kind),)


def has_documents(figures: Figures) -> bool:
    """Whether the head of the report has documents to tell of."""
    return find_head(figures).get("n_docs") is not None


def was_read(figures: Figures) -> bool:
    """Whether anything was read in the period: what a brief is about may only have been quiet."""
    is_of_offers = find_head(figures).get("n_listings") is not None
    return figures.subject is not None or has_documents(figures) or is_of_offers


def explain_emptiness(spec: Mapping[str, Any], figures: Figures, wording: Wording) -> str:
    """Why there is nothing to show: nothing was found, tested, read or kept, which is not the same."""
    if not was_read(figures) and not spec.get("regardless"):
        return wording.say("nothing_read")
    head = find_head(figures)
    # where only offers were read, a report of a period has nothing to say; a page has no period
    is_of_documents = "first_day" in head and figures.subject is None and not spec.get("of_offers")
    if is_of_documents and not has_documents(figures):
        return wording.say("nothing_read")
    past = spec.get("past")
    if past and head.get(past["when"]):
        return wording.choose(past["text"])
    is_untested = "untested" in spec and figures.subject is None and head.get("m_tested", 0) is None
    return wording.choose(spec["untested" if is_untested else "empty"])


def tell_span(table: Table, figures: Figures, wording: Wording) -> tuple[Part, ...]:
    """The days that a table is of, where the report is of others: of a day, or of a later week."""
    if figures.subject is not None or not {"week_start", "last_day"} <= set(table.columns):
        return ()
    head = find_head(figures)
    first_day, last_day = head.get("first_day"), head.get("last_day")
    if last_day == table.rows[0]["last_day"] and measure_days(first_day, last_day) == WEEK:
        return ()
    lengths = [measure_days(row["week_start"], row["last_day"]) for row in table.rows]
    if WEEK not in lengths:
        return wording.fill(wording.say("span", "four_weeks"), table, 0)
    is_mixed = any(length != WEEK for length in lengths) or any(row.get("window_days") for row in table.rows)
    return wording.fill(wording.say("span", "mixed" if is_mixed else "week"), table, lengths.index(WEEK))


def find_first_day(row: Mapping[str, Value], figures: Figures) -> date | None:
    """First of the days that a row of a brief is of: its own window, else a week; None for other reports."""
    if figures.subject is None or figures.as_of is None:
        return None
    days = row.get("window_days")
    return figures.as_of - timedelta(days=(days if isinstance(days, int) else WEEK) - 1)


def measure_days(first_day: Value, last_day: Value) -> int | None:
    """Days from the first to the last, both counted; None where one is unknown."""
    if isinstance(first_day, date) and isinstance(last_day, date):
        return (last_day - first_day).days + 1
    return None
