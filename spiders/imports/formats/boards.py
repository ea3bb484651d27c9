"""Archives of hot boards in (one line of a board at one moment per row), board entries out, by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from spiders.errors import ImportRefused
from spiders.imports.board_table import build_board_entries
from spiders.imports.format import ImportFormat
from spiders.imports.headings import check_mapping, match_columns
from spiders.imports.instants import read_file_day
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.row_platforms import ToldPlatforms, tell_platforms
from spiders.imports.sample import Sample, TableSample
from spiders.imports.tables import read_tables
from spiders.imports.texts import count_values


class Boards(ImportFormat):
    """Board archives in any kind of table: captured_at, platform, board, rank, title, heat, url ..."""

    name = "boards"
    title = "hot-board archive (captured_at, platform, board, rank, title, heat, url)"

    def detect(self, sample: Sample) -> float:
        """Certain for the archive's own names; likely for a title with a rank or heat and a moment."""
        if sample.mapping.get("kind") == "board_entries":
            return 1.0
        if sample.mapping.get("kind") or not sample.is_table:
            return 0.0
        return _score(sample.first_table)

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Every batch of every table; ImportRefused when neither the file nor the user names the platform."""
        told: ToldPlatforms | None = None
        found: Counter[str] = Counter()
        for batch in read_tables(request.identity):
            check_mapping("board_entries", batch.names, request.mapping, request.identity.path.name)
            columns = match_columns("board_entries", batch.names, request.mapping)
            _check_title(columns, request)
            told = told or tell_platforms(request, sample, "weibo")
            # what the name of the file or sheet tells fills no empty cells of a column of platforms
            own = None if "platform" in columns else told.by_table.get(batch.table)
            harvest = build_board_entries(batch, columns, replace(request, platform=own) if own else request)
            if harvest.table is not None:
                found.update(count_values(harvest.table["platform"]))
            left_aside = frozenset(batch.names) - frozenset(columns.values())
            messages = _tell_moment(columns, request) + harvest.messages
            yield replace(harvest, left_aside=left_aside, messages=messages)
        if told is not None:
            yield Harvest(messages=told.describe(found))


def _tell_moment(columns: dict[str, str], request: ImportRequest) -> tuple[str, ...]:
    if "captured_at" in columns:
        return ()
    is_named = read_file_day(request.identity.path) is not None
    taken = "the day in the file's name" if is_named else "when the file was written"
    return (f"No column tells when the board was read: {taken} is taken.",)


def _score(table: TableSample) -> float:
    if table.has("captured_at", "platform", "board", "title"):
        return 1.0
    columns = match_columns("board_entries", table.columns, {})
    if "title" not in columns:
        return 0.0
    signs = len({"board", "rank", "heat"} & columns.keys())
    # a list of one moment, and a rank beside counts of posts: less sure than a table of posts
    counts = {"likes", "comments", "shares", "collects", "views"} & match_columns(
        "posts", table.columns, {}
    ).keys()
    is_sure = "captured_at" in columns and len(counts) < 2
    return 0.3 * signs if is_sure else 0.35 * (signs > 1)


def _check_title(columns: dict[str, str], request: ImportRequest) -> None:
    if "title" not in columns:
        raise ImportRefused(
            f"{request.identity.path.name} has no column for the title: name it with --map title=COLUMN."
        )
