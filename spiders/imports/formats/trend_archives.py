"""Days of hot boards kept in git repositories in (one JSON file a day), board entries out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from spiders.errors import ImportRefused
from spiders.imports.board_table import build_board_entries
from spiders.imports.format import ImportFormat
from spiders.imports.instants import read_file_day
from spiders.imports.raw_batch import Cell, RawBatch, Row
from spiders.imports.readings import read_digits
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample, TableSample
from spiders.imports.tables import read_tables
from spiders.platform_names import find_platform, make_slug, normalise_platform

_TITLES = ("title", "text", "display_query", "query", "word", "name")
_KNOWN = frozenset(
    {"title", "text", "url", "realurl", "textEn", "count", "firstSeen", "peakCount", "prevCount", "velocity",
     "status", "query", "display_query", "hot", "heat", "summary", "imageUrl", "createdAt"}
)  # fmt: skip
_BOARDS = {
    "weibo": "hot_search",
    "douyin": "hot",
    "kuaishou": "hot",
    "bilibili": "popular",
    "zhihu": "hot_questions",
}
_FIELDS = {
    name: name for name in ("platform", "board", "rank", "title", "heat", "url", "captured_at", "subject_id")
}


class TrendArchives(ImportFormat):
    """A file says what was on a board that day: no rank, no time of day, unless the archive wrote one."""

    name = "trend_archives"
    title = (
        "daily board archives from git (weibo-trending-hot-search, website-hot-hub, x-hot-data and others)"
    )

    def detect(self, sample: Sample) -> float:
        """By rows of nothing but title and address in a file named by its day, or by x-hot-data's object."""
        if sample.identity.container not in {"json_array", "json_object"} or sample.is_mapped:
            return 0.0
        table = sample.first_table
        if table.has("id", "lastUpdatedAt", "data"):
            return 0.95
        is_bare = bool(table.columns) and table.columns <= _KNOWN and bool(table.columns & set(_TITLES))
        return 0.9 if is_bare and read_file_day(sample.identity.path) else 0.0

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Every line of the day or of the snapshots; ImportRefused when the platform cannot be told."""
        is_snapshot = sample.first_table.has("id", "lastUpdatedAt", "data")
        for batch in read_tables(request.identity):
            rows = [batch.row(at) for at in range(batch.rows)]
            if is_snapshot:
                lines = [line for row in rows for line in _read_snapshot(row)]
            else:
                lines = _read_day(rows, request, sample.first_table)
            yield build_board_entries(RawBatch("", records=lines, bad_rows=batch.bad_rows), _FIELDS, request)


def _read_day(rows: Sequence[Row], request: ImportRequest, table: TableSample) -> list[Row]:
    day = read_file_day(request.identity.path)
    platform, board = _find_board(request, table)
    return [
        {
            "platform": platform,
            "board": board,
            "title": next((row[name] for name in _TITLES if row.get(name)), None),
            "heat": row.get("count") or row.get("hot") or row.get("heat") or None,
            "url": _complete_address(row.get("realurl") or row.get("url"), platform),
            "captured_at": _find_moment(row.get("firstSeen"), day),
        }
        for row in rows
    ]


def _find_board(request: ImportRequest, table: TableSample) -> tuple[str, str]:
    """Platform and board: by the user, by the folder (`raw/zhihu-search/`), by the first line's address."""
    folder = request.identity.path.resolve().parent.name.lower()
    head, _, rest = folder.partition("-")
    named = normalise_platform(head) if head in {*_BOARDS, "toutiao", "baidu", "smzdm"} else None
    address = str(table.first("realurl") or table.first("url") or "")
    by_address = "weibo" if address.startswith("/weibo?") else find_platform(address)
    by_shape = "zhihu" if table.has("display_query") else None
    platform = request.platform or named or by_address or by_shape
    if platform is None:
        raise ImportRefused(
            f"{request.identity.path.name} does not tell whose board it is: "
            "add --platform, e.g. --platform weibo."
        )
    board = {"search": "hot_search", "questions": "hot_questions"}.get(rest) or make_slug(rest)
    if board is None and by_shape == "zhihu":
        board = "hot_search"
    return platform, board or _BOARDS.get(platform, "hot")


def _complete_address(address: Cell, platform: str) -> Cell:
    if isinstance(address, str) and address.startswith("/"):
        return {"weibo": "https://s.weibo.com", "zhihu": "https://www.zhihu.com"}.get(platform, "") + address
    return address


def _find_moment(first_seen: Cell, day: datetime | None) -> Cell:
    """The moment a line was first seen, where it lies in the file's day; else the day itself."""
    try:
        moment = datetime.fromisoformat(str(first_seen))
    except ValueError:
        return day
    is_of_day = day is not None and moment.tzinfo is not None and day <= moment < day + timedelta(days=1)
    return moment if is_of_day else day


def _read_snapshot(row: Row) -> Iterator[Row]:
    """x-hot-data: `{id "source.ms", lastUpdatedAt, data[...]}`; its heat of 0 means unknown."""
    source, _, stamp = str(row.get("id") or "").rpartition(".")
    lines = row.get("data")
    for rank, line in enumerate(lines if isinstance(lines, list) else (), 1):
        if isinstance(line, dict):
            yield {
                "platform": source.partition("-")[0],
                "board": source,
                "rank": rank,
                "title": line.get("title"),
                "heat": line.get("hot") or None,
                "url": line.get("url"),
                "captured_at": stamp if read_digits(stamp) is not None else None,
            }
