"""Private addresses in every spelling; listeners that count who dials them, and a site that leads there."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress

from spiders.sandbox.site import SandboxSite
from spiders.sandbox.wire import Answer, answer_html, redirect_to

SPELLINGS = (
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1"),
    *("0177.1", "017700000001", "127.0.0.1.", "0x7F.0x0.0x0.0x1", "127.000.000.001", "127.0.0.0x1"),
    *("127.255.255.254", "127.0.0.2", "127.127", "0", "0.0.0.0", "0x0", "0.0", "0.0.0.0.", "[::1]", "[::]"),
    *("[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::0001]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[::FFFF:127.0.0.2]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *(
        "[2002:7f00:1::]",
        "[::ffff:10.0.0.1]",
        "[fe80::1]",
        "[fd00::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
    ),
    *("localhost", "LOCALHOST", "LocalHost", "localhost.", "a.localhost", "a.b.LOCALHOST", "ⓛocalhost"),
    *("１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "127．0．0．1", "%31%32%37.0.0.1", "127.0.0.%31"),
    *("10.0.0.1", "10.1", "167772161", "0xa000001", "012.0.0.1", "172.16.0.1", "0xac.16.1", "192.168.1.1"),
    *("192.168.257", "3232235777", "0xc0a80101", "0300.0250.1.1", "169.254.169.254", "2852039166"),
    *("0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "100.64.0.1", "198.18.0.1", "192.0.0.1"),
    *(
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "user@127.0.0.1",
        "user:word@127.0.0.1",
        "a.example@127.1",
    ),
)


class Canaries:
    """Listeners on every loopback address of both families; whoever connects is counted."""

    def __init__(self) -> None:
        self.connections = 0
        first = socket.create_server(("0.0.0.0", 0))
        self.port: int = first.getsockname()[1]
        self._sockets = [first]
        with suppress(OSError):
            second = socket.socket(socket.AF_INET6)
            second.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            second.bind(("::", self.port))
            second.listen()
            self._sockets.append(second)
        for listener in self._sockets:
            threading.Thread(target=self._count, args=(listener,), daemon=True).start()

    def _count(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.connections += 1
                connection.close()

    def close(self) -> None:
        """Stops listening."""
        for listener in self._sockets:
            listener.close()


class PryingSite(SandboxSite):
    """A site that redirects to the private addresses, or shows a page that asks for all of them."""

    targets: tuple[str, ...] = ()

    def answer(self, method: str, target: str, headers: object, body: bytes) -> Answer:
        """A redirect by number, the page of subresources, or no rules for robots."""
        if target == "/robots.txt":
            return Answer(self.robots, 200, "text/plain")
        place = target.split("/")[1]
        if place.isdigit():
            return redirect_to(self.targets[int(place)].encode().decode("latin-1"))
        return answer_html(write_prying_page(self.targets))


def write_prying_page(targets: Sequence[str]) -> str:
    """A page that asks for every address in five ways."""
    ways = "".join(
        f'<img src="{url}i"><iframe src="{url}f"></iframe><script src="{url}s"></script>'
        f'<link rel="prefetch" href="{url}p"><link rel="stylesheet" href="{url}c">'
        for url in targets
    )
    script = (
        f"for (const url of {json.dumps(list(targets))}) {{"
        "try { fetch(url, {mode: 'no-cors'}).catch(() => 0) } catch (e) {}"
        "try { new WebSocket(url.replace('http', 'ws')) } catch (e) {}"
        "try { navigator.sendBeacon(url, 'x') } catch (e) {}"
        "try { new EventSource(url) } catch (e) {} }"
        "try { const c = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:9'}]});"
        "c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o)) } catch (e) {}"
    )
    body = f"<p class=rank-name>可见</p>{ways}<script>{script}</script>"
    return f"<html><head><title>页</title></head><body>{body}</body></html>"
