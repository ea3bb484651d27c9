"""The application and an address in; pages over HTTP until it is stopped out."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from flows.exit_codes import CommandError

MOST_CONNECTIONS = 256
IDLE_SECONDS = 15
LONGEST_HEAD_BYTES = 64 * 1024


class ReadyServer(uvicorn.Server):
    """A server that says when it answers, which is after the application has warmed up."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.ready()


def run_site(app: Starlette, host: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `tell` gets the address once pages are given.

    CommandError when the port is taken or the address is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as problem:
        raise CommandError(
            f"cannot listen on {host} port {port}: {problem.strerror}; choose another with --port"
        ) from problem
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=5,
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=LONGEST_HEAD_BYTES,
    )
    shown = f"[{host}]" if family == socket.AF_INET6 else host
    listener.listen(1024)
    address = f"http://{shown}:{listener.getsockname()[1]}/"
    ReadyServer(config, lambda: tell(address)).run(sockets=[listener])
