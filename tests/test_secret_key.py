"""The key of authors' hashes: made once, whole, for its owner alone."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from flows.exit_codes import CommandError
from flows.secret import KEY_FILE, ensure_secret_key, read_secret_key

ROOT = Path(__file__).parent.parent


def test_the_key_is_made_once_and_only_its_owner_reads_it(home: Path) -> None:
    path = ensure_secret_key(home)
    key = read_secret_key(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_secret_key(ensure_secret_key(home)) == key


WITHOUT_ROOM = """
import resource, signal, sys
from pathlib import Path
from flows.secret import ensure_secret_key
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
try:
    ensure_secret_key(Path(sys.argv[1]))
except OSError as error:
    print(error.strerror)
"""


def test_a_key_that_could_not_be_written_whole_leaves_none(home: Path) -> None:
    tried = subprocess.run(
        [sys.executable, "-B", "-c", WITHOUT_ROOM, home], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert tried.stdout.strip() == os.strerror(errno.EFBIG)
    assert list(home.iterdir()) == []
    assert len(read_secret_key(ensure_secret_key(home))) == 32


def test_commands_that_begin_together_agree_on_one_key(home: Path) -> None:
    together = Barrier(16)

    def ask(_: int) -> bytes:
        together.wait()
        return read_secret_key(ensure_secret_key(home))

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(ask, range(16)))) == 1
    assert [path.name for path in home.iterdir()] == [KEY_FILE]


def test_a_damaged_key_is_refused_in_words(home: Path) -> None:
    path = ensure_secret_key(home)
    path.write_text("abc")
    with pytest.raises(CommandError, match="not a Headwater key"):
        ensure_secret_key(home)
