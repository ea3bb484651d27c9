"""Homes of before schema 5, whose core tables held the newest reading as a whole: made anew when opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from flows.text_groups import group_texts
from tests.incremental_world import BUILD_HISTORY, hash_marts, label_all
from tests.landed_packages import count_rows, land, make_entry, make_listing, make_post, query
from tests.trend_world import LAST_DAY, TAXONOMY, write_post
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.erasures import delete_erased, read_erasures
from warehouse.load import load_packages
from warehouse.merge import merge_all
from warehouse.records import Annotation, Post, Record
from warehouse.schema import read_schema_version, write_schema_version
from warehouse.store import Warehouse
from warehouse.trends import build_marts

CORE = ("core_posts", "core_listings", "core_board_entries")
BY_ROW = {"core_posts": "subject_id", "core_listings": "subject_id", "core_board_entries": "entry_id"}

SHEET: dict[str, Any] = {
    "text": "", "hashtags": (), "author_key": None, "published_at": None, "published_precision": None,
    "floor_counts": (),
}  # fmt: skip
"""What a weekly sheet of links, titles and likes does not show."""

NEWEST_ALONE = """
    update core_posts set title = r.title, text = r.text, hashtags = r.hashtags, author_key = r.author_key,
        published_at = r.published_at, published_precision = r.published_precision, likes = r.likes
    from raw_posts r
    where core_posts.platform = r.platform and core_posts.post_id = r.post_id
        and core_posts.run_id = r.run_id;
    update core_listings set text = r.text, price = r.price, currency = r.currency, shop = r.shop
    from raw_listings r
    where core_listings.listing_id = r.listing_id and core_listings.run_id = r.run_id;
    update core_board_entries set subject_id = r.subject_id, url = r.url, category = r.category
    from raw_board_entries r
    where core_board_entries.title = r.title and core_board_entries.run_id = r.run_id;
"""
"""The core tables as they were: all of a row from its newest reading."""

READINGS: list[list[Record]] = [
    [
        *(make_post(number, "a", text=f"第{number}次拼豆，三步学会") for number in range(3)),
        make_listing(1, "a", text="三层加厚", shop="好物店"),
        make_listing(2, "a"),
        make_entry("空气炸锅食谱", "a", platform="bilibili", board="popular", subject_id="BV1xx411c7m1",
                   url="https://www.bilibili.com/video/BV1xx411c7m1", category="美食"),
        make_entry("拼豆手工", "a"),
    ],
    [
        make_post(1, "b", 24, **{**SHEET, "title": "第1个多巴胺…", "likes": 15_000}),
        make_listing(1, "b", 24, price=None, currency=None),
        make_entry("空气炸锅食谱", "b", 24, platform="bilibili", board="popular", rank=9),
    ],
]  # fmt: skip


def load_readings(home: Path, readings: Sequence[Sequence[Record]]) -> None:
    for records in readings:
        land(home / "landing", records, run_id=records[0].run_id)  # type: ignore[attr-defined]
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        load_packages(warehouse, home / "landing")


def make_older(home: Path, *statements: str) -> None:
    """Give a home the core tables and the version that an older program left."""
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        for statement in (NEWEST_ALONE, *statements):
            warehouse.connection.execute(statement)
        write_schema_version(warehouse.connection, 4)


def read_core(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: warehouse.connection.execute(f"select * from {table} order by all").fetchall()  # noqa: S608
        for table in CORE
    }


def test_what_a_partial_reading_emptied_is_there_again(home: Path) -> None:
    load_readings(home, READINGS)
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        expected = read_core(warehouse)
    make_older(home)
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        assert read_core(warehouse) == expected
        assert read_schema_version(warehouse.connection) == 5
    assert query(
        home, "select text, len(hashtags), likes from core_posts order by post_id limit 1 offset 1"
    ) == [("第1次拼豆，三步学会", 1, 15_000)]
    assert query(home, "select price::int, shop from core_listings order by all limit 1") == [(130, "好物店")]
    assert query(
        home, "select subject_id, last_rank from core_board_entries where platform = 'bilibili'"
    ) == [("BV1xx411c7m1", 9)]


@pytest.mark.parametrize("part_rows", [1, 3, 100])
def test_tables_made_in_parts_are_those_made_at_once(part_rows: int, home: Path) -> None:
    load_readings(home, READINGS)
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        expected = read_core(warehouse)
        warehouse.connection.execute(NEWEST_ALONE)
        assert read_core(warehouse) != expected
        merge_all(warehouse.connection, part_rows)
        assert read_core(warehouse) == expected


def test_only_what_comes_out_differently_is_written_and_told(home: Path) -> None:
    load_readings(home, READINGS)
    make_older(
        home,
        "delete from changed_subjects",
        "insert into core_annotations select 'post', subject_id, 'keywords', '1', '拼豆', 1, null, null "
        "from core_posts union all "
        "select 'listing', subject_id, 'keywords', '1', '开衫', 1, null, null from core_listings",
    )
    changed = "select subject_kind, right(subject_id, 2) from changed_subjects order by all"
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        ask = warehouse.connection.execute
        line = ask("select right(entry_id, 2) from core_board_entries where platform = 'bilibili'").fetchall()
        assert ask(changed).fetchall() == [("board_entry", line[0][0]), ("listing", "01"), ("post", "01")]
        assert ask("select right(subject_id, 2) from core_annotations order by all").fetchall() == [
            ("00",), ("02",), ("02",)
        ]  # fmt: skip
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        assert len(warehouse.connection.execute(changed).fetchall()) == 3


def write_posts() -> list[Post]:
    """Four weeks of posts, each tenth a copy of the one before it."""
    posts = [write_post(number, number / 5, kind="note", text=f"第{number}回") for number in range(140)]
    return [
        post.model_copy(update={"title": posts[at - 1].title, "text": posts[at - 1].text})
        if at % 10 == 9
        else post
        for at, post in enumerate(posts)
    ]


def test_groups_and_marts_are_those_of_a_home_that_was_never_older(tmp_path: Path) -> None:
    posts = write_posts()
    sheet = [
        post.model_copy(update={**SHEET, "captured_at": post.captured_at.replace(minute=30), "run_id": "w"})
        for post in posts[8::3]
    ]
    labels = tabulate_records(label_all(posts, []), Annotation)
    found = []
    for name in ("older", "fresh"):
        load_readings(tmp_path / name, [posts, sheet])
        if name == "older":
            with Warehouse.open(tmp_path / name, least_free_bytes=0) as warehouse:
                warehouse.connection.execute(NEWEST_ALONE)
                finish(warehouse, labels)
                older = hash_marts(warehouse.connection)
            make_older(tmp_path / name)
        with Warehouse.open(tmp_path / name, least_free_bytes=0) as warehouse:
            finish(warehouse, labels)
            groups = warehouse.connection.execute("select * from core_text_groups order by all").fetchall()
            found.append((groups, hash_marts(warehouse.connection)))
    kept = [{name: value for name, value in marts.items() if name not in BUILD_HISTORY} for _, marts in found]
    assert older["mart_topic_doc"] != found[1][1]["mart_topic_doc"]
    assert found[0][0] == found[1][0]
    assert kept[0] == kept[1]


def finish(warehouse: Warehouse, labels: pa.Table) -> None:
    """Label what lacks labels, group and count."""
    kept = warehouse.connection.execute("select distinct subject_id from core_annotations").fetchall()
    known = pa.array([subject for (subject,) in kept], pa.string())
    write_annotations(warehouse, labels.filter(pc.invert(pc.is_in(labels["subject_id"], known))))
    group_texts(warehouse)
    build_marts(warehouse, "run-1", as_of=LAST_DAY, taxonomy=TAXONOMY)


def test_what_was_erased_does_not_come_back(home: Path) -> None:
    load_readings(home, READINGS)
    (home / "erased.jsonl").write_text(
        "".join(
            f'{{"kind": "subject", "key": "{key}", "erased_at": "2026-03-02T00:00:00Z"}}\n'
            for key in ("bilibili:BV1xx411c7m1", f"douyin:{READINGS[0][1].post_id}")  # type: ignore[attr-defined]
        ),
        encoding="utf-8",
    )
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        delete_erased(warehouse.connection, read_erasures(home))
        expected = read_core(warehouse)
        assert count_rows(warehouse.connection, "raw_board_entries") == 2
        assert [len(rows) for rows in expected.values()] == [2, 2, 1]
    make_older(home)
    with Warehouse.open(home, least_free_bytes=0) as warehouse:
        assert read_core(warehouse) == expected


def test_a_stop_on_the_way_leaves_the_home_as_it_was(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_readings(home, READINGS)
    make_older(home)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.schema.comment_tables", stop)
        with pytest.raises(KeyboardInterrupt):
            Warehouse.open(home, least_free_bytes=0)
        patched.setattr("warehouse.store.prepare_schema", lambda _: None)
        with Warehouse.open(home, least_free_bytes=0) as warehouse:
            assert read_schema_version(warehouse.connection) == 4
            emptied = warehouse.connection.execute("select count(*) from core_posts where text = ''")
            assert emptied.fetchall() == [(1,)]
    assert query(home, "select count(*) from core_posts where text = ''") == [(0,)]


def test_comments_of_an_older_file_are_those_of_today(home: Path) -> None:
    asked = (
        "select table_name, null, comment, null, null, null from duckdb_tables() union all "
        "select table_name, column_index, comment, column_name, data_type, is_nullable from duckdb_columns() "
        "where not internal order by all"
    )
    load_readings(home, READINGS)
    fresh = query(home, asked)
    make_older(
        home,
        "comment on table text_bands is 'one recent document with keys that its copies share'",
        "comment on column core_board_entries.url is 'Address the line led to when last seen.'",
    )
    assert query(home, asked) == fresh
