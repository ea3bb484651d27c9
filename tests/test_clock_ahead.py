"""A computer whose clock was ahead once: what it read then spoils nothing that is read before or after."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from flows.diagnosis import check_readings
from flows.exit_codes import CommandError
from flows.topics import track_topics
from flows.wording import CommandWording
from nlp.whole_names import load_topic_segmenter
from tests.landed_packages import MORNING, count_rows, hash_core, land, make_entry, make_listing, make_post
from warehouse.clusters import find_last_document_day
from warehouse.future_readings import list_future_readings
from warehouse.load import LoadResult, load_packages
from warehouse.publish import publish
from warehouse.put_aside import read_put_aside
from warehouse.records import CrawlReport, Record
from warehouse.removals import list_loads, remove_loads
from warehouse.revisits import list_due_posts
from warehouse.store import Warehouse
from warehouse.trends import build_marts

NOON = MORNING + timedelta(hours=3)
"""When the clock is right."""
AHEAD = timedelta(days=400)
"""How far ahead the clock was once."""
TODAY = date(2026, 3, 1)


def read_everything(run_id: str, hours: float, likes: int, price: str, heat: float) -> list[Record]:
    """One reading of the same video, offer and line of a board."""
    return [
        make_post(1, run_id, hours, likes=likes),
        make_listing(1, run_id, hours, price=price),
        make_entry("拼豆手工", run_id, hours, heat=heat, rank=int(heat)),
    ]


def date_report(folder: Path, finished_at: datetime) -> None:
    """Have a package say when it was finished."""
    path = folder / "report.json"
    report = CrawlReport.model_validate_json(path.read_bytes())
    path.write_text(
        report.model_copy(update={"finished_at": finished_at}).model_dump_json(), encoding="utf-8"
    )


def load_at(
    warehouse: Warehouse, landing: Path, run_id: str, records: Iterable[Record], now: datetime
) -> LoadResult:
    """Land what a crawl read and load it, both by a clock that says `now`."""
    date_report(land(landing, list(records), run_id=run_id), now)
    return load_packages(warehouse, landing, now=now)


def read_shown(warehouse: Warehouse) -> tuple[object, ...]:
    """What core tells of the video, the offer and the line: counts and prices, and when each was seen."""
    return warehouse.connection.execute(
        "select likes, price::varchar, last_heat, last_rank, p.captured_at, l.captured_at, last_seen_at, "
        "p.run_id, b.run_id from core_posts p, core_listings l, core_board_entries b"
    ).fetchall()[0]


@pytest.mark.parametrize("as_parquet", [False, True])
def test_a_record_of_more_than_a_day_after_its_load_is_rejected_and_kept(
    tmp_path: Path, as_parquet: bool
) -> None:
    records = [make_post(1, hours=20), make_post(2, hours=26), make_post(3, hours=9600, title="明年的视频")]
    land(tmp_path / "landing", records, as_parquet=as_parquet)
    with Warehouse.open(tmp_path / "home") as warehouse:
        result = load_packages(warehouse, tmp_path / "landing", now=NOON)
        assert result.loaded == ("douyin/r1",)
        assert result.rows_by_table == {"raw_posts": 2, "rejections": 1}
        assert count_rows(warehouse.connection, "core_posts") == 2
        ((reason, captured_at, payload),) = warehouse.connection.execute(
            "select reason, captured_at, payload from rejections"
        ).fetchall()
        assert (reason, captured_at) == ("captured_later", MORNING + timedelta(minutes=1))
        assert "明年的视频" in payload
        assert read_put_aside(publish(warehouse)) == ["douyin: 1 records rejected, captured_later"]


def test_a_package_of_a_time_to_come_waits_and_says_why(tmp_path: Path) -> None:
    """Which clock is wrong, that of the crawl or that of the load, is not known: nothing is lost."""
    landing = tmp_path / "landing"
    date_report(land(landing, [make_post(1, hours=9600)], run_id="ahead"), MORNING + AHEAD)
    with Warehouse.open(tmp_path / "home") as warehouse:
        assert load_packages(warehouse, landing, now=NOON).quarantined == ("douyin/ahead",)
        assert count_rows(warehouse.connection, "core_posts") == 0
        (line,) = read_put_aside(publish(warehouse))
        assert line.startswith(
            "douyin ahead: captured_later: it was finished at 2027-04-05 09:00 (Beijing time), "
            "which is still to come: correct the clock of this computer"
        )
        told = CommandWording("zh").translate(line.partition(": ")[2])
        assert told.startswith(
            "captured_later：完成时间 2027-04-05 09:00（北京时间）还没有到：请校准这台电脑的时钟"
        )
        assert load_packages(warehouse, landing, now=MORNING + AHEAD).loaded == ("douyin/ahead",)
        assert read_put_aside(publish(warehouse)) == []


def test_a_reading_loaded_while_the_clock_was_ahead_hides_no_later_one(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    with Warehouse.open(tmp_path / "home") as warehouse:
        load_at(warehouse, landing, "a", read_everything("a", 0, 10, "99", 1), NOON)
        load_at(warehouse, landing, "ahead", read_everything("ahead", 9600, 20, "88", 2), MORNING + AHEAD)
        load_at(warehouse, landing, "b", read_everything("b", 2, 30, "77", 3), NOON)
        at = MORNING + timedelta(hours=2)
        assert read_shown(warehouse) == (30, "77.0000", 3.0, 3, at, at, at, "b", "b")
        load_at(warehouse, landing, "c", read_everything("c", 1, 40, "66", 4), NOON)
        assert read_shown(warehouse)[:4] == (30, "77.0000", 3.0, 3), "a late package is no newer one"


def test_what_was_read_before_and_hidden_shows_with_the_next_load(tmp_path: Path) -> None:
    """The newest true reading came before the future one; an older one that is loaded now is not it."""
    landing = tmp_path / "landing"
    with Warehouse.open(tmp_path / "home") as warehouse:
        load_at(warehouse, landing, "b", read_everything("b", 2, 30, "77", 3), NOON)
        load_at(warehouse, landing, "ahead", read_everything("ahead", 9600, 20, "88", 2), MORNING + AHEAD)
        load_at(warehouse, landing, "a", read_everything("a", 0, 10, "99", 1), NOON)
        assert read_shown(warehouse)[:4] == (30, "77.0000", 3.0, 3)


def test_any_order_of_packages_after_a_clock_was_ahead_gives_the_same_core(tmp_path: Path) -> None:
    readings = {
        "a": read_everything("a", 0, 10, "99", 1),
        "b": read_everything("b", 1, 30, "77", 3),
        "c": [
            make_post(1, "c", 2, likes=None),
            make_entry("拼豆手工", "c", 2, url="https://s.weibo.com/1"),
            make_listing(1, "c", 2, price=None, currency=None),
        ],
    }
    hashes = set()
    for number, order in enumerate(permutations("abc")):
        home = tmp_path / f"home{number}"
        with Warehouse.open(home) as warehouse:
            ahead = read_everything("ahead", 9600, 20, "88", 2)
            load_at(warehouse, home / "landing", "ahead", ahead, MORNING + AHEAD)
            for run_id in order:
                load_at(warehouse, home / "landing", run_id, readings[run_id], NOON)
            assert read_shown(warehouse)[:2] == (30, "77.0000")
            hashes.add(tuple(hash_core(warehouse.connection).items()))
        shutil.rmtree(home)
    assert len(hashes) == 1


def test_a_clock_that_is_behind_hides_nothing_that_is_read_once_it_is_right(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    with Warehouse.open(tmp_path / "home") as warehouse:
        load_at(warehouse, landing, "a", read_everything("a", 0, 10, "99", 1), NOON)
        load_at(warehouse, landing, "b", read_everything("b", 2, 30, "77", 3), NOON)
        behind = datetime(2020, 1, 1, tzinfo=UTC)
        stale = read_everything("z", (behind - MORNING) / timedelta(hours=1), 5, "11", 9)
        load_at(warehouse, landing, "z", stale, behind)
        load_at(warehouse, landing, "d", read_everything("d", 3, 50, "55", 5), NOON)
        assert read_shown(warehouse)[:4] == (50, "55.0000", 5.0, 5)


def test_the_marts_end_with_the_newest_day_up_to_today(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    with Warehouse.open(tmp_path / "home") as warehouse:
        load_at(warehouse, landing, "a", read_everything("a", 0, 10, "99", 1), NOON)
        posts = [make_post(2, "ahead", 9600, published_at=None), make_entry("多巴胺穿搭", "ahead", 9600)]
        load_at(warehouse, landing, "ahead", posts, MORNING + AHEAD)
        assert build_marts(warehouse, "r", today=date(2026, 3, 4)).as_of == TODAY
        assert warehouse.connection.execute(
            "select max(day), sum(n_docs) filter (where platform = 'all') from mart_exposure_day"
        ).fetchall() == [(TODAY, 2)]
        assert find_last_document_day(warehouse, TODAY) == TODAY
        assert build_marts(warehouse, "r", today=date(2027, 4, 8)).as_of == date(2027, 4, 5)
        assert build_marts(warehouse, "r", as_of=date(2026, 2, 28), today=TODAY).as_of == date(2026, 2, 28)


def test_marts_of_nothing_but_a_time_to_come_end_today(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "home") as warehouse:
        assert build_marts(warehouse, "r", today=TODAY).as_of is None
        load_at(warehouse, tmp_path / "landing", "ahead", [make_post(1, hours=9600)], MORNING + AHEAD)
        assert build_marts(warehouse, "r", today=TODAY).as_of == TODAY


def test_a_video_that_a_clock_ahead_has_read_is_due_all_the_same(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    with Warehouse.open(tmp_path / "home") as warehouse:
        load_at(warehouse, landing, "a", [make_post(1, "a")], NOON)
        load_at(warehouse, landing, "ahead", [make_post(1, "ahead", 9600)], MORNING + AHEAD)
        published = publish(warehouse)
    assert list_due_posts(published, "douyin", NOON, 10) == (make_post(1).post_id,)


def test_topics_that_a_clock_ahead_has_followed_are_followed_again(tmp_path: Path) -> None:
    landing, segmenter = tmp_path / "landing", load_topic_segmenter(None, None)
    known = "select max(day) from cluster_days"
    with Warehouse.open(tmp_path / "home") as warehouse:
        load_at(warehouse, landing, "a", [make_entry("拼豆手工", "a")], NOON)
        ahead = [make_entry("多巴胺穿搭", "ahead", 480)]
        load_at(warehouse, landing, "ahead", ahead, MORNING + timedelta(days=20))
        assert track_topics(warehouse, segmenter, today=date(2026, 3, 21)) == 2
        assert warehouse.connection.execute(known).fetchall() == [(date(2026, 3, 21),)]
        load_at(warehouse, landing, "b", [make_entry("空气炸锅食谱", "b", 24)], NOON + timedelta(days=1))
        assert track_topics(warehouse, segmenter, today=date(2026, 3, 2)) == 1
        assert warehouse.connection.execute(known).fetchall() == [(date(2026, 3, 2),)]
        assert track_topics(warehouse, segmenter, today=date(2026, 3, 2)) == 0


def test_doctor_names_the_readings_and_its_advice_removes_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ahead = datetime.now(UTC) + AHEAD
    hours = (ahead - MORNING) / timedelta(hours=1)
    assert check_readings(home) == "none yet"
    with Warehouse.open(home) as warehouse:
        load_at(warehouse, home / "landing", "a", read_everything("a", 0, 10, "99", 1), NOON)
        published = publish(warehouse)
        assert check_readings(home) == "none is of a time still to come"
        load_at(warehouse, home / "landing", "ahead", read_everything("ahead", hours, 20, "88", 2), ahead)
        publish(warehouse)
    assert list_future_readings(published) == [("douyin", "ahead", 3)]
    with pytest.raises(
        CommandError, match=r"the clock of this computer was ahead: douyin ahead \(3\)"
    ) as told:
        check_readings(home)
    chinese = CommandWording("zh").translate(str(told.value))
    assert chinese.startswith("有些时间还没有到，因为这台电脑的时钟曾经快了：douyin ahead (3)；")
    assert "headwater remove RUN_ID" in str(told.value)
    with Warehouse.open(home) as warehouse:
        remove_loads(warehouse, list_loads(warehouse.connection, "ahead"))
        result = load_packages(warehouse, home / "landing")
        assert (result.loaded, result.quarantined) == ((), ())
        publish(warehouse)
    assert check_readings(home) == "none is of a time still to come"


def test_doctor_names_readings_of_a_run_whose_clock_was_corrected_on_its_way(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    records = [make_post(1, "r1"), make_post(2, "r1", 9600)]
    with Warehouse.open(tmp_path / "home") as warehouse:
        land(landing, records)
        load_packages(warehouse, landing, now=MORNING + AHEAD)
        published = publish(warehouse)
    assert list_future_readings(published, NOON) == [("douyin", "r1", 1)]
