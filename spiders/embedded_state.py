"""HTML with state in its scripts in; that state as JSON values out, although it is JavaScript."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import unquote

from spiders.page import Json, load_json

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\w$.])(?:undefined|NaN|-?Infinity)(?![\w$])', re.DOTALL)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)


def read_assigned_state(text: str, name: str) -> Json:
    """Value of `name = {...}` in a script; bare undefined, NaN and Infinity are None.

    None when nothing is assigned to that name; what follows the value (`;(function(){...`) is left alone.
    BadPayload when what is assigned is neither JSON nor JavaScript of that kind.
    """
    found = re.search(rf"{re.escape(name)}\s*=\s*(?=[\[{{])", text)
    if found is None:
        return None
    end = _SCRIPT_END.search(text, found.end())
    source = _TOKEN.sub(_replace_bare_word, text[found.end() : end.start() if end else len(text)])
    try:
        value, _ = json.JSONDecoder().raw_decode(source)
    except (ValueError, RecursionError):
        return load_json(source)
    return value


def read_script_state(text: str, element_id: str) -> Json:
    """JSON inside `<script id="...">`, percent-decoded where encoded; None when there is no such script."""
    opening = re.search(rf"<script[^>]*\bid=[\"']{re.escape(element_id)}[\"'][^>]*>", text, re.IGNORECASE)
    if opening is None:
        return None
    end = _SCRIPT_END.search(text, opening.end())
    source = text[opening.end() : end.start() if end else len(text)].strip()
    if source.startswith("%"):
        source = unquote(source)
    elif source.startswith("&"):
        source = html.unescape(source)
    return load_json(_TOKEN.sub(_replace_bare_word, source)) if source else None


def _replace_bare_word(found: re.Match[str]) -> str:
    return found[0] if found[0][0] == '"' else "null"
