"""Which addresses may be dialled: the open internet, and the one loopback pair that the order allows."""

from __future__ import annotations

import pytest

from spiders.addresses import AddressGuard, AddressRefused

PRIVATE_HOSTS = """
127.0.0.1 127.1 127.0.1 127.255.255.254 0.0.0.0 0 2130706433 0x7f000001 0x7f.0.0.1 0x7f.1
017700000001 0177.0.0.1 0177.1 127.0.0.1. 10.0.0.1 10.255.255.255 10.1 167772161 172.16.0.1
172.31.255.255 192.168.0.1 192.168.1 0xc0a80001 3232235521 169.254.169.254 169.254.1.1 2852039166
0xa9fea9fe 100.64.0.1 100.127.255.255 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9
224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1]
[::ffff:7f00:1] [::ffff:10.0.0.1] [::ffff:169.254.169.254] [fe80::1] [fe80::1%25eth0] [fc00::1]
[fd00::1] [fd12:3456::1] [ff02::1] [2002:7f00:1::] [2002:a00:1::] [2001:db8::1] [64:ff9b::7f00:1]
[100::1] [fec0::1] [feff::1] localhost LOCALHOST localhost. foo.localhost
""".split()  # noqa: SIM905  a table

NO_ADDRESSES = (
    "file:///etc/passwd",
    "ftp://example.com/a",
    "data:text/html,x",
    "javascript:alert(1)",
    "gopher://example.com",
    "chrome://crash",
    "s3://bucket/key",
    "http://[::1",
    "http://user:word@example.com/",
    "http://example.com:99999/",
    "http://",
    "//example.com",
    "",
)


def test_sixty_spellings_of_private_addresses_are_refused() -> None:
    guard = AddressGuard()
    assert len(PRIVATE_HOSTS) >= 60
    for host in PRIVATE_HOSTS:
        with pytest.raises(AddressRefused):
            guard.check_url(f"http://{host}/")


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        AddressGuard().check_url(url)


@pytest.mark.parametrize("host", ["www.bilibili.com", "8.8.8.8", "[2606:4700::1111]", "1.2.3.4.example.com"])
def test_public_hosts_pass(host: str) -> None:
    AddressGuard().check_url(f"https://{host}/path")


def test_only_the_very_pair_that_is_allowed_may_be_dialled() -> None:
    guard = AddressGuard(["127.0.0.1:8000", "[::1]:8000"])
    guard.check_url("http://127.0.0.1:8000/robots.txt")
    guard.check_url("http://[::1]:8000/")
    guard.check_dial("127.0.0.1", 8000)
    for refused in (
        "http://127.0.0.1:8001/",
        "http://127.0.0.1/",
        "http://localhost:8000/",
        "http://2130706433:8001/",
    ):
        with pytest.raises(AddressRefused):
            guard.check_url(refused)
    with pytest.raises(AddressRefused):
        guard.check_dial("127.0.0.1", 8001)


def test_what_a_name_stands_for_is_checked_when_it_is_dialled() -> None:
    guard = AddressGuard()
    guard.check_dial("93.184.215.14", 443)
    for refused in ("127.0.0.1", "10.0.0.8", "::1", "::ffff:10.0.0.8", "169.254.169.254", "not an address"):
        with pytest.raises(AddressRefused):
            guard.check_dial(refused, 443)
