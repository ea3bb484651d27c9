"""Captions in; hashtags out, for both ways of writing them: `#话题#` in pairs, `#话题 #话题` open."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_TAG_LENGTH = 40
"""Longer runs after a # are sentences, not tags."""

_ADDRESS = re.compile(r"https?://\S+|&#\w{1,8};")
_PAIRED = re.compile(r"#([^#\n]{1,80})#")
_STOPS = r"\s#@,，。.!！?？;；:：、\"'“”‘’「」『』()（）\[\]【】《》<>{}|\\/^~…—=+*%$"
_OPEN = re.compile(rf"#([^{_STOPS}]+)(?:\[[^\]#\n]{{1,10}}\]#?)?")
_BADGE = re.compile(r"\[[^\[\]]{1,10}\]$|【[^【】]{1,10}】$")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TAIL = re.compile(rf"[^{_STOPS}]{{1,8}}$")


def extract_hashtags(text: str, *, paired: bool | None = None) -> tuple[str, ...]:
    """Caption -> hashtags without # signs, in order of appearance, each once.

    `paired` True reads `#a#` (Weibo, Bilibili), False `#a #b` (Douyin, Kuaishou, Xiaohongshu, TikTok); None
    decides by the text. Badges such as `[话题]` are no part of a tag; invisible characters are dropped.
    """
    if "#" not in text and "＃" not in text:
        return ()
    visible = _INVISIBLE.sub("", _ADDRESS.sub(" ", text)).replace("＃", "#")
    if paired is None:
        paired = _looks_paired(visible)
    found = _PAIRED.findall(visible) if paired else _OPEN.findall(visible)
    return tuple(dict.fromkeys(tag for tag in map(_clean_tag, found) if tag))


def _looks_paired(text: str) -> bool:
    parts = text.split("#")
    if len(parts) % 2 == 0:
        return False
    inside = parts[1::2]
    if any(
        not part.strip() or part != part.strip() or "\n" in part or len(part) > MAX_TAG_LENGTH
        for part in inside
    ):
        return False
    # `#a#b` ends in a short bare word: open tags, since a sentence after #话题# is longer or punctuated.
    return _TAIL.fullmatch(parts[-1]) is None


@lru_cache(maxsize=65_536)
def _clean_tag(raw: str) -> str | None:
    tag = unicodedata.normalize("NFC", _BADGE.sub("", raw.strip()).strip().strip("\u200d\ufe0e"))
    if not tag or len(tag) > MAX_TAG_LENGTH or tag.isdecimal() or "@" in tag:
        return None
    return tag if any(unicodedata.category(letter)[0] in "LNS" for letter in tag) else None
