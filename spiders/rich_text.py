"""Text with HTML markup in; the same text as a reader sees it, with line breaks and emoticon names, out."""

from __future__ import annotations

import html
import re

from spiders.errors import BadValue
from spiders.fields import read_text

MAX_MARKUP = 2_000_000
"""Characters of marked-up text at most; markup is several times as long as what it shows."""

_HIDDEN = re.compile(r"<(script|style|noscript)\b[^<>]{0,500}>|<!--", re.I)
_ENDS = {name: re.compile(rf"</{name}\s*>", re.I) for name in ("script", "style", "noscript")} | {
    "": re.compile("-->")
}
_BREAK = re.compile(r"<(?:br|hr)\b[^<>]{0,200}>|</(?:p|div|li|h[1-6]|blockquote|tr|figure)\s*>", re.I)
_EMOTICON = re.compile(r"<img\b[^<>]{0,2000}?\balt=[\"']?(\[[^\"'\[\]<>]{1,20}\])[^<>]{0,2000}>", re.I)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,5000}>")
_SPACES = re.compile(r"[ \t\u00a0\u200b]+")
_BLANK_LINES = re.compile(r"(?<!\s)\s*\n\s*\n\s*")


def read_rich_text(value: object) -> str:
    """Marked-up text -> plain text, cleaned and without personal data; errors as read_text."""
    if not isinstance(value, str):
        return read_text(value)
    if len(value) > MAX_MARKUP:
        raise BadValue("text too long", value[:100])
    if "<" in value or "&" in value:
        shown = _EMOTICON.sub(r"\1", _BREAK.sub("\n", _drop_hidden(value)))
        lines = html.unescape(_TAG.sub("", shown)).split("\n")
        value = "\n".join(_SPACES.sub(" ", line).strip() for line in lines)
    return read_text(_BLANK_LINES.sub("\n", value.strip()))


def _drop_hidden(markup: str) -> str:
    """Markup without scripts, styles and comments; what is never closed stays.

    An end that was not found once is looked for no more, so that many openings take no longer than one.
    """
    shown, at, place = [], 0, 0
    unclosed: set[str] = set()
    while opening := _HIDDEN.search(markup, place):
        name, place = (opening[1] or "").lower(), opening.end()
        end = None if name in unclosed else _ENDS[name].search(markup, place)
        if end is None:
            unclosed.add(name)
        else:
            shown.append(markup[at : opening.start()])
            at = place = end.end()
    return " ".join([*shown, markup[at:]])
