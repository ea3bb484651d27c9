"""A platform and perhaps a day in; the period that a page shows, and words where it is another one, out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from warehouse.dashboard.published import Reading
from warehouse.reports.wording import Wording

MOST_DAYS = 60
"""Days that a filter offers, newest first."""


@dataclass(frozen=True)
class Period:
    """The last day of the period shown, all days to choose from, and whether anything was tested in it."""

    day: date | None
    offered: tuple[date, ...]
    is_tested: bool
    note: str = ""
    """Said where the period is not the one asked for, or not the newest that was read."""

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The days as a filter shows them; the one shown is always among them."""
        shown = set(self.offered[:MOST_DAYS]) | ({self.day} if self.day is not None else set())
        return tuple((day.isoformat(),) * 2 for day in sorted(shown, reverse=True))


def find_period(
    reading: Reading, wording: Wording, grain: str, platform: str | None, asked: date | None
) -> Period:
    """The newest period up to the day asked for in which topics were tested on the platform.

    Days that were hardly read have tests too, which tell nothing: they count as untested. Where nothing was
    tested up to the day, it is the day asked for, or the one that the marts end on.
    """
    days = list_tested_days(reading, grain, platform)
    newest = find_day(reading)
    before = [day for day in days if asked is None or day <= asked]
    if not before:
        return Period(asked or newest, days, is_tested=False)
    note, day = "", before[0]
    if asked is not None and asked != day:
        note = wording.tell("periods", f"asked_{grain}", asked=asked, day=day)
    elif asked is None and newest is not None and day < newest:
        note = wording.tell("periods", f"newest_{grain}", newest=newest, day=day)
    return Period(day, days, is_tested=True, note=note)


def find_week(reading: Reading, wording: Wording, asked: date | None) -> Period:
    """The newest week up to the day asked for in which topics were tested, for pages of all platforms.

    Tested over all platforms together, or on any of them where nothing ever was. The days to choose from are
    the last ones of such weeks and that of the marts: what was read since is to be seen too.
    """
    found = find_period(reading, wording, "w", "all", asked)
    if not found.offered:
        found = find_period(reading, wording, "w", None, asked)
    newest = find_day(reading)
    if newest is None or newest in found.offered:
        return found
    if asked == newest:
        return Period(newest, (newest, *found.offered), is_tested=False)
    return replace(found, offered=(newest, *found.offered))


def list_tested_days(reading: Reading, grain: str, platform: str | None) -> tuple[date, ...]:
    """Days on which a tested period ends, newest first."""
    rows = reading.ask("tested_days", grain=grain, platform=platform).rows
    return tuple(day for row in rows if isinstance(day := row["day"], date))


def find_day(reading: Reading) -> date | None:
    """The day that this edition's marts end on."""
    rows = reading.ask("state").rows
    found = rows[0]["as_of"] if rows else None
    return found if isinstance(found, date) else None
