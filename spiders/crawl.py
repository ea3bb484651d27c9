"""A crawl order in; one process that crawls one source, and its landing package and report out."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psutil

from spiders.browser import find_browser
from spiders.crawl_lock import LOCK_SECONDS, hold_crawl
from spiders.errors import CrawlFailed
from spiders.landing import LandingWriter, read_report
from spiders.left_crawls import keep_order
from spiders.order import WITH_CREDENTIALS, CrawlOrder
from spiders.outbox import Outbox, locate_outbox
from spiders.outbox_database import DISK_FAULT_CODE, probe_disk
from spiders.packaging import land_outbox
from spiders.platform import find_platform
from warehouse.records import CrawlReport

GRACE_SECONDS = 10.0
"""The crawl process ends itself at its deadline; so much later it is killed."""

STOP_POLL_SECONDS = 0.2

Progress = Callable[[int, int], None]


def run_crawl(
    order: CrawlOrder, on_progress: Progress | None = None, stop: threading.Event | None = None
) -> CrawlReport:
    """Crawls a source in its own process and lands what it gave; `on_progress` gets (pages done, known).

    A run whose package is complete is not crawled again: its report is returned. A run that was killed goes
    on from the pages it had acknowledged. BrowserMissing when the platform needs a browser and there is none;
    UnknownPlatform; CrawlFailed when the process died by itself or was ended because `stop` was set, or
    another one crawls the same run; OSError when the disk does not take what is read.
    """
    writer = LandingWriter(order.landing_root, order.source, order.run_id)
    path = locate_outbox(order)
    if writer.exists:
        # A run killed between its package and its end leaves its outbox behind.
        shutil.rmtree(path.parent, ignore_errors=True)
        return read_report(writer.folder)
    if find_platform(order.source).needs_browser:
        find_browser(order.browser_path)
    started_at = datetime.now(UTC)
    path.parent.mkdir(parents=True, exist_ok=True)
    with hold_crawl(path.parent, LOCK_SECONDS):
        if writer.exists:
            return read_report(writer.folder)
        path.parent.mkdir(exist_ok=True)
        keep_order(order)
        message = _run_process(order, path.parent / "crawl.log", on_progress, stop or threading.Event())
        outbox = Outbox(path)
        try:
            report = land_outbox(order, outbox, started_at, message)
        finally:
            outbox.close()
        shutil.rmtree(path.parent)
    return report


def _run_process(order: CrawlOrder, log: Path, on_progress: Progress | None, stop: threading.Event) -> str:
    """Runs the crawl process to its end; why it was ended early, in words, or nothing."""
    folder = log.parent / "tmp"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    # `env` sets the folder for temporary files of this process, the browser's driver and the browser alike.
    # -P: a folder `spiders` where the user stands, as a Scrapy project has, is not ours
    command = ["env", f"TMPDIR={folder}", sys.executable, "-P", "-m", "spiders.engine"]
    try:
        with log.open("ab") as errors:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
            )
            return _watch_process(order, process, log, on_progress, stop)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _watch_process(
    order: CrawlOrder,
    process: subprocess.Popen[bytes],
    log: Path,
    on_progress: Progress | None,
    stop: threading.Event,
) -> str:
    assert process.stdin is not None and process.stdout is not None
    reader = threading.Thread(target=_read_progress, args=(process.stdout, on_progress), daemon=True)
    reader.start()
    started = time.monotonic()
    try:
        with suppress(BrokenPipeError):
            process.stdin.write(order.model_dump_json(context=WITH_CREDENTIALS).encode())
            process.stdin.close()
        code = _wait(process, order.deadline_seconds + GRACE_SECONDS, stop)
    except subprocess.TimeoutExpired:
        return f"ended at the deadline of {order.deadline_seconds:.0f} s"
    finally:
        _kill_tree(process)
        reader.join(5)
    if code != 0:
        raise_disk_fault(code, log.parent)
        raise CrawlFailed(
            f"the crawl of {order.source} ended with code {code}: {_last_line(log)}; "
            f"run it again with --run-id {order.run_id} to resume"
        )
    if time.monotonic() - started >= order.deadline_seconds:
        return f"ended at the deadline of {order.deadline_seconds:.0f} s"
    return ""


def raise_disk_fault(code: int, folder: Path) -> None:
    """OSError where the crawl process ended for the disk, by its exit code or by what the disk takes now."""
    if code > DISK_FAULT_CODE:
        number = code - DISK_FAULT_CODE
        raise OSError(number, os.strerror(number), str(folder))
    probe_disk(folder)


def _wait(process: subprocess.Popen[bytes], seconds: float, stop: threading.Event) -> int:
    """The process's exit code, once it ended or `stop` had it killed; TimeoutExpired after so long."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return process.wait(STOP_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if stop.is_set():
                process.kill()
            elif time.monotonic() >= deadline:
                raise


def _read_progress(lines: IO[bytes], on_progress: Progress | None) -> None:
    for line in lines:
        done, _, known = line.decode("ascii", "replace").strip().partition(" ")
        if on_progress is not None and done.isdigit() and known.isdigit():
            on_progress(int(done), int(known))


def _kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kills what is left of the process and all that it started, browsers in their own groups included."""
    with suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.Error):
                child.send_signal(signal.SIGKILL)
    if process.poll() is None:
        process.kill()
    process.wait()


def _last_line(log: Path) -> str:
    lines = [
        line for line in log.read_bytes()[-4000:].decode("utf-8", "replace").splitlines() if line.strip()
    ]
    return lines[-1].strip() if lines else "no reason was logged"


def main() -> None:
    """`python -m spiders.crawl`: an order as JSON on stdin, the report as JSON on stdout."""
    order = CrawlOrder.model_validate_json(sys.stdin.buffer.read())
    sys.stdout.write(run_crawl(order).model_dump_json(indent=2) + "\n")


if __name__ == "__main__":
    main()
