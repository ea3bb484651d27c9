"""What is named is in no table any more, whatever way its texts spell it, and what is taken is counted."""

from __future__ import annotations

from pathlib import Path

from flows.erasure import erase, parse_keys
from flows.plan import make_plan
from flows.settings import Settings
from spiders.erasure import Erased
from tests.landed_packages import MORNING, land, make_post, seal, write_lines
from warehouse.derived import PostCluster, TextBands, TextGroup
from warehouse.erasures import count_erased, delete_erased, register_erasures
from warehouse.load import insert_records, load_packages
from warehouse.publish import publish
from warehouse.records import Rejection
from warehouse.store import Warehouse

ADDRESS = "https://shop.example/p?id=12&v=2"
NAMING = (
    f'{{"url": "{ADDRESS}"}}',
    '<a href="https://shop.example/p?id=12&amp;v=2">露营灯</a>',
    r'{"url": "https:\/\/shop.example\/p?id=12&v=2"}',
    "to=https%3A%2F%2Fshop.example%2Fp%3Fid%3D12%26v%3D2",
    "看这个，7401000000000007。",
    "商品页“露营灯/暖光款”打不开",
)
NAMING_NONE = (
    "https://shop.example/p?id=12&v=21 https://shop.example/p?id=12",
    "74010000000000071",
    "露营灯/冷光款，编号 12",
    "",
)


def test_an_id_that_is_an_address_is_found_in_files_and_in_tables_however_it_is_written(home: Path) -> None:
    keys = [
        f"shop-example:{ADDRESS}",
        "douyin:7401000000000007",
        "shop-example:露营灯/暖光款",
        "shop-example:12",
    ]
    erased = Erased(frozenset(), frozenset(keys))
    with Warehouse.open(home) as warehouse:
        register_erasures(warehouse.connection, parse_keys([], keys))

        def is_named_in(text: str) -> bool:
            ((in_table,),) = warehouse.connection.execute("select is_named(?)", [text]).fetchall()
            assert in_table == erased.is_named_in(text.encode()), text
            return bool(in_table)

        assert [is_named_in(text) for text in NAMING] == [True] * len(NAMING)
        assert [is_named_in(text) for text in NAMING_NONE] == [False] * len(NAMING_NONE)


def land_texts(home: Path, run_id: str) -> None:
    """Rejections and messages that name the address, and one of each that does not."""
    folder = home / "landing" / "douyin" / run_id
    folder.mkdir(parents=True)
    rejections = [
        Rejection(
            source="douyin",
            run_id=run_id,
            record_kind="listings",
            reason="no_title",
            payload=text,
            captured_at=MORNING,
        )
        for text in (*NAMING[:4], NAMING_NONE[0])
    ]
    write_lines(folder / "rejections.jsonl.zst", [rejection.model_dump_json() for rejection in rejections])
    seal(folder, {"rejections": len(rejections)}, messages=(f"{ADDRESS} 没有标题", "一页没有标题"))


def test_texts_that_name_an_address_are_counted_and_gone_and_are_not_loaded_again(home: Path) -> None:
    land_texts(home, "r1")
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, home / "landing")
        publish(warehouse)
    plan, asked = make_plan(Settings(home=home), ()), parse_keys([], [f"shop:{ADDRESS}"])
    tried = erase(plan, asked, is_dry_run=True)
    assert tried.rows_by_table == erase(plan, asked).rows_by_table == {"crawl_reports": 1, "rejections": 4}
    land_texts(home, "r2")
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, home / "landing")
        for table, column in (("rejections", "payload"), ("crawl_reports", "messages")):
            rows = warehouse.connection.table(table).order("run_id").project(f"run_id, {column}").fetchall()
            kept = NAMING_NONE[0] if table == "rejections" else ["一页没有标题"]
            assert rows == [("r1", kept), ("r2", kept)]


def test_groups_and_clusters_that_name_what_goes_are_counted(home: Path) -> None:
    gone, kept = make_post(1), make_post(2)
    land(home / "landing", [gone, kept])
    named, other = (f"douyin:{post.post_id}" for post in (gone, kept))
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, home / "landing")
        groups = [
            TextGroup(
                subject_kind="post",
                subject_id=one,
                platform="douyin",
                dup_group_id=named,
                is_primary=one == named,
            )
            for one in (named, other)
        ]
        bands = TextBands(
            subject_kind="post", subject_id=named, platform="douyin", day=MORNING.date(), bands=(1,)
        )
        cluster = PostCluster(
            cluster_id="c1",
            label="穿搭",
            born_on=MORNING.date(),
            seen_on=MORNING.date(),
            fate="live",
            n_posts=2,
            exemplars=(named, other),
        )
        for table, records in (
            ("core_text_groups", groups),
            ("text_bands", [bands]),
            ("core_clusters", [cluster]),
        ):
            insert_records(warehouse.connection, table, list(records))
        erasures = parse_keys([], [named])
        counted = count_erased(warehouse.connection, erasures)
        with warehouse.transaction() as connection:
            delete_erased(connection, erasures)
        assert (counted["core_text_groups"], counted["text_bands"], counted["core_clusters"]) == (2, 1, 1)
        assert not any(count_erased(warehouse.connection, erasures).values())
        assert warehouse.connection.table("core_clusters").project("exemplars").fetchall() == [([other],)]
