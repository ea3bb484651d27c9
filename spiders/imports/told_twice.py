"""Tables of records as they land in; how many tell of what an earlier one told of at the same moment, out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_KEYS = {"posts": "post_id", "listings": "listing_id"}


class RowsToldTwice:
    """Counts the rows of one import that tell of the same post or offer as another, of the same moment."""

    def __init__(self) -> None:
        self._hashes: dict[str, list[npt.NDArray[np.int64]]] = {}

    def add(self, kind: str, table: pa.Table) -> None:
        """Take some records; eight bytes of each are kept."""
        if kind not in _KEYS:
            return
        moments = pc.cast(table["captured_at"], pa.int64())
        keys = zip(
            table["platform"].to_pylist(), table[_KEYS[kind]].to_pylist(), moments.to_pylist(), strict=True
        )
        hashes = np.fromiter(map(hash, keys), np.int64, table.num_rows)
        self._hashes.setdefault(kind, []).append(hashes)

    def describe(self) -> Iterator[str]:
        """What a person should know, by kind."""
        for kind, parts in sorted(self._hashes.items()):
            hashes = np.concatenate(parts)
            if twice := len(hashes) - len(np.unique(hashes)):
                yield _write_sentence(kind, twice)


def _write_sentence(kind: str, rows: int) -> str:
    if kind == "posts":
        return f"Rows of posts that an earlier row tells of already: {rows:,}. Each post counts once."
    return (
        f"Rows of offers that an earlier row tells of already, as of sizes and colours: {rows:,}. "
        "Each offer counts once, from its lowest to its highest price."
    )
