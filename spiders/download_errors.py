"""Every way a download fails, as Scrapy and Twisted raise it, and the word each has in a report."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.web.client import ResponseFailed

from spiders.addresses import AddressRefused

DOWNLOAD_ERRORS: tuple[type[Exception], ...] = (
    AddressRefused,
    CannotResolveHostError,
    ConnectError,
    ConnectionClosed,
    DNSLookupError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    OSError,
    ResponseDataLossError,
    ResponseFailed,
    UnsupportedURLSchemeError,
)
"""What awaiting a download can raise."""

RETRIED_ERRORS: tuple[type[Exception], ...] = (
    ConnectError,
    ConnectionClosed,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    OSError,
    ResponseDataLossError,
    ResponseFailed,
)
"""Those that a later try may not meet; a name that does not exist is none of them."""

_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (AddressRefused, "private_address"),
    (CannotResolveHostError, "no_such_host"),
    (DNSLookupError, "no_such_host"),
    (DownloadTimeoutError, "timeout"),
    (ResponseDataLossError, "truncated"),
    (DownloadCancelledError, "too_large"),
    (UnsupportedURLSchemeError, "bad_url"),
)


def name_failure(error: BaseException) -> str:
    """A download's error -> its code in a report; an IgnoreRequest carries its own."""
    if isinstance(error, IgnoreRequest):
        word = str(error)
        return word if word.isidentifier() else "too_many_redirects" if "redirect" in word else "ignored"
    for kind, word in _WORDS:
        if isinstance(error, kind):
            return word
    return "connection"
