"""Paths that cannot be used: one sentence that names the path, and the exit code of a wrong input."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from flows.exit_codes import ExitCode
from flows.failures import explain_failure
from flows.wording import CommandWording
from warehouse.faults import explain_fault


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


@pytest.mark.parametrize(
    ("number", "advice", "chinese"),
    [
        (errno.ENOSPC, "the disk is full; free some space", "磁盘已满；请腾出空间"),
        (errno.EDQUOT, "your share of the disk is used up; free some space", "你的磁盘配额已用完"),
        (errno.EFBIG, "the file may not grow further (size limit of the system)", "文件不能再变大"),
        (errno.EROFS, "the disk is read-only; make it writable", "磁盘是只读的；请改为可写"),
        (errno.EIO, "the disk does not answer; check it before running again", "磁盘没有响应；请先检查磁盘"),
        (errno.EMFILE, "too many files are open; raise the limit (ulimit -n)", "打开的文件太多"),
        (errno.ENFILE, "too many files are open; raise the limit (ulimit -n)", "打开的文件太多"),
    ],
)
def test_a_disk_that_does_not_take_what_is_written_is_told_with_what_helps(
    number: int, advice: str, chinese: str
) -> None:
    failure = OSError(number, "whatever the system says", "/家/榜单.csv")
    explained = explain_failure(failure)
    assert explained is not None
    in_duckdb = duckdb.IOException(f'IO Error: Could not write file "/家/榜单.csv": {os.strerror(number)}')
    for same in (failure, in_duckdb):
        assert str(explain_fault(same, Path("/家/榜单.csv"))) == str(explained)
    assert explained.exit_code == ExitCode.STORAGE
    assert str(explained).startswith(f"/家/榜单.csv: {advice}")
    assert CommandWording("zh").translate(str(explained)).startswith(f"/家/榜单.csv：{chinese}")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ELOOP])
def test_a_path_that_cannot_be_used_is_told_in_chinese(number: int) -> None:
    explained = explain_failure(OSError(number, "whatever the system says", "/家/榜单.csv"))
    told = CommandWording("zh").translate(str(explained))
    assert told.startswith("/家/榜单.csv ")
    assert told != str(explained)
