"""What a settings file says of time in; intervals and times of day out."""

from __future__ import annotations

from datetime import time, timedelta

INTERVAL_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


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
