"""A table of offers whose sales are of a period in; sales of 30 days, and what to tell of all others, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spiders.imports.drafts import ColumnPick
from spiders.imports.headings import fold_heading
from spiders.imports.instants import read_period
from spiders.imports.raw_batch import Cell

_PERIOD_SALES = re.compile(
    r"(?:支付|成交|销售)(?:商品)?(?:件数|数量)"
    r"|(?:近?(?!30[天日])\d{1,3}(?:天|日|小时)|近?一?周|上周|本周|今日|昨日|当日|日|周)"
    r"(?:销量|销售量|成交量|付款人数|(?:销售|支付|成交)(?:商品)?(?:件数|数量))"
)
_MONTH = range(28, 32)
"""Days that pass for the thirty of the contract."""


def place_period_sales(pick: ColumnPick) -> tuple[str, ...]:
    """Take shops' own units sold in a period where the rows say that it is of a month; else tell of them.

    An offer keeps what it sold in 30 days or ever: what it sold in a week would be compared with those.
    """
    columns = [name for name in pick.batch.names if _PERIOD_SALES.fullmatch(fold_heading(name))]
    columns = [name for name in columns if name in pick.left_aside]
    if not columns:
        return ()
    first = columns[0]
    if len(columns) == 1 and "sold_30d" not in pick.columns and _are_months(pick.columns.get("captured_at")):
        pick.columns["sold_30d"] = pick.batch.values(first)
        pick.source["sold_30d"] = first
        pick.use(first)
        return (f"{first} covers a month by the periods beside it: taken as units sold in 30 days.",)
    return (
        f"Units sold of another period than 30 days have no place in an offer: {', '.join(columns)}. "
        f"Export 30 days, or add --map sold_30d={first} where it covers them.",
    )


def _are_months(periods: Sequence[Cell] | None) -> bool:
    filled = [period for period in periods or () if period not in (None, "")]
    spans = [read_period(period) for period in filled]
    return bool(spans) and all(span is not None and (span[1] - span[0]).days + 1 in _MONTH for span in spans)
