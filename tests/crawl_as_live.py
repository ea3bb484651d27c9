"""The crawl process of an order on stdin, with the loopback it allows treated as any host of the internet.

`localhost` stands for the hosts of short links.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from unittest.mock import patch

from spiders import engine
from spiders.crawl_settings import make_settings
from spiders.order import CrawlOrder
from spiders.outbox import Outbox, locate_outbox
from spiders.platforms.xiaohongshu import Xiaohongshu


def crawl_as_live(order: CrawlOrder) -> Outbox:
    """Crawls in a process of its own: one request at a time to a host, with its pauses; the outbox left."""
    command = [sys.executable, "-m", "tests.crawl_as_live"]
    subprocess.run(
        command,
        input=order.model_dump_json().encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
        timeout=order.deadline_seconds + 60,
    )
    return Outbox(locate_outbox(order))


def main() -> None:
    """Runs the engine without the slots that spare loopback its pauses."""

    def make_live_settings(order: CrawlOrder) -> dict[str, Any]:
        return make_settings(order) | {"DOWNLOAD_SLOTS": {}}

    with (
        patch("spiders.engine.make_settings", make_live_settings),
        patch.object(Xiaohongshu, "short_link_hosts", ("localhost",)),
    ):
        engine.main()


if __name__ == "__main__":
    main()
