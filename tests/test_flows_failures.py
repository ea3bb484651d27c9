"""Paths that cannot be used: one sentence that names the path, and the exit code of a wrong input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.exit_codes import ExitCode
from flows.failures import explain_failure


def break_by_a_file_in_the_way(folder: Path) -> None:
    (folder / "表格.csv").touch()
    (folder / "表格.csv").mkdir(exist_ok=True)


def break_by_a_long_name(folder: Path) -> None:
    (folder / ("长" * 200)).open()


def break_by_a_circle_of_links(folder: Path) -> None:
    (folder / "链接").symlink_to(folder / "链接")
    (folder / "链接").open()


@pytest.mark.parametrize(
    ("break_it", "name", "words"),
    [
        (break_by_a_file_in_the_way, "表格.csv", "is there already and is no folder"),
        (break_by_a_long_name, "长长长", "is too long a name"),
        (break_by_a_circle_of_links, "链接", "leads back to itself"),
    ],
)
def test_a_path_that_cannot_be_used_is_named(
    tmp_path: Path, break_it: Callable[[Path], None], name: str, words: str
) -> None:
    with pytest.raises(OSError) as failure:
        break_it(tmp_path)
    explained = explain_failure(failure.value)
    assert explained is not None
    assert explained.exit_code == ExitCode.USAGE
    assert name in str(explained)
    assert words in str(explained)
