"""The demo's home: whose it is, and that no demo takes it from a process that works in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.demo import DEMO_MARK, claim_demo_home
from flows.exit_codes import CommandError, ExitCode
from tests.command_line import CommandLine
from warehouse.store import DATABASE_NAME, Warehouse

HOLD = """
import sys
from pathlib import Path
from flows.demo import claim_demo_home
home = Path(sys.argv[1])
with claim_demo_home(home):
    (home / "landing").mkdir()
    print("claimed", flush=True)
    sys.stdin.read()
"""


@contextmanager
def run_demo_elsewhere(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has claimed the home and crawls."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "claimed\n"
        try:
            yield process
        finally:
            process.kill()


def list_home(home: Path) -> dict[str, int]:
    """Files and folders of the home, and which they are to the disk."""
    return {str(path.relative_to(home)): path.stat().st_ino for path in home.rglob("*")}


def test_a_demo_takes_no_home_from_a_writer(tmp_path: Path) -> None:
    home = tmp_path / ".headwater" / "demo"
    home.mkdir(parents=True)
    (home / DEMO_MARK).touch()
    with Warehouse.open(home) as warehouse:
        warehouse.connection.execute("select 1").fetchall()
        before = list_home(home)
        assert DATABASE_NAME in before
        refused = CommandLine(tmp_path).run("demo", environment={"LC_ALL": "zh_CN.UTF-8"})
        assert refused.exit_code == ExitCode.BUSY
        assert "正在写入" in refused.errors
        assert list_home(home) == before


def test_a_demo_takes_no_home_from_a_demo_that_still_crawls(tmp_path: Path) -> None:
    home = tmp_path / ".headwater" / "demo"
    with run_demo_elsewhere(home):
        before = list_home(home)
        assert CommandLine(tmp_path).run("demo").exit_code == ExitCode.BUSY
        assert list_home(home) == before
    with claim_demo_home(home):
        assert not (home / "landing").exists(), "of one that was killed nothing is left"
        assert (home / DEMO_MARK).exists()


def test_a_home_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("我的", encoding="utf-8")
    with pytest.raises(CommandError, match="was not made by a demo"), claim_demo_home(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_demo_killed_before_its_mark_was_written_stands_in_no_way(tmp_path: Path) -> None:
    with claim_demo_home(tmp_path / "empty"):
        assert {path.name for path in (tmp_path / "empty").iterdir()} >= {DEMO_MARK, "entities.yaml"}


def test_the_next_demo_leaves_what_is_the_users(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with claim_demo_home(home):
        pass
    mine = {
        "watch.txt": "拼豆 / 手作",
        "taxonomy.yaml": "- code: '21'",
        "entities.yaml": "set: 我的品牌",
        "calibration.csv": "l1,sens,spec,n_labelled",
        "models/渠道/classifier.json": "{}",
        "landing/import-plain/import-1/posts.parquet": "自己的数据",
        "secret.key": "00",
        "erased.jsonl": "",
    }
    made = {
        DATABASE_NAME: "",
        "loads.jsonl": "",
        "published/headwater-1.duckdb": "",
        "reports/weekly-demo-1/report.html": "",
        "landing/douyin/demo-1/report.json": "",
    }
    for name, text in (mine | made).items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    with claim_demo_home(home):
        left = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
        assert left == mine.keys() | {DEMO_MARK, "warehouse.lock"}
        assert all((home / name).read_text(encoding="utf-8") == text for name, text in mine.items())
