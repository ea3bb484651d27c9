"""The forecast as a mart: a row for each waiting title, kept as a call and graded a day later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.breakout import hash_titles
from tests.breakout_world import START, simulate_board
from tests.landed_packages import land, make_entry
from warehouse.breakout.boards import conform, tabulate_boards
from warehouse.breakout.mart import BreakoutForecaster
from warehouse.breakout.train import TrainingSettings, train_breakout
from warehouse.load import load_packages
from warehouse.records import BoardEntry
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
