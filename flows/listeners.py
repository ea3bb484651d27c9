"""A port that is taken in: whose it is, and the server that a dead scheduler left there ended, out."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import psutil

from flows.exit_codes import CommandError

STOP_SECONDS = 15.0
SERVER_COMMAND = ["prefect", "server", "start"]


@contextmanager
def end_on_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as Ctrl-C does, so that what it began is stopped."""

    def end(number: int, _: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + number)

    # nohup has SIGHUP ignored, which is to stay
    numbers = [
        number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL
    ]
    for number in numbers:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


def is_taken(host: str, port: int) -> bool:
    """Whether anybody listens there, a Prefect server or not; CommandError for a host that is none."""
    check_host(host)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, port)) == 0


def check_host(host: str) -> None:
    """CommandError for a host that is none."""
    try:
        socket.getaddrinfo(host, None, socket.AF_INET6 if ":" in host else socket.AF_INET)
    except socket.gaierror as problem:
        raise CommandError(
            f"schedule.host {host!r} is no address ({problem.strerror}); write 127.0.0.1, "
            "or another address of this machine"
        ) from problem


def note_server(record: Path, server: int) -> None:
    """Remember the server's pid and, as its parent, this process."""
    record.write_text(json.dumps({"server": server, "scheduler": os.getpid()}), encoding="ascii")


def end_orphan(record: Path, host: str, port: int) -> bool:
    """End the noted server of this port if its scheduler is dead; whether one was ended."""
    try:
        noted = json.loads(record.read_text(encoding="ascii"))
        server = psutil.Process(noted["server"])
        command, parent = server.cmdline(), server.ppid()
        family = [server, *server.children(recursive=True)]
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return False
    is_ours = " ".join(SERVER_COMMAND) in " ".join(command) and command[-1] == str(port)
    if not is_ours or parent == noted["scheduler"]:
        return False
    with suppress(psutil.Error):
        server.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while is_taken(host, port) and time.monotonic() < deadline:
        time.sleep(0.2)
    for process in family:
        with suppress(psutil.Error):
            process.kill()
    return True


def name_listener(port: int) -> str:
    """The program that listens on a port and its pid, as far as the system tells."""
    with suppress(psutil.Error):
        for one in psutil.net_connections("tcp"):
            if one.status == psutil.CONN_LISTEN and one.pid and getattr(one.laddr, "port", None) == port:
                return f"{psutil.Process(one.pid).name()}, pid {one.pid}"
    return "another program"
