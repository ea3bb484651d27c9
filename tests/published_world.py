"""A small published file with hand-written marts: what reports are tested on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb

from warehouse.reports.figures import SCHEMA_FILE

LAST_DAY = date(2026, 11, 15)
DAYS = 42
TOPICS = (
    ("tag:拼豆", "tag", "拼豆", "perler beads", "19", "19.02", 10, 62),
    ("tag:洞洞鞋", "tag", "洞洞鞋", "clogs", "03", "03.05", 20, 21),
    ("interest:19", "interest", "手作非遗国潮", "Craft & guochao", "19", None, 40, 95),
    ("interest:19.02", "interest", "拼豆串珠", "beads", "19", "19.02", 16, 70),
    ("word:马面裙", "word", "马面裙", "horse-face skirt", "02", "02.04", 0, 33),
)
"""topic_id, kind, label, English label, l1, l2, usual documents a week, documents of the last week."""


def publish_world(path: Path, titles: tuple[str, ...] = ("宿舍里的拼豆，解压又上瘾",)) -> Path:
    """Write the file; `titles` are those of the sample posts."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA_FILE.read_text(encoding="utf-8"))
        for topic, kind, label, english, first, second, usual, last in TOPICS:
            born = LAST_DAY - timedelta(days=10 if usual == 0 else 300)
            connection.execute(
                "insert into mart_topic values (?, ?, ?, ?, ?, ?, ?, ?)",
                [topic, kind, label, english, first, second, born, usual * 5 + last],
            )
            is_rising = last > 1.3 * usual
            connection.execute(
                "insert into mart_topic_burst "
                "values (?, 'all', 'w', ?, ?, ?, ?, ?, ?, ?, 480, ?, ?, ?, null, null, null)",
                [
                    LAST_DAY,
                    topic,
                    last,
                    usual or 0.2,
                    last / (usual or 0.2),
                    0.00002 if is_rising else 0.4,
                    *[0.0012 if is_rising else 0.7] * 2,
                    "signal" if is_rising else "none",
                    "tag:拼豆" if second == "19.02" or topic == "interest:19" else topic,
                    "no_baseline" if usual == 0 else "ok",
                ],
            )
        write_days(connection)
        write_posts(connection, titles)
        write_supply(connection)
    return path


def write_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Six weeks of documents on two platforms."""
    for offset in range(DAYS):
        day = LAST_DAY - timedelta(days=offset)
        for platform, count in (("douyin", 111), ("kuaishou", 222), ("all", 333)):
            connection.execute(
                "insert into mart_exposure_day values (?, ?, ?, ?, 1.0)", [day, platform, count, count - 11]
            )
        for topic, *_, usual, last in TOPICS:
            per_day = (last if offset < 7 else usual) // 7
            connection.execute(
                "insert into mart_topic_day values (?, 'all', ?, ?, ?)", [day, topic, per_day, per_day]
            )


def write_posts(connection: duckdb.DuckDBPyConnection, titles: tuple[str, ...]) -> None:
    """Sample posts of the first topic, one author each."""
    for number, title in enumerate(titles):
        connection.execute(
            "insert into mart_topic_doc values ('tag:拼豆', 'post', ?, 'bilibili', ?, ?, true, ?, ?, false)",
            [
                f"bilibili:BV{number}",
                LAST_DAY,
                f"作者{number}",
                f"https://www.bilibili.com/video/BV{number}",
                title,
            ],
        )


def write_supply(connection: duckdb.DuckDBPyConnection) -> None:
    """One topic that hardly anyone sells, one that many sell, and last week's calls."""
    for topic, demand, supply, gap in (("tag:拼豆", 240, 3, 2.4), ("tag:洞洞鞋", 60, 180, -1.9)):
        connection.execute(
            "insert into mart_topic_opportunity (period, topic_id, l1, demand_authors, intent_authors, "
            "spu_cnt, shop_cnt, new_spu_28d, d_log, s_log, gap, gap_lo, gap_hi, class, price_p50, sold_low, "
            "sold_high, query_coverage, status, demand_index, supply_index) values "
            "(?, ?, '19', ?, ?, ?, 2, 1, ?, ?, ?, ?, ?, 'blue_ocean', 39.9, 100, null, 1.0, 'ok', "
            "100 * exp(?), 100 * exp(?))",
            [
                *(LAST_DAY, topic, demand, demand, supply, gap / 2, -gap / 2, gap, gap - 0.5, gap + 0.5),
                *(gap / 2, -gap / 2),
            ],
        )
    for topic, holds in (("tag:拼豆", True), ("tag:洞洞鞋", False)):
        connection.execute(
            "insert into v_scorecard values (?, ?, 'rising', ?, ?, 2.5, ?, false)",
            [LAST_DAY - timedelta(days=7), topic, LAST_DAY, holds, holds],
        )
