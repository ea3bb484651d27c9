"""The browser's way out: one checked request per connection, and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from spiders.addresses import AddressGuard
from spiders.egress import EgressProxy


async def talk_through_proxy(raw: bytes) -> tuple[bytes, list[bytes]]:
    """What the browser gets for raw bytes sent to the proxy, and what reached the one allowed server."""
    reached: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok")
        await writer.drain()
        reached.append(await reader.read(1000))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy = EgressProxy(AddressGuard([f"127.0.0.1:{port}"]))
    reader, writer = await asyncio.open_connection("127.0.0.1", await proxy.start())
    writer.write(raw.replace(b"PORT", str(port).encode()))
    await writer.drain()
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    if b" 200 " in answer:
        answer += await asyncio.wait_for(reader.readexactly(2), 5)
        await asyncio.sleep(0.1)
    writer.close()
    await asyncio.sleep(0.05)
    await proxy.stop()
    server.close()
    return answer, [head for head in reached if head]


def test_an_allowed_request_goes_out_as_the_origin_expects_it() -> None:
    raw = b"GET http://127.0.0.1:PORT/a?b=1 HTTP/1.1\r\nHost: x\r\nProxy-Connection: keep-alive\r\n\r\n"
    answer, reached = asyncio.run(talk_through_proxy(raw))
    assert answer.endswith(b"\r\n\r\nok") and b"Connection: close" in answer and b"keep-alive" not in answer
    assert reached == [b"GET /a?b=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"]


def test_a_second_request_on_the_same_connection_reaches_nobody() -> None:
    first = b"GET http://127.0.0.1:PORT/a HTTP/1.1\r\nHost: x\r\n\r\n"
    second = b"GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\nHost: y\r\n\r\n"
    answer, reached = asyncio.run(talk_through_proxy(first + second))
    assert answer.count(b"HTTP/1.1 200") == 1
    assert len(reached) == 1 and b"meta-data" not in reached[0]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET http://127.0.0.1:9/ HTTP/1.1\r\n\r\n", b"403"),
        (b"GET http://localhost:PORT/ HTTP/1.1\r\n\r\n", b"403"),
        (b"GET http://[::ffff:127.0.0.1]:9/ HTTP/1.1\r\n\r\n", b"403"),
        (b"CONNECT 169.254.169.254:443 HTTP/1.1\r\n\r\n", b"403"),
        (b"CONNECT 10.0.0.1:443 HTTP/1.1\r\n\r\n", b"403"),
        (b"GET file:///etc/passwd HTTP/1.1\r\n\r\n", b"403"),
        (b"nonsense\r\n\r\n", b"502"),
        (b"POST http://127.0.0.1:PORT/ HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"502"),
    ],
)
def test_everything_else_is_refused_without_a_connection(raw: bytes, status: bytes) -> None:
    answer, reached = asyncio.run(talk_through_proxy(raw))
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert reached == []
