"""A web server and a mail server on this machine that keep what they are sent."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Inbox:
    """What came in, and the status that is answered."""

    port: int = 0
    status: int = 200
    messages: list[tuple[str, Any]] = field(default_factory=list)
    """Path and parsed JSON, or subject and text of a mail."""

    @property
    def text(self) -> str:
        """Everything that came in, as one text."""
        return "\n".join(
            f"{path} {content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)}"
            for path, content in self.messages
        )


@contextmanager
def receive_posts() -> Iterator[Inbox]:
    """A web server that takes every POST."""
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if inbox.status == 200:
                inbox.messages.append((self.path, parse_body(content)))
            answer = json.dumps({"ok": True, "errcode": 0, "code": 0, "result": {}}).encode()
            if self.path.startswith("/services"):
                answer = b"ok"
            self.send_response(inbox.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Keep the terminal clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        inbox.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield inbox
        finally:
            server.shutdown()
            thread.join()


def parse_body(content: bytes) -> Any:
    """JSON where it is JSON, else text."""
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")


@contextmanager
def receive_mail() -> Iterator[Inbox]:
    """A mail server that speaks as much SMTP as a message needs."""
    inbox = Inbox()
    loop = asyncio.new_event_loop()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 inbox\r\n")
        while command := (await reader.readline()).strip().upper():
            if command.startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                inbox.messages.append(read_mail(await reader.readuntil(b"\r\n.\r\n")))
            if command.startswith(b"QUIT"):
                writer.write(b"221 bye\r\n")
                break
            writer.write(b"250 ok\r\n")
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(talk, "127.0.0.1", 0))
    inbox.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield inbox
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(server.wait_closed())
        loop.close()


def read_mail(content: bytes) -> tuple[str, str]:
    """Subject and text of a mail."""
    mail = message_from_bytes(content)
    texts = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_maintype() == "text"]
    body = "\n".join(text.decode("utf-8") for text in texts if isinstance(text, bytes))
    return str(make_header(decode_header(mail["Subject"]))), body
