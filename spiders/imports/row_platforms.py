"""Links, names of sheets and the file's name in; the platform that each row is of out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from spiders.errors import ImportRefused
from spiders.imports.drafts import ColumnPick
from spiders.imports.headings import match_columns
from spiders.imports.request import ImportRequest
from spiders.imports.sample import Sample, TableSample
from spiders.imports.texts import map_values
from spiders.platform_names import PLATFORM_ALIASES, TOOL_PLATFORMS, find_platform, list_known_platforms

_INITIALS, _SHORT_NAME = 2, 4
_COMMON_WORDS = frozenset({"red", "vip"})
"""Names of platforms that are said of other things more often: VIP客户."""


@dataclass(frozen=True)
class ToldPlatforms:
    """What a file says of platforms before its rows are read."""

    by_table: Mapping[str, str | None]
    """Table -> the platform of its rows that name none by themselves."""
    told_by: str = ""
    """What told it, in words; empty where the user or a column did."""

    def describe(self, found: Mapping[str, int]) -> tuple[str, ...]:
        """What a person should know, given the rows taken by platform."""
        if not self.told_by:
            return ()
        if len(found) > 1:
            counted = ", ".join(f"{slug} {rows:,}" for slug, rows in sorted(found.items()))
            return (f"Rows of several platforms, as their links or sheets tell: {counted}.",)
        return tuple(f"Platform {slug} was told by {self.told_by}." for slug in found)


def tell_platforms(request: ImportRequest, sample: Sample, example: str) -> ToldPlatforms:
    """The platform of each table; ImportRefused where nothing tells that of any."""
    tables = [table for table in sample.tables if table.rows]
    if request.platform is not None:
        return ToldPlatforms({table.name: request.platform for table in tables})
    if "platform" in request.mapping:
        return ToldPlatforms({})
    told = {table.name: _find_in_sheet(table) for table in tables if "platform" not in _match(table)}
    if not told:
        return ToldPlatforms({})
    named = find_named_platform(sample.path_words.rpartition("/")[2])
    platforms = {platform for platform, _ in told.values() if platform}
    own = named or (next(iter(platforms)) if len(platforms) == 1 else None)
    if own is None and not platforms and len(told) == len(tables):
        file = request.identity.path.name
        raise ImportRefused(
            f"{file} does not name the platform: add --platform, e.g. --platform {example}; known are "
            f"{', '.join(list_known_platforms())}, and any other name in Latin letters is one of your own."
        )
    words = next((words for platform, words in told.values() if platform), "the file's name")
    return ToldPlatforms({name: platform or own for name, (platform, _) in told.items()}, words)


def _find_in_sheet(table: TableSample) -> tuple[str | None, str]:
    column = _match(table).get("url")
    addresses = [row.get(column) for row in table.rows] if column else []
    by_address = next((found for address in addresses if (found := find_platform(str(address or "")))), None)
    if by_address is not None:
        return by_address, "the addresses in the file"
    return find_named_platform(table.name.lower()), "the name of a sheet"


def _match(table: TableSample) -> dict[str, str]:
    return match_columns("listings", table.columns, {}) | match_columns("posts", table.columns, {})


def find_named_platform(words: str) -> str | None:
    """The one platform that a name names, or else the tool of one.

    The two Latin letters of dy or ks are too few to tell one. Short names of Latin letters or digits stand
    by themselves: redmi and 16889 name no platform.
    """
    spellings = {**{slug: slug for slug in PLATFORM_ALIASES.values()}, **PLATFORM_ALIASES}
    found = [name for name in spellings if name in words and _stands_alone(name, words)]
    # 百度贴吧 is named by the longer name alone, not by 百度 too.
    longest = [name for name in found if not any(name != other and name in other for other in found)]
    named = {spellings[name] for name in longest}
    if not named:
        named = {platform for tool, platform in TOOL_PLATFORMS.items() if tool in words}
    return next(iter(named)) if len(named) == 1 else None


def _stands_alone(name: str, words: str) -> bool:
    if not name.isascii() or len(name) > _SHORT_NAME:
        return True
    edge = "[0-9]" if name.isdecimal() else "[a-z]"
    return (
        len(name) > _INITIALS
        and name not in _COMMON_WORDS
        and re.search(rf"(?<!{edge}){name}(?!{edge}|元)", words) is not None
    )


def place_by_address(pick: ColumnPick, request: ImportRequest, platform: str | None) -> None:
    """Where neither the user nor a cell tells a row's platform, its address does."""
    addresses = pick.columns.get("url")
    if addresses is None or request.platform is not None:
        return
    told = pick.columns.get("platform")
    if told is not None and not (None in told or "" in told):
        return
    found = map_values(addresses, lambda address: find_platform(str(address or "")))
    if told is not None:
        pick.columns["platform"] = [name or slug for name, slug in zip(told, found, strict=True)]
    elif any(slug not in {None, platform} for slug in found):
        pick.columns["platform"] = found
