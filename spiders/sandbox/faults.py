"""Names of faults in, the ways in which the site breaks its answers out."""

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
    phrase = HTTPStatus(answer.status).phrase
    lines = [f"HTTP/1.1 {answer.status} {phrase}", f"Content-Type: {answer.content_type}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


Act = Callable[[Wire, Answer], bool]


@dataclass(frozen=True)
class Fault:
    """One fault: what it does to the answer; `act` returns whether the connection can serve again."""

    act: Act
    summary: str
    status: int | None = None


FAULTS: dict[str, Fault] = {}
