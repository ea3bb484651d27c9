"""Near-duplicates and clusters in the warehouse: kept day by day, the same when repeated, published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows.enrich import enrich_subjects
from flows.offer_topics import place_offers_on_sale
from flows.plan import RunPlan
from flows.topics import MemberRows, tabulate_events, track_topics
from tests.landed_packages import land, make_entry, make_listing, make_post
from tests.topic_world import FIRST_DAY, SEGMENTER, THEMES, write_posts
from warehouse.clusters import CLUSTER_VERSION, read_cluster_window, read_clusters, write_clusters
from warehouse.load import load_packages
from warehouse.records import Record
from warehouse.store import Warehouse

SHANGHAI = ZoneInfo("Asia/Shanghai")


def write_day_of_posts(number: int, themes: Sequence[str] = tuple(THEMES), each: int = 6) -> list[Record]:
    """Posts of one day as the crawl brings them that night."""
    day = FIRST_DAY + timedelta(days=number)
    at = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
    return [
        make_post(
            10_000 * number + 100 * place + at_place,
            f"day{number}",
            title=post.text,
            text="",
            hashtags=(),
            published_at=at,
            captured_at=at + timedelta(hours=10),
        )
        for place, theme in enumerate(themes)
        for at_place, post in enumerate(write_posts(theme, each, day, 1))
    ]


def load_and_enrich(home: Path, landing: Path, records: Sequence[Record]) -> None:
    """Land records as a package, load it, enrich."""
    land(landing, records, run_id=records[0].model_dump()["run_id"])
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, landing)
    enrich_subjects(RunPlan(run_id="enrich", home=home))


def read_rows(home: Path, statement: str) -> list[tuple[Any, ...]]:
    with Warehouse.open(home) as warehouse:
        return warehouse.connection.execute(statement).fetchall()


MEMBERS = "select subject_id, label from core_annotations where tagger = 'clusters' order by 1"


def test_days_make_clusters_that_last_and_a_repeated_run_changes_nothing(home: Path, tmp_path: Path) -> None:
    first = [record for number in range(7) for record in write_day_of_posts(number)]
    load_and_enrich(home, tmp_path / "landing", first)
    clusters = read_rows(home, "select cluster_id, label, fate from core_clusters order by 1")
    assert len(clusters) == len(THEMES)
    for _, label, fate in clusters:
        assert any(word in theme for theme in THEMES.values() for word in label.split("·"))
        assert fate == "live"
    members = read_rows(home, MEMBERS)
    assert len(members) == len(first)
    enrich_subjects(RunPlan(run_id="again", home=home))
    assert read_rows(home, MEMBERS) == members
    load_and_enrich(home, tmp_path / "landing", write_day_of_posts(7))
    after = dict(read_rows(home, MEMBERS))
    assert {key: after[key] for key, _ in members} == dict(members)
    assert set(after.values()) - {"none"} == {key for key, _, _ in clusters}
    births = read_rows(home, "select event, count(*) from core_cluster_events group by 1")
    assert births == [("birth", len(THEMES))]


def test_days_loaded_at_once_or_one_by_one_give_the_same_clusters(home: Path, tmp_path: Path) -> None:
    days = [write_day_of_posts(number, each=5) for number in range(9)]
    load_and_enrich(home, tmp_path / "one", [record for day in days for record in day])
    other = tmp_path / "other"
    load_and_enrich(other, tmp_path / "several", [record for day in days[:7] for record in day])
    load_and_enrich(other, tmp_path / "several", days[7])
    load_and_enrich(other, tmp_path / "several", days[8])
    assert read_rows(home, MEMBERS) == read_rows(other, MEMBERS)


def test_a_board_line_about_a_post_of_the_window_makes_no_cluster_with_it(home: Path, tmp_path: Path) -> None:
    posts = write_day_of_posts(0, each=2)
    shown = posts[0].model_dump()
    lines = [
        make_entry(
            title,
            "day0",
            platform="douyin",
            board="popular",
            subject_id=subject_id,
            captured_at=shown["captured_at"],
        )
        for title, subject_id in (
            (shown["title"], shown["post_id"]),
            ("改过的标题", shown["post_id"]),
            ("没人读过的视频", "7499999999999999999"),
            ("第一行", "1"),
        )
    ]
    land(tmp_path / "landing", [*posts, *lines], run_id="day0")
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
        window = read_cluster_window(warehouse, FIRST_DAY, 30).to_pylist()
    told = {row["text"]: row["is_primary"] for row in window if row["subject_kind"] == "board_entry"}
    assert told == {shown["title"]: False, "改过的标题": False, "没人读过的视频": True, "第一行": True}
    assert all(row["is_primary"] for row in window if row["subject_kind"] == "post")


def test_documents_of_a_merged_cluster_go_on_in_its_successor(home: Path, tmp_path: Path) -> None:
    first = [record for number in range(7) for record in write_day_of_posts(number, each=8)]
    load_and_enrich(home, tmp_path / "landing", first)
    with Warehouse.open(home) as warehouse:
        kept = read_clusters(warehouse)
        gone, successor = kept.clusters["cluster_id"].to_pylist()[:2]
        nothing = MemberRows({}, CLUSTER_VERSION).tabulate([])
        write_clusters(warehouse, kept, tabulate_events([]), nothing, {gone: successor})
    labels = dict(
        read_rows(home, "select label, count(*) from core_annotations where tagger = 'clusters' group by 1")
    )
    assert gone not in labels
    assert sum(labels.values()) == len(first)
    logged = read_rows(home, "select count(distinct subject_id) from changed_subjects")
    assert logged[0][0] >= len(first) // len(THEMES)


def test_a_new_version_looks_again_at_the_window_and_clusters_stay_who_they_are(
    home: Path, tmp_path: Path
) -> None:
    old = write_day_of_posts(0, each=8)
    load_and_enrich(home, tmp_path / "landing", old)
    recent = [record for number in range(70, 77) for record in write_day_of_posts(number)]
    load_and_enrich(home, tmp_path / "landing", recent)
    clusters = "select cluster_id, label, born_on, n_posts from core_clusters order by 1"
    versions = "select tagger_version, count(*) from core_annotations where tagger = 'clusters' group by 1"
    known, members = read_rows(home, clusters), read_rows(home, MEMBERS)
    # The older version had put the posts of one day into the wrong cluster.
    theirs, wrong = (key for key, *_ in known[:2])
    astray = (
        "update core_annotations set label = ? where tagger = 'clusters' and label = ? "
        "and subject_id in (select subject_id from core_posts where published_at >= '2026-05-16')"
    )
    with Warehouse.open(home) as warehouse:
        assert warehouse.connection.execute(astray, [wrong, theirs]).fetchall()[0][0] > 0
        assert track_topics(warehouse, SEGMENTER) == 0
        assert track_topics(warehouse, SEGMENTER, version="next") == len(recent)
        assert track_topics(warehouse, SEGMENTER, version="next") == 0
    assert read_rows(home, MEMBERS) == members
    assert [row[:3] for row in read_rows(home, clusters)] == [row[:3] for row in known]
    assert dict(read_rows(home, versions)) == {CLUSTER_VERSION: len(old), "next": len(recent)}


@pytest.fixture
def copies(home: Path, tmp_path: Path) -> Path:
    """A caption posted again by others at once, by itself, and a month later."""
    caption = "这家藏在巷子里的咖啡店手冲真的太惊艳了周末一定要来"

    def write(number: int, text: str, days: int, author: str) -> Record:
        moment = datetime(2026, 3, 1, 12, tzinfo=SHANGHAI) + timedelta(days=days)
        return make_post(
            number, title=None, text=text, hashtags=(), author_key=author * 64, published_at=moment,
            captured_at=datetime(2026, 4, 20, 12, tzinfo=SHANGHAI),
        )  # fmt: skip

    records = [
        write(1, caption, 0, "a"),
        write(2, caption + "😀#咖啡", 1, "b"),
        write(3, caption.replace("惊艳", "好喝"), 9, "c"),
        write(4, caption, 20, "d"),
        write(5, caption, 40, "e"),
        write(6, "露营第一天帐篷搭好了天幕也很稳今晚吃火锅", 1, "f"),
        write(7, "好看", 1, "g"),
        write(8, "好看", 1, "h"),
    ]
    load_and_enrich(home, tmp_path / "landing", [*records, make_entry("高考加油")])
    return home


def test_copies_are_one_group_until_they_are_old(copies: Path) -> None:
    rows = read_rows(
        copies, "select subject_id, dup_group_id, is_primary from core_text_groups where platform = 'douyin'"
    )
    group = {key[-1]: head[-1] for key, head, _ in rows if ":" in key}
    assert {key: group[key] for key in "12345678"} == dict(zip("12345678", "11115678", strict=True))
    assert {key[-1] for key, _, is_primary in rows if is_primary and ":" in key} == set("15678")


def test_copies_of_a_later_load_join_the_group_and_reports_count_them_once(
    copies: Path, tmp_path: Path
) -> None:
    again = make_post(
        9, "r2", title=None, text="这家藏在巷子里的咖啡店手冲真的太惊艳了周末一定要来!!", hashtags=(),
        published_at=datetime(2026, 3, 12, 12, tzinfo=SHANGHAI),
        captured_at=datetime(2026, 4, 21, 12, tzinfo=SHANGHAI),
    )  # fmt: skip
    load_and_enrich(copies, tmp_path / "later", [again])
    heads = read_rows(
        copies, "select dup_group_id, is_primary from core_text_groups where subject_id like '%009'"
    )
    first = read_rows(copies, "select subject_id from core_text_groups where subject_id like '%001'")
    assert heads == [(first[0][0], False)]


def test_offers_join_the_clusters_that_people_talk_of_and_make_none(home: Path, tmp_path: Path) -> None:
    posts = [record for number in range(7) for record in write_day_of_posts(number)]
    seen = datetime(2026, 3, 7, 20, tzinfo=SHANGHAI)
    titles = ("露营 帐篷 天幕 折叠椅 套装", "手冲 咖啡豆 滤杯 研磨 礼盒", "不锈钢 拖把 桶 旋转")
    offers = [
        make_listing(number, title=title, captured_at=seen, sold_low=None, sold_basis=None)
        for number, title in enumerate(titles)
    ]
    load_and_enrich(home, tmp_path / "landing", [*posts, *offers])
    labels = dict(read_rows(home, "select cluster_id, label from core_clusters"))
    asked = (
        "select subject_id, label from core_annotations "
        "where tagger = 'clusters' and subject_kind = 'listing' order by 1"
    )
    placed = read_rows(home, asked)
    camping, coffee, mop = (label for _, label in placed)
    assert any(word in labels[camping] for word in THEMES["露营"])
    assert any(word in labels[coffee] for word in THEMES["咖啡"])
    assert mop == "none"
    assert len(labels) == len(THEMES)
    with Warehouse.open(home) as warehouse:
        assert place_offers_on_sale(warehouse, SEGMENTER) == 0
        assert place_offers_on_sale(warehouse, SEGMENTER, version="next") == 3
    assert read_rows(home, asked) == placed
