"""Documents, days and topics of the marts as a reader counts them by hand from the same posts."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.landed import import_to
from tests.landed_packages import make_entry
from tests.trend_world import LAST_DAY, NOON, TAXONOMY, build_world, label, write_post
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.records import Annotation
from warehouse.store import Warehouse
from warehouse.trends import build_marts


def test_a_day_begins_at_midnight_in_shanghai(tmp_path: Path) -> None:
    evening = write_post(1, published_at=datetime(2026, 2, 27, 15, 59, tzinfo=UTC))
    night = write_post(2, published_at=datetime(2026, 2, 27, 16, 0, tzinfo=UTC))
    with build_world(tmp_path, [[evening, night]], []) as ask:
        assert ask("select day, n_docs from mart_exposure_day where platform = 'douyin' and n_docs > 0") == [
            (date(2026, 2, 27), 1),
            (date(2026, 2, 28), 1),
        ]


def test_copies_count_once_as_documents_and_fully_as_authors_and_adverts_not_at_all(tmp_path: Path) -> None:
    posts = [
        write_post(1, 0.2, title="周末去露营吧朋友们"),
        write_post(2, 0.1, title="周末去露营吧朋友们！！"),
        write_post(3, 0.1, title="帐篷怎么选才不踩雷"),
        write_post(4, 0.1, title="露营灯买哪个牌子好", is_ad=True),
        write_post(5, 0.1, kind="comment", parent_id="1", title=None, text="求帐篷链接"),
    ]
    labels = [label(post, "interests", "08.01") for post in posts]
    with build_world(tmp_path, [posts], labels) as ask:
        assert ask(
            "select n_docs, n_authors from mart_topic_day "
            "where topic_id = 'interest:08.01' and platform = 'all'"
        ) == [(2, 3)]
        assert ask("select title, is_primary from mart_topic_doc order by subject_id") == [
            ("周末去露营吧朋友们", True),
            ("周末去露营吧朋友们！！", False),
            ("帐篷怎么选才不踩雷", True),
            ("露营灯买哪个牌子好", False),
        ]


def test_a_title_counts_on_the_day_it_came_to_the_board(tmp_path: Path) -> None:
    early = make_entry("淄博烧烤又火了", captured_at=NOON - timedelta(days=2))
    late = make_entry("淄博烧烤又火了", captured_at=NOON, rank=1)
    with build_world(tmp_path, [[early], [late]], []) as ask:
        assert ask("select day, n_docs from mart_exposure_day where platform = 'all' order by day") == [
            (date(2026, 2, 27), 1),
            (date(2026, 2, 28), 0),
            (LAST_DAY, 0),
        ]


def test_tags_and_words_need_documents_and_belong_where_most_of_them_do(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 8)]
    labels = [label(post, "hashtags", "山系穿搭") for post in posts[:4]]
    labels += [label(post, "keywords", "孤例") for post in posts[4:6]]
    labels += [label(post, "interests", "08") for post in posts[:3]]
    labels += [label(posts[0], "hashtags", "none")]
    with build_world(tmp_path, [posts], labels) as ask:
        assert ask("select topic_id, label_en, l1, n_docs from mart_topic") == [
            ("interest:08", "Outdoor", "08", 3),
            ("tag:山系穿搭", "山系穿搭", "08", 4),
        ]


def test_a_late_post_restates_its_day(tmp_path: Path) -> None:
    posts = [write_post(number, 3) for number in range(1, 5)]
    late = write_post(50, 3)
    labels = [label(post, "interests", "08") for post in [*posts, late]]
    with build_world(tmp_path, [posts], labels[:4]) as ask:
        before = ask("select day, n_docs from mart_topic_day where platform = 'all'")
    from tests.landed_packages import land

    land(tmp_path / "landing", [late], run_id="r2")
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
        write_annotations(warehouse, tabulate_records([labels[4]], Annotation))
        build_marts(warehouse, "run-2", as_of=LAST_DAY, taxonomy=TAXONOMY)
        after = warehouse.connection.execute(
            "select day, n_docs from mart_topic_day where platform = 'all'"
        ).fetchall()
    assert (before, after) == ([(date(2026, 2, 26), 4)], [(date(2026, 2, 26), 5)])


def test_every_column_of_every_mart_is_explained(tmp_path: Path) -> None:
    with build_world(tmp_path, [[write_post(1)]], []) as ask:
        silent = ask(
            "select table_name, column_name from duckdb_columns() "
            "where (starts_with(table_name, 'mart_') or starts_with(table_name, 'v_')) "
            "and coalesce(comment, '') = '' "
            "and database_name = 'warehouse' and not internal"
        )
    assert silent == []


def test_an_empty_warehouse_has_all_marts_and_no_rows(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        result = build_marts(warehouse, "run-1", taxonomy=TAXONOMY)
    assert result.as_of is None
    filled = {name: rows for name, rows in result.rows_by_table.items() if rows}
    assert filled == {
        "mart_run": 1,
        "mart_festival": 108,
        "mart_promotion": 378,
        "mart_interest": len(TAXONOMY),
    }


def test_undated_notes_from_a_file_do_not_make_the_day_the_file_was_written_the_newest(
    tmp_path: Path,
) -> None:
    board, notes = tmp_path / "热榜.csv", tmp_path / "小红书笔记.csv"
    board.write_text(
        "captured_at,platform,board,rank,title\n2026-03-01T08:00:00+08:00,douyin,hot,1,拼豆成为新爱好\n",
        "utf-8",
    )
    notes.write_text("笔记ID,标题,正文,点赞数\n67d3a1f2000000000903b8c1,周末拼豆合集,解压,120\n", "utf-8")
    written = datetime(2026, 11, 20, 4, tzinfo=UTC)
    os.utime(notes, (written.timestamp(), written.timestamp()))
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        import_to(tmp_path / "landing", notes, format_name="plain")
        load_packages(warehouse, tmp_path / "landing")
        found = warehouse.connection.execute("select published_at, captured_at from core_posts").fetchall()
        assert [(published, seen.astimezone(UTC)) for published, seen in found] == [(None, written)]
        assert build_marts(warehouse, "run-1", taxonomy=TAXONOMY).as_of == date(2026, 11, 20)
        import_to(tmp_path / "landing", board)
        load_packages(warehouse, tmp_path / "landing")
        assert build_marts(warehouse, "run-2", taxonomy=TAXONOMY).as_of == LAST_DAY
