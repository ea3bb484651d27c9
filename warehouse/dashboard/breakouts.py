"""An edition in; titles that may reach the top of their board, and how good such forecasts were, out."""

from __future__ import annotations

from warehouse.dashboard.overviews import Overview
from warehouse.dashboard.panels import build_panel
from warehouse.dashboard.periods import find_day
from warehouse.dashboard.published import Reading
from warehouse.reports.wording import Wording


def build_breakout(reading: Reading, wording: Wording) -> Overview:
    """The newest forecasts, most probable first, and past ones against what came."""
    day = find_day(reading)
    names = ("breakout", "breakout_reliability")
    return Overview(tuple(build_panel(name, reading, wording, day) for name in names))
