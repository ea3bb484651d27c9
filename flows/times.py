"""What a settings file says of time in; intervals, cron lines and times of day out."""

from __future__ import annotations

import re
from datetime import time, timedelta

INTERVAL_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CRON_FIELDS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ()),
    (1, 12, MONTHS),
    (0, 7, DAYS),
)
"""Least and greatest number of each field, and the names that stand for numbers in it."""
CRON_NAMES = frozenset({"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"})
CRON_STEP = re.compile(r"(?:[*?]|l\d?|(\w+)(?:-(\w+)|#\d)?)(?:/0*[1-9]\d*)?")
FIVE_FIELDS = "write minute, hour, day, month and weekday, as 0 8 * * * for every day at 08:00"


def check_cron(text: str) -> str:
    """The cron line; ValueError where it has not five fields or one is out of its range."""
    fields = text.lower().split()
    parts = [
        (part, *bounds)
        for field, bounds in zip(fields, CRON_FIELDS, strict=False)
        for part in field.split(",")
    ]
    if text.lower() in CRON_NAMES or (len(fields) == 5 and all(fits_cron(*part) for part in parts)):
        return text
    raise ValueError(f"{text!r} is no cron line: {FIVE_FIELDS}")


def fits_cron(part: str, least: int, most: int, names: tuple[str, ...]) -> bool:
    """Whether one part of a field, such as `*`, `8-20` or `*/5`, stays in the range of its field."""
    found = CRON_STEP.fullmatch(part)
    given = [one for one in found.groups() if one] if found else []
    return found is not None and all(
        one in names or (one.isdecimal() and least <= int(one) <= most) for one in given
    )


def parse_interval(text: str) -> timedelta:
    """`30m`, `6h`, `1d` -> a duration of at least five minutes; ValueError otherwise."""
    unit = INTERVAL_UNITS.get(text[-1:])
    if unit is None or not text[:-1].isdigit():
        raise ValueError(f"{text!r} is no interval; write 30m, 6h or 1d")
    interval = unit * int(text[:-1])
    if interval < timedelta(minutes=5):
        raise ValueError(f"{text!r} is shorter than the five minutes that are polite")
    return interval


def parse_time_of_day(written: object) -> time:
    """A time of TOML, or a text such as `22:30`; ValueError for anything else and for one with a zone."""
    try:
        moment = time.fromisoformat(written) if isinstance(written, str) and ":" in written else written
    except ValueError:
        moment = None
    if not isinstance(moment, time) or moment.tzinfo is not None:
        raise ValueError('write a time of day in Asia/Shanghai, without a zone and in quotes, as "22:30"')
    return moment
