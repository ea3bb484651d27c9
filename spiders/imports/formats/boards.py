"""Archives of hot boards in (one line of a board at one moment per row), board entries out, by column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spiders.errors import ImportRefused
from spiders.imports.board_table import build_board_entries
from spiders.imports.format import ImportFormat
from spiders.imports.headings import check_mapping, match_columns
from spiders.imports.instants import read_file_day
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample, TableSample
from spiders.imports.tables import read_tables


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
        for batch in read_tables(request.identity):
            check_mapping("board_entries", batch.names, request.mapping, request.identity.path.name)
            columns = match_columns("board_entries", batch.names, request.mapping)
            _check_columns(columns, request)
            harvest = build_board_entries(batch, columns, request)
            left_aside = frozenset(batch.names) - frozenset(columns.values())
            yield replace(
                harvest, left_aside=left_aside, messages=_tell_moment(columns, request) + harvest.messages
            )


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


def _check_columns(columns: dict[str, str], request: ImportRequest) -> None:
    if "title" not in columns:
        raise ImportRefused(
            f"{request.identity.path.name} has no column for the title: name it with --map title=COLUMN."
        )
    if "platform" not in columns and request.platform is None:
        raise ImportRefused(
            f"{request.identity.path.name} does not name the platform: add --platform, e.g. --platform weibo."
        )
