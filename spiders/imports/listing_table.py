"""Columns of raw values of offers in, valid listings as an Arrow table and reasoned rejections out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, get_args

from spiders.counts import parse_count, parse_count_range
from spiders.errors import BadCount, BadPrice
from spiders.imports.board_table import read_truth
from spiders.imports.landing_rows import (
    count_skips,
    make_table,
    read_ids,
    read_platforms,
    reject_rows,
)
from spiders.imports.raw_batch import Cell, Row
from spiders.imports.readings import EpochReader, read_counts
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.texts import map_counted, map_values, read_name, read_text, read_texts
from spiders.kept_addresses import clean_address
from spiders.numerals import read_rating_value
from spiders.prices import Price, parse_currency, parse_price
from warehouse.records import SoldBasis

_PATH_SEPARATOR = re.compile(r"\s*(?:>|/|\||›|»|\\)\s*")
_REVIEWS = re.compile("评价|评论|好评|晒单")
_BASES = frozenset(get_args(SoldBasis))


@dataclass(frozen=True)
class ListingDraft:
    """Raw columns of offers, all of the same length."""

    rows: int
    row: Callable[[int], Row]
    """Row of the file by position, for a rejection's payload."""
    columns: Mapping[str, Sequence[Cell]]
    """Field of Listing -> raw values; `sold` and `sold_30d` stand for the sold count with its range."""
    sold_basis: SoldBasis = "unknown"
    """What the column `sold` covers."""
    platform: str | None = None
    """Platform of all rows, where no column tells."""
    skips: Mapping[int, str] = field(default_factory=dict)
    """Rows that are none, with the reason."""


def build_listings(draft: ListingDraft, request: ImportRequest) -> Harvest:
    """Raw columns -> listings; rows without id, platform or title are rejected, bad values left empty."""
    faults: dict[int, str] = dict(draft.skips)
    notes: Counter[str] = Counter()
    column = draft.columns.get
    platforms = read_platforms(column("platform"), draft.platform or request.platform, draft.rows, faults)
    titles = _read_titles(draft, faults)
    epochs = EpochReader(request, notes)
    prices = _read_prices(draft, notes)
    sold = _read_sold(draft, notes)
    arrays: dict[str, object] = {
        "platform": platforms,
        "listing_id": read_ids(column("listing_id"), draft.rows, faults),
        "url": _map(column("url"), clean_address),
        "title": titles,
        "text": ["" if text is None else text for text in read_texts(column("text") or [None] * draft.rows)],
        "shop": _map(column("shop"), read_name),
        "brand": _map(column("brand"), read_name),
        "category_path": _map(column("category_path"), _read_path) or [()] * draft.rows,
        "price": [price.low for price in prices],
        "price_high": [price.high for price in prices],
        "list_price": [price.list_price for price in prices],
        "currency": [price.currency for price in prices],
        "sold_low": [count.low for count in sold],
        "sold_high": [count.high for count in sold],
        "sold_basis": [count.basis for count in sold],
        "review_count": read_counts("reviews", column("review_count"), {}, notes),
        "rating": _map(column("rating"), _read_rating),
        "in_stock": _map(column("in_stock"), _read_stock),
        "query": _map(column("query"), read_text),
        "captured_at": epochs.read_captured(column("captured_at"), draft.rows, faults),
    }
    return Harvest(
        kind="listings",
        table=make_table("listings", arrays, draft.rows, request.run_id, faults),
        rejected=reject_rows(draft.row, faults),
        skipped=count_skips(faults),
        notes=notes,
        messages=tuple(epochs.messages),
    )


def _map(cells: Sequence[Cell] | None, convert: Callable[[Cell], object]) -> list[object] | None:
    return None if cells is None else map_values(cells, convert)


def _read_titles(draft: ListingDraft, faults: dict[int, str]) -> list[str | None]:
    titles = read_texts(draft.columns.get("title") or [None] * draft.rows)
    for at, title in enumerate(titles):
        if title is None:
            faults.setdefault(at, "no_title")
    return titles


class _Asked(NamedTuple):
    """What one offer costs."""

    low: Decimal | None
    high: Decimal | None
    list_price: Decimal | None
    currency: str | None


def _read_prices(draft: ListingDraft, notes: Counter[str]) -> list[_Asked]:
    nothing: Sequence[Cell] = [None] * draft.rows
    names = ("currency", "price", "price_high", "list_price")
    cells = zip(*(draft.columns.get(name, nothing) for name in names), strict=True)
    return map_counted(cells, _read_asked, notes)


def _read_asked(row: tuple[Cell, ...], notes: Counter[str]) -> _Asked:
    code, price, price_high, listed = row
    # Chinese shops are the rule here, and their files name no currency: yuan unless the file says otherwise.
    currency = parse_currency(code) if code else "CNY"
    if currency is None:
        notes["Price in a currency not known"] += 1
        return _Asked(None, None, None, None)
    asked, highest, struck = (_try_price(value, currency, notes) for value in (price, price_high, listed))
    if asked is None:
        return _Asked(None, None, struck.low if struck else None, struck.currency if struck else None)
    high = highest.low if highest and highest.low > asked.low else asked.high
    return _Asked(asked.low, high, struck.low if struck else asked.list_price, asked.currency)


def _try_price(value: Cell, currency: str, notes: Counter[str]) -> Price | None:
    try:
        price = parse_price(value, currency)
    except BadPrice:
        notes["Unreadable price"] += 1
        return None
    if price is not None and price.low == 0 and price.high is None:
        # tools write 0 where they have read no price, and no shop asks it
        notes["Price of 0, which is none"] += 1
        return None
    return price


class _Sold(NamedTuple):
    """How many units of one offer were sold."""

    low: int | None
    high: int | None
    basis: SoldBasis | None


def _read_sold(draft: ListingDraft, notes: Counter[str]) -> list[_Sold]:
    nothing: Sequence[Cell] = [None] * draft.rows
    names = ("sold_30d", "sold", "sold_high", "sold_basis")
    cells = zip(*(draft.columns.get(name, nothing) for name in names), strict=True)
    return map_counted(cells, lambda row, told: _read_one_sold(row, draft.sold_basis, told), notes)


def _read_one_sold(row: tuple[Cell, ...], otherwise: SoldBasis, notes: Counter[str]) -> _Sold:
    month, total, highest, basis = row
    if isinstance(total, str) and _REVIEWS.search(total):
        # 评价 2万+ is what JD shows where others show what they sold
        notes["Reviews in the place of units sold"] += 1
        total = None
    try:
        in_month = parse_count_range(month)
        found = in_month or parse_count_range(total)
        high = parse_count(highest)
    except BadCount:
        notes["Unreadable number of units sold"] += 1
        return _Sold(None, None, None)
    if found is None:
        return _Sold(None, None, None)
    named: SoldBasis = "30d" if in_month else _find_basis(total, otherwise)
    return _Sold(found.low, high.value if high else found.high, basis if basis in _BASES else named)


def _find_basis(value: Cell, otherwise: SoldBasis) -> SoldBasis:
    """`月销100+` says which time it covers by itself."""
    text = value if isinstance(value, str) else ""
    if "月" in text or "30天" in text:
        return "30d"
    return "lifetime" if "累计" in text or "总" in text or "已拼" in text else otherwise


def _read_path(value: Cell) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else _PATH_SEPARATOR.split(str(value)) if value else []
    return tuple(name for name in map(read_name, parts) if name)


def _read_rating(value: Cell) -> float | None:
    """A mean rating on five stars; shares in percent (98%) are scaled to five."""
    text = str(value).strip().removesuffix("分").removesuffix("星")
    try:
        rating = read_rating_value(text.removesuffix("%")) / (20 if text.endswith("%") else 1)
    except ValueError:
        return None
    return rating if 0 <= rating <= 5 else None


def _read_stock(value: Cell) -> bool | None:
    if isinstance(value, str) and value.strip() in {"有货", "现货"}:
        return True
    if isinstance(value, str) and value.strip() in {"无货", "缺货", "售罄", "下架"}:
        return False
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value:
        return value > 0
    return read_truth(value)
