"""A home that may not be written: one sentence before anything is read."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.exit_codes import ExitCode
from flows.home import check_home
from tests.loopback_sites import Site, answer_popular, serve
from warehouse.errors import StorageError


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home on a disk that is mounted read-only, with a key and Prefect's state."""
    home = tmp_path / ".headwater"
    (home / "prefect").mkdir(parents=True)
    (home / "secret.key").write_text("ab" * 32)
    (home / "secret.key").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(f_flag=os.ST_RDONLY))
    return home


def test_a_run_and_a_schedule_are_refused_in_one_sentence(read_only: Path) -> None:
    site = Site(answer_popular)
    (read_only.parent / "headwater.toml").write_text(
        f'[sources.bilibili.addresses]\nbase = "{site.address}"\n', encoding="utf-8"
    )
    with serve(site):
        for arguments in (["run"], ["schedule"]):
            refused = CliRunner().invoke(app, arguments)
            assert isinstance(refused.exception, StorageError)
            assert str(refused.exception) == (
                f"{read_only}: the disk is read-only; make it writable and run again"
            )
    assert site.hits == []


def test_doctor_tells_it(read_only: Path) -> None:
    told = CliRunner().invoke(app, ["doctor"])
    assert told.exit_code == ExitCode.USAGE
    assert f"NO  home: {read_only}: the disk is read-only; make it writable and run again" in told.output


def test_what_another_user_made_in_the_home_is_named(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """As after one run by root, whose files nobody else may write."""
    database = home / "prefect" / "prefect.db"
    database.parent.mkdir()
    database.touch()
    monkeypatch.setattr(os, "access", lambda path, mode: path != database)
    with pytest.raises(StorageError, match=r"prefect\.db: it may not be read or written; check its rights"):
        check_home(home)


def test_a_home_that_is_not_there_yet_is_asked_of_the_folder_above(home: Path) -> None:
    check_home(home / "neu" / ".headwater")
    assert list(home.iterdir()) == []
