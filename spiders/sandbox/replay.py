"""A Parquet archive of board lines (captured_at, platform, board, rank, title) in, boards by moment out."""

from __future__ import annotations

import bisect
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spiders.sandbox.boards import ShownLine
from spiders.sandbox.identities import hash_number

REQUIRED = ("captured_at", "platform", "board", "rank", "title")
MAX_LINES = 100


class NotABoardFile(ValueError):
    """The file is no Parquet file with the columns that a replay needs."""


class BoardReplay:
    """Boards of an archive; at a moment a board is its newest snapshot, if that is at most a day old.

    A platform's only board also answers to the name `hot` or `popular`, whatever the archive calls it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise NotABoardFile(f"{path.name} cannot be read as Parquet: {error}") from error
        missing = [name for name in REQUIRED if name not in schema.names]
        if missing:
            raise NotABoardFile(f"{path.name} lacks the columns {', '.join(missing)}")
        self._columns = [*REQUIRED, *(name for name in ("heat", "url", "is_ad") if name in schema.names)]

    @cached_property
    def _table(self) -> pa.Table:
        table = pq.read_table(self.path, columns=self._columns)
        second = pc.cast(table["captured_at"], pa.timestamp("s", "UTC"), safe=False).cast(pa.int64())
        return table.append_column("second", second).sort_by([("second", "ascending"), ("rank", "ascending")])

    @cached_property
    def _boards(self) -> dict[tuple[str, str], tuple[list[int], pa.Table]]:
        """Per platform and board: the seconds of its rows in order, and the rows."""
        pairs = self._table.group_by(["platform", "board"]).aggregate([]).to_pylist()
        found = {}
        for pair in pairs:
            same = pc.and_(
                pc.equal(self._table["platform"], pair["platform"]),
                pc.equal(self._table["board"], pair["board"]),
            )
            rows = self._table.filter(same)
            found[pair["platform"], pair["board"]] = (rows["second"].to_pylist(), rows)
        return found

    @property
    def begins(self) -> datetime:
        """Moment of the first snapshot."""
        return datetime.fromtimestamp(self._table["second"][0].as_py(), UTC)

    @property
    def ends(self) -> datetime:
        """Moment of the last snapshot."""
        return datetime.fromtimestamp(self._table["second"][-1].as_py(), UTC)

    def find_board(self, platform: str, board: str) -> tuple[list[int], pa.Table] | None:
        """The board of that name, or the platform's only board."""
        named = self._boards.get((platform, board))
        of_platform = [key for key in self._boards if key[0] == platform]
        return named or (self._boards[of_platform[0]] if len(of_platform) == 1 else None)

    def board_at(self, moment: datetime, platform: str, board: str = "hot") -> tuple[ShownLine, ...]:
        """Lines of the newest snapshot not after the moment."""
        found = self.find_board(platform, board)
        if found is None:
            return ()
        seconds, rows = found
        end = bisect.bisect_right(seconds, int(moment.timestamp()))
        if end == 0 or moment.timestamp() - seconds[end - 1] > 86400:
            return ()
        start = bisect.bisect_left(seconds, seconds[end - 1])
        snapshot = rows.slice(start, min(end - start, MAX_LINES)).to_pylist()
        return tuple(show_row(row) for row in snapshot)


def show_row(row: dict[str, object]) -> ShownLine:
    """A row of the archive as a line; its age is not known, so it is as old as its snapshot."""
    title, heat = str(row["title"]), row.get("heat")
    address = urlsplit(str(row.get("url") or ""))
    return ShownLine(
        line_id=str(hash_number("replayed", row["platform"], title) % 10**12 + 10**12),
        title=title,
        heat=int(float(str(heat))) if heat is not None else None,
        label="",
        since=datetime.fromtimestamp(int(str(row["second"])), UTC),
        video_id=address.path.rstrip("/").rpartition("/")[2],
        is_ad=bool(row.get("is_ad")),
    )
