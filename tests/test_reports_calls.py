"""Rises and past calls: one name for an event in every table, and those that did not hold are shown too."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.published_world import LAST_DAY, publish_world
from tests.report_world import publish_report_world
from warehouse.dashboard.queries import ask
from warehouse.reports.figures import Parameters, open_report_tables
from warehouse.reports.report import write_report


def test_calls_that_did_not_hold_are_listed_after_twenty_that_did(tmp_path: Path) -> None:
    published = publish_world(tmp_path / "headwater.duckdb")
    called = LAST_DAY - timedelta(days=7)
    calls = [(called, f"word:成立{n:02d}", LAST_DAY, True, 9.0) for n in range(20)]
    calls += [(called, f"word:落空{n}", LAST_DAY, False, 0.5) for n in range(3)]
    with duckdb.connect(str(published)) as connection:
        connection.execute("delete from v_scorecard")
        connection.executemany("insert into v_scorecard values (?, ?, 'rising', ?, ?, ?, null, false)", calls)
    report = write_report(published, tmp_path / "报告", as_of=LAST_DAY)
    text = (report.folder / "report.md").read_text(encoding="utf-8")
    listed = text.split("## 上期判断的成绩")[1].split("\n## ")[0]
    assert [topic for _, topic, *_ in calls if topic not in listed] == []


# The event's own hashtag is too new for a baseline; a cluster and an interest that share its posts are not.
RISEN_WITHOUT_A_BASELINE = """
insert into mart_topic (topic_id, topic_kind, label, label_en) values
    ('cluster:1', 'cluster', '木质香水', '木质香水'), ('interest:04.08', 'interest', '发饰帽巾', 'hats');
insert into mart_topic_burst (day, platform, grain, topic_id, x, mu, ratio, p_value, q_value, event_q_value, m_tested, level, event_id, status)
select last_day, 'all', grain, topic_id, x, mu, x / mu, p, q, q, 640, level, 'tag:头皮防晒', status
from last, (values
    ('w', 'cluster:1', 181, 21.7, 1e-15, 1e-13, 'signal', 'ok'), ('w', 'interest:04.08', 66, 17.4, 7e-7, 3e-5, 'signal', 'ok'),
    ('d', 'cluster:1', 24, 5.1, 4e-7, 2e-5, 'alert', 'ok'), ('d', 'tag:头皮防晒', 14, 0.03, 7e-58, 2e-55, 'alert', 'no_baseline')
) b(grain, topic_id, x, mu, p, q, level, status);
insert into mart_call (week_called, topic_id, call, x, mu, event_id, is_retrospective)
select last_day - 7, topic_id, call, x, mu, 'tag:头皮防晒', false
from last, (values ('cluster:1', 'rising', 181, 21.7), ('interest:04.08', 'rising', 66, 17.4), ('tag:头皮防晒', 'new', 58, 0.4)) c(topic_id, call, x, mu);
insert into v_scorecard (week_called, topic_id, call, checked_week, still_above_base, ratio_now, is_right)
select last_day - 7, topic_id, 'rising', last_day, true, 8.3, true from last, (values ('cluster:1'), ('interest:04.08')) c(topic_id);
alter table v_weekly_trend add column gap_class varchar;
alter table mart_call add column ratio double;
alter table mart_call add column q_value double;
create table mart_scorecard as from v_scorecard;
"""  # noqa: E501


def list_topics(connection: duckdb.DuckDBPyConnection, query: str, given: Parameters) -> list[object]:
    """Topics that a query names, in its order."""
    return [row["topic_id"] for row in ask(connection, query, given).rows]


def test_an_event_whose_own_topic_has_no_baseline_is_a_new_topic_and_no_rise_of_another_name(
    tmp_path: Path,
) -> None:
    published = publish_report_world(tmp_path, RISEN_WITHOUT_A_BASELINE)
    with open_report_tables(published) as connection:
        for grain, days, rises in (("w", 7, ["tag:拼豆", "tag:匹克球"]), ("d", 1, ["tag:拼豆"])):
            given: Parameters = {"as_of": LAST_DAY, "days": days, "grain": grain}
            assert list_topics(connection, "rising", given) == rises
            assert list_topics(connection, "newborn", given) == ["tag:头皮防晒"]
            wanted: Parameters = {"grain": grain, "platform": "all", "day": LAST_DAY, "level": "signal"}
            page: Parameters = {"interest": None, "kind": None, "sort": "q", "limit": 50, "offset": 0}
            first, *others = ask(connection, "trending", {**wanted, **page}).rows
            assert [row["topic_id"] for row in others] == rises
            assert (first["topic_id"], first["ratio"], first["q_value"]) == ("tag:头皮防晒", None, None)
        crossed = list_topics(connection, "platform_topics", {"as_of": LAST_DAY, "interest": None})
        told = ask(connection, "alert_rising", {"as_of": LAST_DAY}).rows
    assert crossed == ["tag:头皮防晒", "tag:拼豆", "tag:匹克球"]
    assert [(row["key"], row["ratio"]) for row in told][:1] == [("rising:tag:头皮防晒", None)]
    assert [row["topic_id"] for row in told] == ["tag:头皮防晒", "tag:拼豆"]


def test_what_no_report_printed_is_not_graded(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path, RISEN_WITHOUT_A_BASELINE)
    with open_report_tables(published) as connection:
        listed = list_topics(connection, "scorecard", {"as_of": LAST_DAY})
        called = list_topics(connection, "calls", {"week": LAST_DAY - timedelta(days=7)})
        (rated,) = ask(connection, "hit_rate", {"as_of": LAST_DAY}).rows
        (week,) = ask(connection, "call_weeks", {}).rows
        kinds = {row["call"]: row for row in ask(connection, "call_kinds", {"as_of": LAST_DAY}).rows}
    assert set(listed) == set(called) == {"tag:拼豆", "tag:匹克球", "tag:早C晚A"}
    assert (rated["n_calls"], week["n_calls"], kinds["rising"]["n_calls"]) == (3, 3, 3)
    assert [told["rate_uncalled"] for told in (rated, week, kinds["rising"])] == pytest.approx([0.19] * 3)


def test_where_the_only_rise_is_a_new_topic_the_report_begins_with_it(tmp_path: Path) -> None:
    only_new = "delete from mart_topic_burst where event_id is distinct from 'tag:头皮防晒';"
    published = publish_report_world(tmp_path, RISEN_WITHOUT_A_BASELINE + only_new)
    report = write_report(published, tmp_path / "报告", kind="daily", as_of=LAST_DAY)
    text = (report.folder / "report.md").read_text(encoding="utf-8")
    assert "- 新出现的话题: **14 次** 「头皮防晒」被提到 14 次；2026-11-04 首次出现，还没有可比的基线" in text
    assert "木质香水" not in text.split("## 附页")[0]


def test_beside_the_hit_rate_stands_what_topics_that_were_not_called_do(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path)
    with open_report_tables(published) as connection:
        (rated,) = ask(connection, "hit_rate", {"as_of": LAST_DAY}).rows
        kinds = {row["call"]: row for row in ask(connection, "call_kinds", {"as_of": LAST_DAY}).rows}
    assert [rated["rate_uncalled"], kinds["rising"]["rate_uncalled"]] == pytest.approx([0.19, 0.19])
    # of three topics nothing can be told
    assert kinds["new"]["rate_uncalled"] is None
    report = write_report(published, tmp_path / "报告", as_of=LAST_DAY)
    text = (report.folder / "report.md").read_text(encoding="utf-8")
    assert "同样检验过而没有判断的话题，按同一标准 19% 成立" in text
    assert "| 上升（周） | 一周后仍不低于判断前水平的 1.3 倍 | 67% (21%–94%) | 19% | 2 / 3 | 0 |" in text


def test_calls_that_were_computed_afterwards_are_counted_as_such(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path)
    with duckdb.connect(str(published)) as connection:
        connection.execute("update v_scorecard set is_retrospective = true where call = 'fading'")
    with open_report_tables(published) as connection:
        kinds = {row["call"]: row for row in ask(connection, "call_kinds", {"as_of": LAST_DAY}).rows}
    assert {call: row["n_retrospective"] for call, row in kinds.items() if row["n_calls"]} == {
        call: row["n_calls"] if call == "fading" else None for call, row in kinds.items() if row["n_calls"]
    }
    report = write_report(published, tmp_path / "报告", as_of=LAST_DAY)
    listed = (
        (report.folder / "report.md")
        .read_text(encoding="utf-8")
        .split("## 各类判断的成绩")[1]
        .split("\n## ")[0]
    )
    assert f"其中回算 {kinds['fading']['n_calls']}" in listed
