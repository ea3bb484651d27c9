"""The text of a watch list in; its groups of words, or the line that cannot be read, out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from warehouse.errors import WatchListRefused

PATTERN = re.compile(r"/(.+)/[a-z]*")
ALIAS = re.compile(r"\s*[=＝][>＞]\s*")
FULL_WIDTH_SIGNS = str.maketrans("！＋＠＃", "!+@#")
"""Signs that begin a line, as Chinese keyboards write them."""
OR = re.compile(r"[|｜]")
GLOBAL_FILTER, WORD_GROUPS = "GLOBAL_FILTER", "WORD_GROUPS"
MOST_GROUPS, MOST_TERMS, LONGEST_TERM = 200, 2_000, 200


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or a regular expression; upper and lower case are the same."""

    text: str
    is_pattern: bool = False
    alias: str | None = None
    """Name to show instead of the text."""
    line: int | None = field(default=None, compare=False)
    """Where the list has it."""

    def __str__(self) -> str:
        """The term as the list has it."""
        shown = f"/{self.text}/" if self.is_pattern else self.text
        return f"{shown} => {self.alias}" if self.alias else shown


@dataclass(frozen=True, slots=True)
class WatchGroup:
    """A text meets the group with any wanted term, all required ones and no excluded one."""

    name: str
    wanted: tuple[Term, ...] = ()
    required: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    most_shown: int | None = None
    """Posts to show at most; None leaves it to the reader's place."""


@dataclass(frozen=True, slots=True)
class WatchList:
    """Groups in their order, and terms that no text of any group may hold."""

    groups: tuple[WatchGroup, ...] = ()
    excluded: tuple[Term, ...] = ()


@dataclass
class _Draft:
    """A group while its lines are read."""

    first_line: int
    name: str | None = None
    wanted: list[Term] = field(default_factory=list)
    required: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    most_shown: int | None = None


def parse_watch_list(text: str, *, excludes_everywhere: bool = False) -> WatchList:
    """Read a watch list.

    A blank line ends a group. In a group `[name]` on its first line names it, a plain word is wanted, `+word`
    required, `!word` excluded, `one|other` stands for either, `@5` shows five posts at most, `/ab|cd/` is a
    regular expression (RE2), `word => name` shows another name; `#` starts a comment. Words after
    `[GLOBAL_FILTER]` are excluded everywhere, up to `[WORD_GROUPS]`. With `excludes_everywhere` a `!word`
    counts for all groups, as TrendRadar reads it. The signs may be full-width. Raises WatchListRefused
    with the line's number.
    """
    groups: list[WatchGroup] = []
    excluded: list[Term] = []
    is_filter = False
    for lines in split_groups(text):
        _, first = lines[0]
        section = first[1:-1].strip().upper() if first.startswith("[") and first.endswith("]") else ""
        if section in (GLOBAL_FILTER, WORD_GROUPS):
            is_filter = section == GLOBAL_FILTER
            lines = lines[1:]
        if is_filter:
            excluded += [term for number, line in lines for term in read_terms(number, line.lstrip("!！"))]
        elif lines:
            draft = read_group(lines)
            if excludes_everywhere:
                excluded += draft.excluded
                draft.excluded = []
            if draft.wanted or draft.required:
                groups.append(finish_group(draft, groups))
            elif not excludes_everywhere:
                raise WatchListRefused(draft.first_line, "the group has no word to look for")
    check_size(groups, excluded)
    return WatchList(tuple(groups), tuple(dict.fromkeys(excluded)))


def split_groups(text: str) -> Iterator[list[tuple[int, str]]]:
    """Lines of each group with their numbers, without comments; a blank line ends a group."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate([*text.removeprefix("\ufeff").splitlines(), ""], start=1):
        stripped = fold_signs(line.strip())
        if stripped and not stripped.startswith("#"):
            lines.append((number, stripped))
        elif not stripped and lines:
            yield lines
            lines = []


def fold_signs(line: str) -> str:
    """The line with its signs in ASCII: `！二手` -> `!二手`, `［手作］` -> `[手作]`, `＠５` -> `@5`."""
    if line[:1] in {"[", "［"} and line[-1] in {"]", "］"}:
        return f"[{line[1:-1]}]"
    line = line[:1].translate(FULL_WIDTH_SIGNS) + line[1:]
    return unicodedata.normalize("NFKC", line) if line.startswith("@") else line


def read_group(lines: Sequence[tuple[int, str]]) -> _Draft:
    """The lines of one group."""
    draft = _Draft(lines[0][0])
    for place, (number, line) in enumerate(lines):
        if place == 0 and line.startswith("[") and line.endswith("]") and line[1:-1].strip():
            draft.name = line[1:-1].strip()
        elif line.startswith("@"):
            draft.most_shown = read_limit(number, line)
        elif line.startswith("+"):
            draft.required.append(join_terms(read_terms(number, line[1:])))
        elif line.startswith("!"):
            draft.excluded += read_terms(number, line.lstrip("!！"))
        else:
            draft.wanted += read_terms(number, line)
    return draft


def finish_group(draft: _Draft, before: Sequence[WatchGroup]) -> WatchGroup:
    """The group with a name of its own: the given one, else its words."""
    words = [term.alias or term.text for term in (draft.wanted or draft.required)]
    name = draft.name or " / ".join(words[:3])
    if any(group.name == name for group in before):
        raise WatchListRefused(draft.first_line, f"there is a group {name!r} already; name one otherwise")
    return WatchGroup(
        name, tuple(draft.wanted), tuple(draft.required), tuple(draft.excluded), draft.most_shown
    )


def read_limit(line: int, text: str) -> int:
    """`@5` -> 5."""
    if not re.fullmatch(r"@\s*[1-9][0-9]{0,3}", text):
        raise WatchListRefused(line, f"{text!r} is no limit; write @ and a number from 1 to 9999")
    return int(text[1:])


def read_terms(line: int, text: str) -> list[Term]:
    """Words with `|` between them, or one `/pattern/`, with an optional `=> name` that they share."""
    shown, _, alias = (part.strip() for part in _split_alias(text))
    pattern = PATTERN.fullmatch(shown)
    contents = [pattern[1]] if pattern else [word.strip() for word in OR.split(shown)]
    if not all(contents):
        raise WatchListRefused(line, "a word is missing")
    if max(map(len, contents)) > LONGEST_TERM:
        raise WatchListRefused(line, f"a word or pattern has at most {LONGEST_TERM} characters")
    return [Term(content, pattern is not None, alias or None, line) for content in contents]


def join_terms(terms: Sequence[Term]) -> Term:
    """The term itself; of several words the pattern that any of them meets, named by them all."""
    if len(terms) == 1:
        return terms[0]
    words = [term.text for term in terms]
    pattern = "|".join(map(re.escape, words))
    return Term(pattern, is_pattern=True, alias=terms[0].alias or "|".join(words), line=terms[0].line)


def _split_alias(text: str) -> tuple[str, str, str]:
    """What stands before `=>`, the arrow, what stands after."""
    found = ALIAS.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def check_size(groups: Sequence[WatchGroup], excluded: Sequence[Term]) -> None:
    """Refuse a list that no person wrote."""
    n_terms = len(excluded) + sum(len(g.wanted) + len(g.required) + len(g.excluded) for g in groups)
    if len(groups) > MOST_GROUPS or n_terms > MOST_TERMS:
        raise WatchListRefused(
            None,
            f"a list has at most {MOST_GROUPS} groups and {MOST_TERMS:,} words, "
            f"not {len(groups)} and {n_terms:,}",
        )


def render_watch_list(watch_list: WatchList) -> str:
    """The list as text that `parse_watch_list` reads again as the same list."""
    parts = []
    if watch_list.excluded:
        parts.append("\n".join([f"[{GLOBAL_FILTER}]", *(f"!{term}" for term in watch_list.excluded)]))
        parts.append(f"[{WORD_GROUPS}]")
    parts += ["\n".join([f"[{group.name}]", *render_terms(group)]) for group in watch_list.groups]
    return "\n\n".join(parts) + "\n"


def render_terms(group: WatchGroup) -> list[str]:
    """The lines of a group below its name."""
    lines = [str(term) for term in group.wanted]
    lines += [f"+{term}" for term in group.required]
    lines += [f"!{term}" for term in group.excluded]
    return lines + ([f"@{group.most_shown}"] if group.most_shown else [])
