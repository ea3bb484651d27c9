"""What can go wrong between a page or file and a record, each with the reason a person or report needs."""

from __future__ import annotations


class SpiderError(Exception):
    """Base of every error that spiders raise on purpose."""


class BadValue(SpiderError, ValueError):
    """A value that is shown but cannot be read; `reason` is a code for rejections."""

    reason = "bad_value"

    def __init__(self, what: str, raw: object) -> None:
        """`what` says in words what is wrong, `raw` is the value as shown."""
        self.what = what
        self.raw = str(raw)[:200]
        super().__init__(f"{what}: {self.raw!r}")


class BadCount(BadValue):
    """Text where a count should be that is no count."""

    reason = "bad_count"


class BadPrice(BadValue):
    """Text where a price should be that is no price."""

    reason = "bad_price"


class BadMoment(BadValue):
    """Text where a time should be that is no time, or one that cannot be true."""

    reason = "bad_time"


class BadPayload(BadValue):
    """Bytes that cannot be decoded or are no JSON."""

    reason = "bad_payload"


class MissingField(BadValue):
    """A field without which there is no record is not there."""

    reason = "missing_field"


class PageChanged(SpiderError):
    """A page no longer has the structure its parser knows; the parser needs work, not the page a retry."""

    def __init__(self, selector: str, url: str) -> None:
        """`selector` is what was looked for, `url` the page it was looked for on."""
        self.selector = selector
        self.url = url
        super().__init__(f"page structure changed: no {selector} at {url}")


class ParserFault(PageChanged):
    """A parser met what nobody foresaw; the parser needs work, as where a page's structure changed."""

    def __init__(self, fault: Exception, url: str) -> None:
        """`fault` is what it ended with; its words may be of the page and are not told."""
        super().__init__(f"way through it ({type(fault).__name__})", url)


PARSER_FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a parser that was not written for a page ends with."""


class Blocked(SpiderError):
    """A stop sign of the platform: stop politely, report, never retry fast."""

    def __init__(self, sign: str, url: str) -> None:
        """`sign` names the stop sign in words, `url` is where it was met."""
        self.sign = sign
        self.url = url
        super().__init__(f"blocked ({sign}) at {url}")


class UnknownPlatform(SpiderError):
    """No platform of that name, or no parser for that page."""


class BrowserMissing(SpiderError):
    """No Chromium was found for a platform whose pages need one."""


class KeyFileError(SpiderError):
    """The installation's secret key is missing, too short or readable by others."""


class PackageError(SpiderError):
    """A landing package that cannot be written as asked, or read."""


class SourceFailed(SpiderError):
    """The source answered with an error of its own: the page is lost for this run, not for the next."""

    def __init__(self, what: str, url: str) -> None:
        """`what` is the source's own code or message."""
        self.what = what
        self.url = url
        super().__init__(f"the source answered {what} at {url}")


class ImportRefused(SpiderError):
    """A file that cannot be imported; the message says what was seen and what to do."""


class CrawlFailed(SpiderError):
    """The crawl process died; what it acknowledged is kept, and the same order resumes."""
