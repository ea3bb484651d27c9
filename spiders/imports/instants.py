"""Moments of capture as files write them (epoch s to ns, ISO text with a zone, days) in; UTC moments out."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path

from spiders.moments import CLOCK, SHANGHAI, read_hour

FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_FILE_DAY = re.compile(r"(?<!\d)(20\d{2})-?(\d{2})-?(\d{2})(?=\D|$|\d{4}(?:\d\d)?(?!\d))")
"""A clock of four or six digits may follow; a longer run is somebody's number."""
_DIGITS = re.compile(r"-?\d+(?:\.\d+)?")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|([01]\d)([0-3]\d))")
_PERIOD = re.compile(r"(\d{4}[-/.年月\d]+日?)\s*(?:~|～|至|到|—+|–|-)\s*(\d{4}\S+)")
_CLOCKED = re.compile(
    rf"(?P<year>\d{{4}})[-/.年](?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})(?:日\s*|[\s,]+){CLOCK}", re.ASCII
)
SERIAL_EPOCH = datetime(1899, 12, 30)
"""Day 0 of Excel's serial days, for all days after February 1900."""
_SERIAL = re.compile(r"[3-7][0-9]{4}(?:\.[0-9]+)?")
_EPOCH_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (1e8, 1.0))


class BadInstant(ValueError):
    """A moment that cannot be taken; `reason` is the code of the rejection."""

    def __init__(self, reason: str) -> None:
        """`reason` is no_captured_at, naive_time, bad_captured_at or captured_at_out_of_range."""
        self.reason = reason
        super().__init__(reason)


def read_instant(
    value: object, zone: tzinfo | None, latest: datetime, serial_epoch: datetime = SERIAL_EPOCH
) -> datetime:
    """A cell -> UTC moment between 2000 and `latest`; BadInstant with the reason otherwise.

    A time of day without a zone is refused unless `zone` says which one is meant; a day alone is the calendar
    day in `zone`, else in Asia/Shanghai, the project's calendar.
    """
    wall = read_serial(value, serial_epoch)
    if wall is not None:
        value = wall.date() if wall.time() == time() else wall
    moment = _read_any(value, zone)
    if not FIRST_MOMENT <= moment <= latest:
        raise BadInstant("captured_at_out_of_range")
    return moment


def read_serial(value: object, epoch: datetime = SERIAL_EPOCH) -> datetime | None:
    """A date as a spreadsheet counts it (45678.5 is noon of 2025-01-21) -> wall clock; None for all else.

    Only of use in a column of dates: elsewhere such a number is a number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    return epoch + timedelta(seconds=round(float(text) * 86_400)) if _SERIAL.fullmatch(text) else None


def read_day(value: object, serial_epoch: datetime = SERIAL_EPOCH) -> date | None:
    """A cell that is a calendar day alone, in any of its forms -> that day; None for others."""
    if isinstance(value, datetime):
        # a spreadsheet's cell of a day is a time at midnight
        return value.date() if value.tzinfo is None and value.time() == time() else None
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if (wall := read_serial(value, serial_epoch)) is not None:
        return wall.date() if wall.time() == time() else None
    if not isinstance(value, str):
        value = str(int(value)) if 20_000_101 <= value <= 21_001_231 else ""
    found = _DAY.fullmatch(value.strip().removesuffix(".0"))
    try:
        return date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        return None


def read_period_end(value: object) -> date | None:
    """The last day of a period as shops' own figures tell it (2026-11-20 ~ 2026-11-26); None for others."""
    period = read_period(value)
    return period[1] if period else None


def read_period(value: object) -> tuple[date, date] | None:
    """The first and last day of a period; None for what is none."""
    found = _PERIOD.fullmatch(value.strip()) if isinstance(value, str) else None
    first, last = (read_day(part) for part in found.groups()) if found else (None, None)
    return (first, last) if first and last and first <= last else None


def _read_any(value: object, zone: tzinfo | None) -> datetime:
    if value is None or isinstance(value, bool):
        raise BadInstant("no_captured_at" if value is None else "bad_captured_at")
    if isinstance(value, datetime):
        return _place(value, zone)
    if isinstance(value, date):
        return _place(datetime.combine(value, time()), zone or SHANGHAI)
    if isinstance(value, int | float):
        if 20_000_101 <= value <= 21_001_231:
            return _read_text(str(int(value)), zone)
        return _read_epoch(float(value))
    text = str(value).strip().strip("\x00\ufeff")
    if not text or text in {"-", "--"}:
        raise BadInstant("no_captured_at")
    return _read_text(text, zone)


def _read_text(text: str, zone: tzinfo | None) -> datetime:
    day = _DAY.fullmatch(text)
    try:
        if day:
            year, month, number = (int(part) for part in day.groups() if part)
            moment = datetime(year, month, number, tzinfo=zone or SHANGHAI)
            return moment.astimezone(UTC)
        if _DIGITS.fullmatch(text):
            return _read_epoch(float(text))
        if clocked := _CLOCKED.fullmatch(text):
            return _place(_read_clocked(clocked), zone)
        return _place(datetime.fromisoformat(text.replace("/", "-").replace(" UTC", "+00:00")), zone)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadInstant):
            raise
        raise BadInstant("bad_captured_at") from error


def _read_clocked(found: re.Match[str]) -> datetime:
    """Wall clock as spreadsheets write it: 2024/5/3 9:05, 2024/5/3 下午 3:20."""
    year, month, day, minute = (int(found[name]) for name in ("year", "month", "day", "minute"))
    hour = read_hour(int(found["hour"]), found["half"], found["meridiem"])
    return datetime(year, month, day, hour, minute, int(found["second"] or 0))


def _read_epoch(number: float) -> datetime:
    """Digits decide the unit: 10 are seconds, 13 milliseconds, 16 micro-, 19 nanoseconds."""
    if math.isnan(number):
        raise BadInstant("no_captured_at")
    for floor, unit in _EPOCH_UNITS:
        if floor <= number < floor * 1000:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number / unit)
    raise BadInstant("captured_at_out_of_range")


def _place(moment: datetime, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is None:
        if zone is None:
            raise BadInstant("naive_time")
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise BadInstant("bad_captured_at") from error


def read_file_day(path: Path) -> datetime | None:
    """The last day in a file's name, else in its folder's, as midnight in Shanghai (UTC); None without one.

    A name with two days tells a period, which was exported at its end.
    """
    for part in (path.stem, path.parent.name):
        days = []
        for year, month, day in _FILE_DAY.findall(part):
            with suppress(ValueError):
                days.append(datetime(int(year), int(month), int(day), tzinfo=SHANGHAI).astimezone(UTC))
        if days:
            return max(days)
    return None
