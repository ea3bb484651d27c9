"""Marts brought up to date with a day are those of a build from nothing, in any order of packages."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.text_groups import group_texts
from tests.heat_world import make_dense_packages
from tests.incremental_world import RARE_TOPICS, build_in_order, hash_marts, make_packages
from tests.landed_packages import land, make_entry
from tests.trend_world import LAST_DAY, NOON, TAXONOMY, build_world, label, write_post
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.records import Annotation
from warehouse.store import Warehouse
from warehouse.trends import TrendSettings, build_marts

PACKAGES = make_packages()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Hashes of marts built once, after everything was loaded."""
    return build_in_order(tmp_path_factory.mktemp("whole"), PACKAGES, [])


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_packages_built_in_between_gives_the_marts_of_one_build(
    seed: int, whole: dict[str, str], tmp_path: Path
) -> None:
    chance = random.Random(seed)
    order = chance.sample(range(6), 6)
    packages = [PACKAGES[place] for place in order]
    found = build_in_order(tmp_path, packages, chance.sample(range(5), 3))
    assert len(found) > 15
    assert {name for name in whole if found[name] != whole[name]} == set()


def test_days_counted_a_few_at_a_time_give_the_marts_of_all_at_once(
    whole: dict[str, str], tmp_path: Path
) -> None:
    found = build_in_order(tmp_path, PACKAGES, [1, 3], replace(RARE_TOPICS, span_rows=40))
    assert {name for name in whole if found[name] != whole[name]} == set()


def test_a_build_reads_only_what_was_logged_as_changed(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 6)]
    with build_world(tmp_path, [posts], [label(post, "interests", "08") for post in posts]) as ask:
        before = ask("select * from mart_topic_doc order by all")
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        connection = warehouse.connection
        assert connection.execute("select count(*) from changed_subjects").fetchall() == [(0,)]
        connection.execute("update core_posts set title = '无人登记的改动'")
        build_marts(warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert connection.execute("select * from mart_topic_doc order by all").fetchall() == before
        connection.execute("insert into changed_subjects select 'post', subject_id from core_posts")
        build_marts(warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert connection.execute("select distinct title from mart_topic_doc").fetchall() == [
            ("无人登记的改动",)
        ]


def test_of_topics_with_as_many_documents_the_first_by_kind_and_name_have_the_last_places(
    tmp_path: Path,
) -> None:
    posts = [write_post(number, number) for number in range(4)]
    labels = [label(post, "hashtags", "拼豆") for post in posts]
    for post in posts[1:]:
        labels += [label(post, "hashtags", name) for name in ("甲", "乙", "丙")]
        labels += [label(post, "keywords", name) for name in ("一", "拼豆")]
    settings = TrendSettings(most_topics=3)
    with build_world(tmp_path, [posts], labels, settings=settings) as ask:
        assert ask("select topic_id from mart_topic order by 1") == [
            ("tag:丙",), ("tag:乙",), ("tag:拼豆",)
        ]  # fmt: skip
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        build_marts(
            warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY, settings=replace(settings, most_topics=6)
        )
        assert warehouse.connection.execute("select count(*) from mart_topic").fetchall() == [(6,)]


def test_an_earlier_day_and_then_today_again_are_as_if_asked_first(tmp_path: Path) -> None:
    posts = [write_post(number, number) for number in range(20)]
    labels = [label(post, "interests", "08") for post in posts]
    with build_world(tmp_path, [posts], labels) as ask:
        today = ask("select * from mart_topic_day order by all")
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        connection = warehouse.connection
        for days_ago, expected in ((9, 11), (4, 16), (0, 20)):
            day = LAST_DAY - timedelta(days=days_ago)
            build_marts(warehouse, "run-1", as_of=day, taxonomy=TAXONOMY)
            assert connection.execute(
                "select sum(n_docs), max(day) from mart_topic_day where platform = 'all'"
            ).fetchall() == [(expected, day)]
        assert connection.execute("select * from mart_topic_day order by all").fetchall() == today


def test_rows_that_leave_the_core_tables_leave_the_marts(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 6)]
    with build_world(tmp_path, [posts], [label(post, "interests", "08") for post in posts]):
        pass
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        connection = warehouse.connection
        connection.execute("delete from core_posts where subject_id = ?", [f"douyin:{posts[0].post_id}"])
        build_marts(warehouse, "run-2", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert connection.execute("select n_docs from mart_topic").fetchall() == [(4,)]
        assert connection.execute("select count(*) from mart_topic_doc").fetchall() == [(4,)]


def test_a_label_taken_back_leaves_its_topic(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 6)]
    with build_world(tmp_path, [posts], [label(post, "interests", "08") for post in posts]):
        pass
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        other = [label(post, "interests", "05", version="2") for post in posts[:2]]
        write_annotations(warehouse, tabulate_records(other, Annotation))
        build_marts(warehouse, "run-2", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert warehouse.connection.execute("select topic_id, n_docs from mart_topic").fetchall() == [
            ("interest:05", 2),
            ("interest:08", 3),
        ]


def test_copies_that_are_found_after_a_build_count_once_in_the_next(tmp_path: Path) -> None:
    words = "今天去山里露营看到了很多星星真是太美了"
    posts = [write_post(number, 1, title=f"{words}{'呀' * number}") for number in range(4)]
    with build_world(tmp_path, [posts], [label(post, "interests", "08") for post in posts]) as ask:
        assert ask("select n_docs from mart_topic") == [(4,)]
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        assert group_texts(warehouse) == 4
        build_marts(warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert warehouse.connection.execute("select n_docs from mart_topic").fetchall() == [(1,)]


def test_copies_that_are_found_after_a_build_no_longer_say_what_a_topic_is_of(tmp_path: Path) -> None:
    words = "周末一起去山里露营看到了很多星星真是太美了"
    camping = [write_post(number, 1, title=f"{words}{'呀' * number}") for number in range(4)]
    coffee = [write_post(10 + number, 1) for number in range(3)]
    labels = [label(post, "hashtags", "周末") for post in (*camping, *coffee)]
    labels += [label(post, "interests", "08") for post in camping]
    labels += [label(post, "interests", "05") for post in coffee]
    home = "select l1 from mart_topic where topic_id = 'tag:周末'"
    with build_world(tmp_path, [[*camping, *coffee]], labels) as ask:
        assert ask(home) == [("08",)]
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        assert group_texts(warehouse) == 7
        build_marts(warehouse, "run-2", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert warehouse.connection.execute(home).fetchall() == [("05",)]


def test_stories_whose_group_is_found_after_a_build_are_sampled_as_from_nothing(tmp_path: Path) -> None:
    entries = [
        make_entry(
            f"{chr(0x4E00 + 7 * number)}{chr(0x5E00 + 11 * number)}县城第{number}个夜市摊主走红",
            platform=platform,
            captured_at=NOON - timedelta(hours=number % 40),
        )
        for number in range(120)
        for platform in ("weibo", "douyin")
    ]
    with build_world(tmp_path, [entries], []):
        pass
    counted = "select * from work_story_week order by all"
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        connection = warehouse.connection
        group_texts(warehouse)
        build_marts(warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY)
        found = hash_marts(connection), connection.execute(counted).fetchall()
        connection.execute("drop table work_state")
        build_marts(warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert (hash_marts(connection), connection.execute(counted).fetchall()) == found


@pytest.mark.parametrize(
    ("days_before", "matched"),
    [
        # read late: a Saturday's title, four days after which the week has not come so far
        (2, (16, False)),
        # a title of a month before, the placebo of stories a day away; thirty days after it is no day yet
        (29, (0, True)),
    ],
)
def test_an_older_title_that_comes_late_meets_the_stories_of_a_week_that_has_just_begun(
    days_before: int, matched: tuple[int, bool], tmp_path: Path
) -> None:
    monday, noon = LAST_DAY + timedelta(days=1), NOON + timedelta(days=1)
    stories = [
        make_entry(f"县城夜市摊主走红全网{letter}", platform="douyin", captured_at=noon)
        for letter in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
    ]
    other = make_entry("北京今夜迎来初雪", platform="weibo", captured_at=noon)
    seen = noon - timedelta(days=days_before)
    late = make_entry("县城夜市摊主走红全网", platform="weibo", captured_at=seen)
    counted = "select (select count(*) from mart_story_match), sum(n_placebo) > 0 from work_story_week"
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        connection = warehouse.connection
        for run_id, records in (("r1", [*stories, other]), ("r2", [late])):
            land(tmp_path / "landing", records, run_id=run_id, as_parquet=True)
            load_packages(warehouse, tmp_path / "landing")
            build_marts(warehouse, "run-1", as_of=monday, taxonomy=TAXONOMY)
        assert connection.execute(counted).fetchall() == [matched]
        found = hash_marts(connection)
        connection.execute("drop table work_state")
        build_marts(warehouse, "run-1", as_of=monday, taxonomy=TAXONOMY)
        assert hash_marts(connection) == found
        assert connection.execute(counted).fetchall() == [matched]


def test_heat_of_many_platforms_after_a_day_is_that_of_a_build_from_nothing(tmp_path: Path) -> None:
    packages = make_dense_packages()
    whole = build_in_order(tmp_path / "whole", packages, [])
    by_day = build_in_order(tmp_path / "by_day", packages, [0])
    backwards = build_in_order(tmp_path / "backwards", packages[::-1], [0])
    with Warehouse.open(tmp_path / "by_day", least_free_bytes=0) as warehouse:
        ask = warehouse.connection.execute
        assert ask(
            "select count(*) > 700, count(distinct platform), sum(search_score) > 0 "
            "from mart_topic_heat_daily"
        ).fetchall() == [(True, 5, True)]
    for found in (by_day, backwards):
        assert {name for name in whole if found[name] != whole[name]} == set()


def test_heat_of_a_window_that_has_moved_on_is_that_of_a_build_from_nothing(tmp_path: Path) -> None:
    packages = make_dense_packages(seed=1)
    few_days = TrendSettings(heat_days=9)
    whole = build_in_order(tmp_path / "whole", packages, [], few_days)
    by_day = build_in_order(tmp_path / "by_day", packages, [0], few_days)
    assert {name for name in whole if by_day[name] != whole[name]} == set()
    with Warehouse.open(tmp_path / "by_day", least_free_bytes=0) as warehouse:
        connection = warehouse.connection
        assert connection.execute(
            "select count(distinct day), count(*) filter (where rank_diff is null) < count(*) / 9, "
            "count(heat_index) > 0 from mart_topic_heat_daily"
        ).fetchall() == [(9, True, True)]
        # other settings are another table: nothing remembered is built upon
        build_marts(warehouse, "run-1", taxonomy=TAXONOMY, settings=TrendSettings(heat_days=12))
        assert connection.execute("select count(distinct day) from mart_topic_heat_daily").fetchall() == [
            (12,)
        ]


def test_a_new_day_writes_its_own_heat_and_leaves_that_of_the_weeks_before(tmp_path: Path) -> None:
    posts = [write_post(number, number / 8) for number in range(8, 8 * 40)]
    with build_world(tmp_path, [posts], [label(post, "interests", "08") for post in posts]):
        pass
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        newest = [write_post(9000 + number, 0) for number in range(9)]
        land(tmp_path / "landing", newest, run_id="newest", as_parquet=True)
        load_packages(warehouse, tmp_path / "landing")
        labels = [label(post, "interests", "08") for post in newest]
        write_annotations(warehouse, tabulate_records(labels, Annotation))
        build_marts(warehouse, "run-2", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert warehouse.connection.execute(
            "select run_id, count(distinct day), max(day) from mart_topic_heat_daily group by 1 order by 1"
        ).fetchall() == [("run-1", 40, LAST_DAY - timedelta(days=1)), ("run-2", 1, LAST_DAY)]


def test_authors_of_any_seven_days_are_counted_once_whichever_day_ends_them(tmp_path: Path) -> None:
    chance = random.Random(5)
    posts = [
        write_post(number, chance.uniform(0, 40), author_key=f"{chance.randrange(25):064x}",
                   platform=chance.choice(["douyin", "weibo"]))
        for number in range(300)
    ]  # fmt: skip
    with build_world(tmp_path, [posts], [label(post, "interests", "08") for post in posts]):
        pass
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        for days_on in range(3):
            last = LAST_DAY + timedelta(days=days_on)
            build_marts(warehouse, "run-1", as_of=last, taxonomy=TAXONOMY)
            found = warehouse.connection.execute(
                "select platform, week, x_cur, (select count(distinct author_key) from mart_topic_doc d "
                "where v.platform in ('all', d.platform) and d.day between v.week - 6 and v.week) "
                "from mart_topic_velocity v"
            ).fetchall()
            assert len(found) > 12
            assert [row for row in found if row[2] != row[3]] == []
            assert max(row[1] for row in found) == last
