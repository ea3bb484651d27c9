"""HTML with state in its scripts in; that state as JSON values out, although it is JavaScript."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import unquote

from spiders.errors import BadPayload
from spiders.javascript_objects import cut_script
from spiders.page import Json, load_json

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\w$.])(?:undefined|NaN|-?Infinity)(?![\w$])', re.DOTALL)


def read_assigned_state(text: str, name: str) -> Json:
    """Value of `name = {...}` in a script; bare undefined, NaN and Infinity are None.

    None when nothing is assigned to that name; what follows the value (`;(function(){...`) is left alone. A
    page may hold code that assigns as well as the state: the first assignment that can be read counts.
    BadPayload when there are assignments and none can be read.
    """
    assigned = list(re.finditer(rf"{re.escape(name)}\s*=\s*(?=[\[{{])", text))
    for found in assigned:
        source = _TOKEN.sub(_replace_bare_word, cut_script(text, found.end()))
        try:
            value, _ = json.JSONDecoder().raw_decode(source)
        except (ValueError, RecursionError):
            continue
        return value
    if assigned:
        raise BadPayload(f"{name} that cannot be read", text[assigned[0].start() :][:80])
    return None


def read_script_state(text: str, element_id: str) -> Json:
    """JSON inside `<script id="...">`, percent-decoded where encoded; None when there is no such script."""
    opening = re.search(rf"<script[^>]*\bid=[\"']{re.escape(element_id)}[\"'][^>]*>", text, re.IGNORECASE)
    if opening is None:
        return None
    source = cut_script(text, opening.end()).strip()
    if source.startswith("%"):
        source = unquote(source)
    elif source.startswith("&"):
        source = html.unescape(source)
    return load_json(_TOKEN.sub(_replace_bare_word, source)) if source else None


def _replace_bare_word(found: re.Match[str]) -> str:
    return found[0] if found[0][0] == '"' else "null"
