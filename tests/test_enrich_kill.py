"""Enriching that is killed goes on where it was, and a new version of a tagger renews only what it said."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nlp.cues import SHIPPED_CUES
from tests.enrich_world import dump_tables, write_world
from tests.landed_packages import land
from warehouse.load import load_packages
from warehouse.store import Warehouse

ROOT = Path(__file__).parent.parent
KILLS = (("tag-texts", 50), ("find-near-duplicates", 100), ("follow-topics", 1), ("follow-topics", 9))
"""Step of a run and how much of it that run must have kept before the process is killed."""


def start_enriching(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.enrich_world", str(home)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def enrich_whole(home: Path) -> tuple[int, list[str]]:
    """Run to the end; the number of texts tagged and the steps that had something to do."""
    with start_enriching(home) as child:
        assert child.stdout is not None
        lines = [line.split() for line in child.stdout]
    assert child.returncode == 0
    return int(lines[-1][1]), sorted({step for step, _, total in lines[:-1] if int(total)})


def enrich_until(home: Path, step: str, least: int, wait: float) -> None:
    """Run until a step has done so much, and a moment longer, then SIGKILL."""
    with start_enriching(home) as child:
        assert child.stdout is not None
        for line in child.stdout:
            name, done, total = line.split()
            assert name != "tagged", f"the run ended before {step} {least}"
            if name == step and int(done) >= min(least, int(total) - 1):
                break
        time.sleep(wait)
        child.kill()
    assert child.returncode == -9


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home that is loaded, and the same home enriched in one go."""
    folder = tmp_path_factory.mktemp("enrich")
    land(folder / "landing", write_world(5))
    with Warehouse.open(folder / "loaded") as warehouse:
        load_packages(warehouse, folder / "landing")
    shutil.copytree(folder / "loaded", folder / "whole")
    tagged, steps = enrich_whole(folder / "whole")
    assert tagged == len(write_world(5))
    assert steps == ["find-near-duplicates", "follow-topics", "tag-texts"]
    return folder / "loaded", folder / "whole"


@pytest.mark.process
def test_a_run_killed_in_every_step_ends_as_an_undisturbed_one(
    undisturbed: tuple[Path, Path], tmp_path: Path
) -> None:
    loaded, whole = undisturbed
    home = tmp_path / "killed"
    shutil.copytree(loaded, home)
    chance = random.Random(9)
    for step, least in KILLS:
        enrich_until(home, step, least, chance.uniform(0.0, 0.02))
    enrich_whole(home)
    wanted, found = dump_tables(whole), dump_tables(home)
    assert [(table, rows) for table, rows in found.items() if rows != wanted[table]] == []
    assert len(wanted["core_clusters"]) == 3
    heads = {row[3] for row in wanted["core_text_groups"]}
    assert len(heads) < 0.95 * len(wanted["core_text_groups"])


@pytest.mark.process
def test_a_new_version_renews_what_its_tagger_said_and_nothing_else(
    undisturbed: tuple[Path, Path], tmp_path: Path
) -> None:
    _, whole = undisturbed
    home = tmp_path / "newer"
    shutil.copytree(whole, home)
    before = dump_tables(home)
    cues = SHIPPED_CUES.read_text(encoding="utf-8")
    (home / "cues.yaml").write_text(f"{cues}\n# of one's own\n", encoding="utf-8")
    assert enrich_whole(home) == (len(write_world(5)), ["tag-texts"])
    after = dump_tables(home)
    assert {table for table in before if before[table] != after[table]} == {"core_annotations"}
    of_cues = {"intent", "promotion"}
    rows, renewed = (
        {row for row in dump["core_annotations"] if of_cues & set(row)} for dump in (before, after)
    )
    assert set(before["core_annotations"]) - rows == set(after["core_annotations"]) - renewed
    assert rows.isdisjoint(renewed)
    assert len(rows) == len(renewed)
