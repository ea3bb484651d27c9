"""Names that Twisted is about to dial in; their public addresses out: what is checked is what is dialled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from scrapy.crawler import Crawler
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from spiders.addresses import AddressGuard, AddressRefused


@implementer(IResolutionReceiver)
class _GuardedReceiver:
    def __init__(self, receiver: IResolutionReceiver, guard: AddressGuard, port: int) -> None:
        self._receiver, self._guard, self._port = receiver, guard, port

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        try:
            self._guard.check_dial(address.host, self._port)
        except AddressRefused:
            return
        self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves as the reactor does and drops what the guard refuses; nothing left means no such host."""

    def __init__(self, reactor: ReactorBase, guard: AddressGuard) -> None:
        """`reactor` is the one that dials."""
        self._reactor = reactor
        self._original: IHostnameResolver = reactor.nameResolver
        self._guard = guard

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Reads the loopback pairs allowed from the settings."""
        return cls(reactor, AddressGuard(crawler.settings.getlist("HEADWATER_ALLOW_LOOPBACK")))

    def install_on_reactor(self) -> None:
        """Takes the place of the reactor's resolver."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802  the names of this interface are Twisted's
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Addresses that the guard lets pass go to the receiver."""
        guarded = _GuardedReceiver(resolutionReceiver, self._guard, portNumber)
        return self._original.resolveHostName(guarded, hostName, portNumber, addressTypes, transportSemantics)
