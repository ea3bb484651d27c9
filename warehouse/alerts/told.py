"""What was told on which channel before in; what is new now, and the record of it on disk, out."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from warehouse.alerts.rules import QUIET_DAYS, Alert
from warehouse.errors import AlertsRefused
from warehouse.faults import storage_faults

STATE_FILE = "alerts.json"
FORGET_DAYS = 7.0


@dataclass(slots=True)
class Told:
    """One thing that holds: when it was last seen to, and the channels that were told."""

    last_held: datetime
    channels: set[str]
    sizes: dict[str, int] = field(default_factory=dict)
    """Channel -> the size it was told of, where the thing has one."""

    def covers(self, alert: Alert, channel: str) -> bool:
        """Whether the channel knows enough of it: it was told, and the size has not doubled since."""
        told = self.sizes.get(channel)
        doubled = alert.size is not None and told is not None and alert.size >= 2 * told
        return channel in self.channels and not doubled


class ToldRecord:
    """Which alerts were told, kept under the home, written whole or not at all."""

    def __init__(self, path: Path, told: dict[str, Told]) -> None:
        """Takes what `open_record` read."""
        self.path = path
        self.told = told

    def list_new(self, alerts: Sequence[Alert], channel: str) -> list[Alert]:
        """The alerts that this channel was not told of, or that have doubled since."""
        return [
            alert
            for alert in alerts
            if alert.key not in self.told or not self.told[alert.key].covers(alert, channel)
        ]

    def note_told(self, alerts: Sequence[Alert], channel: str, now: datetime) -> None:
        """Remember that the channel knows."""
        for alert in alerts:
            told = self.told.setdefault(alert.key, Told(now, set()))
            told.channels.add(channel)
            if alert.size is not None:
                told.sizes[channel] = alert.size

    def note_held(self, alerts: Sequence[Alert], now: datetime) -> None:
        """Remember what holds now, and forget what has not held for its rule's time: it may be told again."""
        held = {alert.key for alert in alerts}
        for key, told in list(self.told.items()):
            quiet = timedelta(days=QUIET_DAYS.get(key.partition(":")[0], FORGET_DAYS))
            if key in held:
                told.last_held = now
            elif now - told.last_held >= quiet:
                del self.told[key]

    def save(self) -> None:
        """Write the record beside its place and rename it into it."""
        lines = {
            key: {"last_held": told.last_held.isoformat(), "channels": sorted(told.channels)}
            | ({"sizes": dict(sorted(told.sizes.items()))} if told.sizes else {})
            for key, told in sorted(self.told.items())
        }
        part = self.path.with_name(f".{STATE_FILE}.part")
        with storage_faults(self.path):
            with part.open("w", encoding="utf-8") as file:
                json.dump({"version": 1, "told": lines}, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)


@contextmanager
def open_record(home: Path) -> Iterator[ToldRecord]:
    """The home's record while nobody else may change it; AlertsRefused when it is damaged."""
    path = home / STATE_FILE
    with storage_faults(path):
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "alerts.lock").open("a")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield ToldRecord(path, read_told(path))


def read_told(path: Path) -> dict[str, Told]:
    """The record as it was written; nothing when there is none."""
    if not path.exists():
        return {}
    try:
        written = json.loads(path.read_text(encoding="utf-8"))["told"]
        return {
            key: Told(
                datetime.fromisoformat(line["last_held"]),
                set(line["channels"]),
                {channel: int(size) for channel, size in line.get("sizes", {}).items()},
            )
            for key, line in written.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise AlertsRefused(
            f"{path} cannot be read ({problem}); move it away, and what holds now is told once more"
        ) from problem
