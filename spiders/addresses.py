"""Host names, IP addresses and ports in; whether the crawler may dial them out."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from spiders.errors import SpiderError

DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressRefused(SpiderError):
    """An address that the crawler never dials: private, loopback, link-local, or no address at all."""


class AddressGuard:
    """Decides on dialled addresses: public ones, and the loopback host:port pairs that the order allows."""

    def __init__(self, allow_loopback: Iterable[str] = ()) -> None:
        """`allow_loopback` holds host:port pairs such as 127.0.0.1:8000."""
        self._allowed = {_split_pair(pair) for pair in allow_loopback}
        self._allowed_hosts = {host for host, _ in self._allowed}

    def is_allowed_loopback(self, host: str, port: int) -> bool:
        """Whether the order names this very pair."""
        return (host.strip("[]").lower(), port) in self._allowed

    def check_url(self, url: str) -> None:
        """AddressRefused when an address is no plain http(s), or names a host that is no public one."""
        host, port = read_host_port(url)
        literal = read_ip(host)
        if self.is_allowed_loopback(host, port):
            return
        if host == "localhost" or host.endswith(".localhost") or host in self._allowed_hosts:
            raise AddressRefused(f"{host}:{port} is not allowed")
        if literal is not None and not is_public(literal):
            raise AddressRefused(f"{host}:{port} is no public address")

    def check_dial(self, ip: str, port: int) -> None:
        """AddressRefused when the address that a name stands for is neither public nor allowed."""
        literal = read_ip(ip)
        if literal is None:
            raise AddressRefused(f"{ip} is no address")
        if not is_public(literal) and not self.is_allowed_loopback(ip, port):
            raise AddressRefused(f"{ip}:{port} is no public address")


def read_host_port(url: str) -> tuple[str, int]:
    """Host and port of an http or https address; AddressRefused for anything else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused(f"not an address: {url[:100]!r}") from error
    if parts.scheme not in DEFAULT_PORTS or not host or parts.username is not None:
        raise AddressRefused(f"not a plain http or https address: {url[:100]!r}")
    return host.rstrip(".").lower(), port or DEFAULT_PORTS[parts.scheme]


def read_ip(host: str) -> IPv4Address | IPv6Address | None:
    """An IP address in any spelling that resolvers take (decimal, octal, hex, short); None for a name."""
    try:
        address = ip_address(host.split("%", 1)[0])
    except ValueError:
        return _read_loose_ipv4(host)
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    return address


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open internet's."""
    is_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not address.is_multicast and not address.is_reserved and not is_local


def _read_loose_ipv4(host: str) -> IPv4Address | None:
    parts = host.split(".")
    if not 1 <= len(parts) <= 4:
        return None
    try:
        numbers = [
            int(part, 16 if part[:2].lower() == "0x" else 8 if len(part) > 1 and part[0] == "0" else 10)
            for part in parts
        ]
    except ValueError:
        return None
    *leading, last = numbers
    if any(not 0 <= number <= 255 for number in leading) or not 0 <= last < 256 ** (4 - len(leading)):
        return None
    packed = sum(number << (24 - 8 * place) for place, number in enumerate(leading)) + last
    return IPv4Address(packed)


def _split_pair(pair: str) -> tuple[str, int]:
    host, _, port = pair.rpartition(":")
    return host.strip("[]").lower(), int(port)
