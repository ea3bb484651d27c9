"""Prices of products by shop in; bands, quantiles and their bootstrap intervals as marts out."""

from __future__ import annotations

import zlib
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.mart_sql import read_sql
from warehouse.negative_binomial import Floats

QUANTILES = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
RESAMPLES = 200
LEAST_PRODUCTS, LEAST_SHOPS = 30, 10
"""Support below which no quantile is stated (METRICS 5.11)."""
GROUP = ("week", "platform", "l2", "unit")
INTERVAL_SCHEMA = pa.schema(
    [
        ("week", pa.date32()),
        ("platform", pa.string()),
        ("l2", pa.string()),
        ("unit", pa.string()),
        ("quantile", pa.float64()),
        ("lo", pa.float64()),
        ("hi", pa.float64()),
    ]
)


def write_price_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Write mart_price_edge, mart_price_quantile and mart_price_band."""
    connection.execute(read_sql("priced"))
    connection.execute(read_sql("price_edge"))
    connection.register("price_interval", tabulate_intervals(read_products(connection)))
    connection.execute(read_sql("price_quantile"))
    connection.unregister("price_interval")
    connection.execute(read_sql("price_band"))


def read_products(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Week, platform, l2, unit, price and shop of every product, cheapest first in each group."""
    return connection.sql(read_sql("product_shop")).to_arrow_table()


def tabulate_intervals(products: pa.Table) -> pa.Table:
    """One row for each group with support and quantile: lo and hi."""
    keys = [products[name].to_pylist() for name in GROUP]
    prices, shops = products["price"].to_numpy(), products["shop"].to_numpy()
    names = list(zip(*keys, strict=True))
    starts = [place for place, name in enumerate(names) if place == 0 or name != names[place - 1]]
    rows: list[dict[str, object]] = []
    for start, end in pairwise([*starts, len(names)]):
        found, shop_of = np.unique(shops[start:end], return_inverse=True)
        if end - start < LEAST_PRODUCTS or len(found) < LEAST_SHOPS:
            continue
        # the seed is the group's own, so that no other group and no order changes its interval
        seed = zlib.crc32("|".join(map(str, names[start])).encode())
        low, high = resample_shops(prices[start:end], shop_of, seed)
        group = dict(zip(GROUP, names[start], strict=True))
        rows += [
            group | {"quantile": float(q), "lo": float(lo), "hi": float(hi)}
            for q, lo, hi in zip(QUANTILES, low, high, strict=True)
        ]
    return pa.Table.from_pylist(rows, schema=INTERVAL_SCHEMA)


def resample_shops(prices: Floats, shop_of: NDArray[np.int64], seed: int) -> tuple[Floats, Floats]:
    """95 % percentile interval of QUANTILES when whole shops are drawn again (cluster bootstrap).

    prices: [products], ascending; shop_of: [products], shops numbered from 0. Shops set prices together, so
    products are not independent; resampling shops keeps what hangs together.
    """
    shops = int(shop_of.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(shops, np.full(shops, 1 / shops), size=RESAMPLES)
    running = np.cumsum(drawn[:, shop_of], axis=1)
    total = running[:, -1:]
    found = np.stack([prices[np.argmax(running >= q * total, axis=1)] for q in QUANTILES])
    low, high = np.quantile(found, [0.025, 0.975], axis=1)
    return low, high
