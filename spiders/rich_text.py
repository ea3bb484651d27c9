"""Text with HTML markup in; the same text as a reader sees it, with line breaks and emoticon names, out."""

from __future__ import annotations

import html
import re

from spiders.errors import BadValue
from spiders.fields import read_text

MAX_MARKUP = 2_000_000
"""Characters of marked-up text at most; markup is several times as long as what it shows."""

_HIDDEN = re.compile(r"<(script|style|noscript)\b[^<>]{0,500}>.*?</\1\s*>|<!--.*?-->", re.I | re.DOTALL)
_BREAK = re.compile(r"<(?:br|hr)\b[^<>]{0,200}>|</(?:p|div|li|h[1-6]|blockquote|tr|figure)\s*>", re.I)
_EMOTICON = re.compile(r"<img\b[^<>]{0,2000}?\balt=[\"']?(\[[^\"'\[\]<>]{1,20}\])[^<>]{0,2000}>", re.I)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,5000}>")
_SPACES = re.compile(r"[ \t\u00a0\u200b]+")
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")


def read_rich_text(value: object) -> str:
    """Marked-up text -> plain text, cleaned and without personal data; errors as read_text."""
    if not isinstance(value, str):
        return read_text(value)
    if len(value) > MAX_MARKUP:
        raise BadValue("text too long", value[:100])
    if "<" in value or "&" in value:
        shown = _EMOTICON.sub(r"\1", _BREAK.sub("\n", _HIDDEN.sub(" ", value)))
        lines = html.unescape(_TAG.sub("", shown)).split("\n")
        value = "\n".join(_SPACES.sub(" ", line).strip() for line in lines)
    return read_text(_BLANK_LINES.sub("\n", value.strip()))
