"""Pages take turns at the browser; it is renewed between turns, alone, and no page is lost to it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from spiders.order import CrawlOrder, Visit
from spiders.outbox import Outbox, locate_outbox
from spiders.page_turns import PageTurns
from spiders.sandbox.site import SandboxSite
from tests.sandbox_crawl import WORLD


def test_a_renewal_comes_after_so_many_turns_and_runs_while_no_page_does() -> None:
    running: set[int] = set()
    seen: list[tuple[int, int]] = []
    turns: PageTurns

    async def renew() -> None:
        seen.append((len(running), sum(done)))
        await asyncio.sleep(0.001)
        assert not running

    async def visit(number: int) -> None:
        async with turns.take():
            running.add(number)
            assert len(running) <= 3
            await asyncio.sleep(0.001 * (number % 4))
            running.remove(number)
            done[number] += 1

    async def visit_all() -> None:
        nonlocal turns
        turns = PageTurns(3, 10, renew)
        await asyncio.gather(*(visit(number) for number in range(45)))

    done = [0] * 45
    asyncio.run(visit_all())
    assert done == [1] * 45
    assert seen == [(0, 10), (0, 20), (0, 30), (0, 40)] and turns.renewals == 4


def test_a_renewal_may_be_asked_for_and_a_page_that_fails_keeps_no_turn() -> None:
    renewed: list[int] = []

    async def renew() -> None:
        renewed.append(1)

    async def visit_some() -> None:
        turns = PageTurns(1, 100, renew)
        turns.ask_renewal()
        for wished in (False, True):
            with pytest.raises(ValueError, match="a page that fails"):
                async with turns.take():
                    raise ValueError("a page that fails")
            if wished:
                turns.ask_renewal()
        async with turns.take():
            assert renewed == [1]

    asyncio.run(visit_some())


@pytest.mark.browser
@pytest.mark.process
def test_a_crawl_that_renews_its_browser_loses_no_page(tmp_path: Path) -> None:
    key = tmp_path / "secret.key"
    key.write_text("a" * 64)
    key.chmod(0o600)
    code = (
        "import spiders.crawl_settings as settings; settings.PAGES_PER_BROWSER = 3;"
        "from spiders.engine import main; main()"
    )
    moments = [WORLD.ends - timedelta(hours=number) for number in range(8)]
    with SandboxSite(WORLD) as site:
        order = CrawlOrder(
            source="kuaishou",
            run_id="renewed",
            landing_root=tmp_path / "landing",
            secret_key_file=key,
            visits=tuple(
                Visit(moment=moment, addresses={"base": site.address_of("kuaishou", moment)})
                for moment in moments
            ),
            allow_loopback=(site.host_and_port,),
            deadline_seconds=90,
        )
        ended = subprocess.run(
            [sys.executable, "-c", code],
            input=order.model_dump_json(),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    assert ended.stderr.count("browser and driver are started anew") == 2
    assert ended.stdout.split("\n")[-2] == "8 8"
    outbox = Outbox(locate_outbox(order))
    done = list(outbox.read_done())
    assert outbox.count_states() == {"done": 8}
    outbox.close()
    ranks = [[json.loads(record.line)["rank"] for record in page.records] for page in done]
    assert all(len(set(page_ranks) - {None}) > 20 for page_ranks in ranks)
