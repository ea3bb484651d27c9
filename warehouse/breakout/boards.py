"""Rows of hot boards in, one board's history as arrays out: snapshots, ranks, titles, heat, adverts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from warehouse.board_archives import read_archive

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEEDED = ("captured_at", "platform", "board", "rank", "title")
COUNTS = ("read_count", "discuss_count", "origin_count")
"""Readings, discussions and authors of original posts of a line's topic, as the board shows them."""
OPTIONAL = {
    "heat": pa.float64(), "category": pa.string(), "is_ad": pa.bool_(), "url": pa.string(),
    **dict.fromkeys(COUNTS, pa.float64()),
}  # fmt: skip
NUMBERED_ADDRESS = r"/hot/(?P<number>[0-9]{1,15})$"
"""Address of a line whose last part is the platform's running number of the topic."""


@dataclass(frozen=True)
class Board:
    """One board's observations, ordered by snapshot and rank; one row is one title in one snapshot."""

    platform: str
    name: str
    times: Ints
    """Seconds since 1970 of each snapshot [snapshots], ascending."""
    titles: tuple[str, ...]
    """Each distinct title once, in the order first seen."""
    snapshot: Ints
    """Place of the row's snapshot in `times` [rows]."""
    rank: Ints
    title: Ints
    """Place of the row's title in `titles` [rows]."""
    heat: Floats
    """Heat as shown; NaN where the board shows none [rows]."""
    category: tuple[str, ...]
    """The board's own category of each title, as first shown; empty where it shows none [titles]."""
    number: Floats
    """The platform's running number of the topic, as first shown; NaN where it shows none [titles]."""
    link: Ints
    """The row's address as a code: equal codes are equal addresses; -1 where it shows none [rows]."""
    counts: Floats
    """COUNTS as shown; NaN where it shows none [rows, COUNTS]."""
    is_excluded: NDArray[np.bool_]
    """True for adverts and pinned lines (heat shown as zero) [rows]."""

    @property
    def row_times(self) -> Ints:
        """Seconds since 1970 of each row."""
        return self.times[self.snapshot]


def read_boards(paths: Sequence[Path], platform: str | None = None) -> list[Board]:
    """Boards of the files, of one platform or of all; the same rows in several files count once.

    WarehouseError names the file that is no table of boards.
    """
    tables = [read_archive(path, NEEDED, tuple(OPTIONAL), platform) for path in paths]
    return tabulate_boards(pa.concat_tables(map(conform, tables))) if tables else []


def conform(table: pa.Table) -> pa.Table:
    """The columns of a board table in one order and type; what a board does not show is null."""
    columns = {
        "captured_at": pc.cast(table["captured_at"], pa.timestamp("s", tz="UTC"), safe=False),
        "platform": pc.cast(table["platform"], pa.string()),
        "board": pc.cast(table["board"], pa.string()),
        "rank": pc.cast(table["rank"], pa.int64()),
        "title": pc.cast(table["title"], pa.string()),
    }
    for name, kind in OPTIONAL.items():
        columns[name] = (
            pc.cast(table[name], kind) if name in table.column_names else pa.nulls(len(table), kind)
        )
    whole = pa.table(columns)
    known = pc.and_(pc.is_valid(whole["rank"]), pc.is_valid(whole["title"]))
    return whole.filter(pc.and_(known, pc.is_valid(whole["captured_at"])))


def tabulate_boards(table: pa.Table) -> list[Board]:
    """Boards of a conformed table, the one with most rows first."""
    if not len(table):
        return []
    keys = table.group_by(["platform", "board"]).aggregate([("rank", "count")]).to_pylist()
    keys.sort(key=lambda key: (-key["rank_count"], str(key["platform"]), str(key["board"])))
    found = []
    for key in keys:
        is_platform = pc.equal(table["platform"], key["platform"])
        rows = table.filter(pc.and_(is_platform, pc.equal(table["board"], key["board"])))
        found.append(build_board(str(key["platform"]), str(key["board"]), rows))
    return found


def build_board(platform: str, name: str, rows: pa.Table) -> Board:
    """One board from its rows; a title shown twice in a snapshot keeps its best rank."""
    seconds = pc.cast(rows["captured_at"], pa.int64()).to_numpy()
    rank = rows["rank"].to_numpy()
    encoded = rows["title"].combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy()
    order = np.lexsort((codes, rank, seconds))
    order = order[first_of_pairs(seconds[order], codes[order])]
    times, snapshot = np.unique(seconds[order], return_inverse=True)
    names, first, title = first_seen_order(codes[order])
    labels = encoded.dictionary.to_pylist()
    heat = rows["heat"].to_numpy(zero_copy_only=False)[order].astype(np.float64)
    is_ad = rows["is_ad"].fill_null(False).to_numpy(zero_copy_only=False)[order]
    shown = rows["category"].fill_null("").take(pa.array(order[first])).to_pylist()
    addresses = rows["url"].combine_chunks().take(pa.array(order))
    link = addresses.dictionary_encode().indices.fill_null(-1).to_numpy().astype(np.int64)
    found = pc.extract_regex(addresses.take(pa.array(first)), NUMBERED_ADDRESS)
    number = pc.cast(pc.struct_field(found, "number"), pa.float64()).to_numpy(zero_copy_only=False)
    counts = [rows[name].to_numpy(zero_copy_only=False)[order].astype(np.float64) for name in COUNTS]
    return Board(
        platform=platform,
        name=name,
        times=times.astype(np.int64),
        titles=tuple(labels[code] for code in names),
        snapshot=snapshot.astype(np.int64),
        rank=rank[order].astype(np.int64),
        title=title,
        heat=heat,
        category=tuple(shown),
        number=number,
        link=link,
        counts=np.stack(counts, axis=1),
        is_excluded=is_ad.astype(bool) | (heat == 0),
    )


def first_of_pairs(left: Ints, right: Ints) -> Ints:
    """Places of the first row of each (left, right), ascending."""
    order = np.lexsort((np.arange(len(left)), right, left))
    is_first = np.ones(len(left), dtype=bool)
    same = (left[order][1:] == left[order][:-1]) & (right[order][1:] == right[order][:-1])
    is_first[1:] = ~same
    return np.sort(order[is_first])


def first_seen_order(codes: Ints) -> tuple[Ints, Ints, Ints]:
    """Codes renumbered by first appearance: the old codes, the row each first has, and each row's number."""
    values, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty(len(values), dtype=np.int64)
    number[order] = np.arange(len(values))
    return values[order], first[order], number[inverse]
