"""A wish or nothing in; the path of a Chromium and the flags it is started with out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from spiders.errors import BrowserMissing

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PLAYWRIGHT_PATTERNS = (
    "chromium_headless_shell-*/chrome-linux/headless_shell",
    "chromium_headless_shell-*/*/*headless*shell",
    "chromium-*/chrome-linux/chrome",
    "chromium-*/*/chrome",
)
QUIET_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--no-pings",
    "--dns-prefetch-disable",
    "--js-flags=--max-old-space-size=512",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
"""They stop Chromium's own traffic, every way out but the guarded proxy, and heaps without bounds."""


def find_browser(wished: Path | str | None = None) -> Path:
    """Path of the Chromium to drive: the one wished for, a distribution's, or Playwright's own download.

    BrowserMissing, with what to do, when there is none.
    """
    if wished:
        if Path(wished).is_file() and os.access(wished, os.X_OK):
            return Path(wished)
        raise BrowserMissing(f"there is no browser at {wished}; correct the setting browser_path")
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    folder = Path.home() / ".cache" / "ms-playwright"
    for pattern in PLAYWRIGHT_PATTERNS:
        for path in sorted(folder.glob(pattern), reverse=True):
            return path
    raise BrowserMissing(
        "no Chromium was found; install it with `apt install chromium-headless-shell` or "
        "`python -m playwright install chromium-headless-shell`, or set browser_path"
    )


def launch_options(browser: Path, page_seconds: float) -> dict[str, object]:
    """Options Playwright starts the browser with; its sandbox is off only for root, who cannot have one."""
    flags = [*QUIET_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*QUIET_FLAGS]
    return {
        "executable_path": str(browser),
        "headless": True,
        "args": flags,
        "timeout": max(30.0, page_seconds) * 1000,
        "handle_sigint": False,
        "handle_sigterm": False,
    }
