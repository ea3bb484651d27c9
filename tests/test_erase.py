"""Erasure: what is named is in no package, table or published file any more, and never comes back."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import duckdb
import pytest
import zstandard

from flows.erasure import erase, find_reports, parse_keys
from flows.exit_codes import CommandError, ExitCode
from flows.plan import make_order, make_plan
from flows.settings import Settings
from spiders.crawl import run_crawl
from spiders.erasure import Erased, erase_from_package, name_next
from spiders.errors import PackageError
from spiders.order import CrawlOrder, Visit
from spiders.packaging import replay
from spiders.privacy import Pseudonymiser
from spiders.sandbox.site import SandboxSite
from tests.command_line import CommandLine
from tests.landed_packages import land, make_entry, make_listing, make_post
from tests.loopback_sites import Answer, Site, serve
from tests.sandbox_crawl import WORLD
from warehouse.load import load_packages
from warehouse.publish import publish, published_path
from warehouse.records import CrawlReport
from warehouse.store import Warehouse

CANARY = "只有这一条写过的句子：云朵形状的暖手宝"
TITLE = "云朵形状的暖手宝测评"
AUTHOR = f"{7:064x}"


def land_world(home: Path, *, as_parquet: bool) -> None:
    """A post of the author, a comment under it and one under that, a listing, a board line, and others."""
    named = make_post(7, text=CANARY, title=TITLE)
    reply = make_post(71, kind="comment", parent_id=named.post_id, text=f"回复：{CANARY}")
    nested = make_post(72, kind="comment", parent_id=reply.post_id, text=f"再回复：{CANARY}")
    listing = make_listing(7, title=f"{CANARY}（链接）")
    line = make_entry(TITLE, platform="douyin", subject_id=named.post_id)
    others = [make_post(number) for number in (1, 2, 3)]
    records = [named, reply, nested, listing, line, make_listing(8), make_entry(), *others]
    land(home / "landing", records, as_parquet=as_parquet)
    land(home / "landing", [named.model_copy(update={"run_id": "r2"}), make_post(4, "r2")], run_id="r2")
    land(home / "landing", [make_post(5, "r3")], run_id="r3")


def load_and_publish(home: Path) -> None:
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, home / "landing")
        publish(warehouse)


def read_everything(home: Path) -> bytes:
    """Every byte under the home, compressed files in clear, and the values of every table published."""
    found = []
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        body = path.read_bytes()
        if path.suffix == ".zst":
            reader = zstandard.ZstdDecompressor().stream_reader(path.open("rb"), read_across_frames=True)
            body = reader.read()
        found.append(body)
    for database in (home / "warehouse.duckdb", published_path(home)):
        with duckdb.connect(str(database), read_only=True) as connection:
            for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall():
                found.append(repr(connection.table(f'"{name}"').fetchall()).encode())
    return b"\n".join(found)


@pytest.mark.parametrize("as_parquet", [False, True], ids=["json lines", "parquet"])
def test_an_author_and_a_listing_are_gone_from_everything_and_stay_gone(home: Path, as_parquet: bool) -> None:
    land_world(home, as_parquet=as_parquet)
    load_and_publish(home)
    shutil.copytree(home / "landing", home.parent / "old packages")
    assert CANARY.encode() in read_everything(home) and TITLE.encode() in read_everything(home)
    plan = make_plan(Settings(home=home), ())
    listing = make_listing(7)

    tried = erase(plan, parse_keys([AUTHOR], [f"taobao:{listing.listing_id}"]), is_dry_run=True)
    assert CANARY.encode() in read_everything(home)
    done = erase(plan, parse_keys([AUTHOR], [f"taobao:{listing.listing_id}"]))
    assert done.model_copy(update={"is_dry_run": True}) == tried
    assert (done.authors, done.subjects, done.packages) == (1, 4, 2)
    assert done.rows_by_table == {
        "core_board_entries": 1,
        "core_listings": 1,
        "core_posts": 3,
        "raw_board_entries": 1,
        "raw_listings": 1,
        "raw_posts": 4,
    }
    everything = read_everything(home)
    for gone in (CANARY, TITLE):
        assert gone.encode() not in everything
    kept = make_post(1)
    assert kept.post_id.encode() in everything

    load_and_publish(home)
    for package in (home.parent / "old packages" / "douyin").iterdir():
        shutil.copytree(package, home / "landing" / "douyin" / f"{package.name}-again")
        report = home / "landing" / "douyin" / f"{package.name}-again" / "report.json"
        again = CrawlReport.model_validate_json(report.read_bytes())
        report.write_text(again.model_copy(update={"run_id": f"{package.name}-again"}).model_dump_json())
    with Warehouse.open(home) as warehouse:
        result = load_packages(warehouse, home / "landing")
        assert len(result.loaded) == 3 and not result.quarantined
        posts = warehouse.connection.execute("select post_id, observations from core_posts").fetchall()
        ledger = dict(warehouse.connection.execute("select run_id, posts from load_ledger").fetchall())
    assert dict(posts) == {make_post(number).post_id: 2 for number in (1, 2, 3, 4, 5)}
    assert ledger["r1-again"] == 3 and ledger["r2-again"] == 1


def test_the_ledger_follows_and_an_erasure_that_was_killed_is_finished_by_the_next(home: Path) -> None:
    land_world(home, as_parquet=False)
    load_and_publish(home)
    plan = make_plan(Settings(home=home), ())
    folder = home / "landing" / "douyin" / "r1"
    with pytest.raises(KeyboardInterrupt):
        # Killed after the switch of a package is noted, before it is made.
        erase_from_package(folder, Erased(frozenset({AUTHOR}), frozenset()), Pseudonymiser(b"k" * 32), stop)
    assert sorted(path.name for path in folder.iterdir())[0] == ".report.json.partial"
    erase(plan, parse_keys([AUTHOR], []))
    names = {path.name for path in folder.iterdir()}
    assert "posts~1.jsonl.zst" in names and "posts.jsonl.zst" not in names
    with Warehouse.open(home) as warehouse:
        again = load_packages(warehouse, home / "landing")
    assert (again.loaded, again.quarantined) == ((), ()) and len(again.already_loaded) == 3
    repeated = erase(plan, [])
    assert repeated.packages == 0 and not repeated.rows_by_table


def test_a_package_whose_report_is_damaged_is_named_and_nothing_is_said_to_be_erased(home: Path) -> None:
    land_world(home, as_parquet=False)
    load_and_publish(home)
    (home / "landing" / "douyin" / "r1" / "report.json").write_text("{", encoding="utf-8")
    with pytest.raises(PackageError, match=r"r1: its report\.json is damaged"):
        erase(make_plan(Settings(home=home), ()), parse_keys([AUTHOR], []))


def test_a_report_that_names_what_was_erased_is_told_as_a_whole(home: Path) -> None:
    named, other = home / "reports" / "weekly-r1", home / "reports" / "weekly-r2"
    erased = Erased(frozenset(), frozenset({"douyin:7401000000000007"}))
    for folder, post in ((named, "7401000000000007"), (other, "7401000000000008")):
        (folder / "tables").mkdir(parents=True)
        cells = f"<row>https://www.douyin.com/video/{post}</row>" * 9
        (folder / "tables" / "rising.csv").write_text(cells, encoding="utf-8")
        with ZipFile(folder / "report.xlsx", "w", ZIP_DEFLATED) as workbook:
            workbook.writestr("xl/worksheets/sheet1.xml", cells)
        assert not erased.is_named_in((folder / "report.xlsx").read_bytes()), "it is compressed"
    assert find_reports(home, erased) == (str(named),)
    assert find_reports(home.parent / "elsewhere", erased) == ()


def stop(before: str, after: str) -> None:
    assert before != after
    raise KeyboardInterrupt


def test_responses_go_with_their_records_and_what_stays_can_be_parsed_again(home: Path) -> None:
    moment = WORLD.ends - timedelta(hours=30)
    posts = [post for post in WORLD.popular_at(moment) if post.counts_at(moment)["danmaku"] > 20][:2]
    settings = Settings(home=home)
    with SandboxSite(WORLD) as site:
        order = make_order(settings, "bilibili", "crawled", tuple(post.post_id for post in posts))
        visit = Visit(moment=moment, addresses={"base": site.address_of("bilibili", moment)})
        order = order.model_copy(update={"visits": (visit,), "allow_loopback": (site.host_and_port,)})
        run_crawl(CrawlOrder.model_validate(order))
    load_and_publish(home)
    gone, kept = posts
    with Warehouse.open(home) as warehouse:
        author = warehouse.connection.execute(
            "select author_key from core_posts where post_id = ?", [gone.post_id]
        ).fetchall()[0][0]
    done = erase(make_plan(settings, ()), parse_keys([author], []))
    assert done.responses >= 3, "the video, its bullet comments and its comments"
    package = home / "landing" / "bilibili" / "crawled"
    assert not (package / "responses.warc.gz").exists()
    key = Pseudonymiser(bytes.fromhex((home / "secret.key").read_text().strip()))
    report = replay(package, home / "landing", "parsed-again", key)
    assert report.records_by_kind["posts"] > 20
    text = zstandard.ZstdDecompressor().stream_reader(
        (home / "landing/bilibili/parsed-again/posts.jsonl.zst").open("rb"), read_across_frames=True
    )
    ids = {json.loads(line)["post_id"] for line in text.read().splitlines()}
    assert kept.post_id in ids and gone.post_id not in ids


def test_responses_go_with_an_author_of_whom_nothing_landed(home: Path) -> None:
    def answer(path: str) -> Answer | None:
        said = {"reviewBody": "灯光很柔和"} if path == "/product/1" else {"reviewRating": {"ratingValue": 1}}
        review = {"@type": "Review", "author": {"@type": "Person", "name": "欧阳小溪"}, **said}
        lamp = {"@context": "https://schema.org", "@type": "Product", "name": "露营灯", "sku": path[-1]}
        script = json.dumps(lamp | {"review": [review]}, ensure_ascii=False)
        page = f'<script type="application/ld+json">{script}</script>'
        return 200, {"Content-Type": "text/html; charset=utf-8"}, page.encode()

    site = Site(answer)
    settings = Settings(home=home)
    order = make_order(settings, "shop", "crawled", tuple(f"{site.address}/product/{n}" for n in (1, 2)))
    with serve(site):
        landed = run_crawl(order.model_copy(update={"allow_loopback": (site.pair,)}))
    assert landed.records_by_kind == {"listings": 2, "posts": 1} and landed.rejections_by_reason
    load_and_publish(home)
    with Warehouse.open(home) as warehouse:
        ((author,),) = warehouse.connection.execute("select author_key from core_posts").fetchall()
    assert erase(make_plan(settings, ()), parse_keys([author], [])).responses == 2
    (responses,) = (home / "landing" / "shop" / "crawled").glob("responses*")
    assert "欧阳小溪".encode() not in gzip.decompress(responses.read_bytes())


def test_the_command_counts_first_and_says_what_it_takes(tmp_path: Path) -> None:
    headwater = CommandLine(tmp_path)
    assert headwater.run("erase").exit_code == ExitCode.USAGE
    home = tmp_path / ".headwater"
    land_world(home, as_parquet=False)
    tried = headwater.run("erase", "--author", AUTHOR, "--dry-run", "--json")
    assert tried.exit_code == ExitCode.OK and json.loads(tried.output)["packages"] == 2
    assert not (home / "erased.jsonl").exists()
    done = headwater.run("erase", "--author", AUTHOR)
    assert done.exit_code == ExitCode.OK and "erased for good" in done.output
    lines = [json.loads(line) for line in (home / "erased.jsonl").read_text().splitlines()]
    assert {line["kind"] for line in lines} == {"author", "subject"}
    assert all(set(line) == {"kind", "key", "erased_at"} for line in lines)


@pytest.mark.parametrize(
    ("authors", "keys"), [(["nobody"], []), ([], ["7400"]), ([], [":1"]), ([], ["douyin:"])]
)
def test_what_names_nothing_is_refused(authors: list[str], keys: list[str]) -> None:
    with pytest.raises(CommandError):
        parse_keys(authors, keys)


def test_names_of_rewritten_files_count_up() -> None:
    assert name_next("posts.jsonl.zst") == "posts~1.jsonl.zst"
    assert name_next("posts~1.jsonl.zst") == "posts~2.jsonl.zst"
    assert name_next("board_entries-0002.parquet") == "board_entries-0002~1.parquet"
