"""`headwater new-platform`: what it writes passes at once, and the guide can be followed word by word."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import spiders
from flows import new_platform
from flows.exit_codes import CommandError
from tests.command_line import MAIN

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "add-a-platform.md").read_text(encoding="utf-8")
STEPS = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the guide needs of the tree."""
    root = tmp_path / "checkout"
    left_out = shutil.ignore_patterns("__pycache__", "benchmarks", "model", ".headwater")
    for room in ("spiders", "flows", "warehouse", "tests"):
        shutil.copytree(ROOT / room, root / room, ignore=left_out)
    (root / "nlp").symlink_to(ROOT / "nlp")
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def follow(step: str, root: Path) -> str:
    """Runs a line of the guide in the checkout; its output."""
    program, *arguments = step.split()
    start = {"headwater": [sys.executable, "-c", MAIN], "python": [sys.executable]}[program]
    finished = subprocess.run(
        [*start, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    # The template's third line has no title: `parse` says so by exit code 3.
    assert finished.returncode in {0, 3} if "parse" in arguments else finished.returncode == 0, (
        finished.stdout + finished.stderr
    )
    return finished.stdout


@pytest.mark.process
def test_the_guide_works_line_by_line_in_a_checkout(checkout: Path) -> None:
    made, passed, parsed, passed_again, listed = [follow(step, checkout) for step in STEPS]
    module = checkout / "spiders" / "platforms" / "tieba_hot.py"
    assert str(module.relative_to(checkout)) in made
    for summary in (passed, passed_again):
        assert int(re.search(r"(\d+) passed", summary)[1]) == 8  # type: ignore[index]
    assert parsed.count('"platform":"tieba_hot"') == 2 and "拼豆成为年轻人的新爱好" in parsed
    assert "tieba_hot" in listed
    assert len(module.read_text(encoding="utf-8").splitlines()) < 60
    for check in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy", "--strict"]):
        command = [sys.executable, "-m", *check, str(module.relative_to(checkout))]
        assert subprocess.run(command, cwd=checkout, capture_output=True, check=False).returncode == 0, check


@pytest.mark.parametrize(
    "name",
    ["", "ab", "Tieba", "贴吧", "tieba-hot", "1tieba", "a__b", "class", "../x", "a/b", "x" * 33, "abc\n"],
)
def test_a_bad_name_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no name for a platform"):
        new_platform.write_platform(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["bilibili", "tieba"])
def test_a_name_that_is_taken_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "tests" / "fixtures" / "tieba").mkdir(parents=True)
    with pytest.raises(CommandError, match="already"):
        new_platform.write_platform(name, tmp_path)


def test_an_installation_without_a_source_tree_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spiders, "__path__", [str(tmp_path / "spiders")])
    with pytest.raises(CommandError, match="installed without one; clone"):
        new_platform.find_checkout()
