"""Marts hold the numbers that a reader gets by hand from the same posts."""

from __future__ import annotations

import math
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.landed import import_to
from tests.landed_packages import make_entry, make_entry_id, make_listing
from tests.trend_world import LAST_DAY, NOON, TAXONOMY, build_world, label, write_post
from warehouse.burst_events import name_events
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.records import Annotation, Post
from warehouse.store import Warehouse
from warehouse.trends import CALIBRATION_SCHEMA, build_marts


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


def test_net_sentiment_counts_each_author_once_and_says_when_it_is_uncalibrated(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 121)]
    loud = [write_post(500 + number, 2, author_key="a" * 64) for number in range(10)]
    labels = [label(post, "interests", "05.02") for post in posts + loud]
    labels += [label(post, "sentiment", "positive") for post in posts[:79] + loud]
    labels += [label(post, "sentiment", "negative") for post in posts[79:99]]
    labels += [label(post, "sentiment", "neutral") for post in posts[99:]]
    with build_world(tmp_path, [posts + loud], labels) as ask:
        row = ask(
            "select n_pos, n_neg, n_neu, nsr_polar, nsr_total, nsr_adj, nsr_polar_lo, nsr_polar_hi, status "
            "from mart_topic_sentiment where platform = 'all' and topic_id = 'interest:05.02'"
        )[0]
    assert row[:3] == (80, 20, 21)
    assert row[3] == pytest.approx(0.6)
    assert row[4] == pytest.approx(60 / 121)
    assert row[5] is None
    # Wilson at 80 of 100: .7112 to .8666, as 2p - 1, and .07 wider on both sides
    assert row[6] == pytest.approx(2 * 0.7112 - 1 - 0.07, abs=2e-4)
    assert row[7] == pytest.approx(2 * 0.8666 - 1 + 0.07, abs=2e-4)
    assert row[8] == "uncalibrated"


def test_net_sentiment_is_corrected_for_the_classifiers_error(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 101)]
    labels = [label(post, "interests", "05") for post in posts]
    labels += [label(post, "sentiment", "positive") for post in posts[:80]]
    labels += [label(post, "sentiment", "negative") for post in posts[80:]]
    known = pa.table(
        {"l1": ["05"], "sens": [0.93], "spec": [0.94], "n_labelled": [400]}, schema=CALIBRATION_SCHEMA
    )
    with build_world(tmp_path, [posts], labels, calibration=known) as ask:
        row = ask("select nsr_adj, status from mart_topic_sentiment where platform = 'all'")[0]
    # Rogan-Gladen: (.80 + .94 - 1) / (.93 + .94 - 1)
    assert row[0] == pytest.approx(2 * (0.74 / 0.87) - 1)
    assert row[1] == "ok"


def test_comments_speak_of_what_they_answer_and_few_of_them_say_so(tmp_path: Path) -> None:
    post = write_post(1, 1)
    comments = [
        write_post(10 + number, 1, kind="comment", parent_id=post.post_id, title=None, text="已下单，好用")
        for number in range(3)
    ]
    labels = [label(post, "interests", "08.01")]
    labels += [label(comment, "sentiment", "positive") for comment in comments]
    with build_world(tmp_path, [[post, *comments]], labels) as ask:
        assert ask("select source, n_pos, status from mart_topic_sentiment where platform = 'douyin'") == [
            ("comment", 3, "low_support")
        ]


def test_the_highest_stage_of_an_author_counts(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 5)]
    again = write_post(9, 2, author_key=posts[0].author_key)
    labels = [label(post, "interests", "08") for post in [*posts, again]]
    labels += [label(posts[0], "intent", "I"), label(again, "intent", "P"), label(posts[1], "intent", "A")]
    labels += [label(posts[2], "intent", "DROP")]
    with build_world(tmp_path, [[*posts, again]], labels) as ask:
        row = ask(
            "select n_authors, n_cued, cue_coverage, drop_share, p_share > i_share, status "
            "from mart_topic_aipl where platform = 'all'"
        )[0]
    assert row == (4, 3, 0.75, pytest.approx(1 / 3), True, "low_support")


def test_velocity_is_the_log_ratio_of_two_weeks_of_authors(tmp_path: Path) -> None:
    now = [write_post(number, number % 7) for number in range(1, 31)]
    before = [write_post(number, 7 + number % 7) for number in range(101, 111)]
    other = [write_post(number, number % 7) for number in range(201, 271)]
    other += [write_post(number, 7 + number % 7) for number in range(301, 391)]
    labels = [label(post, "interests", "08.01") for post in now + before]
    with build_world(tmp_path, [now + before + other], labels) as ask:
        row = ask(
            "select x_cur, x_prev, e_cur, e_prev, v_log, v_hi - v_log, status from mart_topic_velocity "
            "where platform = 'douyin' and topic_id = 'interest:08.01' and week = ?",
            LAST_DAY,
        )[0]
    assert row[:4] == (30, 10, 100, 100)
    assert row[4] == pytest.approx(math.log(32 / 12))
    # .05 is the least dispersion: these days scatter less than chance would
    assert row[5] == pytest.approx(1.96 * math.sqrt(1 / 32 + 1 / 12 + 2 * 0.05 / 7))
    assert row[6] == "ok"


def test_no_listing_is_unknown_and_a_listing_of_something_else_is_zero(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    labels = [label(post, "interests", code) for post in posts for code in ("08", "08.01")]
    with build_world(tmp_path / "none", [posts], labels) as ask:
        assert ask(
            "select spu_cnt, gap, class, status from mart_topic_opportunity where topic_id = 'interest:08.01'"
        ) == [(None, None, None, "low_coverage")]
    boots = make_listing(1, title="徒步登山靴", captured_at=NOON)
    boots_again = make_listing(1, title="徒步登山靴", captured_at=NOON - timedelta(days=3))
    labels += [label(boots, "interests", "08.02"), label(posts[0], "interests", "08.02")]
    with build_world(tmp_path / "some", [[*posts, boots_again], [boots]], labels) as ask:
        rows = ask(
            "select topic_id, demand_authors, spu_cnt, gap, gap_lo, gap_hi "
            "from mart_topic_opportunity order by topic_id"
        )
    assert [row[:3] for row in rows] == [("interest:08.01", 40, 0), ("interest:08.02", 1, 1)]
    # (40 + 3) of (41 + 2 * 3), (0 + 3) of (1 + 2 * 3): 40 ask for what nobody sells
    gap = math.log(43 / 47) - math.log(3 / 7)
    error = 1.96 * math.sqrt(1 / 43 + 1 / 3 + 0.15**2)
    assert rows[0][3:] == (pytest.approx(gap), pytest.approx(gap - error), pytest.approx(gap + error))


def test_what_listings_call_otherwise_is_supply_and_can_be_audited(tmp_path: Path) -> None:
    posts = [write_post(number, 1) for number in range(1, 41)]
    labels = [label(post, "hashtags", "美拉德穿搭") for post in posts]
    labels += [label(post, "interests", code) for post in posts for code in ("08", "08.01")]
    offers = [
        make_listing(1, title="焦糖棕羊毛大衣", captured_at=NOON),
        make_listing(2, title="美拉德穿搭针织衫", captured_at=NOON),
        make_listing(3, title="白色短袖", captured_at=NOON),
    ]
    labels.append(label(offers[2], "interests", "08.01"))
    words = pa.table({"term": ["美拉德"], "synonym": ["焦糖棕"]})
    found = []
    for place, synonyms in enumerate((None, words)):
        with build_world(tmp_path / str(place), [[*posts, *offers]], labels, synonyms=synonyms) as ask:
            found.append(
                ask(
                    "select spu_cnt, n_synonym_offers, round(ln(demand_index / supply_index) - gap, 9) "
                    "from mart_topic_opportunity where topic_id = 'tag:美拉德穿搭'"
                )
            )
            audited = ask("select title, word, is_synonym from mart_topic_offer where word is not null")
    assert found == [[(1, 0, 0.0)], [(2, 1, 0.0)]]
    assert sorted(audited) == [
        ("焦糖棕羊毛大衣", "焦糖棕", True),
        ("美拉德穿搭针织衫", "美拉德穿搭", False),
    ]


def test_price_bands_are_of_products_not_of_listings(tmp_path: Path) -> None:
    bare = {"sold_low": None, "sold_basis": None, "captured_at": NOON}
    offers = [
        make_listing(
            number,
            title=f"户外折叠椅{chr(0x4E00 + number)}款",
            price=str(10 * number),
            shop=f"店{number % 12}",
            **bare,  # type: ignore[arg-type]
        )
        for number in range(1, 41)
    ]
    twice = offers[0].model_copy(update={"listing_id": "999"})
    lure = make_listing(77, title="户外折叠椅定金", price="0.01", captured_at=NOON)
    labels = [label(offer, "interests", "08.01") for offer in [*offers, twice, lure]]
    with build_world(tmp_path, [[*offers, twice, lure]], labels) as ask:
        assert ask("select distinct p50, p25, unit, status from mart_price_band where platform = 'all'") == [
            (205.0, 107.5, "CNY/件", "ok")
        ]
        assert ask(
            "select sum(spu_cnt), round(sum(spu_share), 6) from mart_price_band where platform = 'all'"
        ) == [(40, 1.0)]
        edges = ask("select edges from mart_price_edge")[0][0]
        assert edges == sorted(edges)
        assert len(edges) == 4


def make_rising_world() -> tuple[list[list[Post]], list[Annotation]]:
    """Sixty days of ten everyday tags, and one tag that comes up in the last two days."""
    posts, labels = [], []
    number = 0
    for days_ago in range(60):
        for place in range(30):
            number += 1
            post = write_post(number, days_ago)
            posts.append(post)
            labels.append(label(post, "hashtags", f"日常{place % 10}"))
    for days_ago in (0, 1):
        for _ in range(12):
            number += 1
            post = write_post(number, days_ago)
            posts.append(post)
            labels += [label(post, "hashtags", "拼豆"), label(post, "keywords", "拼豆")]
    return [posts[:900], posts[900:]], labels


def test_a_tag_that_rises_is_found_by_day_and_by_week_and_its_twin_is_the_same_event(tmp_path: Path) -> None:
    packages, labels = make_rising_world()
    with build_world(tmp_path, packages, labels) as ask:
        assert ask(
            "select topic_id, grain, x, level, event_id from mart_topic_burst "
            "where platform = 'all' and level in ('signal', 'alert') and day = ? order by grain, topic_id",
            LAST_DAY,
        ) == [
            ("tag:拼豆", "d", 12, "alert", "tag:拼豆"),
            ("word:拼豆", "d", 12, "alert", "tag:拼豆"),
            ("tag:拼豆", "w", 24, "signal", "tag:拼豆"),
            ("word:拼豆", "w", 24, "signal", "tag:拼豆"),
        ]
        assert ask(
            "select topic_zh, n_authors, n_platforms, len(sample_urls) from v_weekly_trend "
            "where topic_id = 'tag:拼豆' and week = ?",
            LAST_DAY,
        ) == [("拼豆", 24, 1, None)]


def test_a_rise_that_one_account_makes_is_none(tmp_path: Path) -> None:
    packages, labels = make_rising_world()
    posts = []
    for place in range(52):
        # 44 posts of one account in two days, the other eight of eight people
        author = {"author_key": "a" * 64} if place >= 8 else {}
        posts.append(write_post(5000 + place, place % 2, **author))
    labels += [label(post, "hashtags", "收纳盒") for post in posts]
    with build_world(tmp_path, [*packages, posts], labels) as ask:
        found = ask(
            "select topic_id, grain, x, level, status, q_value < 0.05, round(effective_authors, 2), "
            "round(loudest_share, 3) from mart_topic_burst where platform = 'all' and day = ? "
            "and topic_id in ('tag:拼豆', 'tag:收纳盒') order by topic_id, grain",
            LAST_DAY,
        )
    # exp of the entropy of one 22 of 26 and four 1 of 26; of one 44 of 52 and eight 1 of 52
    day = math.exp(-22 / 26 * math.log(22 / 26) - 4 / 26 * math.log(1 / 26))
    week = math.exp(-44 / 52 * math.log(44 / 52) - 8 / 52 * math.log(1 / 52))
    assert found == [
        ("tag:拼豆", "d", 12, "alert", "no_baseline", True, 12.0, round(1 / 12, 3)),
        ("tag:拼豆", "w", 24, "signal", "no_baseline", True, 24.0, round(1 / 24, 3)),
        ("tag:收纳盒", "d", 26, "none", "low_support", True, round(day, 2), round(22 / 26, 3)),
        ("tag:收纳盒", "w", 52, "none", "low_support", True, round(week, 2), round(44 / 52, 3)),
    ]


def test_lines_of_a_board_have_no_authors_to_be_few(tmp_path: Path) -> None:
    packages, labels = make_rising_world()
    lines = [
        make_entry(
            f"{write_post(place).title}上热榜", rank=place + 1, captured_at=NOON - timedelta(days=place % 2)
        )
        for place in range(24)
    ]
    labels += [
        Annotation(
            subject_kind="board_entry",
            subject_id=make_entry_id(line.platform, line.board, line.title),
            tagger="keywords",
            tagger_version="1",
            label="热榜",
            score=0.9,
        )
        for line in lines
    ]
    # two posts of one author and two of two others in the same rise: those three are all that are shown
    posts = [
        write_post(7000 + place, place % 2, **({"author_key": "b" * 64} if place < 2 else {}))
        for place in range(4)
    ]
    voices = [label(post, "keywords", "热榜") for post in posts]
    asked = (
        "select level, round(effective_authors, 4), loudest_share from mart_topic_burst "
        "where platform = 'all' and grain = 'w' and topic_id = 'word:热榜' and day = ?"
    )
    with build_world(tmp_path / "lines", [*packages, lines], labels) as ask:
        assert ask(asked, LAST_DAY) == [("signal", None, None)]
    with build_world(tmp_path / "both", [*packages, lines, posts], [*labels, *voices]) as ask:
        assert ask(asked, LAST_DAY) == [("signal", round(2**1.5, 4), 0.5)]


def test_any_order_of_the_same_packages_gives_the_same_marts(tmp_path: Path) -> None:
    packages, labels = make_rising_world()
    found = []
    for place, order in enumerate((packages, packages[::-1])):
        with build_world(tmp_path / str(place), order, labels) as ask:
            names = ask(
                "select table_name from duckdb_tables() where starts_with(table_name, 'mart_') order by 1"
            )
            found.append({name: ask(f"select * from {name} order by all") for (name,) in names})  # noqa: S608
    assert len(found[0]) > 15
    assert found[0] == found[1]


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


def test_calls_stay_as_they_were_made_and_are_graded_a_week_later(tmp_path: Path) -> None:
    packages, labels = make_rising_world()
    with build_world(tmp_path, packages, labels) as ask:
        calls = ask("select week_called, topic_id, x, run_id, is_retrospective from mart_call order by 2")
    assert [(row[0], row[1], row[2]) for row in calls] == [
        (LAST_DAY, "tag:拼豆", 24.0),
        (LAST_DAY, "word:拼豆", 24.0),
    ]
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        build_marts(warehouse, "run-2", as_of=LAST_DAY + timedelta(days=7), taxonomy=TAXONOMY)
        again = warehouse.connection.execute(
            "select week_called, topic_id, x, run_id, is_retrospective from mart_call order by 2"
        ).fetchall()
        graded = warehouse.connection.execute(
            "select checked_week, still_above_base from v_scorecard"
        ).fetchall()
    assert again == calls
    assert graded == [(LAST_DAY + timedelta(days=7), None)] * 2


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
    assert filled == {"mart_run": 1, "mart_festival": 108, "mart_promotion": 378}


def test_an_event_bears_the_name_that_says_most() -> None:
    topics = [
        ("word:香氛", 344),
        ("tag:车载香氛", 211),
        ("tag:香薰石", 40),
        ("interest:18", 360),
        ("word:手串", 9),
    ]
    names = name_events(topics, np.array([0, 0, 0, 0, 1], dtype=np.int32))
    assert names == ["tag:车载香氛"] * 4 + ["word:手串"]


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
