"""Requests to official interfaces in; they leave signed, and answers come back without a secret in them."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from spiders.addresses import AddressGuard
from spiders.errors import BadValue, Blocked, PageChanged, SourceFailed
from spiders.official import OfficialSource, SignedCall, Token
from spiders.order import Visit
from spiders.outbox import Outbox, PendingPage
from spiders.page import Page

EARLY_SECONDS = 60.0
"""A token is renewed so long before it expires."""

MASK = "***"
_PUBLIC_NAMES = ("_key", "_id")
_SIGNED_FIELDS = re.compile(r"(?i)\b((?:sign|access[_-]token|(?:app|client)[_-]secret)=)[^&\s\"'<>]+")


class Redactor(logging.Filter):
    """Takes secrets out of texts, bodies and log lines."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        """App keys and ids are no secrets, and short numbers among them would be found in other numbers."""
        super().__init__()
        self._secrets: list[str] = []
        self.add(value for name, value in credentials.items() if not name.endswith(_PUBLIC_NAMES))

    def add(self, secrets: Iterable[str]) -> None:
        """More secrets, in each spelling that an address or an error text gives them."""
        for secret in secrets:
            if secret:
                self._secrets += sorted({secret, quote(secret, safe=""), quote_plus(secret)}, key=len)[::-1]

    def redact(self, text: str) -> str:
        """A text without secrets, signatures and tokens."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return _SIGNED_FIELDS.sub(rf"\1{MASK}", text)

    def redact_bytes(self, body: bytes) -> bytes:
        """A body without secrets."""
        for secret in self._secrets:
            body = body.replace(secret.encode(), MASK.encode())
        return body

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites a log line; none is dropped."""
        record.msg, record.args = self.redact(record.getMessage()), None
        if record.exc_info:
            record.exc_text = self.redact(logging.Formatter().formatException(record.exc_info))
        return True


class SigningHandler(HTTP11DownloadHandler):
    """Signs as late as possible, so that retries are signed anew and nothing above ever sees a secret."""

    def __init__(self, crawler: Crawler) -> None:
        """Credentials are those of the crawl's order."""
        super().__init__(crawler)
        spider = crawler.spider
        self._outbox: Outbox = spider.outbox  # type: ignore[union-attr]
        self._sources: list[OfficialSource] = spider.platforms  # type: ignore[union-attr]
        self._visits: tuple[Visit, ...] = spider.order.visits  # type: ignore[union-attr]
        self._run_id: str = spider.order.run_id  # type: ignore[union-attr]
        given = spider.order.credentials  # type: ignore[union-attr]
        self._keys: dict[str, str] = {name: secret.get_secret_value() for name, secret in given.items()}
        self._guard = AddressGuard(crawler.settings.getlist("HEADWATER_ALLOW_LOOPBACK"))
        self._redactor = Redactor(self._keys)
        for handler in logging.getLogger().handlers:
            handler.addFilter(self._redactor)
        self._tokens: dict[str, tuple[Token, float]] = {}
        self._refusals: dict[str, str] = {}
        self._lock = asyncio.Lock()
        self._decoder = HttpCompressionMiddleware.from_crawler(crawler)

    async def download_request(self, request: Request) -> Response:
        """Downloads the call that a request stands for; robots.txt is asked for as it is."""
        pending: PendingPage | None = request.cb_kwargs.get("pending")
        if pending is None:
            plain: Response = await super().download_request(request)
            return plain
        source = self._sources[pending.visit]
        host = urlsplit(request.url).netloc
        if host not in self._refusals:
            try:
                return await self._call(source, request, pending)
            except (BadValue, Blocked, PageChanged, SourceFailed) as error:
                sign = error.sign if isinstance(error, Blocked) else f"no client token: {error}"
                self._refusals[host] = self._redactor.redact(sign)
                self._outbox.count("block", f"{host}: {self._refusals[host]}")
        raise IgnoreRequest("blocked")

    async def _call(self, source: OfficialSource, request: Request, pending: PendingPage) -> Response:
        missing = [name for name in source.credentials if not self._keys.get(name)]
        if missing:
            wanted = ", ".join(source.list_variables())
            raise Blocked(f"no key of your own for {source.title}: set {wanted}", request.url)
        for _ in range(2):
            token = await self._find_token(source, request)
            now = self._visits[pending.visit].moment or datetime.now(UTC)
            call = source.sign(pending.request, self._keys, now, token)
            response = await self._send(call, request)
            page = self._make_page(response, pending.request.kind)
            if not (token and source.is_token_expired(page)):
                break
            self._tokens.clear()
        if response.status >= 400:
            self._note_error(source, page)
        return response

    async def _find_token(self, source: OfficialSource, request: Request) -> str:
        call = source.call_token(self._keys)
        if call is None:
            return ""
        async with self._lock:
            token, until = self._tokens.get(call.url, (Token("", 0), 0.0))
            if time.monotonic() < until:
                return token.value
            response = await self._send(call, request, is_token=True)
            token = source.read_token(self._make_page(response, "token"))
            self._redactor.add([token.value])
            self._tokens[call.url] = token, time.monotonic() + max(0.0, token.seconds - EARLY_SECONDS)
            return token.value

    async def _send(self, call: SignedCall, request: Request, is_token: bool = False) -> Response:
        self._guard.check_url(call.url)
        signed = Request(
            call.url,
            method=call.method,
            headers={"User-Agent": request.headers.get("User-Agent") or "", **call.headers},
            body=call.body,
            meta=dict(request.meta),
            callback=NO_CALLBACK,
        )
        # Secrets that an answer repeats can be masked only where it is not compressed.
        signed.headers["Accept-Encoding"] = "identity"
        answer: Response = await super().download_request(signed)
        response = self._decoder.process_response(signed, answer)
        if not isinstance(response, Response):
            raise IgnoreRequest("bad_encoding")
        body = response.body if is_token else self._redactor.redact_bytes(response.body)
        return response.replace(url=request.url, body=body)

    def _make_page(self, response: Response, kind: str) -> Page:
        return Page(
            response.url, response.status, {}, response.body, datetime.now(UTC), self._run_id, {"kind": kind}
        )

    def _note_error(self, source: OfficialSource, page: Page) -> None:
        """Keeps in the source's words why a call was refused: its status alone would not tell."""
        try:
            list(source.parse(page))
        except (Blocked, SourceFailed) as error:
            self._outbox.note(str(error))
        except (BadValue, PageChanged):
            return
