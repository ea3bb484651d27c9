"""The machine's clock in; the latest moment and the last day that an observation can be of out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOCK_SLACK = timedelta(days=1)
"""So far the clocks that stamp observations and the one that loads them may differ."""


def find_latest(now: datetime | None = None) -> datetime:
    """No observation later than this one is true: a day past now, for clocks that run ahead."""
    return (now or datetime.now(UTC)) + CLOCK_SLACK


def find_today(now: datetime | None = None) -> date:
    """The day it is (Asia/Shanghai): no later one can be counted."""
    return (now or datetime.now(UTC)).astimezone(SHANGHAI).date()
