"""Alerts in; messages short enough for every channel out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from warehouse.alerts.rules import Alert
from warehouse.reports.wording import Wording

MOST_BYTES = 1_900
"""WeCom cuts a text at 2,048 bytes, the least of all channels."""
MOST_MESSAGES = 5
LONGEST_TITLE = 60


def write_messages(alerts: Sequence[Alert], language: str) -> Iterator[tuple[str, str, tuple[Alert, ...]]]:
    """Title, body, and the alerts of each message; at most five, the last saying how many are left out.

    Watched words go last: a list may meet hundreds of groups a day, and a rise or a failed source must not
    be among those left out for them.
    """
    wording = Wording(language)
    alerts = sorted(alerts, key=lambda alert: alert.rule == "watch")
    groups = pack([(alert, write_alert(alert, wording)) for alert in alerts])
    for place, group in enumerate(groups[:MOST_MESSAGES]):
        told = [alert for alert, _ in group]
        body = "\n\n".join(text for _, text in group)
        if place == MOST_MESSAGES - 1 and len(groups) > MOST_MESSAGES:
            left = [alert for rest in groups[MOST_MESSAGES:] for alert, _ in rest]
            told += left
            body += "\n\n" + wording.say("alerts", "more").format(count=len(left))
        title = wording.say("alerts", "subject").format(count=len(alerts), first=alerts[0].title)
        yield title, body, tuple(told)


def pack(texts: Sequence[tuple[Alert, str]]) -> list[list[tuple[Alert, str]]]:
    """Texts together as long as they fit into one message."""
    groups: list[list[tuple[Alert, str]]] = []
    room = 0
    for alert, text in texts:
        size = len(text.encode()) + 2
        if not groups or size > room:
            groups.append([])
            room = MOST_BYTES - 200
        groups[-1].append((alert, text))
        room -= size
    return groups


def write_alert(alert: Alert, wording: Wording) -> str:
    """One alert as plain text: what it is, the posts behind it, the query."""
    lines = [f"■ {alert.title}", alert.text]
    lines += [f"· {shorten(post.title)}（{post.platform}）{post.url or ''}" for post in alert.posts[:3]]
    lines.append(wording.say("alerts", "evidence").format(query=alert.query))
    return "\n".join(line for line in lines if line)


def shorten(title: str) -> str:
    """A title on one short line."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
