"""The browser's only way out: its proxied requests in, connections to checked addresses out."""

from __future__ import annotations

import asyncio
import logging
import socket
from urllib.parse import urlsplit

from spiders.addresses import AddressGuard, AddressRefused, read_host_port

logger = logging.getLogger(__name__)

MAX_HEAD_BYTES = 64 * 1024
CONNECT_SECONDS = 15.0
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
        self.refused = 0

    async def start(self) -> int:
        """Starts listening; the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=MAX_HEAD_BYTES)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Stops listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
        up_reader, up_writer = upstream
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            up_writer.write(_rewrite_head(head, method, url, version))
        await asyncio.gather(_pump(reader, up_writer), _pump(up_reader, writer), return_exceptions=True)

    async def _dial(self, url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._guard.check_url(url)
        host, port = read_host_port(url)
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for _, _, _, _, address in found:
            self._guard.check_dial(str(address[0]), port)
        checked = str(found[0][4][0])
        return await asyncio.wait_for(asyncio.open_connection(checked, port), CONNECT_SECONDS)


def _rewrite_head(head: bytes, method: str, url: str, version: str) -> bytes:
    """A proxied request's head -> the origin's: path for address, and the connection closed after it."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        line
        for line in head.split(b"\r\n")[1:]
        if line and not line.lower().startswith((b"proxy-", b"connection:", b"keep-alive:"))
    ]
    return b"\r\n".join(
        [f"{method} {path} {version}".encode("latin-1"), *lines, b"Connection: close", b"", b""]
    )


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        return
    finally:
        writer.close()


async def _answer(writer: asyncio.StreamWriter, answer: bytes) -> None:
    writer.write(answer)
    try:
        await writer.drain()
    except OSError:
        return
    finally:
        writer.close()
