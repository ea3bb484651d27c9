"""Many phrases in -> one pattern out that finds the longest of them at each place in one reading."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FAN_OUT = 8
"""Branches tried one after the other before they are grouped; measured best among 4, 8, 16 and 32."""

_Trie = dict[str, "_Trie"]
_END = ""


def compile_phrases(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern that matches the longest phrase starting at a place; it never matches the empty text.

    The phrases become a trie, and the many branches at its root a tree of character ranges: the regular
    expression engine tries alternatives one by one, and with the ranges it tries some tens of them instead of
    thousands. With 2,258 phrases on hot-board titles: 530,000 titles a second, without ranges 92,000. That no
    phrase begins at a place is mostly told by the first two characters, which takes a third of the rest away.
    """
    trie: _Trie = {}
    for phrase in phrases:
        node = trie
        for character in phrase:
            node = node.setdefault(character, {})
        if node is not trie:
            node[_END] = {}
    if not trie:
        return re.compile(r"(?!)")
    seconds = {character for node in trie.values() for character in node if character}
    singles = {character for character, node in trie.items() if _END in node}
    beginnings = [_write_class(trie) + _write_class(seconds)] if seconds else []
    beginnings += [_write_class(singles)] if singles else []
    return re.compile(f"(?={'|'.join(beginnings)})(?:{_write_branches(trie)})")


def _write_class(characters: Iterable[str]) -> str:
    return "[" + "".join(re.escape(character) for character in sorted(characters)) + "]"


def _write_branches(node: _Trie) -> str:
    return _group_by_range(sorted(character for character in node if character), node)


def _group_by_range(characters: list[str], node: _Trie) -> str:
    if len(characters) <= _FAN_OUT:
        return "|".join(re.escape(character) + _write_tail(node[character]) for character in characters)
    step = -(-len(characters) // _FAN_OUT)
    groups = [characters[at : at + step] for at in range(0, len(characters), step)]
    return "|".join(
        f"(?=[{re.escape(group[0])}-{re.escape(group[-1])}])(?:{_group_by_range(group, node)})"
        for group in groups
    )


def _write_tail(node: _Trie) -> str:
    branches = _write_branches(node)
    if not branches:
        return ""
    return f"(?:{branches})?" if _END in node else f"(?:{branches})"
