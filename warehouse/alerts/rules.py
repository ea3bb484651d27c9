"""The published file and a moment in; every alert that holds at that moment, with its evidence, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from warehouse.alerts.names import RULES, RuleName
from warehouse.reports.bound_sql import bind_sql
from warehouse.reports.figures import Figures, Parameters, Table, read_tables
from warehouse.reports.links import find_links
from warehouse.reports.page import join_parts
from warehouse.reports.wording import Wording

QUIET_DAYS: Mapping[str, float] = {"source": 0}
"""Days for which a rule must not hold before it is told again; seven for those not named here."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post behind an alert; `url` is None when it has no plain web address."""

    title: str
    platform: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing a person asked to be told."""

    rule: RuleName
    key: str
    """Names the thing, so that it is told once."""
    title: str
    text: str
    query: str
    """Id of the query that found it."""
    sql: str
    """That query with its parameters, as `headwater sql` runs it."""
    posts: tuple[Post, ...] = ()
    size: int | None = None
    """What is told again once it has doubled; None where once is enough."""


@dataclass(frozen=True, slots=True)
class AlertWishes:
    """What a person wants to be told."""

    rules: tuple[RuleName, ...] = RULES
    brands: tuple[str, ...] = ()
    """Brands whose share of voice is watched."""
    breakout_probability: float = 0.7
    """Least probability of reaching the top ten."""
    language: Literal["zh", "en"] = "zh"


def find_alerts(published: Path, wishes: AlertWishes, now: datetime) -> list[Alert]:
    """All alerts of the chosen rules, in the order of the rules and of their queries.

    ReportRefused when the published file cannot be read.
    """
    more: Parameters = {
        "now": now.isoformat(),
        "brands": list(wishes.brands),
        "least_probability": f"{wishes.breakout_probability:.4f}",
    }
    queries = tuple(f"alert_{rule}" for rule in wishes.rules)
    found = read_tables(published, "daily", (*queries, "posts", "alert_watch_posts"), None, more=more)
    wording = Wording(wishes.language)
    return [
        alert
        for rule in wishes.rules
        for alert in describe_rows(rule, found.tables[f"alert_{rule}"], found, wording)
    ]


def describe_rows(rule: RuleName, table: Table, figures: Figures, wording: Wording) -> Sequence[Alert]:
    """The alerts of one rule in words."""
    sql = bind_sql(table)
    return [
        Alert(
            rule=rule,
            key=str(row["key"]),
            title=join_parts(wording.fill(wording.say("alerts", rule, "title"), table, place)),
            text=join_parts(wording.fill(wording.say("alerts", rule, "text"), table, place)),
            query=table.query,
            sql=sql,
            posts=tuple(
                Post(link.title.text, link.platform.text, link.url)
                for link in find_links(str(row["topic_id"]), figures, wording)
            ),
            size=int(str(row["n_texts"])) if rule == "watch" else None,
        )
        for place, row in enumerate(table.rows)
    ]
