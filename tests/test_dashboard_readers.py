"""Readers of the dashboard while another process publishes."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.dashboard_site import serve
from tests.dashboard_world import publish_dashboard_world
from warehouse.publish import publish
from warehouse.store import Warehouse


@pytest.mark.process
def test_readers_in_parallel_never_meet_an_error_while_another_process_publishes(tmp_path: Path) -> None:
    publish_dashboard_world(tmp_path)
    stop, failures = threading.Event(), []
    seen: list[list[int]] = [[] for _ in range(6)]

    def read(address: str, numbers: list[int]) -> None:
        while not stop.is_set():
            for path in ("/", "/topic?id=tag%3A%E6%8B%BC%E8%B1%86", "/sources"):
                try:
                    with urlopen(address + path, timeout=60) as answer:
                        found = re.search(r"第 (\d+) 版", answer.read().decode())
                        assert found
                        numbers.append(int(found[1]))
                except (OSError, AssertionError) as problem:
                    failures.append(problem)
                time.sleep(0.05)

    with serve(tmp_path) as address:
        threads = [threading.Thread(target=read, args=(address, numbers)) for numbers in seen]
        for thread in threads:
            thread.start()
        for _ in range(2):
            with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
                publish(warehouse, least_free_bytes=0)
        with urlopen(address, timeout=60) as answer:
            assert "第 3 版" in answer.read().decode()
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert all(numbers == sorted(numbers) for numbers in seen)
    assert {number for numbers in seen for number in numbers} > {1}
