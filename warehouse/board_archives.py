"""Archives of hot boards (Parquet) in -> their columns out, times as UTC; a file that is none is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.errors import WarehouseError

CAPTURED = pa.timestamp("us", tz="UTC")


def read_archive(
    path: Path, needed: Sequence[str], optional: Sequence[str] = (), platform: str | None = None
) -> pa.Table:
    """The needed columns, captured_at among them, and those of the optional ones that the file has.

    Rows of one platform, or of all. WarehouseError names the file that is no archive of boards.
    """
    try:
        has = pq.read_schema(path).names
        if missing := [name for name in needed if name not in has]:
            raise WarehouseError(f"{path} is no archive of boards: it lacks the columns {', '.join(missing)}")
        names = [*needed, *(name for name in optional if name in has)]
        chosen = None if platform is None else [("platform", "=", platform)]
        table = pq.read_table(path, columns=names, filters=chosen)
    except (OSError, pa.ArrowException) as error:
        raise WarehouseError(f"{path} cannot be read as Parquet: {error}") from error
    at, times = table.column_names.index("captured_at"), table["captured_at"]
    try:
        return table.set_column(at, "captured_at", pc.cast(times, CAPTURED, safe=False))
    except pa.ArrowException as error:
        raise WarehouseError(
            f"{path} is no archive of boards: its captured_at ({times.type}) holds no times with a zone"
        ) from error
