"""An edition in; titles new on a board with their probability of reaching its top ten out."""

from __future__ import annotations

from warehouse.dashboard.overviews import Overview
from warehouse.dashboard.panels import build_panel
from warehouse.dashboard.published import Reading
from warehouse.dashboard.topics import find_day
from warehouse.reports.wording import Wording


def build_breakout(reading: Reading, wording: Wording) -> Overview:
    """The newest forecasts, most probable first."""
    return Overview((build_panel("breakout", reading, wording, find_day(reading)),))
