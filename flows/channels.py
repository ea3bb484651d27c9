"""A title, a body and an address in; the message delivered, or a failure that holds no secret, out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import apprise
from pydantic import SecretStr

from flows.exit_codes import CommandError

TALKATIVE_LOGGERS = ("apprise", "urllib3", "requests", "httpx", "smtplib")
"""Libraries whose log lines would carry the address of a channel, and with it its token."""

COPIED_ADDRESSES = (
    (re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)/?"), r"feishu://\1"),
    (re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=(\w+)"), r"dingtalk://\1"),
)
"""Addresses as the services show them for copying, where Apprise has a form of its own for them."""


class Channel:
    """One place that messages go to."""

    def __init__(self, name: str, address: SecretStr) -> None:
        """CommandError when the address is none that Apprise knows; the message does not repeat it."""
        self.name = name
        asset = apprise.AppriseAsset(app_id="Headwater", app_desc="Headwater", async_mode=False)
        self.sender = apprise.Apprise(asset=asset)
        with keep_silent():
            is_known = self.sender.add(translate_address(address.get_secret_value()))
        if not is_known:
            raise CommandError(
                f"the address of the channel {name!r} cannot be read; write it as docs/alerts.md shows"
            )

    @property
    def service(self) -> str:
        """Name of the service, such as Feishu."""
        return ", ".join(str(plugin.service_name) for plugin in self.sender)

    def send(self, title: str, body: str) -> bool:
        """Whether the service took the message."""
        with keep_silent():
            return bool(self.sender.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT))


def translate_address(address: str) -> str:
    """The address in Apprise's form."""
    for copied, form in COPIED_ADDRESSES:
        if copied.fullmatch(address):
            return copied.sub(form, address)
    return address


@contextmanager
def keep_silent() -> Iterator[None]:
    """Keep the log lines of the sending libraries to themselves for a while."""
    loggers = [logging.getLogger(name) for name in TALKATIVE_LOGGERS]
    before = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, (level, propagate) in zip(loggers, before, strict=True):
            logger.setLevel(level)
            logger.propagate = propagate
