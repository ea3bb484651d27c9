"""Texts in -> their hashtags out: `#话题#` and `#话题` with the span of the tag without its signs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.tagger import Label, TaggerSettings
from nlp.text import fold_case

_MAX_CHARACTERS = 40
_BODY = re.compile(rf"(?:《[^《》#\s]{{1,{_MAX_CHARACTERS}}}》)?[\w·\-&+]{{0,{_MAX_CHARACTERS}}}")
_WIDE_BODY = re.compile(rf"[^#\n\[\]@]{{1,{_MAX_CHARACTERS}}}(?=#)")
_SEPARATORS = ("、", ",", ";", "/", "|")
"""Marks between the tags of a list; before a sign that opens the next one they close nothing."""
_TITLE = re.compile(r"《[^《》]+》")
_RUN = re.compile(r"[^\s]*")
_SHARE_MARK = "[话题]#"
_NUMBER = re.compile(r"(?!(?:315|520|618|818)$)\d{1,3}")
"""A place in a list; days that are celebrated by their number are tags."""


class HashtagTagger:
    """Gives a text each of its hashtags once, in lower case, at the place it first appears."""

    name = "hashtags"
    version = "3"
    subjects = frozenset({"post", "board_entry"})

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """Hashtags of each text in order of appearance, score 1."""
        return [find_hashtags(text) if "#" in text else [] for text in texts]


def find_hashtags(text: str) -> list[Label]:
    """Hashtags of one normalised text; bare numbers (`#1`) are rankings, not tags."""
    found: dict[str, Label] = {}
    position = last_end = 0
    while (sign := text.find("#", position)) >= 0:
        follows_name = sign > 0 and sign != last_end and text[sign - 1].isascii() and text[sign - 1].isalnum()
        is_listed = sign > 0 and sign == last_end
        end, position = (sign + 1, sign + 1) if follows_name else _close_tag(text, sign, is_listed)
        last_end = end
        is_title = _TITLE.fullmatch(text, sign + 1, end) is not None
        start, past = (sign + 2, end - 1) if is_title else (sign + 1, end)
        tag = fold_case(text[start:past])
        if tag and not _NUMBER.fullmatch(tag):
            found.setdefault(tag, Label(tag, 1.0, start, past))
    return list(found.values())


def build_tagger(settings: TaggerSettings) -> HashtagTagger:
    """The hashtag tagger; it needs no settings."""
    return HashtagTagger()


def _close_tag(text: str, sign: int, is_listed: bool) -> tuple[int, int]:
    """End of the tag that opens at a sign, and where to read on; `is_listed` after a tag of an open list.

    Weibo closes its tags (`#早安，世界#`), Douyin does not (`#露营#徒步#钓鱼`), Xiaohongshu closes them
    after a mark (`#露营[话题]#`); one rule has to read all three.
    """
    start = sign + 1
    end = _end_of(_BODY, text, start)
    if text.startswith("#", end):
        run = _RUN.match(text, sign)
        body = run[0] if run else ""
        is_closed = body.endswith("#") or (body.count("#") == 2 and not is_listed)
        return end, end + 1 if is_closed and end > start else max(end, start)
    if text.startswith(_SHARE_MARK, end):
        return end, end + len(_SHARE_MARK)
    wide_end = _end_of(_WIDE_BODY, text, start)
    if wide_end > end > start and not text[wide_end - 1].isspace() and text[wide_end - 1] not in _SEPARATORS:
        after = text[wide_end + 1 : wide_end + 2]
        if not after.isalnum() or " " not in text[start:wide_end]:
            return wide_end, wide_end + 1
    return end, max(end, start)


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start
