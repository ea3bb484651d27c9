"""The forecast as a mart: a row for each waiting title, kept as a call and graded a day later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from flows.breakout import hash_titles
from tests.breakout_world import START, simulate_board
from tests.landed_packages import land, make_entry
from warehouse import dashboard
from warehouse.breakout.boards import conform, tabulate_boards
from warehouse.breakout.mart import BreakoutForecaster
from warehouse.breakout.train import TrainingSettings, train_breakout
from warehouse.load import load_packages
from warehouse.mart_sql import read_sql
from warehouse.records import BoardEntry
from warehouse.sql_files import read_sql_file
from warehouse.store import Warehouse
from warehouse.trends import build_marts

DAYS = 4


@pytest.fixture(scope="module")
def forecaster() -> BreakoutForecaster:
    """A model of another such board."""
    board = tabulate_boards(conform(simulate_board(5, 24 * 14)))[0]
    model = train_breakout(
        board, hash_titles, settings=TrainingSettings(trees=12, leaves=8, learning_rate=0.3)
    )
    return BreakoutForecaster({"douyin": model}, hash_titles)


def list_entries(first_hour: int, last_hour: int, **fields: object) -> list[BoardEntry]:
    """Hours of a simulated board as records."""
    rows = simulate_board(9, last_hour).to_pylist()
    begin = START + timedelta(hours=first_hour)
    return [
        make_entry(run_id=f"r{first_hour}", **(row | fields)) for row in rows if row["captured_at"] >= begin
    ]


def test_titles_are_forecast_kept_and_graded(tmp_path: Path, forecaster: BreakoutForecaster) -> None:
    land(tmp_path / "landing", list_entries(0, 24 * DAYS), run_id="r0", as_parquet=True)
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
        build_marts(warehouse, "run-1", forecaster=forecaster)
        ask = warehouse.connection.execute
        rows = ask(
            "select rank, best_rank, probability, status, captured_at, subject_id from mart_breakout"
        ).fetchall()
        assert 5 < len(rows) <= 20
        assert all(rank > 10 and best > 10 and 0 <= chance <= 1 for rank, best, chance, *_ in rows)
        assert {row[3] for row in rows} == {"ok"}
        assert len({row[4] for row in rows}) == 1
        known = ask(
            "select count(*) from mart_breakout b join core_board_entries c on entry_id = b.subject_id"
        )
        assert known.fetchall() == [(len(rows),)]
        assert ask("select count(*) from mart_breakout_score").fetchall() == [(0,)]

        land(tmp_path / "landing", list_entries(24 * DAYS, 24 * DAYS + 26), run_id="r96", as_parquet=True)
        load_packages(warehouse, tmp_path / "landing")
        build_marts(warehouse, "run-2", forecaster=forecaster)
        graded = ask("select title, reached_top, lead_hours from mart_breakout_score").fetchall()
        assert len(graded) == len(rows)
        for title, reached, lead in graded:
            hours = ask(
                "select min(captured_at) from raw_board_entries where title = ? and rank <= 10", [title]
            ).fetchall()[0][0]
            assert reached == (hours is not None and lead is not None)
        assert 0 < sum(reached for _, reached, _ in graded) < len(graded)
        counted = ask("select sum(n_forecasts), min(share_reached) from mart_breakout_reliability").fetchall()
        assert counted[0][0] == len(rows)

        before = ask("select * from mart_breakout_call order by all").fetchall()
        build_marts(warehouse, "run-3", forecaster=forecaster)
        assert ask("select * from mart_breakout_call order by all").fetchall() == before


def test_a_forecast_of_a_past_day_is_graded_apart(tmp_path: Path, forecaster: BreakoutForecaster) -> None:
    land(tmp_path / "landing", list_entries(0, 24 * DAYS + 30), run_id="r0", as_parquet=True)
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
        asked = (START + timedelta(days=DAYS - 1)).date()
        build_marts(warehouse, "run-1", forecaster=forecaster, as_of=asked)
        ask = warehouse.connection.execute
        told = ask("select count(*), bool_and(is_retrospective) from mart_breakout_score").fetchall()
        assert told[0][0] > 5 and told[0][1], "what came was loaded when it was forecast"
        assert ask("select count(*) from mart_breakout_reliability").fetchall() == [(0,)]
        marked = ask("select distinct is_retrospective from v_scorecard where call = 'breakout'").fetchall()
        assert marked in ([(True,)], [])
        build_marts(warehouse, "run-2", forecaster=forecaster)
        newest = ask("select is_retrospective, count(*) > 5 from mart_breakout_call group by all order by 1")
        assert newest.fetchall() == [(False, True), (True, True)]


@pytest.mark.parametrize(
    ("hours", "fields", "status"),
    [
        (20, {}, "short_history"),
        (40, {"platform": "zhihu"}, "no_model"),
    ],
)
def test_a_forecast_without_support_says_so(
    tmp_path: Path, forecaster: BreakoutForecaster, hours: int, fields: dict[str, object], status: str
) -> None:
    land(tmp_path / "landing", list_entries(0, hours, **fields), run_id="r0", as_parquet=True)
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
        build_marts(warehouse, "run-1", forecaster=forecaster)
        ask = warehouse.connection.execute
        assert ask("select distinct status from mart_breakout").fetchall() == [(status,)]
        assert ask("select count(*) from mart_breakout where is_call").fetchall() == [(0,)]
        assert ask("select count(*) from mart_breakout_call").fetchall() == [(0,)]
        if status == "no_model":
            assert ask("select count(probability) from mart_breakout").fetchall() == [(0,)]


@pytest.mark.parametrize("hours_between", [3, 25])
def test_a_board_that_is_seldom_read_is_not_forecast(
    tmp_path: Path, forecaster: BreakoutForecaster, hours_between: int
) -> None:
    seldom = [
        entry
        for entry in list_entries(0, 101)
        if (entry.captured_at - START) % timedelta(hours=hours_between) < timedelta(minutes=1)
    ]
    land(tmp_path / "landing", seldom, run_id="r0", as_parquet=True)
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
        build_marts(warehouse, "run-1", forecaster=forecaster)
        ask = warehouse.connection.execute
        assert ask("select distinct status from mart_breakout").fetchall() == [("sparse_snapshots",)]
        # the dashboard calls its probabilities calibrated, and shows none that is not
        page = Path(dashboard.__file__).parent / "sql" / "breakout.sql"
        shown = warehouse.connection.sql(page.read_text(encoding="utf-8"))
        assert shown.aggregate("count(*) > 5, count(probability), count(threshold)").fetchall() == [
            (True, 0, 0)
        ]
        assert ask("select count(*) from mart_breakout_call").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("unread", "graded"),
    [
        # hours after the call in which the board was not read
        ((), True),
        ((1, 2), True),
        ((1, 2, 3), False),
        ((11, 12, 13), False),
        ((22, 23, 24), True),
        ((21, 22, 23, 24), False),
        (tuple(range(1, 30)), False),
    ],
)
@pytest.mark.parametrize("reached", [True, False])
def test_a_day_that_nobody_watched_is_not_graded(
    unread: tuple[int, ...], graded: bool, reached: bool
) -> None:
    called = START + timedelta(days=3)
    with duckdb.connect() as connection:
        connection.execute(read_sql("wilson"))
        connection.execute(
            "create table raw_board_entries (platform text, board text, title text, rank bigint, "
            "is_ad boolean, heat double, captured_at timestamptz)"
        )
        connection.execute(
            "create table mart_breakout_call (platform text, board text, title text, "
            "captured_at timestamptz, probability double, is_call boolean, rank bigint, "
            "model_version text, run_id text, is_retrospective boolean)"
        )
        readings = [
            (board, title, rank, called + timedelta(hours=hour))
            for hour in range(-9, 40)
            for board, title, rank in (
                ("hot", "县城夜市走红", 8 if reached and hour == 5 else 15),
                ("rising", "北京初雪", 3),
            )
            # another board was read all the time
            if board == "rising" or hour not in unread
        ]
        connection.executemany(
            "insert into raw_board_entries values ('weibo', ?, ?, ?, false, 1, ?)", readings
        )
        connection.execute(
            "insert into mart_breakout_call "
            "values ('weibo', 'hot', '县城夜市走红', ?, 0.9, true, 15, 'v', 'r', false)",
            [called],
        )
        for name in ("breakout_score", "breakout_reliability"):
            connection.execute(read_sql_file("breakout", name))
        assert connection.execute("select reached_top, lead_hours from mart_breakout_score").fetchall() == (
            [(reached, 5.0 if reached else None)] if graded else []
        )
        assert connection.execute("select n_forecasts from mart_breakout_reliability").fetchall() == (
            [(1,)] if graded else []
        )
