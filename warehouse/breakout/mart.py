"""Boards as loaded and the forecast models in; today's forecast, and how past ones ended, out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.breakout.boards import Board, conform, tabulate_boards
from warehouse.breakout.columns import describe_cases
from warehouse.breakout.crowd import DAY
from warehouse.breakout.model import BreakoutModel
from warehouse.breakout.paths import HOUR
from warehouse.breakout.threshold import follow_threshold
from warehouse.breakout.wording import HashTitles, WordingState
from warehouse.sql_files import read_sql_file

LEAST_WATCHED_HOURS = 24
MOST_HOURS_BETWEEN = 2.0
"""Models are trained on hourly snapshots; on a board read less often the probability is not calibrated."""
EVIDENCE = (
    "rank", "best_rank", "rank_change_3h", "age_hours", "times_seen", "waiting_above", "wording_score",
    "same_best_rank",
)  # fmt: skip
FORECAST_SCHEMA = pa.schema(
    [
        ("platform", pa.string()), ("board", pa.string()), ("title", pa.string()),
        ("captured_at", pa.timestamp("s", tz="UTC")),
        ("probability", pa.float64()), ("threshold", pa.float64()), ("threshold_misses", pa.int64()),
        ("rank", pa.int64()), ("best_rank", pa.int64()), ("rank_change_3h", pa.int64()),
        ("age_hours", pa.float64()), ("times_seen", pa.int64()), ("heat", pa.float64()),
        ("waiting_above", pa.int64()), ("wording_score", pa.float64()), ("alike_best_rank", pa.int64()),
        ("status", pa.string()), ("model_version", pa.string()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class BreakoutForecaster:
    """What a forecast of loaded boards needs."""

    models: Mapping[str, BreakoutModel]
    """By platform."""
    hash_titles: HashTitles


def write_breakout_marts(
    connection: duckdb.DuckDBPyConnection, forecaster: BreakoutForecaster | None
) -> None:
    """Build mart_breakout, add its forecasts to the calls, and grade those whose day is over.

    Without a forecaster nothing is forecast, and the past is graded all the same.
    """
    rows = FORECAST_SCHEMA.empty_table()
    if forecaster is not None:
        observed = connection.sql(read_sql_file("breakout", "observed")).to_arrow_table()
        parts = [forecast_board(board, forecaster) for board in tabulate_boards(conform(observed))]
        rows = pa.concat_tables([rows, *(keep_newest_day(part, parts) for part in parts)])
    connection.register("breakout_forecast", rows)
    for name in ("breakout", "breakout_call", "breakout_score", "breakout_reliability"):
        connection.execute(read_sql_file("breakout", name))
    connection.unregister("breakout_forecast")


def forecast_board(board: Board, forecaster: BreakoutForecaster) -> pa.Table:
    """The forecast of the titles in the board's newest snapshot."""
    model = forecaster.models.get(board.platform)
    table = describe_cases(board, forecaster.hash_titles, model.wording if model else WordingState.empty())
    now = np.flatnonzero(board.snapshot[table.cases.row] == len(board.times) - 1)
    rows = table.cases.row[now]
    values = dict(zip(EVIDENCE, table.select(EVIDENCE)[now].T, strict=True))
    status = judge_board(board, model)
    threshold = follow_threshold(model, table) if model else None
    heat = board.heat[rows]
    return pa.table(
        {
            "platform": [board.platform] * len(now),
            "board": [board.name] * len(now),
            "title": [board.titles[title] for title in board.title[rows]],
            "captured_at": pa.array(board.row_times[rows], pa.timestamp("s", tz="UTC")),
            "probability": np.round(model.forecast_values(table.select(model.names)[now]), 4)
            if model
            else pa.nulls(len(now), pa.float64()),
            "threshold": [round(threshold.value, 4) if threshold else None] * len(now),
            "threshold_misses": [threshold.misses if threshold else None] * len(now),
            "rank": board.rank[rows],
            "best_rank": whole_numbers(values["best_rank"]),
            "rank_change_3h": whole_numbers(values["rank_change_3h"]),
            "age_hours": np.round(values["age_hours"].astype(np.float64), 2),
            "times_seen": whole_numbers(values["times_seen"]),
            "heat": pa.array(heat, mask=np.isnan(heat)),
            "waiting_above": whole_numbers(values["waiting_above"]),
            "wording_score": np.round(values["wording_score"].astype(np.float64), 3),
            "alike_best_rank": whole_numbers(values["same_best_rank"]),
            "status": [status] * len(now),
            "model_version": [model.version if model else None] * len(now),
        },
        schema=FORECAST_SCHEMA,
    )


def whole_numbers(values: NDArray[np.float32]) -> pa.Array:
    """Whole numbers, null where a value is missing."""
    is_missing = np.isnan(values)
    return pa.array(np.where(is_missing, 0, values).astype(np.int64), mask=is_missing)


def judge_board(board: Board, model: BreakoutModel | None) -> str:
    """ok, or why the probability must not be read: no_model, short_history, sparse_snapshots."""
    if model is None:
        return "no_model"
    if board.times[-1] - board.times[0] < LEAST_WATCHED_HOURS * HOUR:
        return "short_history"
    recent = board.times[board.times >= board.times[-1] - DAY]
    # one reading a day has no gap to take the median of
    if len(recent) < 2 or float(np.median(np.diff(recent))) / HOUR > MOST_HOURS_BETWEEN:
        return "sparse_snapshots"
    return "ok"


def keep_newest_day(part: pa.Table, parts: list[pa.Table]) -> pa.Table:
    """The part, or none of it when its newest snapshot is a day or more older than the newest of all."""
    moments = [one["captured_at"][0].as_py() for one in parts if len(one)]
    if not len(part) or (max(moments) - part["captured_at"][0].as_py()).total_seconds() < DAY:
        return part
    return part.slice(0, 0)
