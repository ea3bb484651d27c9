"""The worked queries that ship with the dashboard in, examples for its SQL page and docs/sql.md out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A question in Chinese and English, and the statement that answers it."""

    zh: str
    en: str
    sql: str


EXAMPLES: tuple[Example, ...] = (
    Example(
        "本周上升的兴趣",
        "Interests that rise this week",
        "select topic_zh, ratio, q_value\nfrom v_weekly_trend\nlimit 20",
    ),
)
