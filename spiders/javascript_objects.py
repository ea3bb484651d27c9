"""Scripts that assign object literals (`{name: 'x',}`), no JSON, in; those objects as values out."""

from __future__ import annotations

import json
import re

from spiders.errors import BadPayload
from spiders.page import Json

_TOKEN = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*"|(?P<single>\'[^\'\\]*(?:\\.[^\'\\]*)*\')|(?P<comment>//[^\n]*|/\*.*?\*/)'
    r"|(?P<name>[A-Za-z_$][\w$]*)(?P<colon>\s*:)?|(?P<comma>,(?=\s*[}\]]))|(?<=[{,])\s*(?P<number>\d+)(?=\s*:)",
    re.DOTALL,
)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_HEX = re.compile(r"\\x([0-9a-fA-F]{2})")


def read_assigned_object(text: str, name: str) -> Json:
    """Object assigned to a name, bare or in parentheses; None without one; BadPayload when unreadable."""
    found = re.search(rf"{re.escape(name)}\s*[=:]\s*\(?\s*(?=\{{)", text)
    if found is None:
        return None
    source = _TOKEN.sub(_write_json, cut_script(text, found.end()))
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(source)
    except (ValueError, RecursionError) as error:
        raise BadPayload(f"{name} that cannot be read", source[:80]) from error
    return value


def _write_json(found: re.Match[str]) -> str:
    if found["single"]:
        inner = _HEX.sub(r"\\u00\1", found["single"][1:-1]).replace("\\'", "'")
        return '"' + re.sub(r'(?<!\\)"', r"\"", inner) + '"'
    if found["comment"] or found["comma"]:
        return ""
    if found["name"]:
        if found["colon"]:
            return f'"{found["name"]}":'
        return found["name"] if found["name"] in {"true", "false", "null"} else "null"
    return f'"{found["number"]}"' if found["number"] else found[0]


def cut_script(text: str, start: int) -> str:
    """A page's text from a place in a script to the end of that script."""
    end = _SCRIPT_END.search(text, start)
    return text[start : end.start() if end else len(text)]
