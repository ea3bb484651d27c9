"""A port of a canary in; how often a name whose address changes was dialled at a private one, out.

Both ways out are given a resolver that answers first with a public address and then with private ones; dials
of public addresses are recorded and never made.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from itertools import cycle
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer  # type: ignore[import-untyped]

from spiders.addresses import AddressGuard, is_public, read_ip
from spiders.egress import EgressProxy
from spiders.resolver import GuardedResolver

NAME = "rebinding.example"
ANSWERS = (
    ("93.184.216.34",),
    ("127.0.0.1",),
    ("::1",),
    ("::ffff:127.0.0.1",),
    ("10.0.0.1", "127.0.0.1"),
    ("169.254.169.254",),
    ("93.184.216.34", "127.0.0.1"),
)
TIMES = 70


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing to end."""


@implementer(IHostnameResolver)
class _ChangingResolver:
    """Twisted's interface for names: another answer each time."""

    def __init__(self) -> None:
        self._answers = cycle(ANSWERS)

    def resolveHostName(  # noqa: N802  the names of this interface are Twisted's
        self,
        receiver: Any,
        name: str,
        port: int = 0,
        types: Sequence[object] | None = None,
        transport: str = "TCP",
    ) -> _Resolution:
        resolution = _Resolution(name)
        receiver.resolutionBegan(resolution)
        for address in next(self._answers):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()
        return resolution


class _Reactor:
    nameResolver = _ChangingResolver()  # noqa: N815


class _Receiver:
    def __init__(self) -> None:
        self.hosts: list[str] = []

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        """Not needed."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.hosts.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        """Not needed."""


class _ChangingLoop(asyncio.SelectorEventLoop):
    """An event loop whose name service changes its mind, and which writes down what would be dialled."""

    def __init__(self) -> None:
        super().__init__()
        self._answers = cycle(ANSWERS)
        self.dialled: list[str] = []
        self.lookups = 0

    async def getaddrinfo(self, host: Any, port: Any, **wishes: Any) -> Any:
        if host != NAME:
            return await super().getaddrinfo(host, port, **wishes)
        self.lookups += 1
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in next(self._answers)
        ]

    async def create_connection(  # type: ignore[override]
        self, factory: Any, host: Any = None, port: Any = None, **wishes: Any
    ) -> Any:
        literal = read_ip(str(host))
        if host == NAME or (literal is not None and is_public(literal)):
            self.dialled.append(str(host))
            raise ConnectionRefusedError("dials of this benchmark stay on loopback")
        return await super().create_connection(factory, host, port, **wishes)


def count_rebound_dials(port: int) -> dict[str, int]:
    """Asks for the name so often by both ways; addresses dialled that are not public, of those asked for."""
    reactor: Any = _Reactor()
    resolver = GuardedResolver(reactor, AddressGuard())
    passed: list[str] = []
    for _ in range(TIMES):
        receiver: Any = _Receiver()
        resolver.resolveHostName(receiver, NAME, port)
        passed += receiver.hosts
    loop = _ChangingLoop()
    try:
        loop.run_until_complete(_ask_proxy(port))
    finally:
        loop.close()
    dialled = [*passed, *loop.dialled]
    return {
        "asked": 2 * TIMES,
        "public_addresses_dialled": len(dialled),
        "private_addresses_dialled": sum(not _is_public_text(host) for host in dialled),
        "lookups_of_the_proxy": loop.lookups,
    }


def _is_public_text(host: str) -> bool:
    literal = read_ip(host)
    return literal is not None and is_public(literal)


async def _ask_proxy(port: int) -> None:
    proxy = EgressProxy(AddressGuard())
    at = await proxy.start()
    try:
        for _ in range(TIMES):
            reader, writer = await asyncio.open_connection("127.0.0.1", at)
            writer.write(f"GET http://{NAME}:{port}/ HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
            await reader.read()
            writer.close()
    finally:
        await proxy.stop()
