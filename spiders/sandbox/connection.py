"""An open connection and an answer in, bytes on the wire out; and what a fault is."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from spiders.sandbox.wire import Answer


@dataclass(frozen=True)
class Wire:
    """The open connection that a fault may write to, whole or in parts."""

    method: str
    target: str
    headers: Mapping[str, str]
    connection: socket.socket
    stopping: threading.Event
    address: str
    earlier: int
    """How often the same target was asked for before."""
    answer_for: Callable[[str], Answer]
    """The answer without a fault to another target of the same site."""

    def send(self, data: bytes) -> None:
        """Write bytes as they are; raises OSError when the client has gone."""
        self.connection.sendall(data)

    def wait(self, seconds: float) -> bool:
        """Pause; False when the site is stopping."""
        return not self.stopping.wait(seconds)

    def send_answer(self, answer: Answer) -> bool:
        """Write a whole answer; True, since the connection may serve again."""
        body = b"" if self.method == "HEAD" else answer.body
        self.send(write_head(answer, len(answer.body)) + body)
        return True


def write_head(answer: Answer, length: int | None) -> bytes:
    """Status line and headers, with a Content-Length where one is given."""
    phrase = PHRASES.get(answer.status, "Unknown")
    lines = [f"HTTP/1.1 {answer.status} {phrase}", f"Content-Type: {answer.content_type}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


PHRASES = {status.value: status.phrase for status in HTTPStatus}

Act = Callable[[Wire, Answer], bool]


@dataclass(frozen=True)
class Fault:
    """One fault: what it does to the answer; `act` returns whether the connection can serve again."""

    act: Act
    summary: str
    status: int | None = None


def replace_answer(answer: Answer, summary: str) -> Fault:
    """A fault that always sends the given answer."""
    return Fault(lambda wire, _: wire.send_answer(answer), summary, answer.status)


def change_answer(change: Callable[[Answer], Answer], summary: str) -> Fault:
    """A fault that sends a changed form of the true answer."""
    return Fault(lambda wire, answer: wire.send_answer(change(answer)), summary)
