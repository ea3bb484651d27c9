"""What holds for every test: no network but loopback, no setting of the machine, a home of its own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from pytest_socket import enable_socket, socket_allow_hosts

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from starlette.testclient import TestClient

    from warehouse.reports.report import ReportFiles

# a busy machine is no failure of the code under test
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure() -> None:
    """One thread of arithmetic each: a process tests on every core, and threads that wait for a core spin."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def only_loopback() -> Iterator[None]:
    """Refuse every connection that is not to this machine."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    yield
    enable_socket()


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep settings of the machine out of the tests."""
    for name in [name for name in os.environ if name.startswith(("HEADWATER_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("DO_NOT_TRACK", "1")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The file of a fresh secret key, as a crawl's order names it."""
    path = tmp_path / "secret.key"
    path.write_text(secrets.token_hex(32))
    path.chmod(0o600)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty Headwater home."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def report_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of the reports' hand-written world; nobody writes to it."""
    from tests.report_world import publish_report_world

    return publish_report_world(tmp_path_factory.mktemp("report_world"))


@pytest.fixture
def weekly_report(report_world: Path, tmp_path: Path) -> ReportFiles:
    """Its weekly report in a folder of the test's own."""
    from warehouse.reports.report import write_report

    return write_report(report_world, tmp_path / "weekly")


@pytest.fixture(scope="session")
def dashboard_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the published file of the dashboard's hand-written world; nobody writes to it."""
    from tests.dashboard_world import publish_dashboard_world

    home = tmp_path_factory.mktemp("dashboard_world")
    publish_dashboard_world(home)
    return home


@pytest.fixture
def visitor(dashboard_home: Path) -> Iterator[TestClient]:
    """A browser on this machine, without a screen, that looks at the dashboard of that home."""
    from tests.dashboard_site import visit

    with visit(dashboard_home) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    from playwright.sync_api import sync_playwright

    from spiders.browser import find_browser

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        yield opened
        opened.close()
