"""An address of the sandbox in, its bare answer out: no redirect followed, nothing decompressed."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Fetched:
    """Status, headers with lower-case names, and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as UTF-8 text."""
        return self.body.decode()


def fetch(
    address: str,
    *,
    form: Mapping[str, str] | None = None,
    document: object = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 10.0,
) -> Fetched:
    """GET, or POST of a form or a JSON document."""
    parts = urlsplit(address)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    sent = {"User-Agent": "HeadwaterTests/1.0", **(headers or {})}
    body = None
    if form is not None:
        body, sent["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    elif document is not None:
        body, sent["Content-Type"] = json.dumps(document).encode(), "application/json"
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=timeout)
    try:
        connection.request("POST" if body is not None else "GET", target, body, sent)
        answer = connection.getresponse()
        return Fetched(
            answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        )
    finally:
        connection.close()


def read_script(text: str, start: str) -> Any:
    """The JSON value that follows `start` in a page."""
    place = text.index(start) + len(start)
    return json.JSONDecoder().raw_decode(text[place:].lstrip())[0]
