"""The browser's only way out: its proxied requests in, connections to checked addresses out."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from spiders.addresses import AddressGuard, AddressRefused, read_host_port

logger = logging.getLogger(__name__)

MAX_HEAD_BYTES = 64 * 1024
CONNECT_SECONDS = 15.0
CONNECTION_SECONDS = 120.0
MAX_REQUEST_BYTES = 1024 * 1024
MAX_PASSED_BYTES = 32 * 1024 * 1024
"""What one connection may carry each way; pages worth reading are far smaller."""

_CONNECTION_HEADERS = (b"connection:", b"keep-alive:", b"proxy-")
_CHUNK = 64 * 1024
_REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_UNREACHABLE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class EgressProxy:
    """A proxy on loopback that resolves names itself and dials only the addresses it has checked.

    One request per connection, so that a kept-alive connection never carries an unchecked host.
    """

    def __init__(self, guard: AddressGuard) -> None:
        """`guard` decides on every name and on every address it stands for."""
        self._guard = guard
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.refused = 0

    async def start(self) -> int:
        """Starts listening; the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=MAX_HEAD_BYTES)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Stops listening and ends every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            # The loop itself holds its tasks weakly: without this one, a connection may vanish half way.
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        with suppress(TimeoutError, asyncio.CancelledError):
            async with asyncio.timeout(CONNECTION_SECONDS):
                await self._carry(reader, writer)
        writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), CONNECT_SECONDS)
            method, target, version = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
            url = f"https://{target}" if method == "CONNECT" else target
            upstream = await self._dial(url)
        except AddressRefused as error:
            self.refused += 1
            logger.warning("browser refused: %s", error)
            await _answer(writer, _REFUSED)
            return
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await _answer(writer, _UNREACHABLE)
            return
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pump(reader, upstream[1]), _pump(upstream[0], writer))
        else:
            await _exchange(reader, writer, upstream, head, _rewrite_request(head, method, url, version))

    async def _dial(self, url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._guard.check_url(url)
        host, port = read_host_port(url)
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for _, _, _, _, address in found:
            self._guard.check_dial(str(address[0]), port)
        checked = str(found[0][4][0])
        return await asyncio.wait_for(asyncio.open_connection(checked, port), CONNECT_SECONDS)


async def _exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    asked: bytes,
    request: bytes,
) -> None:
    """One request up, one answer down, and both connections closed, whatever either side would keep open."""
    up_reader, up_writer = upstream
    try:
        up_writer.write(request + await reader.readexactly(_read_length(asked)))
        await up_writer.drain()
        answer = await up_reader.readuntil(b"\r\n\r\n")
        writer.write(_close_after(answer))
        carrying = [asyncio.create_task(_pump(up_reader, writer)), asyncio.create_task(_discard(reader))]
        _, unfinished = await asyncio.wait(carrying, return_when=asyncio.FIRST_COMPLETED)
        for task in unfinished:
            task.cancel()
    except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        await _answer(writer, _UNREACHABLE)
    finally:
        up_writer.close()


def _read_length(head: bytes) -> int:
    found = re.search(rb"(?i)\r\ncontent-length:\s*([0-9]{1,9})\s*\r\n", head)
    length = int(found[1]) if found else 0
    if length > MAX_REQUEST_BYTES:
        raise ValueError("a request body over a megabyte")
    return length


def _rewrite_request(head: bytes, method: str, url: str, version: str) -> bytes:
    """A proxied request's head -> the origin's: path for address, and the connection closed after it."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _close_after(
        b"\r\n".join([f"{method} {path} {version}".encode("latin-1"), *head.split(b"\r\n")[1:]])
    )


def _close_after(head: bytes) -> bytes:
    """A head with `Connection: close` in place of what it said: no side reuses the connection unchecked."""
    lines = [
        line for line in head.split(b"\r\n") if line and not line.lower().startswith(_CONNECTION_HEADERS)
    ]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    passed = 0
    try:
        while passed <= MAX_PASSED_BYTES and (chunk := await reader.read(_CHUNK)):
            passed += len(chunk)
            writer.write(chunk)
            await writer.drain()
    except OSError:
        return
    finally:
        writer.close()


async def _discard(reader: asyncio.StreamReader) -> None:
    """Reads until the browser goes away; what it would still send on this connection reaches nobody."""
    with suppress(OSError):
        while await reader.read(_CHUNK):
            pass


async def _answer(writer: asyncio.StreamWriter, answer: bytes) -> None:
    writer.write(answer)
    try:
        await writer.drain()
    except OSError:
        return
    finally:
        writer.close()
