"""A batch of raw rows and the columns that each field may be in, in; harvests of posts out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from spiders.imports.headings import find_unit
from spiders.imports.landing_rows import HEADER_ROW, TOTAL_ROW
from spiders.imports.post_table import PostDraft, build_posts
from spiders.imports.raw_batch import BadRow, Cell, RawBatch, Row
from spiders.imports.request import Harvest, ImportRequest
from warehouse.records import PostKind

Fields = Mapping[str, tuple[str, ...]]
"""Field of a record -> columns that may hold it, the best first."""

_TOTAL = re.compile(
    r"\s*(?:合计|总计|小计|汇总|共计|平均值?|均值|total)\s*(?:[:：]\s*[\d.,¥￥%]*\s*[条件元个款篇]?)?\s*",
    re.IGNORECASE,
)
"""What a cell of a row says that adds up others; 汇总：双11清单 is a title."""
_TOTAL_STARTS = frozenset("合总小汇共平均tT")
_LONGEST_TOTAL = 20
_COUNTED = frozenset(
    {
        "views",
        "likes",
        "comments",
        "shares",
        "collects",
        "danmaku",
        "sold",
        "sold_30d",
        "sold_high",
        "review_count",
    }
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SCALE = re.compile("([万千亿wk])[次人个条件元]?")
_NAMING = ("post_id", "listing_id", "title", "text")


class ColumnPick:
    """The columns of a batch that fields were found in, and which ones were used."""

    def __init__(self, batch: RawBatch, fields: Fields) -> None:
        """Takes for each field the first of its columns that the batch has; the next where it is empty."""
        self.batch = batch
        names = frozenset(batch.names)
        self.names = names
        present = {field: [name for name in known if name in names] for field, known in fields.items()}
        self.source = {field: found[0] for field, found in present.items() if found}
        cells = batch.pick(list(dict.fromkeys(name for found in present.values() for name in found)))
        self.columns: dict[str, Sequence[Any]] = {
            field: _fill_empty([_count_once(cells[name], batch.repeated, name, field) for name in found])
            for field, found in present.items()
            if found
        }
        counted = [self.source[field] for field in _COUNTED & self.source.keys()]
        self.counted_once = sorted(batch.repeated.keys() & counted)
        """Columns of counts whose merged cells speak for their first row alone."""
        for field in _COUNTED & self.columns.keys():
            if scale := _SCALE.fullmatch(find_unit(self.source[field])):
                self.columns[field] = [_scale(cell, scale[1]) for cell in self.columns[field]]
        self._used = set(cells)

    def use(self, *names: str) -> None:
        """Count columns as used that are read by other means."""
        self._used.update(names)

    def leave(self, name: str) -> None:
        """Count a column as left aside that was picked and is not kept."""
        self._used.discard(name)

    def row(self, at: int) -> Row:
        """One row for a rejection's payload, without the column that the account was found in."""
        account = self.source.get("author_id")
        return {name: cell for name, cell in self.batch.row(at).items() if name != account}

    @property
    def left_aside(self) -> frozenset[str]:
        """Columns of the batch that nothing was read from."""
        return self.names - self._used

    @property
    def messages(self) -> tuple[str, ...]:
        """What a person should know of how the columns were read."""
        if not self.counted_once:
            return ()
        names = ", ".join(self.counted_once)
        return (
            f"Numbers in cells merged over several rows count once, in the first of those rows: {names}.",
        )

    def blank_skipped_rows(self) -> dict[int, str]:
        """Empty the rows that are none, and tell why: headers again, as in glued files, and totals.

        Two cells or more of a header name their own columns; a total says so in the table's first column, or
        in the place of an id, a title or a text.
        """
        hits: Counter[int] = Counter()
        for field, name in self.source.items():
            values = self.columns.get(field, ())
            if name in values:
                hits.update(at for at, value in enumerate(values) if value == name)
        skipped = {at: HEADER_ROW for at, number in hits.items() if number >= 2}
        first = self.batch.values(self.batch.names[0]) if self.batch.names else ()
        for values in (first, *(self.columns.get(field, ()) for field in _NAMING)):
            skipped |= {at: TOTAL_ROW for at, value in enumerate(values) if _is_total(value)}
        if skipped:
            for field, values in self.columns.items():
                self.columns[field] = [None if at in skipped else cell for at, cell in enumerate(values)]
        return skipped


def _fill_empty(columns: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """The first column, its empty cells filled from the columns after it."""
    filled, *others = columns
    for other in others:
        if not (None in filled or "" in filled):
            break
        filled = [
            second if first is None or first == "" else first
            for first, second in zip(filled, other, strict=True)
        ]
    return filled


def _count_once(
    cells: Sequence[Any], repeated: Mapping[str, frozenset[int]], name: str, field: str
) -> Sequence[Any]:
    """A column; of counts what is merged over several rows stands in the first of them alone."""
    places = repeated.get(name)
    if places is None or field not in _COUNTED:
        return cells
    return [None if at in places else cell for at, cell in enumerate(cells)]


def _scale(cell: Cell, unit: str) -> Cell:
    """A count under a heading such as 播放量(万): 3.4 -> 3.4万; what bears a unit of its own stays."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{cell}{unit}"
    return f"{cell.strip()}{unit}" if isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()) else cell


def _is_total(value: object) -> bool:
    # most cells are long or begin otherwise: a look at one letter spares them the pattern
    return (
        isinstance(value, str)
        and len(value) < _LONGEST_TOTAL
        and value.lstrip()[:1] in _TOTAL_STARTS
        and _TOTAL.fullmatch(value) is not None
    )


def harvest_posts(
    pick: ColumnPick, request: ImportRequest, platform: str | None, kind: PostKind | None
) -> Harvest:
    """Posts of a batch whose columns are picked, with its unreadable rows and the columns left aside."""
    skips = pick.blank_skipped_rows()
    draft = PostDraft(pick.batch.rows, pick.row, pick.columns, platform, kind, skips)
    harvest = build_posts(draft, request)
    return replace(
        harvest,
        rejected=pick.batch.bad_rows + harvest.rejected,
        left_aside=pick.left_aside,
        messages=harvest.messages + pick.messages,
    )


def harvest_items(
    rows: Sequence[Row], bad_rows: tuple[BadRow, ...], skipped: Counter[str], request: ImportRequest
) -> Harvest:
    """Posts of rows that a platform's reader made, each with its platform; `skipped` = items without one."""
    batch = RawBatch("", records=rows, bad_rows=bad_rows)
    harvest = harvest_posts(ColumnPick(batch, {name: (name,) for name in batch.names}), request, None, None)
    return replace(harvest, skipped=skipped + Counter(harvest.skipped), left_aside=frozenset())
