"""What a report does not speak of, and how a check of it tells a text that only moved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import duckdb
import pytest

from tests.report_world import publish_report_world
from warehouse.errors import ReportRefused
from warehouse.reports.figures import read_tables
from warehouse.reports.report import write_report
from warehouse.reports.verify import compare_html

WARNED = "interest:02.03"
"""The one topic of the world that people warn of."""


@pytest.mark.parametrize("kind", ["weekly", "daily"])
def test_a_day_before_the_data_is_refused_with_the_day_they_begin(
    tmp_path: Path, kind: Literal["weekly", "daily"]
) -> None:
    published = publish_report_world(tmp_path)
    with duckdb.connect(str(published), read_only=True) as connection:
        ((oldest,),) = connection.execute(
            "select min(day) from mart_exposure_day where n_docs > 0"
        ).fetchall()
    with pytest.raises(ReportRefused, match=f"up to 2020-01-01; the first day with data is {oldest}"):
        write_report(published, tmp_path / "early", kind=kind, as_of=date(2020, 1, 1))
    assert not (tmp_path / "early").exists()
    assert write_report(published, tmp_path / "first", kind=kind, as_of=oldest).html.exists()


def test_a_word_people_complain_with_is_no_topic_to_watch_out_for(tmp_path: Path) -> None:
    published = publish_report_world(tmp_path)
    before = read_warned(published)
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "insert into mart_topic (topic_id, topic_kind, label, label_en) values"
            " ('word:不值', 'word', '不值', '不值'), ('tag:山野外套', 'tag', '山野外套', '山野外套')"
        )
        for topic_id in ("word:不值", "tag:山野外套"):
            connection.execute(
                "insert into mart_topic_aipl select * replace (? as topic_id, 0.9 as drop_share)"
                " from mart_topic_aipl where topic_id = ? and platform = 'all'",
                [topic_id, WARNED],
            )
    assert read_warned(published) == ["tag:山野外套", *before]


@pytest.mark.parametrize(
    ("n_cued", "status", "is_told"),
    [(100, "low_support", True), (99, "low_support", False), (500, "low_coverage", False)],
)
def test_who_turns_away_may_be_enough_where_those_on_the_ladder_are_not(
    n_cued: int, status: str, is_told: bool, tmp_path: Path
) -> None:
    published = publish_report_world(tmp_path)
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "update mart_topic_aipl set n_cued = ?, status = ? where topic_id = ?", [n_cued, status, WARNED]
        )
    assert (WARNED in read_warned(published)) == is_told


def test_an_interest_that_is_wholly_its_own_hashtag_is_told_once(tmp_path: Path) -> None:
    """The same authors and the same offers under two names are one opportunity: the hashtag tells more."""
    published = publish_report_world(tmp_path)
    assert {"tag:匹克球", "interest:07.05"} <= set(read_compared(published))
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "update mart_topic_opportunity set demand_authors = 160, intent_authors = 80, spu_cnt = 300,"
            " shop_cnt = 60 where topic_id = 'tag:匹克球'"
        )
    assert "tag:匹克球" in read_compared(published) and "interest:07.05" not in read_compared(published)
    with duckdb.connect(str(published)) as connection:
        connection.execute("update mart_topic_opportunity set spu_cnt = 299 where topic_id = 'tag:匹克球'")
    assert {"tag:匹克球", "interest:07.05"} <= set(read_compared(published))


def read_compared(published: Path) -> list[object]:
    """Topics of the opportunity map, in its order."""
    tables = read_tables(published, "weekly", ("opportunity",), date(2026, 11, 15)).tables
    return [row["topic_id"] for row in tables["opportunity"].rows]


def read_warned(published: Path) -> list[object]:
    """Topics of the section, in its order."""
    tables = read_tables(published, "weekly", ("watchout",), date(2026, 11, 15)).tables
    return [row["topic_id"] for row in tables["watchout"].rows]


def test_a_figure_that_only_moved_is_told_by_where_it_stood() -> None:
    page = '<body><data data-query="posts" data-row="{}" data-column="title" value="拼豆"></data></body>'
    (difference,) = compare_html("report.html", page.format(43), page.format(40))
    assert str(difference) == (
        "report.html: posts row 40 title: written '拼豆 (of posts row 43 title)', computed '拼豆'"
    )


@pytest.mark.parametrize(("language", "name"), [("zh", "帐篷天幕"), ("en", "tents")])
def test_a_category_that_nobody_speaks_of_is_named_and_not_numbered(
    language: Literal["zh", "en"], name: str, tmp_path: Path
) -> None:
    silent = """
    insert into mart_interest values ('interest:08.03', '帐篷天幕', 'tents', '08', '08.03');
    insert into mart_price_band by name
    select * replace ('08.03' as l2) from mart_price_band where l2 = '02.03';
    """
    files = write_report(publish_report_world(tmp_path, silent), tmp_path / "r", language=language)
    text = (files.folder / "report.md").read_text(encoding="utf-8")
    assert f"\n| {name} " in text
    assert "08.03" not in text.split("mart_price_band")[0]


def test_an_offer_that_is_read_to_this_day_was_on_sale_on_the_days_before(tmp_path: Path) -> None:
    """The table of offers keeps the newest reading of each, and when each was read first."""
    shelf = """
    delete from core_listings;
    insert into core_listings by name
    select 'taobao:' || id as subject_id, 'taobao' as platform, '优衣库' as brand, '衬衫' || id as title,
        99.0 as price,
        'CNY' as currency, begun::timestamptz as first_captured_at, seen::timestamptz as captured_at
    from (values
        (1, '2026-09-01 12:00:00+08', '2026-11-15 12:00:00+08'),
        (2, '2026-11-14 12:00:00+08', '2026-11-15 12:00:00+08'),
        (3, '2026-08-01 12:00:00+08', '2026-09-01 12:00:00+08')
    ) o(id, begun, seen);
    """
    published = publish_report_world(tmp_path, shelf)
    for day, n_offers in ((date(2026, 11, 1), 1), (date(2026, 11, 15), 2)):
        (row,) = read_tables(published, "daily", ("overview",), day).tables["overview"].rows
        assert row["n_listings"] == n_offers
        (offers,) = (
            read_tables(published, "daily", ("brand_offers",), day, "优衣库").tables["brand_offers"].rows
        )
        assert offers["spu_cnt"] == n_offers


def test_the_head_of_a_report_counts_no_author_who_is_paid_to_speak(tmp_path: Path) -> None:
    adverts = """
    insert into core_posts by name
    select 'douyin' as platform, 'video' as kind, author_key, is_ad,
        timestamptz '2026-11-14 12:00:00+08' as published_at
    from (values ('k1', true), ('advertiser', true), ('newcomer', false)) a(author_key, is_ad)
    """
    day = date(2026, 11, 15)
    known, more = (
        read_tables(publish_report_world(tmp_path / name, sql), "weekly", ("overview",), day)
        .tables["overview"]
        .rows[0]
        for name, sql in (("known", ""), ("more", adverts))
    )
    # an advert takes no voice from one who speaks unpaid as well
    told = known["n_authors"]
    assert isinstance(told, int)
    assert more["n_authors"] == told + 1


def test_a_brand_brief_counts_products_and_takes_no_lure_for_a_price(tmp_path: Path) -> None:
    """The same rules as of supply: one product under several ids is one, and one cent is no price."""
    shelf = """
    delete from core_listings;
    insert into core_listings by name
    select 'taobao:' || id as subject_id, 'taobao' as platform, '优衣库' as brand, title, shop, price,
        case when price is not null then 'CNY' end as currency,
        timestamptz '2026-11-14 12:00:00+08' as first_captured_at,
        timestamptz '2026-11-15 12:00:00+08' as captured_at
    from (values
        (1, '摇粒绒外套 110码', '旗舰店', 199.0), (2, '摇粒绒外套 120码', '旗舰店', 149.0),
        (3, '摇粒绒外套', '旗舰店', null), (4, '摇粒绒外套', '另一家店', 129.0),
        (5, '轻薄羽绒服', '旗舰店', 499.0), (6, '轻薄羽绒服定金', '旗舰店', 0.01)
    ) o(id, title, shop, price);
    """
    published = publish_report_world(tmp_path, shelf)
    (row,) = (
        read_tables(published, "brand", ("brand_offers",), date(2026, 11, 15), "优衣库")
        .tables["brand_offers"]
        .rows
    )
    assert (row["spu_cnt"], row["shop_cnt"], row["p50"]) == (4, 2, Decimal("149.00"))


def test_a_brand_brief_of_an_earlier_day_shows_no_price_of_a_later_one(tmp_path: Path) -> None:
    shelf = """
    delete from core_listings;
    insert into core_listings by name
    select 'taobao:' || id as subject_id, 'taobao' as platform, '优衣库' as brand, '衬衫' || id as title,
        price, 'CNY' as currency, timestamptz '2026-10-20 12:00:00+08' as first_captured_at,
        seen as captured_at
    from (values
        (1, 59.0, timestamptz '2026-11-06 12:00:00+08'), (2, 999.0, timestamptz '2026-11-15 12:00:00+08')
    ) o(id, price, seen);
    """
    published = publish_report_world(tmp_path, shelf)
    found = {
        day: read_tables(published, "brand", ("brand_offers",), day, "优衣库").tables["brand_offers"].rows[0]
        for day in (date(2026, 11, 4), date(2026, 11, 8), date(2026, 11, 15))
    }
    shown = {day: (row["spu_cnt"], row["p50"], row["n_priced"]) for day, row in found.items()}
    assert shown == {
        date(2026, 11, 4): (2, None, 0),
        date(2026, 11, 8): (2, Decimal("59.00"), 1),
        date(2026, 11, 15): (2, Decimal("529.00"), None),
    }
