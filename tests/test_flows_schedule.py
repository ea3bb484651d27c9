"""Schedules and plans: which source runs when, alone; what a plan may dial and must not tell."""

from __future__ import annotations

import json
import os
import socket
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule

from flows.exit_codes import CommandError
from flows.plan import make_order, make_plan, make_run_id, name_loopback
from flows.settings import Settings, prepare_environment, read_settings
from flows.source_lock import claim_source
from flows.wording import CommandWording
from spiders.moments import SHANGHAI


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    prepare_environment(tmp_path / ".headwater")
    (tmp_path / "headwater.toml").write_text(
        """
[crawl]
contact = "ops@example.org"
[sources.bilibili]
cron = "0 8,20 * * *"
[sources.douyin]
every = "6h"
addresses = {base = "http://127.0.0.1:8765/douyin"}
[sources.kuaishou]
enabled = false
""",
        encoding="utf-8",
    )
    return read_settings()


def test_each_enabled_source_is_served_alone_in_shanghai_time(settings: Settings) -> None:
    from flows.schedule import make_deployments

    deployments = {one.name: one for one in make_deployments(settings, None)}
    assert sorted(deployments) == ["bilibili", "douyin"]
    for name, deployment in deployments.items():
        assert deployment.parameters["source"] == name
        assert deployment.concurrency_limit is None, "Prefect's slots outlive the run that a power cut ends"
        (schedule,) = [one.schedule for one in deployment.schedules or []]
        assert isinstance(schedule, CronSchedule | IntervalSchedule)
        assert schedule.timezone == "Asia/Shanghai"


def test_an_interval_is_counted_from_one_midnight_whenever_the_scheduler_starts() -> None:
    from flows.schedule import make_schedule

    assert make_schedule("6h", None).anchor_date == datetime(2026, 1, 1, tzinfo=SHANGHAI)


def write_package(home: Path, source: str, run_id: str, finished_at: datetime) -> None:
    folder = home / "landing" / source / run_id
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(
        json.dumps({"finished_at": finished_at.isoformat()}), encoding="utf-8"
    )


@pytest.mark.parametrize("moment", ["昨天", "2026-11-27T08:00:00", ""])
def test_a_report_without_a_moment_is_no_crawl_and_ends_no_scheduler(settings: Settings, moment: str) -> None:
    from flows.schedule import is_overdue

    now = datetime(2026, 11, 27, 9, 30, tzinfo=SHANGHAI)
    write_package(settings.home, "douyin", "好", datetime(2026, 11, 27, 5, 55, tzinfo=SHANGHAI))
    damaged = settings.home / "landing" / "douyin" / "坏" / "report.json"
    damaged.parent.mkdir()
    damaged.write_text(json.dumps({"finished_at": moment, "outcome": "complete"}), encoding="utf-8")
    assert is_overdue(settings, "douyin", now)


def test_a_source_is_overdue_that_was_not_crawled_since_its_interval_last_ended(settings: Settings) -> None:
    from flows.schedule import is_overdue

    now = datetime(2026, 11, 27, 9, 30, tzinfo=SHANGHAI)
    assert is_overdue(settings, "douyin", now), "it was never crawled"
    write_package(settings.home, "douyin", "旧", now - timedelta(days=3))
    write_package(settings.home, "douyin", "新", datetime(2026, 11, 27, 5, 55, tzinfo=SHANGHAI))
    assert is_overdue(settings, "douyin", now)
    write_package(settings.home, "douyin", "最新", datetime(2026, 11, 27, 6, 5, tzinfo=SHANGHAI))
    assert not is_overdue(settings, "douyin", now)
    assert not is_overdue(settings, "bilibili", now), "a cron line names its only times"


def test_a_crawl_of_a_clock_that_was_ahead_leaves_its_source_overdue(settings: Settings) -> None:
    from flows.inventory import describe_last_result
    from flows.schedule import is_overdue

    now = datetime.now(SHANGHAI)
    folder = settings.landing_root / "douyin"
    for run_id, finished_at in (("旧", now - timedelta(days=3)), ("明年", now + timedelta(days=400))):
        write_package(settings.home, "douyin", run_id, finished_at)
        told = json.loads((folder / run_id / "report.json").read_text(encoding="utf-8"))
        told |= {"outcome": "complete", "records_by_kind": {"posts": 20}}
        (folder / run_id / "report.json").write_text(json.dumps(told), encoding="utf-8")
    assert is_overdue(settings, "douyin", now)
    assert describe_last_result(folder).startswith(f"complete at {now - timedelta(days=3):%Y-%m-%d %H:%M}")
    (folder / "旧" / "report.json").unlink()
    told = describe_last_result(folder)
    assert told.endswith(" (Beijing time), 20 records, a time still to come")
    assert CommandWording("zh").translate(told).endswith("（北京时间，还没有到）完成，20 条记录")


@pytest.mark.parametrize(
    ("hours_late", "run_id", "outcome", "started", "made_up"),
    [
        (9.0, "另一次", "complete", -1.0, True),
        (9.0, "另一次", "partial", -1.0, True),
        # turned away, begun before the run was due, its own before it was killed, of a clock that was ahead
        (9.0, "另一次", "blocked", -1.0, False),
        (9.0, "另一次", "complete", -10.0, False),
        (9.0, "这一次", "complete", -1.0, False),
        (9.0, "另一次", "complete", 900.0, False),
        # in time, or waiting for a place beside other sources
        (0.1, "另一次", "complete", 0.0, False),
    ],
)
def test_of_the_runs_that_a_computer_slept_through_one_is_made_up_for(
    settings: Settings, hours_late: float, run_id: str, outcome: str, started: float, made_up: bool
) -> None:
    from flows.scheduled_run import was_made_up_for

    now = datetime.now(SHANGHAI)
    folder = settings.landing_root / "douyin"
    told = {"run_id": run_id, "outcome": outcome, "started_at": (now + timedelta(hours=started)).isoformat()}
    for name, text in (("坏", "{"), (run_id, json.dumps(told))):
        (folder / name).mkdir(parents=True)
        (folder / name / "report.json").write_text(text, encoding="utf-8")
    assert was_made_up_for(folder, now - timedelta(hours=hours_late), "这一次", now) == made_up


def test_a_source_has_one_scheduled_run_at_a_time(tmp_path: Path) -> None:
    with claim_source(tmp_path, "douyin") as first, claim_source(tmp_path, "douyin") as second:
        assert (first, second) == (True, False)
        with claim_source(tmp_path, "bilibili") as other:
            assert other
    with claim_source(tmp_path, "douyin") as later:
        assert later


def test_a_cron_line_that_cannot_be_read_is_a_sentence() -> None:
    from flows.schedule import make_schedule

    with pytest.raises(CommandError, match="no cron line"):
        make_schedule(None, "jeden Tag um acht")


@pytest.mark.process
def test_the_server_answers_and_stops_with_the_block(settings: Settings) -> None:
    from flows.prefect_server import answers, run_server

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    chosen = settings.model_copy(update={"schedule": settings.schedule.model_copy(update={"port": port})})
    address = f"http://127.0.0.1:{port}"
    with run_server(chosen) as served:
        (server,) = psutil.Process().children()
        assert os.getpgid(server.pid) == server.pid, "Ctrl-C reaches the server before those who talk to it"
        assert served == address
        with urllib.request.urlopen(address, timeout=10) as page:
            assert page.status == 200
        with pytest.raises(CommandError, match="in use already"), run_server(chosen):
            pass
    assert not answers(address)


def test_a_port_that_a_stranger_holds_is_named_before_a_server_starts(settings: Settings) -> None:
    from flows.prefect_server import run_server

    with socket.create_server(("127.0.0.1", 0)) as stranger:
        schedule = settings.schedule.model_copy(update={"port": stranger.getsockname()[1]})
        chosen = settings.model_copy(update={"schedule": schedule})
        whose = rf"in use already by .+, pid {os.getpid()};"
        with pytest.raises(CommandError, match=whose), run_server(chosen):
            pass
    assert not (settings.home / "prefect" / "server.log").exists()


def test_only_a_loopback_address_of_the_settings_may_be_dialled(settings: Settings) -> None:
    assert make_order(settings, "douyin", "r1").allow_loopback == ("127.0.0.1:8765",)
    assert make_order(settings, "bilibili", "r1").allow_loopback == ()
    assert name_loopback("http://localhost/x") == "localhost:80"
    assert name_loopback("http://10.0.0.7:80") is None
    assert name_loopback("https://www.douyin.com") is None


def test_the_user_agent_names_whom_to_write_to(settings: Settings) -> None:
    assert "ops@example.org" in make_order(settings, "bilibili", "r1").user_agent


def test_an_official_source_asks_for_its_keys_and_a_plan_does_not_tell_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="HEADWATER_JD_UNION_APP_SECRET"):
        make_order(settings, "jd_union", "r1")
    monkeypatch.setenv("HEADWATER_JD_UNION_APP_KEY", "jd-schluessel")
    monkeypatch.setenv("HEADWATER_JD_UNION_APP_SECRET", "jd-geheimnis")
    plan = make_plan(settings, ("jd_union",), "r1")
    assert plan.orders[0].credentials["app_secret"].get_secret_value() == "jd-geheimnis"
    assert "jd-geheimnis" not in plan.model_dump_json() + repr(plan) + str(plan)


def test_stages_without_a_crawl_need_no_source(settings: Settings) -> None:
    broken = settings.model_copy(update={"sources": {"jd_union": settings.sources["bilibili"]}})
    assert make_plan(broken, ()).orders == ()
    with pytest.raises(CommandError, match="needs your own key"):
        make_plan(broken)


def test_a_shop_without_an_address_is_asked_for(settings: Settings) -> None:
    with pytest.raises(CommandError, match=r"sources\.shop\.targets"):
        make_plan(settings, ("shop",), "r1")


def test_run_ids_sort_by_time_and_do_not_repeat() -> None:
    ids = [make_run_id() for _ in range(50)]
    assert len(set(ids)) == 50
