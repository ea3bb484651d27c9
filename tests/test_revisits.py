"""Re-visits: engagement of known videos is read again 1 h, 6 h, 1, 3 and 7 days after the first time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.exit_codes import CommandError, ExitCode
from flows.plan import make_order, make_plan
from flows.revisits import add_due_posts
from flows.settings import Settings
from flows.settings_tables import SourceSettings
from spiders.crawl import run_crawl
from spiders.order import CrawlOrder, Visit
from spiders.platform import discover_platforms
from spiders.privacy import Pseudonymiser
from spiders.sandbox.posts import PostPlatform
from spiders.sandbox.site import SandboxSite
from tests.command_line import CommandLine
from tests.landed_packages import MORNING, land, make_post
from tests.sandbox_crawl import WORLD
from warehouse.load import load_packages
from warehouse.publish import publish, published_path
from warehouse.revisits import AGE_STEPS, LAST_AGE, list_due_posts
from warehouse.store import Warehouse


def load_and_publish(home: Path) -> None:
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, home / "landing")
        publish(warehouse)


def list_due(home: Path, hours: float, most: int = 100, platform: str = "douyin") -> list[int]:
    """Numbers of the due posts so many hours after the first morning."""
    moment = MORNING + timedelta(hours=hours)
    return [int(post_id[2:]) for post_id in list_due_posts(published_path(home), platform, moment, most)]


def test_a_video_is_due_once_at_each_age(home: Path) -> None:
    land(home / "landing", [make_post(1)])
    load_and_publish(home)
    read_at = []
    for hour in range(24 * 20):
        if list_due(home, hour):
            read_at.append(hour)
            run_id = f"again-{hour}"
            land(home / "landing", [make_post(1, run_id=run_id, hours=hour)], run_id=run_id)
            load_and_publish(home)
    assert read_at[0] == 1 and len(read_at) == len(AGE_STEPS)
    for hour, age in zip(read_at, AGE_STEPS, strict=True):
        assert 0 <= age.total_seconds() / 3600 - hour < 0.06 * age.total_seconds() / 3600


def test_one_reading_serves_every_age_that_was_missed_and_old_videos_are_let_go(home: Path) -> None:
    land(home / "landing", [make_post(1), make_post(2), make_post(2, hours=30)])
    load_and_publish(home)
    assert list_due(home, 0.5) == []
    assert list_due(home, 31) == [1]
    assert list_due(home, 80) == [1, 2]
    assert list_due(home, LAST_AGE.total_seconds() / 3600) == []


def test_the_newest_steps_come_first_and_the_budget_bounds_them(home: Path) -> None:
    land(home / "landing", [make_post(number, hours=number) for number in range(1, 9)])
    land(home / "landing", [make_post(9, kind="comment"), make_post(10, platform="weibo")], run_id="others")
    load_and_publish(home)
    assert list_due(home, 9.5) == [8, 3, 7, 2, 6, 1, 5, 4]
    assert list_due(home, 9.5, most=3) == [8, 3, 7]
    assert list_due(home, 9.5, most=0) == [] == list_due(home, 9.5, platform="bilibili")


def test_nothing_is_due_before_anything_is_published(home: Path) -> None:
    assert list_due(home, 5) == []


def test_a_platform_that_reads_again_asks_for_one_page_of_its_own_site() -> None:
    able = {name: platform for name, platform in discover_platforms().items() if platform.revisits}
    assert set(able) == {"bilibili", "douyin", "tiktok"}
    for name, platform in able.items():
        post_id = "BV1Q541167Qg" if name == "bilibili" else "7575000000000000001"
        reader = platform(
            Pseudonymiser(b"headwater-fixture-key-0123456789"), {"base": "https://site.example"}
        )
        (request,) = reader.request_again(post_id)
        assert request.url.startswith("https://site.example/") and post_id in request.url
        assert request.kind in platform.page_kinds


def test_a_run_reads_its_lists_and_what_is_due_and_other_platforms_are_left_alone(home: Path) -> None:
    settings = Settings(home=home, sources={"douyin": SourceSettings(), "weibo": SourceSettings()})
    land(home / "landing", [make_post(1, captured_at=datetime.now(MORNING.tzinfo) - timedelta(hours=2))])
    load_and_publish(home)
    douyin, weibo = make_plan(settings).orders
    assert douyin.revisits == (make_post(1).post_id,) and not douyin.revisits_only
    assert weibo.revisits == ()
    with pytest.raises(CommandError, match="weibo cannot read a known post again; these can: bilibili"):
        add_due_posts(settings, make_order(settings, "weibo", "r"), due_only=True)


@pytest.mark.process
@pytest.mark.parametrize(
    ("platform", "count"), [("bilibili", "views"), ("douyin", "likes"), ("tiktok", "views")]
)
def test_a_video_of_the_sandbox_is_read_at_each_age_and_its_counts_grow(
    home: Path, platform: PostPlatform, count: str
) -> None:
    moment = WORLD.begins + timedelta(days=9, hours=20)
    newest = sorted(WORLD.popular_at(moment, platform), key=lambda post: post.published_at)[-5:]
    post = max(newest, key=lambda post: post.final_views)
    settings = Settings(home=home)
    crawl_at(settings, platform, moment, targets=(post.post_id,))
    for age in AGE_STEPS:
        assert crawl_at(settings, platform, moment + age) == (post.post_id,)
        assert crawl_at(settings, platform, moment + age * 1.05) == ()
    seen = read_counts(home, post.post_id, count)
    assert seen[0][0] == moment
    counts = [number for _, number in seen]
    assert len(counts) == 1 + len(AGE_STEPS)
    assert counts == sorted(counts) and counts[0] < counts[-1]
    assert all(number == post.counts_at(captured)[count] for captured, number in seen)


@pytest.mark.process
@pytest.mark.parametrize(
    ("platform", "post_id"),
    [("bilibili", "BV1gone00000"), ("douyin", "7000000000000000001"), ("tiktok", "7000000000000000002")],
)
def test_a_video_that_is_gone_is_asked_for_once_an_age(
    home: Path, platform: PostPlatform, post_id: str
) -> None:
    moment = WORLD.ends - timedelta(days=4)
    gone = make_post(1, platform=platform, post_id=post_id, captured_at=moment)
    land(home / "landing", [gone])
    load_and_publish(home)
    settings = Settings(home=home)
    assert crawl_at(settings, platform, moment + timedelta(hours=1)) == (gone.post_id,)
    assert crawl_at(settings, platform, moment + timedelta(hours=2)) == ()
    assert crawl_at(settings, platform, moment + timedelta(hours=6)) == (gone.post_id,)
    assert len(read_counts(home, gone.post_id, "views")) == 1


def crawl_at(
    settings: Settings, platform: PostPlatform, moment: datetime, targets: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Crawls the sandbox as it is at the moment: the targets, or what is due; loads and publishes it."""
    with SandboxSite(WORLD) as site:
        visit = Visit(moment=moment, addresses={"base": site.address_of(platform, moment)})
        order = make_order(settings, platform, f"run-{int(moment.timestamp())}", targets).model_copy(
            update={"visits": (visit,), "allow_loopback": (site.host_and_port,)}
        )
        if not targets:
            order = add_due_posts(settings, order, due_only=True, now=moment)
        if targets or order.revisits:
            assert run_crawl(CrawlOrder.model_validate(order)).outcome == "complete"
            load_and_publish(settings.home)
    return order.revisits


def read_counts(home: Path, post_id: str, count: str) -> list[tuple[datetime, int]]:
    """(moment, count) of every observation of a video, oldest first."""
    with Warehouse.open(home) as warehouse:
        return warehouse.connection.execute(
            f"select captured_at, {count} from raw_posts where post_id = ? order by captured_at",  # noqa: S608
            [post_id],
        ).fetchall()


def test_the_command_reads_only_what_is_due(tmp_path: Path) -> None:
    headwater = CommandLine(tmp_path)
    nothing = headwater.run("crawl", "bilibili", "--due")
    assert (nothing.exit_code, nothing.output) == (ExitCode.OK, "bilibili: nothing is due to be read again\n")
    assert headwater.run("crawl", "weibo", "--due").exit_code == ExitCode.USAGE
    both = headwater.run("crawl", "bilibili", "BV1Q541167Qg", "--due")
    assert both.exit_code == ExitCode.USAGE and "neither targets" in both.errors
