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
GROUP_FIELDS = [("week", pa.date32()), ("platform", pa.string()), ("l2", pa.string()), ("unit", pa.string())]
ENDS = [("lo", pa.float64()), ("hi", pa.float64())]
INTERVAL_SCHEMA = pa.schema([*GROUP_FIELDS, ("quantile", pa.float64()), *ENDS])
SHARE_SCHEMA = pa.schema([*GROUP_FIELDS, ("band_no", pa.int64()), *ENDS])


def write_price_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Write mart_price_edge, mart_price_quantile and mart_price_band."""
    connection.execute(read_sql("priced"))
    connection.execute(read_sql("price_edge"))
    connection.execute(read_sql("offer_coverage"))
    connection.execute(read_sql("price_mix"))
    quantiles, shares = tabulate_intervals(read_products(connection))
    connection.register("price_interval", quantiles)
    connection.register("price_share_interval", shares)
    try:
        connection.execute(read_sql("price_quantile"))
        connection.execute(read_sql("price_band"))
    finally:
        connection.unregister("price_interval")
        connection.unregister("price_share_interval")


def read_products(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Week, platform, l2, unit, price, band and shop of every product, cheapest first in each group."""
    return connection.sql(read_sql("product_shop")).to_arrow_table()


def tabulate_intervals(products: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Lo and hi of each group with support, one row for each quantile and one for each band."""
    keys = [products[name].to_pylist() for name in GROUP]
    prices, shops = products["price"].to_numpy(), products["shop"].to_numpy()
    bands = products["band_no"].to_numpy()
    names = list(zip(*keys, strict=True))
    starts = [place for place, name in enumerate(names) if place == 0 or name != names[place - 1]]
    quantiles: list[dict[str, object]] = []
    shares: list[dict[str, object]] = []
    for start, end in pairwise([*starts, len(names)]):
        found, shop_of = np.unique(shops[start:end], return_inverse=True)
        if end - start < LEAST_PRODUCTS or len(found) < LEAST_SHOPS:
            continue
        # the seed is the group's own, so that no other group and no order changes its interval
        seed = zlib.crc32("|".join(map(str, names[start])).encode())
        drawn = draw_shops(len(found), seed)
        group = dict(zip(GROUP, names[start], strict=True))
        bounds = zip(QUANTILES, *bound_quantiles(prices[start:end], shop_of, drawn), strict=True)
        quantiles += [
            group | {"quantile": float(quantile), "lo": float(low), "hi": float(high)}
            for quantile, low, high in bounds
        ]
        low_share, high_share = bound_band_shares(bands[start:end], shop_of, drawn)
        shares += [
            group | {"band_no": band, "lo": float(low), "hi": float(high)}
            for band, (low, high) in enumerate(zip(low_share, high_share, strict=True), start=1)
        ]
    return (
        pa.Table.from_pylist(quantiles, schema=INTERVAL_SCHEMA),
        pa.Table.from_pylist(shares, schema=SHARE_SCHEMA),
    )


def draw_shops(shops: int, seed: int) -> NDArray[np.int64]:
    """How often each shop is drawn, [RESAMPLES, shops] (cluster bootstrap).

    Shops set prices together, so products are not independent; resampling shops keeps what hangs together.
    """
    return np.random.default_rng(seed).multinomial(shops, np.full(shops, 1 / shops), size=RESAMPLES)


def bound_quantiles(
    prices: Floats, shop_of: NDArray[np.int64], drawn: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """95 % percentile interval of QUANTILES over the draws; prices: [products], ascending."""
    running = np.cumsum(drawn[:, shop_of], axis=1)
    total = running[:, -1:]
    found = np.stack([prices[np.argmax(running >= q * total, axis=1)] for q in QUANTILES])
    low, high = np.quantile(found, [0.025, 0.975], axis=1)
    return low, high


def bound_band_shares(
    bands: NDArray[np.int64], shop_of: NDArray[np.int64], drawn: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """95 % percentile interval of each band's share of the products over the draws.

    bands: [products], from 1; the bounds are [bands], up to the highest with a product.
    """
    products = np.zeros((drawn.shape[1], int(bands.max())))
    np.add.at(products, (shop_of, bands - 1), 1)
    found = drawn @ products
    low, high = np.quantile(found / found.sum(axis=1, keepdims=True), [0.025, 0.975], axis=0)
    return low, high
