"""Batches of board lines in, valid board entries as Arrow tables and reasoned rejections out, by column."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from spiders.arrow_schemas import record_schema
from spiders.counts import parse_count
from spiders.errors import BadCount
from spiders.imports.identifiers import normalise_board, normalise_id
from spiders.imports.instants import FIRST_MOMENT, BadInstant, read_file_day, read_instant
from spiders.imports.landing_rows import reject_rows
from spiders.imports.raw_batch import BadRow, RawBatch
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.texts import map_array, map_column, map_texts, map_values, read_name
from spiders.item_addresses import identify_item
from spiders.kept_addresses import clean_address
from spiders.platform_names import normalise_platform

Columns = Mapping[str, str]
"""Record field -> column of the file."""

_MOMENT = pa.timestamp("us", tz="UTC")
_PINNED = frozenset(
    {"", "-", "--", "•", "·", "置顶", "顶", "荐", "广告", "top", "pinned", "none", "null", "nan"}
)
_WHOLE = re.compile(r"(?:no\.?|top|第)?\s*(-?\d{1,9})(?:\.0*)?\s*[名位.、]?")
_DECIMAL = re.compile(r"\d{1,18}(?:\.\d{1,18})?")
_TOPIC_ADDRESSES = (
    re.compile(r"//(?:www\.)?douyin\.com/hot/(\d+)"),
    re.compile(r"//(?:www\.)?smzdm\.com/p/(\d+)"),
)
"""Addresses of lines that are no posts, with the ids that the platforms give them."""
_TRUTHS = {"1": True, "1.0": True, "true": True, "t": True, "yes": True, "y": True, "是": True, "广告": True}
_UNTRUTHS = {
    "0": False,
    "0.0": False,
    "false": False,
    "f": False,
    "no": False,
    "n": False,
    "否": False,
    "": None,
}


def build_board_entries(batch: RawBatch, columns: Columns, request: ImportRequest) -> Harvest:
    """One batch -> its board entries. Each distinct value is read once, so repeats cost nothing."""
    captured, captured_faults = _read_moments(batch, columns.get("captured_at"), request)
    platform = _read_slugs(batch, columns.get("platform"), request.platform)
    board = _read_boards(batch, columns.get("board"))
    rank = map_column(batch, columns.get("rank"), read_rank, pa.int64())
    heat = _read_heats(batch, columns.get("heat"))
    title = map_texts(batch, columns.get("title"))
    url = map_column(batch, columns.get("url"), clean_address, pa.string())
    faults = _find_faults(title, captured_faults, platform, rank, heat)
    rank, heat = _empty_pinned_lines(platform, rank, heat)
    arrays = {
        "platform": platform,
        "board": board,
        "rank": rank,
        "title": title,
        "subject_id": _read_subject_ids(batch, columns.get("subject_id"), url),
        "heat": heat,
        "label": map_column(batch, columns.get("label"), read_name, pa.string()),
        "category": map_column(batch, columns.get("category"), read_name, pa.string()),
        "is_ad": map_column(batch, columns.get("is_ad"), read_truth, pa.bool_()),
        "url": url,
        "captured_at": captured,
        "run_id": pa.repeat(request.run_id, batch.rows),
    }
    schema = record_schema("board_entries")
    table = pa.Table.from_arrays([arrays[name] for name in schema.names], schema=schema)
    rejected = _reject_rows(batch, faults)
    return Harvest(
        kind="board_entries",
        table=table.filter(pc.is_null(faults)) if rejected else table,
        rejected=batch.bad_rows + rejected,
    )


def read_rank(value: object) -> int | None:
    """A rank cell -> place from 1; None for pinned lines (empty, 0, 置顶); -1 when it is no rank."""
    if isinstance(value, bool):
        return -1
    if isinstance(value, int | float):
        if value != value:
            return None
        return (int(value) if value > 0 else None) if value == int(value) and value < 1e9 else -1
    text = str(value).strip().lower()
    if text in _PINNED:
        return None
    found = _WHOLE.fullmatch(text)
    if found is None:
        return -1
    return int(found[1]) if int(found[1]) > 0 else None


def read_heat(value: object) -> float | None:
    """A heat cell (`123 万热度`, 1730000.0) -> number; None when not shown; -1 when it is no heat."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value != value:
            return None
        return float(value) if value >= 0 and math.isfinite(value) else -1.0
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        return float(value)
    try:
        count = parse_count(value)
    except BadCount:
        return -1.0
    return None if count is None else float(count.value)


def find_subject_id(address: str) -> str | None:
    """The id of what a line's address leads to, as a post has it by every route; None when it tells none."""
    item = identify_item(address)
    if item is not None:
        return item.post_id
    found = (pattern.search(address) for pattern in _TOPIC_ADDRESSES)
    return next((topic[1] for topic in found if topic), None)


def read_truth(value: object) -> bool | None:
    """A yes-or-no cell -> truth; None when it says neither."""
    text = str(value).strip().lower()
    return _TRUTHS.get(text, _UNTRUTHS.get(text))


def _read_moments(batch: RawBatch, name: str | None, request: ImportRequest) -> tuple[pa.Array, pa.Array]:
    """The column of moments (UTC, null where refused), and the reason of each refusal."""
    if name is None:
        moment = read_file_day(request.identity.path) or request.file_moment
        return pa.repeat(pa.scalar(moment, _MOMENT), batch.rows), pa.nulls(batch.rows, pa.string())
    array = batch.find_array(name)
    if array is not None and pa.types.is_timestamp(array.type) and array.type.tz is not None:
        return _bound_moments(array, request)
    outcomes = map_values(batch.values(name), lambda value: _try_instant(value, request))
    moments = [outcome if isinstance(outcome, datetime) else None for outcome in outcomes]
    reasons = [outcome if isinstance(outcome, str) else None for outcome in outcomes]
    return pa.array(moments, _MOMENT), pa.array(reasons, pa.string())


def _bound_moments(array: pa.Array, request: ImportRequest) -> tuple[pa.Array, pa.Array]:
    moments = array.cast(_MOMENT, safe=False)
    early = pc.less(moments, pa.scalar(FIRST_MOMENT, _MOMENT))
    late = pc.greater(moments, pa.scalar(request.latest.astimezone(UTC), _MOMENT))
    reasons = pc.case_when(
        pc.make_struct(pc.is_null(moments), pc.or_(early, late)), "no_captured_at", "captured_at_out_of_range"
    )
    return moments, reasons


def _try_instant(value: object, request: ImportRequest) -> datetime | str:
    try:
        return read_instant(value, request.zone, request.latest, request.serial_epoch)
    except BadInstant as error:
        return error.reason


def _read_heats(batch: RawBatch, name: str | None) -> pa.Array:
    array = None if name is None else batch.find_array(name)
    if array is not None and pa.types.is_floating(array.type):
        heat = array.cast(pa.float64())
        fits = pc.and_(pc.greater_equal(heat, 0.0), pc.is_finite(heat))
        return pc.if_else(pc.is_nan(heat), None, pc.if_else(fits, heat, -1.0))
    return map_column(batch, name, read_heat, pa.float64())


def _read_slugs(batch: RawBatch, name: str | None, default: str | None) -> pa.Array:
    if name is None:
        return pa.repeat(default, batch.rows) if default else pa.nulls(batch.rows, pa.string())
    found = map_column(batch, name, lambda value: normalise_platform(str(value)), pa.string())
    return pc.fill_null(found, default) if default else found


def _read_boards(batch: RawBatch, name: str | None) -> pa.Array:
    if name is None:
        return pa.repeat("hot", batch.rows)
    return pc.fill_null(
        map_column(batch, name, lambda value: normalise_board(str(value)), pa.string()), "hot"
    )


def _read_subject_ids(batch: RawBatch, name: str | None, url: pa.Array) -> pa.Array:
    derived = map_array(url, find_subject_id, pa.string())
    if name is None:
        return derived
    return pc.coalesce(map_column(batch, name, _try_id, pa.string()), derived)


def _try_id(value: object) -> str | None:
    try:
        found = normalise_id(value)
    except ValueError:
        return None
    return found if found is None or len(found) <= 512 else None


def _empty_pinned_lines(platform: pa.Array, rank: pa.Array, heat: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Weibo shows no place and no heat on pinned and paid lines; archives append them with heat 0.

    Such a line keeps neither: a rank of 51 or a heat of nought would be the archive's invention.
    """
    pinned = pc.fill_null(pc.and_(pc.equal(platform, "weibo"), pc.equal(heat, 0.0)), False)
    return pc.if_else(pinned, None, rank), pc.if_else(pinned, None, heat)


def _find_faults(
    title: pa.Array,
    captured_faults: pa.Array,
    platform: pa.Array,
    rank: pa.Array,
    heat: pa.Array,
) -> pa.Array:
    """The first reason for which each row does not fit; null for rows that do."""
    return pc.coalesce(
        _flag(pc.is_null(title), "no_title"),
        captured_faults,
        _flag(pc.is_null(platform), "bad_platform"),
        _flag(pc.less(rank, 0), "bad_rank"),
        _flag(pc.less(heat, 0.0), "bad_heat"),
    )


def _flag(condition: pa.Array, reason: str) -> pa.Array:
    return pc.if_else(pc.fill_null(condition, False), reason, pa.scalar(None, pa.string()))


def _reject_rows(batch: RawBatch, faults: pa.Array) -> tuple[BadRow, ...]:
    if faults.null_count == len(faults):
        return ()
    found = {at: reason for at, reason in enumerate(faults.to_pylist()) if reason is not None}
    return reject_rows(batch.row, found)
