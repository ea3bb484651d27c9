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
        connection.executemany("insert into v_scorecard values (?, ?, 'rising', ?, ?, ?, null)", calls)
    report = write_report(published, tmp_path / "报告", as_of=LAST_DAY)
    text = (report.folder / "report.md").read_text(encoding="utf-8")
    listed = text.split("## 上期判断的成绩")[1].split("\n## ")[0]
    assert [topic for _, topic, *_ in calls if topic not in listed] == []


# The hashtag is too new for a baseline, a cluster of its posts is not.
RISEN_BY_ITS_CLUSTER = """
insert into mart_topic (topic_id, topic_kind, label, label_en) values ('cluster:1', 'cluster', '头皮防晒', '头皮防晒');
insert into mart_topic_burst (day, platform, grain, topic_id, x, mu, ratio, p_value, q_value, m_tested, level, event_id, status)
select last_day, 'all', 'w', 'cluster:1', 90, 3.0, 30.0, 1e-9, 1e-7, 640, 'signal', 'tag:头皮防晒', 'ok' from last
union all select last_day, 'all', 'd', 'cluster:1', 9, 0.4, 22.5, 1e-6, 1e-4, 640, 'alert', 'tag:头皮防晒', 'ok' from last
union all select last_day, 'all', 'd', 'tag:头皮防晒', 12, 0.1, 120, 1e-9, 1e-7, 640, 'alert', 'tag:头皮防晒', 'no_baseline' from last;
alter table v_weekly_trend add column gap_class varchar;
"""  # noqa: E501

# The event's interest has a baseline, its hashtag has none.
RISEN_BY_ITS_INTEREST = """
insert into mart_topic (topic_id, topic_kind, label, label_en) values ('interest:04.08', 'interest', '发饰帽巾', 'hats');
insert into mart_topic_burst (day, platform, grain, topic_id, x, mu, ratio, p_value, q_value, m_tested, level, event_id, status)
select last_day, 'all', 'w', 'interest:04.08', 66, 16.4, 4.0, 1e-9, 1e-7, 640, 'signal', 'tag:头皮防晒', 'ok' from last;
alter table v_weekly_trend add column gap_class varchar;
"""  # noqa: E501

# Two topics of an event whose hashtag was not called: the quiet one held, the loud one did not.
CALLED_WITHOUT_ITS_HASHTAG = """
delete from v_scorecard where call = 'rising';
delete from mart_call where call = 'rising';
insert into v_scorecard (week_called, topic_id, call, checked_week, still_above_base, ratio_now, is_right)
select last_day - 7, topic_id, 'rising', last_day, held, 2.0, held
from last, (values ('word:安静', true), ('word:热闹', false)) c(topic_id, held);
insert into mart_call (week_called, topic_id, call, x, event_id, is_retrospective)
select last_day - 7, topic_id, 'rising', n, 'tag:没有', false
from last, (values ('word:安静', 12), ('word:热闹', 80)) c(topic_id, n);
"""


def test_an_event_has_one_name_in_the_report_and_on_the_page(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path, RISEN_BY_ITS_CLUSTER)
    with open_report_tables(published) as connection:
        given: Parameters = {"as_of": LAST_DAY, "days": 7, "grain": "w"}
        risen = [row["topic_id"] for row in ask(connection, "rising", given).rows]
        born = [row["topic_id"] for row in ask(connection, "newborn", given).rows]
        wanted: Parameters = {
            "grain": "w",
            "platform": "all",
            "day": LAST_DAY,
            "level": "signal",
            "interest": None,
        }
        page: Parameters = {"kind": None, "sort": "q", "limit": 50, "offset": 0}
        shown = [row["topic_id"] for row in ask(connection, "trending", {**wanted, **page}).rows]
        told = [row["topic_id"] for row in ask(connection, "alert_rising", {"as_of": LAST_DAY}).rows]
    assert "cluster:1" in risen
    assert told == ["cluster:1", "tag:拼豆"]
    assert born == []
    assert sorted(map(str, shown)) == sorted(map(str, risen))


def test_a_hashtag_too_new_for_a_baseline_is_said_beside_the_topic_that_has_one(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path, RISEN_BY_ITS_INTEREST)
    with open_report_tables(published) as connection:
        given: Parameters = {"as_of": LAST_DAY, "days": 7, "grain": "w"}
        wanted: Parameters = {"grain": "w", "platform": "all", "day": LAST_DAY, "level": "signal"}
        page: Parameters = {"interest": None, "kind": None, "sort": "q", "limit": 50, "offset": 0}
        rows = ask(connection, "rising", given).rows, ask(connection, "trending", {**wanted, **page}).rows
    for listed in rows:
        (row,) = [row for row in listed if row["topic_id"] == "interest:04.08"]
        words = row["top_attrs"]
        assert isinstance(words, list) and words[0] == "头皮防晒"
        assert [row for row in listed if row["topic_id"] == "tag:头皮防晒"] == []


def test_the_most_mentioned_topic_is_graded_for_its_event_in_every_table(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path, CALLED_WITHOUT_ITS_HASHTAG)
    with open_report_tables(published) as connection:
        (listed,) = ask(connection, "scorecard", {"as_of": LAST_DAY}).rows
        (rated,) = ask(connection, "hit_rate", {"as_of": LAST_DAY}).rows
        (week,) = ask(connection, "call_weeks", {}).rows
        kinds = {row["call"]: row for row in ask(connection, "call_kinds", {"as_of": LAST_DAY}).rows}
    assert (listed["topic_id"], listed["still_above_base"]) == ("word:热闹", False)
    assert (rated["n_calls"], rated["n_held"], rated["rate_lo"]) == (1, 0, 0)
    assert (week["n_calls"], week["n_held"]) == (1, 0)
    assert (kinds["rising"]["n_calls"], kinds["rising"]["n_right"]) == (1, 0)
    assert rated["rate_hi"] == pytest.approx(3.8415 / 4.8415, abs=1e-4)
