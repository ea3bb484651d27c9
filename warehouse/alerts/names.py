"""The names of the rules, for settings that must not load the warehouse to be read."""

from __future__ import annotations

from typing import Literal

RuleName = Literal["rising", "watch", "brand", "sentiment", "source", "breakout"]
RULES: tuple[RuleName, ...] = ("rising", "watch", "brand", "sentiment", "source", "breakout")
