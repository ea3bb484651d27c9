"""A command that is at a stage for as long as it likes, and is stopped there as by a terminal or a system."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from warehouse.errors import LockHeld
from warehouse.lock import WriterLock
from warehouse.store import LOCK_NAME

SOON = 45.0
"""Seconds that a loaded machine may take for what takes three on a quiet one."""


def start(script: str, folder: Path, *arguments: str, locale: str = "en_US.UTF-8") -> subprocess.Popen[str]:
    """The script in a group of its own, as a terminal has it; it prints a line when the stage is at work."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "LC_ALL": locale},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        # a suite in the background would hand on that Ctrl-C is to be ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def stop_at(command: subprocess.Popen[str], stage: str, number: signal.Signals) -> str:
    """Send the signal to the group once the stage is at work; what was told until the end, which is soon."""
    assert command.stdout is not None
    at_work = any(line.strip() == stage for line in command.stdout)
    return stop(command, number, is_at_work=at_work)


def stop(command: subprocess.Popen[str], number: signal.Signals, *, is_at_work: bool = True) -> str:
    """Send the signal to the group of a command at work; what was told until the end, which is soon."""
    try:
        assert is_at_work, "the stage was never reached"
        below = psutil.Process(command.pid).children(recursive=True)
        time.sleep(0.5)
        stopped = time.monotonic()
        os.killpg(command.pid, number)
        _, told = command.communicate(timeout=SOON)
    finally:
        command.kill()
    assert time.monotonic() - stopped < SOON
    assert psutil.wait_procs(below, 5)[1] == []
    return told


def is_free(home: Path) -> bool:
    """Whether nobody writes to the warehouse."""
    try:
        WriterLock.acquire(home / LOCK_NAME).release()
    except LockHeld:
        return False
    return True
