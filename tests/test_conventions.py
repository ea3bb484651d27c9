"""The rules of the house that a linter cannot know."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from flows.exit_codes import ExitCode

ROOT = Path(__file__).parent.parent
ROOMS = ("spiders", "nlp", "flows", "warehouse")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MOST_LINES = 300
BANNED_NAMES = re.compile(
    r"(^|_)(utils?|helpers?|common|manager|misc|(?<!structured_)data|info|process)(_|$)"
)


def test_files_do_one_thing_and_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): count_lines(path) for path in SOURCES if count_lines(path) > MOST_LINES
    }
    assert long == {}


@pytest.mark.parametrize("folder", ["spiders/platforms", "nlp/taggers"])
def test_a_platform_or_tagger_is_about_120_lines(folder: str) -> None:
    long = {path.name: count_lines(path) for path in (ROOT / folder).glob("*.py") if count_lines(path) > 130}
    assert long == {}


def test_no_file_is_named_for_nothing() -> None:
    assert [path.name for path in SOURCES if BANNED_NAMES.search(path.stem)] == []


def test_packages_hold_no_code_in_their_init() -> None:
    filled = [
        str(path.relative_to(ROOT)) for path in SOURCES if path.name == "__init__.py" and path.read_text()
    ]
    assert filled == []


def test_every_module_says_what_comes_in_and_what_goes_out() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.read_text().strip() and not path.read_text().startswith('"""')
    ]
    assert silent == []


def test_every_mart_says_in_its_first_line_what_one_row_is() -> None:
    marts = sorted((ROOT / "warehouse" / "sql").rglob("*.sql"))
    assert marts
    assert [path.name for path in marts if not path.read_text().startswith("-- ")] == []


def test_only_settings_reads_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"os\.(environ|getenv)", path.read_text())
    ]
    assert readers == ["flows/settings.py"]


def test_lock_files_hold_hashes_and_no_address() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert [lock.name for lock in locks] == ["requirements-dev.lock", "requirements.lock"]
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text
        assert not re.search(r"^(torch|nvidia|triton)", text, re.MULTILINE)
        pinned = re.findall(r"^[a-z0-9._-]+(?:\[[a-z,]+\])?==", text, re.MULTILINE)
        assert len(pinned) > 50
        assert text.count("--hash=sha256:") >= len(pinned)


def test_tracked_files_hold_no_path_of_a_machine() -> None:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    pattern = re.compile(r"/(root|home/[a-z]+|work)/[a-z.]")
    texts = [
        ROOT / name
        for name in names
        if name.endswith((".py", ".md", ".sql", ".toml", ".yaml", ".json", ".j2"))
    ]
    assert [str(path) for path in texts if path.exists() and pattern.search(path.read_text())] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_readme_names_every_exit_code(readme: str) -> None:
    codes = re.findall(r"^\| (\d+) \| (.+) \|$", (ROOT / readme).read_text(), re.MULTILINE)
    assert [int(code) for code, _ in codes] == [int(code) for code in ExitCode]
    assert all(meaning.strip() for _, meaning in codes)


def count_lines(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())
