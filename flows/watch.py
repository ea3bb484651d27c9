"""watch.txt of the home in, the watch list out; and a list from elsewhere taken on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from flows.exit_codes import CommandError
from warehouse.errors import WatchListRefused
from warehouse.watch.marts import check_patterns
from warehouse.watch.syntax import WORD_GROUPS, WatchList, parse_watch_list, render_watch_list

WATCH_FILE = "watch.txt"
EXAMPLE = """# one group a paragraph; headwater watch shows what they meet
[拼豆]
拼豆
perler
!招聘
@5
"""


@dataclass(frozen=True, slots=True)
class TakenList:
    """What an import took on."""

    path: Path
    groups: int
    words: int
    excluded: int
    """Terms that are now excluded everywhere."""


def read_watch_list(home: Path) -> WatchList:
    """The user's list; an empty one when there is no file. WatchListRefused names the line it cannot read."""
    path = home / WATCH_FILE
    return parse_watch_list(read_text(path)) if path.exists() else WatchList()


def require_watch_list(home: Path) -> WatchList:
    """The user's list; CommandError says how to write one when there is none, or none with a group."""
    watch_list = read_watch_list(home)
    if watch_list.excluded and not watch_list.groups:
        raise CommandError(
            f"{home / WATCH_FILE} has no group to look for: all its words are excluded everywhere. "
            f"Groups stand below a line [{WORD_GROUPS}]"
        )
    if not watch_list.groups:
        raise CommandError(
            f"no watch list yet: write {home / WATCH_FILE}, or take one on with "
            f"headwater watch --import FILE; for example:\n\n{EXAMPLE}"
        )
    return watch_list


def take_watch_list(home: Path, file: Path, *, replace: bool) -> TakenList:
    """Take a frequency_words.txt or another watch list on as the home's own.

    A `!word` counts everywhere, as in TrendRadar, so the same titles are met as there. CommandError when
    there is a list already and `replace` is false, WatchListRefused when a line or pattern cannot be read.
    """
    path = home / WATCH_FILE
    if path.exists() and not replace:
        raise CommandError(f"{path} is there already; --replace writes over it")
    watch_list = parse_watch_list(read_text(file), excludes_everywhere=True)
    if not watch_list.groups:
        raise CommandError(f"{file} has no group with a word to look for")
    check_patterns(watch_list)
    home.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{WATCH_FILE}.part")
    with part.open("w", encoding="utf-8") as out:
        out.write(render_watch_list(watch_list))
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    words = sum(len(group.wanted) + len(group.required) for group in watch_list.groups)
    return TakenList(path, len(watch_list.groups), words, len(watch_list.excluded))


def read_text(path: Path) -> str:
    """The file's text; WatchListRefused when it is not UTF-8 or GB18030."""
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WatchListRefused(None, f"{path} is neither UTF-8 nor GB18030 text")
