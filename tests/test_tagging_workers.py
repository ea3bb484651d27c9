"""Processes that tag beside the first one: what they say, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pyarrow as pa
import pytest

from flows import enrich
from flows.enrich import start_workers, tag_pending
from nlp.pipeline import annotate_table, build_taggers
from nlp.tagger import Tagger, TaggerSettings
from nlp.tagging_worker import TaggingWorker, WorkerEnded
from tests.landed_packages import land, make_entry
from warehouse.enrich import list_pending
from warehouse.load import load_packages
from warehouse.store import Warehouse

SETTINGS = TaggerSettings(names=("hashtags", "keywords"), threads=3)
TITLES = tuple(
    f"{word}{number}天 #{word}#" for number in range(3) for word in ("露营", "八段锦", "多巴胺穿搭")
)
ANNOTATIONS = "from core_annotations order by all"


@pytest.fixture(scope="module")
def taggers() -> list[Tagger]:
    """Two quick taggers."""
    return build_taggers(SETTINGS)


@pytest.fixture
def worker() -> Iterator[TaggingWorker]:
    """A process with the same taggers, ended afterwards."""
    with closing(TaggingWorker(SETTINGS)) as worker:
        yield worker


def make_subjects(*texts: str) -> pa.Table:
    """Posts with these texts."""
    ids = [f"douyin:{number}" for number in range(len(texts))]
    return pa.table({"subject_kind": ["post"] * len(texts), "subject_id": ids, "text": list(texts)})


def test_a_process_says_what_the_taggers_say_here(worker: TaggingWorker, taggers: list[Tagger]) -> None:
    for subjects in (make_subjects(*TITLES), make_subjects("#围炉煮茶#\n\x00🫖", ""), make_subjects()):
        for asked in (taggers, taggers[:1]):
            assert worker.annotate(subjects, asked).equals(annotate_table(subjects, asked))


def test_a_process_ends_with_the_one_that_began_it(tmp_path: Path) -> None:
    """Killed outright, as by the system where memory is short: nothing is left that nobody asked for."""
    script = tmp_path / "begin.py"
    script.write_text(
        "import time\n"
        "from nlp.tagger import TaggerSettings\n"
        "from nlp.tagging_worker import TaggingWorker\n"
        "workers = [TaggingWorker(TaggerSettings(names=('hashtags',))) for _ in range(2)]\n"
        "print(*(worker.process_id for worker in workers), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        begun = [psutil.Process(int(number)) for number in first.stdout.readline().split()]
        assert len(begun) == 2
        first.kill()
    assert psutil.wait_procs(begun, timeout=30)[1] == []


def test_a_folder_nlp_where_the_user_stands_is_not_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taggers: list[Tagger]
) -> None:
    (tmp_path / "nlp").mkdir()
    (tmp_path / "nlp" / "__init__.py").write_text("raise SystemExit('another project')\n")
    monkeypatch.chdir(tmp_path)
    subjects = make_subjects(*TITLES)
    with closing(TaggingWorker(SETTINGS)) as worker:
        assert worker.annotate(subjects, taggers).equals(annotate_table(subjects, taggers))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_group_leaves_the_end_to_the_one_that_began_it(
    worker: TaggingWorker, taggers: list[Tagger], number: signal.Signals
) -> None:
    subjects = make_subjects(*TITLES)
    worker.annotate(subjects, taggers)
    os.kill(worker.process_id, number)
    worker.annotate(subjects, taggers)
    assert psutil.pid_exists(worker.process_id)


def test_control_c_while_a_process_begins_neither_ends_it_nor_leaves_a_traceback(tmp_path: Path) -> None:
    """As a terminal sends it, to the whole group, every tenth of a second until the process answers."""
    script = tmp_path / "begin.py"
    script.write_text(
        "import os, signal, threading\n"
        "from contextlib import closing\n"
        "from nlp.tagger import TaggerSettings\n"
        "from nlp.tagging_worker import TaggingWorker\n"
        "from nlp.pipeline import build_taggers\n"
        "from tests.test_tagging_workers import SETTINGS, TITLES, make_subjects\n"
        "told, answered = [], threading.Event()\n"
        "signal.signal(signal.SIGINT, lambda *_: told.append(1))\n"
        "def press():\n"
        "    while not answered.wait(0.1):\n"
        "        os.killpg(0, signal.SIGINT)\n"
        "keys = threading.Thread(target=press, daemon=True)\n"
        "with closing(TaggingWorker(SETTINGS)) as worker:\n"
        "    keys.start()\n"
        "    rows = worker.annotate(make_subjects(*TITLES), build_taggers(SETTINGS)).num_rows\n"
        "    answered.set()\n"
        "    keys.join()\n"
        "print(len(told) > 0, rows > 0)\n"
    )
    begun = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert (begun.stdout, begun.stderr) == ("True True\n", "")


@pytest.fixture
def two_homes(tmp_path: Path) -> list[Path]:
    """Two homes with the same nine board lines."""
    land(tmp_path / "landing", [make_entry(title) for title in TITLES])
    homes = [tmp_path / name for name in ("alone", "beside")]
    for home in homes:
        with Warehouse.open(home) as warehouse:
            load_packages(warehouse, tmp_path / "landing")
    return homes


def test_beside_each_other_they_leave_what_one_alone_leaves(
    two_homes: list[Path], worker: TaggingWorker, taggers: list[Tagger]
) -> None:
    rows = []
    for home, workers in zip(two_homes, ([], [worker]), strict=True):
        with Warehouse.open(home) as warehouse:
            pending = list_pending(warehouse, taggers)
            assert list(tag_pending(warehouse, taggers, pending, workers, 2)) == [2, 2, 2, 2, 1]
            assert list_pending(warehouse, taggers).count == 0
            rows.append(warehouse.connection.execute(ANNOTATIONS).fetchall())
    assert rows[0] == rows[1]
    assert len(rows[0]) > len(TITLES)


def test_the_texts_of_a_worker_that_was_killed_are_tagged_by_the_others(
    two_homes: list[Path], worker: TaggingWorker, taggers: list[Tagger], caplog: pytest.LogCaptureFixture
) -> None:
    worker.annotate(make_subjects(*TITLES), taggers)
    os.kill(worker.process_id, signal.SIGKILL)
    with pytest.raises(WorkerEnded, match="ended with code -9"):
        worker.annotate(make_subjects(*TITLES), taggers)
    with Warehouse.open(two_homes[0]) as warehouse:
        pending = list_pending(warehouse, taggers)
        assert sum(tag_pending(warehouse, taggers, pending, [worker], 2)) == len(TITLES)
        assert list_pending(warehouse, taggers).count == 0
    assert caplog.messages == [
        "a process that tags has ended with code -9; its texts are tagged by the others"
    ]


def test_as_many_are_begun_as_there_is_work_and_memory_for(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = enrich.BATCH_ROWS
    for pending, count in ((0, 0), (2 * texts - 1, 0), (2 * texts, 1), (9 * texts, 2)):
        with start_workers(SETTINGS, pending) as workers:
            assert len(workers) == count
            assert all(psutil.pid_exists(worker.process_id) for worker in workers)
        assert not any(psutil.pid_exists(worker.process_id) for worker in workers)
    monkeypatch.setattr(enrich, "WORKER_BYTES", psutil.virtual_memory().total)
    with start_workers(SETTINGS, 9 * texts) as workers:
        assert workers == []
