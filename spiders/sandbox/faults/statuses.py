"""Status codes and Retry-After headers of every sort."""

from __future__ import annotations

from spiders.sandbox.connection import Fault, Wire, replace_answer
from spiders.sandbox.wire import HTML, Answer

STATUSES = (401, 403, 404, 406, 410, 412, 418, 429, 432, 461, 471, 500, 502, 503, 504)
RETRY_AFTER = {
    "seconds": "2",
    "date": "Wed, 21 Oct 2099 07:28:00 GMT",
    "past": "Wed, 21 Oct 2015 07:28:00 GMT",
    "years": "315360000",
    "negative": "-5",
    "garbage": "bald wieder",
}


def answer_status(status: int, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """A short page with a status."""
    return Answer(f"<title>{status}</title>".encode(), status, HTML, headers)


def fail_first(count: int, refusal: Answer, summary: str) -> Fault:
    """A fault that refuses the first requests for a target and then serves it."""

    def act(wire: Wire, answer: Answer) -> bool:
        return wire.send_answer(refusal if wire.earlier < count else answer)

    return Fault(act, summary)


FAULTS: dict[str, Fault] = {
    **{
        f"status-{status}": replace_answer(answer_status(status), f"HTTP {status} and a short page")
        for status in STATUSES
    },
    **{
        f"retry-after-{kind}": replace_answer(
            answer_status(429, (("Retry-After", value),)), f"HTTP 429 with Retry-After: {value}"
        )
        for kind, value in RETRY_AFTER.items()
    },
    "busy-once": fail_first(
        1, answer_status(429, (("Retry-After", "1"),)), "HTTP 429 with Retry-After: 1 once, then served"
    ),
    "storm-then-calm": fail_first(2, answer_status(503), "HTTP 503 twice, then served"),
    "no-content": replace_answer(Answer(b"", 204), "HTTP 204 without a body"),
}
