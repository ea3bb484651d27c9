"""Redirects to where nobody should go, and redirects without an end."""

from __future__ import annotations

from spiders.sandbox.connection import Act, Fault, Wire
from spiders.sandbox.wire import Answer, answer_html, redirect_to

PRIVATE_TARGETS = {
    "loopback": "http://127.0.0.1:9/private",
    "loopback-short": "http://127.1:9/private",
    "loopback-decimal": "http://2130706433:9/private",
    "loopback-hex": "http://0x7f.0.0.1:9/private",
    "loopback-octal": "http://0177.0.0.1:9/private",
    "loopback-ipv6": "http://[::1]:9/private",
    "loopback-mapped": "http://[::ffff:127.0.0.1]:9/private",
    "any-address": "http://0.0.0.0:9/private",
    "ten-net": "http://10.0.0.1/private",
    "link-local": "http://169.254.169.254/latest/meta-data/",
    "carrier-net": "http://100.64.0.1/private",
    "unique-local": "http://[fd00::1]/private",
    "file": "file:///etc/hostname",
    "data": "data:text/html,<p>privat",
    "script": "javascript:alert(1)",
    "ftp": "ftp://127.0.0.1/private",
    "login": "https://passport.weibo.com/visitor/visitor?entry=miniblog",
    "risk": "https://cfe.m.jd.com/privatedomain/risk_handler/03101900/?evtype=2",
}
CHAIN_LENGTH = 10_000


def send_redirect(target: str) -> Act:
    """Answer with a redirect to one place."""
    return lambda wire, _: wire.send_answer(redirect_to(target))


def loop(wire: Wire, answer: Answer) -> bool:
    """Redirect to itself."""
    return wire.send_answer(redirect_to(wire.target))


def chain(wire: Wire, answer: Answer) -> bool:
    """Redirect to the same path with the next step number."""
    path, _, query = wire.target.partition("?")
    text = query.removeprefix("step=")
    step = int(text) + 1 if text.isdigit() else 1
    return wire.send_answer(redirect_to(f"{path}?step={step}") if step < CHAIN_LENGTH else answer)


def refresh_to_private(wire: Wire, answer: Answer) -> bool:
    """A page that sends its reader to a private address after no time."""
    return wire.send_answer(
        answer_html(
            '<html><head><meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/private"></head></html>'
        )
    )


FAULTS: dict[str, Fault] = {
    **{
        f"redirect-{name}": Fault(send_redirect(target), f"HTTP 302 to {target}", 302)
        for name, target in PRIVATE_TARGETS.items()
    },
    "redirect-loop": Fault(loop, "HTTP 302 to itself for ever", 302),
    "redirect-chain": Fault(chain, "ten thousand redirects, each to another address", 302),
    "refresh-private": Fault(refresh_to_private, "a meta refresh to a loopback address"),
    "redirect-robots": Fault(
        send_redirect("/private/page"), "HTTP 302 to a path that robots.txt forbids", 302
    ),
}
