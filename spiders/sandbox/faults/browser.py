"""Pages that are harmless as text and a trial for a browser."""

from __future__ import annotations

from spiders.sandbox.connection import Fault, Wire, replace_answer
from spiders.sandbox.wire import Answer, answer_html

PRIVATE = "127.0.0.1:9"


def run_script(script: str, body: str = "<p class=rank-name>可见</p>") -> Answer:
    """A page that runs a script."""
    return answer_html(
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>故障</title></head><body>{body}'
        f"<script>{script}</script></body></html>"
    )


def reload_self(wire: Wire, answer: Answer) -> bool:
    """A page that goes to itself with the next number."""
    path = wire.target.partition("?")[0]
    return wire.send_answer(run_script(f'location.href = "{path}?turn={wire.earlier + 1}" + Math.random()'))


def open_windows(wire: Wire, answer: Answer) -> bool:
    """Thirty windows of itself."""
    path = wire.target.partition("?")[0]
    return wire.send_answer(run_script(f'for (let n = 0; n < 30; n++) window.open("{path}?window=" + n)'))


def nest_frames(wire: Wire, answer: Answer) -> bool:
    """A page that holds itself."""
    return wire.send_answer(run_script("", f'<iframe src="{wire.target}"></iframe>'))


def hold_frames(wire: Wire, answer: Answer) -> bool:
    """Five hundred frames."""
    return wire.send_answer(run_script("", '<iframe src="/robots.txt"></iframe>' * 500))


DOWNLOAD = (("Content-Disposition", 'attachment; filename="../../../../tmp/escape.sh"'),)

FAULTS: dict[str, Fault] = {
    "js-loop": replace_answer(
        run_script("while (true) {}"), "a script that never ends, while the page loads"
    ),
    "js-loop-later": replace_answer(
        run_script("addEventListener('load', () => setTimeout(() => { while (true) {} }, 0))"),
        "a script that never ends, after the page has loaded",
    ),
    "js-memory": replace_answer(
        run_script("const kept = []; setInterval(() => kept.push(new Array(1e6).fill(Math.random())), 1)"),
        "a script that takes all memory",
    ),
    "js-error": replace_answer(
        run_script("throw new Error('故障')", ""), "a script that fails before it draws"
    ),
    "js-never-draws": replace_answer(run_script("", '<div id="app"></div>'), "the rank never appears"),
    "navigation-loop": Fault(reload_self, "a page that always goes on to the next"),
    "refresh-loop": replace_answer(
        answer_html('<html><head><meta http-equiv="refresh" content="0"></head><body>再来</body></html>'),
        "a meta refresh of no seconds to itself",
    ),
    "history-storm": replace_answer(
        run_script(
            "setInterval(() => { for (let n = 0; n < 1000; n++) history.pushState({}, '', '?n=' + n) }, 1)"
        ),
        "thousands of history entries",
    ),
    "dialogs": replace_answer(
        run_script("alert('一'); confirm('二'); prompt('三'); document.body.append('四')"),
        "alert, confirm and prompt",
    ),
    "dialog-loop": replace_answer(
        run_script("setInterval(() => alert('又来'), 10)"), "dialogs without an end"
    ),
    "beforeunload": replace_answer(
        run_script("addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = '别走' })"),
        "a page that asks to be kept",
    ),
    "print": replace_answer(run_script("print()"), "a print dialog"),
    "popups": Fault(open_windows, "thirty windows"),
    "frames": Fault(hold_frames, "500 frames"),
    "frames-nested": Fault(nest_frames, "a frame that holds its own page"),
    "download": replace_answer(
        Answer(b"#!/bin/sh\n", 200, "application/octet-stream", DOWNLOAD), "a download with a path for a name"
    ),
    "private-subresources": replace_answer(
        run_script(
            f"fetch('http://{PRIVATE}/fetch', {{mode: 'no-cors'}}).catch(() => 0); new WebSocket('ws://{PRIVATE}/socket')",
            f'<img src="http://{PRIVATE}/image.png"><iframe src="http://{PRIVATE}/frame"></iframe>',
        ),
        "images, frames, fetches and sockets to a private address",
    ),
    "private-script-redirect": replace_answer(
        run_script(f"location.href = 'http://{PRIVATE}/script'"), "a script that goes to a private address"
    ),
    "service-worker": replace_answer(
        run_script(
            "navigator.serviceWorker && navigator.serviceWorker.register('/worker.js').catch(() => 0)"
        ),
        "a page that registers a service worker",
    ),
    "permissions": replace_answer(
        run_script(
            "navigator.geolocation && navigator.geolocation.getCurrentPosition(() => 0);"
            "window.Notification && Notification.requestPermission();"
            "navigator.clipboard && navigator.clipboard.readText().catch(() => 0)"
        ),
        "geolocation, notifications, clipboard",
    ),
    "protocol-handlers": replace_answer(
        run_script("location.href = 'mailto:nobody@example.com'"), "a page that opens a mail program"
    ),
    "dom-big": replace_answer(
        run_script(
            "const b = document.body; for (let n = 0; n < 300000; n++) b.append(document.createElement('i'))"
        ),
        "300,000 elements made by a script",
    ),
    "dom-text": replace_answer(
        run_script("document.body.append('字'.repeat(12e6))"), "12 million letters made by a script"
    ),
    "console-flood": replace_answer(
        run_script("setInterval(() => { for (let n = 0; n < 500; n++) console.log('水'.repeat(1000)) }, 1)"),
        "a flood of console messages",
    ),
}
