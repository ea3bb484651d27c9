"""Authors by stage in; their shares and ratios with Dirichlet intervals as mart_topic_aipl out."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from scipy.special import betaincinv

from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats

KEYS = ("week", "platform", "topic_id")
STAGES = ("a", "i", "p", "l")
LEAST_SHARE = 1e-6
"""A ratio to less than this is no number anybody can use."""
RATIOS = {"i_over_a": ("i", "a"), "p_over_i": ("p", "i"), "l_over_p": ("l", "p")}


def write_topic_aipl(connection: duckdb.DuckDBPyConnection) -> None:
    """Write mart_topic_aipl from topic_voice and the intent annotations."""
    connection.execute(read_sql("aipl_count"))
    counts = connection.sql("select * from aipl_count order by week, platform, topic_id").to_arrow_table()
    connection.register("aipl_interval", tabulate_intervals(counts))
    connection.execute(read_sql("topic_aipl"))
    connection.unregister("aipl_interval")


def tabulate_intervals(counts: pa.Table) -> pa.Table:
    """For each row of counts the 95 % intervals of its shares and ratios.

    The stages are multinomial with a Dirichlet prior, so that a share is Beta(its count, the rest) and a
    ratio of two stages the odds of a Beta(one, other); who turns away is counted beside the ladder.
    """
    number = {name: counts[name].to_numpy().astype(np.float64) for name in (*STAGES, "n_cued", "n_drop")}
    whole = sum(number[name] for name in STAGES)
    columns: dict[str, Floats] = {}
    for name in STAGES:
        columns[f"{name}_lo"], columns[f"{name}_hi"] = bound_share(number[name], whole - number[name])
    columns["drop_lo"], columns["drop_hi"] = bound_part(number["n_drop"], number["n_cued"])
    for name, (over, under) in RATIOS.items():
        columns[f"{name}_lo"], columns[f"{name}_hi"] = bound_odds(number[over], number[under])
    columns["pull_lo"], columns["pull_hi"] = bound_odds(number["i"] + number["p"], number["a"])
    keys = {name: counts[name] for name in KEYS}
    # without an end is unknown, not a number
    return pa.table(
        keys | {name: pa.array(values, mask=~np.isfinite(values)) for name, values in columns.items()}
    )


def bound_share(hits: Floats, misses: Floats) -> tuple[Floats, Floats]:
    """2.5 % and 97.5 % quantiles of Beta(hits, misses), [rows] each."""
    low: Floats = np.asarray(betaincinv(hits, misses, 0.025), np.float64)
    high: Floats = np.asarray(betaincinv(hits, misses, 0.975), np.float64)
    return low, high


def bound_part(hits: Floats, whole: Floats) -> tuple[Floats, Floats]:
    """Ends of the 95 % Jeffreys interval of hits over whole, [rows] each; 0 with no hit and 1 with all.

    Brown, Cai & DasGupta, Interval estimation for a binomial proportion, 2001: without those two ends the
    share itself, 0 or 1, lies outside.
    """
    low, high = bound_share(hits + 0.5, whole - hits + 0.5)
    return np.where(hits == 0, 0.0, low), np.where(hits == whole, 1.0, high)


def bound_odds(over: Floats, under: Floats) -> tuple[Floats, Floats]:
    """2.5 % and 97.5 % quantiles of the ratio of two parts of a Dirichlet, [rows] each; inf above a million.

    The share of the smaller part is asked for, as one less a share near 1 has no digits left.
    """
    least, most = bound_share(under, over)
    bounds = [
        np.divide(1 - rest, rest, out=np.full_like(rest, np.inf), where=rest > LEAST_SHARE)
        for rest in (most, least)
    ]
    return bounds[0], bounds[1]
