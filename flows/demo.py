"""`headwater demo`: the sandbox over thirty simulated days in, the plan of a whole run against it out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from flows.exit_codes import CommandError
from flows.plan import RunPlan, make_order
from flows.settings import Settings
from flows.user_files import ENTITIES_FILE
from spiders.moments import SHANGHAI
from spiders.order import EVERY_ADDRESS, CrawlOrder, Visit
from spiders.sandbox.planted import BRAND_SHARES
from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import World
from warehouse.alerts.told import STATE_FILE
from warehouse.lock import WriterLock
from warehouse.publish import FOLDER
from warehouse.store import DATABASE_NAME, LEDGER_NAME, LOCK_NAME, SPILL_NAME, wal_of

DEMO_MARK = "headwater-demo"
"""File that says that a demo made the home; locked while one runs."""
DEMO_HOURS: dict[str, tuple[int, ...]] = {
    "bilibili": (22,),
    "douyin": (4, 10, 16, 22),
    "kuaishou": (22,),
    "shop": (22,),
}
"""Source -> hours of the day (Asia/Shanghai) at which the demo reads it."""
SHOP_EVERY_DAYS = 7
MADE_BY_DEMOS = (
    DATABASE_NAME, wal_of(Path(DATABASE_NAME)).name, LEDGER_NAME, SPILL_NAME, FOLDER, STATE_FILE,
    "reports", "prefect",
)  # fmt: skip
"""Files and folders that the next demo makes anew, beside the packages of its own sources."""
DEMO_PAGE_BUDGET = 400


def make_demo_world(days: int, seed: int) -> World:
    """A world whose last day is a fixed Sunday, so that the same seed gives the same report."""
    return World(seed=seed, first_day=date(2026, 11, 15) - timedelta(days=days - 1), days=days)


@contextmanager
def demo_plan(settings: Settings, world: World) -> Iterator[RunPlan]:
    """A plan against a running sandbox; the site stops when the run is over.

    LockHeld, with nothing touched, while another demo or a writer works in the home.
    """
    home = settings.home / "demo"
    demo = settings.model_copy(update={"home": home, "sources": {}})
    run_id = f"demo-{world.seed}"
    with claim_demo_home(home), SandboxSite(world) as site:
        orders = tuple(order_visits(demo, world, site.address, name, run_id) for name in DEMO_HOURS)
        yield RunPlan(
            run_id=run_id,
            home=home,
            orders=orders,
            memory_limit=settings.warehouse.memory_limit,
            threads=settings.warehouse.threads,
            model=settings.model.sentiment,
            model_threads=settings.encoder_threads,
            abstain_below=settings.model.abstain_below,
            as_of=last_day(world),
            report_kind=settings.report.kind,
            language=settings.report.language,
        )


def order_visits(settings: Settings, world: World, address: str, source: str, run_id: str) -> CrawlOrder:
    """One order that reads the source at every visit's moment of the world."""
    visits = tuple(
        Visit(moment=moment, addresses={EVERY_ADDRESS: f"{address}/at/{int(moment.timestamp())}/{source}"})
        for moment in visit_moments(world, source)
    )
    parts = urlsplit(address)
    return make_order(settings, source, run_id).model_copy(
        update={
            "visits": visits,
            "allow_loopback": (f"{parts.hostname}:{parts.port}",),
            "delay_seconds": 0.0,
            "page_budget": DEMO_PAGE_BUDGET,
        }
    )


def last_day(world: World) -> date:
    """The last simulated day."""
    return world.first_day + timedelta(days=world.days - 1)


def visit_moments(world: World, source: str) -> Iterator[datetime]:
    """Moments at which the demo reads a source: every day, the shop every week and on the last day."""
    for offset in range(world.days):
        day = world.first_day + timedelta(days=offset)
        if source == "shop" and (last_day(world) - day).days % SHOP_EVERY_DAYS:
            continue
        for hour in DEMO_HOURS[source]:
            yield datetime(day.year, day.month, day.day, hour, 30, tzinfo=SHANGHAI).astimezone(UTC)


@contextmanager
def claim_demo_home(home: Path) -> Iterator[None]:
    """An empty home while the block runs, for no other demo; only what an earlier demo made is removed.

    CommandError for a folder that no demo made, LockHeld while another process works in it.
    """
    if home.exists() and any(home.iterdir()) and not (home / DEMO_MARK).exists():
        raise CommandError(f"{home} was not made by a demo and is left alone; move it away first")
    home.mkdir(parents=True, exist_ok=True)
    demo = WriterLock.acquire(home / DEMO_MARK)
    try:
        writer = WriterLock.acquire(home / LOCK_NAME)
        try:
            clear_demo_home(home)
        finally:
            writer.release()
        write_invented_brands(home)
        yield
    finally:
        demo.release()


def clear_demo_home(home: Path) -> None:
    """Remove what a demo makes. Watch lists, taggers, dictionaries, imported packages, erasures and the key
    of authors are the user's and stay; the next load reads those packages again.
    """
    landing = home / "landing"
    for path in (*(home / name for name in MADE_BY_DEMOS), *(landing / source for source in DEMO_HOURS)):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if landing.is_dir() and not any(landing.iterdir()):
        landing.rmdir()


def write_invented_brands(home: Path) -> None:
    """Declare the brands of the sandbox as one competitor set, as a user declares their own; theirs stay."""
    path = home / ENTITIES_FILE
    if path.exists():
        return
    declared = {
        "set": "沙盘品牌",
        "zh": "沙盘品牌",
        "en": "Invented brands",
        "type": "brand",
        "entities": {brand: [] for brand in BRAND_SHARES},
    }
    path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
