"""XML as sites write it (blank lines first, bare ampersands, words of HTML) in; its tree out."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree  # type: ignore[import-untyped]

from spiders.errors import BadPayload

_DECLARATION = re.compile(r"\A<\?xml[^>]{0,200}\?>")
"""What it says of the charset does not hold: the text has been decoded."""

_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)(?:(?P<word>[A-Za-z][A-Za-z0-9]{1,31};))?",
    re.DOTALL,
)


def parse_xml(text: str) -> Any:  # noqa: ANN401 - lxml has no types
    """Text -> the root of its tree; BadPayload when it is no XML. Entities are not opened.

    An ampersand that stands for itself is kept: the parser, told to recover, would drop what follows it.
    """
    text = _DECLARATION.sub("", text.lstrip("\ufeff \r\n\t"), count=1)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(_AMPERSAND.sub(_write_ampersand, text).encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadPayload("no XML", text[:80]) from error
    if root is None:
        raise BadPayload("no XML", text[:80])
    return root


def local_name(element: Any) -> str:  # noqa: ANN401
    """Name without its prefix; lxml's own QName refuses prefixes that were never declared."""
    return str(element.tag).rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def _write_ampersand(found: re.Match[str]) -> str:
    if found[0][0] == "<":
        return found[0]
    word = found["word"] or ""
    return escape(html5[word]) if word in html5 else f"&amp;{word}"
