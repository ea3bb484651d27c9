"""Some rows of one table in (objects, cells or Arrow columns); the same rows by column or by row out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any, TypeAlias

import pyarrow as pa

Cell: TypeAlias = Any
"""What a cell of somebody else's file may hold: anything."""

Row = dict[str, Cell]


@dataclass(frozen=True)
class BadRow:
    """A row that did not fit: the code of the reason, the raw row, and words where the code is not enough."""

    reason: str
    payload: str | Callable[[], str] = ""
    """The row as it may be kept, or what makes it: of many rejections only the first are kept whole."""
    detail: str = ""


@dataclass(frozen=True)
class RawBatch:
    """Some rows of one table; exactly one of records, columns and arrays is set."""

    table: str
    """Sheet or SQL table; empty for a file that is one table."""
    records: Sequence[Row] | None = None
    """Rows as objects, which may differ in their members."""
    columns: Mapping[str, Sequence[Cell]] | None = None
    """Columns of cells, all of the same length."""
    arrays: pa.RecordBatch | None = None
    """Columns as Arrow arrays."""
    bad_rows: tuple[BadRow, ...] = ()
    repeated: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Columns -> positions of the rows that a merged cell of the row above them speaks for."""

    @property
    def rows(self) -> int:
        """Number of readable rows."""
        if self.records is not None:
            return len(self.records)
        if self.columns is not None:
            return len(next(iter(self.columns.values()), ()))
        return len(self.arrays or ())

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order of first appearance."""
        if self.records is not None:
            # Rows of one table mostly have the same keys in the same order: look at each distinct order once.
            return list(dict.fromkeys(chain.from_iterable(dict.fromkeys(map(tuple, self.records)))))
        if self.columns is not None:
            return list(self.columns)
        return list(self.arrays.schema.names) if self.arrays is not None else []

    def values(self, name: str) -> Sequence[Cell]:
        """The column as Python values, None where a row lacks it."""
        if self.records is not None:
            return [row.get(name) for row in self.records]
        if self.columns is not None:
            return self.columns.get(name) or [None] * self.rows
        array = self.find_array(name)
        return [None] * self.rows if array is None else list_values(array)

    def pick(self, names: Sequence[str]) -> dict[str, Sequence[Cell]]:
        """Several columns at once: a quarter of the cost of one by one where all rows have all of them."""
        if self.records is not None and len(names) > 1:
            try:
                columns = zip(*map(itemgetter(*names), self.records), strict=True)
                return (
                    dict(zip(names, columns, strict=True)) if self.records else {name: [] for name in names}
                )
            except KeyError:
                pass
        return {name: self.values(name) for name in names}

    def row(self, index: int) -> Row:
        """One row as an object, for a rejection's payload."""
        if self.records is not None:
            return self.records[index]
        if self.columns is not None:
            return {name: cells[index] for name, cells in self.columns.items()}
        arrays = ((name, self.find_array(name)) for name in self.names)
        return {name: list_values(array.slice(index, 1))[0] for name, array in arrays if array is not None}

    def find_array(self, name: str) -> pa.Array | None:
        """The Arrow column of that name; None when the batch is not made of Arrow columns or lacks it."""
        position = -1 if self.arrays is None else self.arrays.schema.get_field_index(name)
        return None if self.arrays is None or position < 0 else self.arrays.column(position)


def list_values(array: pa.Array) -> list[Cell]:
    """Arrow array -> Python values; text that is not UTF-8 keeps a U+FFFD where it is torn."""
    if pa.types.is_timestamp(array.type) and array.type.unit == "ns":
        array = array.cast(pa.timestamp("us", array.type.tz), safe=False)
    elif pa.types.is_time64(array.type) and array.type.unit == "ns":
        array = array.cast(pa.time64("us"), safe=False)
    try:
        return list(array.to_pylist())
    except UnicodeDecodeError:
        blobs = array.cast(pa.large_binary()).to_pylist()
        return [None if blob is None else blob.decode("utf-8", "replace") for blob in blobs]
