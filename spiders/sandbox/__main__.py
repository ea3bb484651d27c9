"""`python -m spiders.sandbox`: a seed and a port in, the sandbox site served until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from datetime import date

from spiders.sandbox.site import SandboxSite
from spiders.sandbox.world import DEFAULT_DAYS, DEFAULT_FIRST_DAY, DEFAULT_SEED, World


def serve_until_stopped(arguments: list[str]) -> int:
    """Serve; the first line of standard output is the address."""
    parser = argparse.ArgumentParser(prog="python -m spiders.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--days", type=int, default=DEFAULT_DAYS)
    parser.add_argument("--first-day", type=date.fromisoformat, default=DEFAULT_FIRST_DAY)
    options = parser.parse_args(arguments)
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    with SandboxSite(World(options.seed, options.first_day, options.days), options.port) as site:
        sys.stdout.write(site.address + "\n")
        sys.stdout.flush()
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(serve_until_stopped(sys.argv[1:]))
