"""Requests in; strangers, other sites and what is too long refused, every answer with its headers out."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psutil
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES = 64 * 1024
MOST_QUERY_BYTES = 32 * 1024
LEAST_TOKEN_LETTERS = 12
SESSION_COOKIE = "headwater_session"
OPEN_PATHS = ("/enter", "/static/")
"""Paths that a visitor without the token may see."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'none'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    # With no-referrer a form's Origin would read null, and the form of another site's page too.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


@dataclass(frozen=True)
class Gate:
    """Who may come in: with a token whoever shows it, without one this machine alone."""

    token: str | None = None
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """Drawn anew at every start: sessions and forms end with the process."""

    @property
    def form_key(self) -> str:
        """What a form of this site carries, and another site's cannot know."""
        return hmac.new(self.key, b"form", hashlib.sha256).hexdigest()

    @property
    def session(self) -> str:
        """What the browser of a visitor who showed the token carries; not the token itself."""
        return hmac.new(self.key, (self.token or "").encode(), hashlib.sha256).hexdigest()

    def knows(self, token: str) -> bool:
        """Whether this is the token."""
        return self.token is not None and hmac.compare_digest(token.encode(), self.token.encode())

    def admits(self, request: Request) -> bool:
        """Whether the visitor may read: no token is asked for, or it was shown."""
        if self.token is None:
            return True
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.knows(shown.strip()):
            return True
        return hmac.compare_digest(request.cookies.get(SESSION_COOKIE, "").encode(), self.session.encode())

    def may_write(self, request: Request) -> bool:
        """Whether the visitor may decide words: with the token, or from this machine."""
        if self.token is not None:
            return self.admits(request)
        return request.client is not None and is_loopback(request.client.host)


class Guard:
    """The outermost layer of the site."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app = app
        self.gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on; either way the answer carries the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        request = Request(scope)
        refusal = refuse(request)
        if refusal is None and not self.gate.admits(request) and not request.url.path.startswith(OPEN_PATHS):
            refusal = Response(status_code=303, headers={"location": "/enter"})
            if request.headers.get("authorization") or "text/html" not in request.headers.get("accept", ""):
                refusal = PlainTextResponse("a token is needed\n", 401, {"www-authenticate": "Bearer"})
        await (refusal or self.app)(scope, receive, send_guarded)


def refuse(request: Request) -> Response | None:
    """The answer to a request that is too long, or that another site's page sends; None for the rest."""
    if len(request.scope.get("query_string", b"")) > MOST_QUERY_BYTES:
        return PlainTextResponse("the address is too long\n", 414)
    if request.method in ("GET", "HEAD"):
        return None
    if request.method != "POST":
        return PlainTextResponse("only GET, HEAD and POST are answered\n", 405, {"allow": "GET, HEAD, POST"})
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        return PlainTextResponse("a length is needed\n", 411)
    if int(length) > MOST_BODY_BYTES:
        return PlainTextResponse("the request is too large\n", 413)
    if not comes_from_here(request.headers):
        return PlainTextResponse("the request comes from another site\n", 403)
    return None


def comes_from_here(headers: Headers) -> bool:
    """Whether a form was sent by a page of this site, by what the browser says of it."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def list_hosts(host: str, extra: tuple[str, ...] = ()) -> list[str]:
    """Names under which the site may be asked for; any other Host header is refused.

    A page of another site whose name is made to lead here (DNS rebinding) still says its own name.
    """
    names = {"localhost", "127.0.0.1", "[::1]", *extra}
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return sorted({*names, host})
    if not address.is_unspecified:
        return sorted({*names, f"[{address}]" if address.version == 6 else str(address)})
    found = [one for ones in psutil.net_if_addrs().values() for one in ones]
    names |= {one.address for one in found if one.family == socket.AF_INET}
    names |= {f"[{one.address.partition('%')[0]}]" for one in found if one.family == socket.AF_INET6}
    return sorted({*names, socket.gethostname()})
