"""Alerts: which hold, that none is told twice, none at night, and none with a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr

from flows.alerts import is_quiet, send_alerts, tell_after_run
from flows.settings import Settings
from flows.settings_tables import AlertSettings
from tests.command_line import CommandLine
from tests.receivers import Inbox, receive_posts
from tests.report_world import publish_report_world
from warehouse.alerts.rules import AlertWishes, find_alerts
from warehouse.alerts.told import STATE_FILE
from warehouse.errors import AlertsRefused
from warehouse.query import run_query

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
"""Noon in Shanghai of the day after the world's last."""
WATCHED = """
insert into mart_watch_group values (1, '手作', '拼豆', 2);
insert into mart_watch_match
select 1, '手作', ['拼豆'], 'post', 'video', 'bilibili:w' || i, 'bilibili', date '2026-11-15',
    '拼豆第' || i || '天', 'https://www.bilibili.com/video/BVw' || i
from range(5) r(i);
insert into crawl_reports values
    ('kuaishou', 'r1', 'complete', timestamptz '2026-11-14 12:00+08', [], []),
    ('kuaishou', 'r2', 'blocked', timestamptz '2026-11-16 09:00+08', ['403 at the hot rank'], []);
"""
ANSWERED = """
insert into crawl_reports values ('kuaishou', 'r3', 'complete', timestamptz '2026-11-16 11:00+08', [], [])
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish_report_world(tmp_path / "home", WATCHED)
    return tmp_path / "home"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with receive_posts() as inbox:
        yield inbox


def choose(home: Path, inbox: Inbox, **alerts: Any) -> Settings:
    channels = {"team": SecretStr(f"json://127.0.0.1:{inbox.port}/hook")}
    return Settings(home=home, alerts=AlertSettings(**({"channels": channels} | alerts)))


def test_every_rule_finds_its_own_and_nothing_else(home: Path) -> None:
    published = home / "published" / "headwater.duckdb"
    found = find_alerts(published, AlertWishes(brands=("蕉内", "优衣库", "李宁")), NOON)
    assert [(alert.rule, alert.title) for alert in found] == [
        ("rising", "上升：拼豆"),
        ("watch", "关注词：手作"),
        ("brand", "品牌声量：李宁（运动健身）"),
        ("brand", "品牌声量：蕉内（服饰穿搭）"),
        ("sentiment", "情感下滑：内衣家居服（评论）"),
        ("source", "来源异常：快手"),
    ]
    by_rule = {alert.rule: alert for alert in found}
    assert "被提到 24 次，预期 6.3 次，3.8 倍，q 0.001" in by_rule["rising"].text
    assert len(by_rule["rising"].posts) == 3
    assert by_rule["watch"].text == "2026-11-15 命中 5 条（1 个平台），平日每天 0.0 条。"
    assert len(by_rule["watch"].posts) == 2
    assert "403 at the hot rank" in by_rule["source"].text
    for alert in found:
        assert run_query(published, alert.sql).rows, alert.query


def test_a_fall_that_the_error_of_both_weeks_covers_is_no_alert(home: Path) -> None:
    published = home / "published" / "headwater.duckdb"
    wishes = AlertWishes(rules=("sentiment",))
    (fell,) = find_alerts(published, wishes, NOON)
    with duckdb.connect(str(published)) as connection:
        # 0.30 to 0.10, each give or take 0.18: below last week's level, and within the error of both
        connection.execute(
            "update mart_topic_sentiment set nsr = l.nsr, nsr_lo = l.nsr - 0.18, nsr_hi = l.nsr + 0.18 "
            "from (values (date '2026-11-15', 0.10), (date '2026-11-08', 0.30)) l(week, nsr) "
            "where mart_topic_sentiment.week = l.week and platform = 'all' and window_days = 7 "
            "and coalesce(brand_id, topic_id) = ?",
            [fell.key.partition(":")[2].rpartition(":comment")[0]],
        )
    assert find_alerts(published, wishes, NOON) == []


def test_a_source_that_answers_again_or_is_only_slow_is_told_apart(home: Path) -> None:
    published = home / "published" / "headwater.duckdb"
    wishes = AlertWishes(rules=("source",), language="en")
    (blocked,) = find_alerts(published, wishes, NOON)
    assert "blocked" in blocked.text
    later = find_alerts(published, wishes, datetime(2026, 11, 18, 4, 0, tzinfo=UTC))
    assert {alert.key for alert in later} == {"source:douyin", "source:bilibili", "source:kuaishou"}
    assert "no answer for longer than usual" in later[0].text
    with duckdb.connect(str(published)) as connection:
        connection.execute(ANSWERED)
    assert find_alerts(published, wishes, NOON) == []


@pytest.mark.parametrize(
    ("days_between", "days_silent", "is_told"),
    [(1, 1.4, False), (1, 1.6, True), (7, 7.5, False), (7, 11, True)],
)
def test_a_source_is_silent_when_it_is_so_for_longer_than_between_its_answers(
    days_between: int, days_silent: float, is_told: bool, home: Path
) -> None:
    published = home / "published" / "headwater.duckdb"
    with duckdb.connect(str(published)) as connection:
        connection.execute("create table report as from crawl_reports where source = 'bilibili' limit 1")
        connection.execute("delete from crawl_reports")
        connection.execute(
            "insert into crawl_reports select * exclude (n) replace ('r' || n as run_id,"
            " 'complete' as outcome, ?::timestamptz - to_days(n * ?::integer) as finished_at)"
            " from report, range(5) each(n)",
            [NOON, days_between],
        )
    later = NOON + timedelta(days=days_silent)
    assert bool(find_alerts(published, AlertWishes(rules=("source",)), later)) == is_told


def test_nothing_is_told_twice_and_a_channel_that_failed_hears_it_next_time(home: Path, inbox: Inbox) -> None:
    settings = choose(home, inbox)
    inbox.status = 503
    assert send_alerts(settings, NOON).failed == ["team"]
    inbox.status = 200
    first = send_alerts(settings, NOON)
    assert first.told == {"team": 4}
    assert "拼豆" in inbox.text
    assert "https://www.douyin.com/video/7401" in inbox.text
    assert "alert_rising" in inbox.text
    count = len(inbox.messages)
    again = send_alerts(settings, NOON)
    assert (again.told, len(inbox.messages), len(again.alerts)) == ({}, count, 4)


def test_a_source_that_fails_again_is_told_again_and_a_rise_is_not(home: Path, inbox: Inbox) -> None:
    settings = choose(home, inbox, rules=("rising", "source"))
    send_alerts(settings, NOON)
    published = home / "published" / "headwater.duckdb"
    with duckdb.connect(str(published)) as connection:
        connection.execute(ANSWERED)
        connection.execute("update mart_topic_burst set level = 'none' where grain = 'd'")
    send_alerts(settings, NOON)
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "insert into crawl_reports values "
            "('kuaishou', 'r4', 'failed', timestamptz '2026-11-16 11:40+08', [], [])"
        )
        connection.execute(
            "update mart_topic_burst set level = 'alert' where grain = 'd' and topic_id = 'tag:拼豆'"
        )
    outcome = send_alerts(settings, NOON)
    assert outcome.new_by_channel == {"team": ["source:kuaishou"]}


def test_a_watched_group_is_told_again_when_its_count_has_doubled(home: Path, inbox: Inbox) -> None:
    settings = choose(home, inbox, rules=("watch",))
    assert send_alerts(settings, NOON).told == {"team": 1}
    published = home / "published" / "headwater.duckdb"
    for more, told in ((2, {}), (1, {}), (2, {"team": 1}), (8, {}), (2, {"team": 1})):
        with duckdb.connect(str(published)) as connection:
            connection.execute(
                "insert into mart_watch_match "
                "select 1, '手作', ['拼豆'], 'post', 'video', uuid()::varchar, 'douyin', "
                "date '2026-11-15', '又一条' || i, null from range(?) r(i)",
                [more],
            )
        assert send_alerts(settings, NOON).told == told


def test_the_smallest_of_many_watched_groups_is_told_too(tmp_path: Path) -> None:
    published = publish_report_world(
        tmp_path,
        """
        insert into mart_watch_group select i, '第' || i || '组', '词' || i, null from range(1, 201) r(i);
        insert into mart_watch_match
        select i, '第' || i || '组', ['词' || i], 'post', 'video', 'douyin:' || i || '-' || j, 'douyin',
            date '2026-11-15' - cast(j % 2 as integer), '词' || i, null
        from range(1, 201) r(i), range(if(i = 200, 2, 6)) s(j);
        """,
    )
    found = find_alerts(published, AlertWishes(rules=("watch",)), NOON)
    assert {alert.key for alert in found} == {
        f"watch:第{group}组:{day}" for group in range(1, 201) for day in ("2026-11-14", "2026-11-15")
    }


@pytest.mark.parametrize(("hour", "quiet"), [(14, False), (22, True), (23, True), (3, True), (8, False)])
def test_quiet_hours_span_midnight_in_shanghai(hour: int, quiet: bool) -> None:
    alerts = AlertSettings(quiet_from=time(22), quiet_to=time(8))
    assert is_quiet(alerts, datetime(2026, 11, 16, (hour - 8) % 24, tzinfo=UTC)) == quiet
    assert not is_quiet(AlertSettings(), NOON)


def test_what_falls_into_the_quiet_hours_is_told_afterwards(home: Path, inbox: Inbox) -> None:
    settings = choose(home, inbox, quiet_from=time(11), quiet_to=time(13))
    at_noon = send_alerts(settings, NOON)
    assert at_noon.is_quiet
    assert inbox.messages == []
    assert send_alerts(settings, datetime(2026, 11, 16, 5, 30, tzinfo=UTC)).told == {"team": 4}


def test_a_dry_run_sends_and_keeps_nothing(home: Path, inbox: Inbox) -> None:
    outcome = send_alerts(choose(home, inbox), NOON, dry_run=True)
    assert len(outcome.new_by_channel["team"]) == 4
    assert inbox.messages == []
    assert not (home / STATE_FILE).exists()


def test_a_damaged_record_is_named_and_not_overwritten(home: Path, inbox: Inbox) -> None:
    (home / STATE_FILE).write_text('{"told": [', encoding="utf-8")
    with pytest.raises(AlertsRefused, match="move it away"):
        send_alerts(choose(home, inbox), NOON)
    assert (home / STATE_FILE).read_text() == '{"told": ['


def test_a_run_tells_its_channels_and_is_done_whatever_becomes_of_it(home: Path, inbox: Inbox) -> None:
    settings = choose(home, inbox)
    inbox.status = 503
    assert tell_after_run(settings, NOON) == [
        "alerts: team did not take the message; it is tried again next time"
    ]
    inbox.status = 200
    assert tell_after_run(settings, NOON) == ["alerts: team told of 4"]
    (home / STATE_FILE).write_text("{", encoding="utf-8")
    (line,) = tell_after_run(settings, NOON)
    assert "nothing was sent" in line
    assert tell_after_run(Settings(home=home / "elsewhere"), NOON) == []


@pytest.mark.process
def test_the_command_shows_evidence_and_no_secret(home: Path, inbox: Inbox) -> None:
    (home.parent / "headwater.toml").write_text(
        f'home = "{home}"\n[alerts.channels]\nteam = "json://127.0.0.1:{inbox.port}/geheim"\n',
        encoding="utf-8",
    )
    run = CommandLine(home.parent).run
    shown = run("alerts", "--dry-run", "--json")
    assert shown.exit_code == 0, shown.errors
    outcome = json.loads(shown.output)
    assert {alert["rule"] for alert in outcome["alerts"]} >= {"rising", "watch"}
    assert outcome["alerts"][0]["sql"].startswith("-- one row per event on alert")
    refused = run("alerts", "test", "--dry-run")
    assert (refused.exit_code, inbox.messages) == (2, [])
    assert "a test is a message that is sent" in refused.errors
    tested = run("-v", "alerts", "test")
    assert (tested.exit_code, tested.output) == (0, "team: sent\n")
    assert "geheim" not in shown.output + shown.errors + tested.output + tested.errors
    sent = run("alerts")
    assert "team: told of" in sent.output
    assert "team: told of" not in run("alerts").output


@pytest.mark.process
def test_channels_and_quiet_hours_come_from_the_environment_too(home: Path, inbox: Inbox) -> None:
    environment = {
        "HEADWATER_HOME": str(home),
        "HEADWATER_ALERTS__CHANNELS__TEAM": f"json://127.0.0.1:{inbox.port}/hook",
        "HEADWATER_ALERTS__QUIET_FROM": "00:00",
    }
    refused = CommandLine(home.parent).run("alerts", environment=environment)
    assert refused.exit_code == 2
    assert "quiet hours need both" in refused.errors
    environment["HEADWATER_ALERTS__QUIET_TO"] = "23:59:59.999999"
    assert "quiet hours" in CommandLine(home.parent).run("alerts", environment=environment).output
    assert inbox.messages == []
