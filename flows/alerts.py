"""Settings and the published file in; each channel told what is new to it, and an account of it, out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from flows.channels import Channel
from flows.exit_codes import CommandError
from flows.published import require_published
from flows.settings import Settings
from flows.settings_tables import AlertSettings
from spiders.moments import SHANGHAI
from warehouse.alerts.messages import write_messages
from warehouse.alerts.rules import Alert, AlertWishes, find_alerts
from warehouse.alerts.told import ToldRecord, open_record
from warehouse.errors import WarehouseError
from warehouse.reports.wording import Wording


@dataclass(slots=True)
class AlertOutcome:
    """What became of the alerts that hold."""

    alerts: list[Alert] = field(default_factory=list)
    """All that hold now."""
    new_by_channel: dict[str, list[str]] = field(default_factory=dict)
    """Keys of what each channel was not told of before."""
    told: dict[str, int] = field(default_factory=dict)
    """Alerts that each channel took."""
    failed: list[str] = field(default_factory=list)
    """Channels that did not take a message; they are tried again next time."""
    is_quiet: bool = False
    """Whether the quiet hours held everything back."""


def send_alerts(settings: Settings, now: datetime, *, dry_run: bool = False) -> AlertOutcome:
    """Tell every channel what holds and is new to it.

    In the quiet hours nothing is sent and nothing counts as told. A channel that fails stops no other, and
    hears the same again next time. CommandError when nothing is published or an address cannot be read.
    """
    alerts = find_alerts(require_published(settings.home), read_wishes(settings), now)
    channels = make_channels(settings.alerts)
    outcome = AlertOutcome(alerts, is_quiet=is_quiet(settings.alerts, now))
    with open_record(settings.home) as record:
        for channel in channels:
            new = record.list_new(alerts, channel.name)
            outcome.new_by_channel[channel.name] = [alert.key for alert in new]
            if new and not dry_run and not outcome.is_quiet:
                tell_channel(channel, new, record, outcome, settings.report.language, now)
        if not dry_run:
            record.note_held(alerts, now)
            record.save()
    return outcome


def tell_channel(
    channel: Channel,
    alerts: list[Alert],
    record: ToldRecord,
    outcome: AlertOutcome,
    language: str,
    now: datetime,
) -> None:
    """Send the messages to one channel; what it took is remembered at once, so that no crash repeats it."""
    for title, body, told in write_messages(alerts, language):
        if not channel.send(title, body):
            outcome.failed.append(channel.name)
            return
        record.note_told(told, channel.name, now)
        record.save()
        outcome.told[channel.name] = outcome.told.get(channel.name, 0) + len(told)


def tell_after_run(settings: Settings, now: datetime) -> list[str]:
    """Send the alerts where channels are set; what a person should know of it, in lines.

    A run is done whatever becomes of its alerts, so a failure that a person can act on is a line too.
    """
    if not settings.alerts.channels:
        return []
    try:
        outcome = send_alerts(settings, now)
    except (WarehouseError, CommandError) as failure:
        return [f"alerts: nothing was sent: {failure}"]
    lines = [f"alerts: {name} told of {count}" for name, count in outcome.told.items()]
    return lines + [
        f"alerts: {name} did not take the message; it is tried again next time" for name in outcome.failed
    ]


def try_channels(settings: Settings) -> dict[str, bool]:
    """Send a test message to every channel; whether each took it."""
    wording = Wording(settings.report.language)
    channels = make_channels(settings.alerts)
    if not channels:
        raise CommandError(
            "no channel is set: write [alerts.channels] in headwater.toml, or "
            "HEADWATER_ALERTS__CHANNELS__NAME=address in the environment; docs/alerts.md shows the addresses"
        )
    return {
        channel.name: channel.send(wording.say("product"), wording.say("alerts", "test"))
        for channel in channels
    }


def make_channels(alerts: AlertSettings) -> list[Channel]:
    """The channels of the settings, by name."""
    return [Channel(name, address) for name, address in sorted(alerts.channels.items())]


def read_wishes(settings: Settings) -> AlertWishes:
    """What the settings ask to be told."""
    return AlertWishes(
        rules=settings.alerts.rules,
        brands=settings.alerts.brands,
        breakout_probability=settings.alerts.breakout_probability,
        language=settings.report.language,
    )


def is_quiet(alerts: AlertSettings, now: datetime) -> bool:
    """Whether the moment lies in the quiet hours, which may span midnight."""
    if alerts.quiet_from is None or alerts.quiet_to is None:
        return False
    local: time = now.astimezone(SHANGHAI).time()
    if alerts.quiet_from <= alerts.quiet_to:
        return alerts.quiet_from <= local < alerts.quiet_to
    return local >= alerts.quiet_from or local < alerts.quiet_to
