"""`evaluate bursts --authors`: what half of the authors shows, the other half confirms."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from flows.exit_codes import ExitCode
from tests.command_line import CommandLine
from warehouse.planted import plant_world
from warehouse.publish import published_path

LAST_DAY = date(2026, 3, 1)


def publish_documents(home: Path, documents: pa.Table) -> None:
    """A published file that holds what the evaluation reads."""
    path = published_path(home)
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.register("documents", documents)
        connection.execute("create table mart_topic_doc as from documents")
        connection.execute("create table mart_run as select cast(? as date) as as_of", [LAST_DAY])


def tabulate_world(days: int) -> pa.Table:
    """Documents of a planted world, each by an author of its own, and the same where no author is shown."""
    world = plant_world(300, topics=500, days=days)
    topic, day = np.nonzero(world.counts)
    times = world.counts[topic, day]
    topics, ago = np.repeat(topic, times), days - 1 - np.repeat(day, times)
    subjects = [f"bilibili:BV{number}" for number in range(len(topics))]
    days_of = [LAST_DAY - timedelta(days=int(back)) for back in ago]
    shown = pa.table(
        {
            "platform": ["bilibili"] * len(subjects),
            "topic_id": [f"tag:{place}" for place in topics],
            "subject_id": subjects,
            "author_key": [hashlib.md5(subject.encode()).hexdigest() for subject in subjects],
            "day": pa.array(days_of, pa.date32()),
            "is_primary": [True] * len(subjects),
        }
    )
    nameless = shown.set_column(0, "platform", pa.array(["weibo"] * len(subjects)))
    nameless = nameless.set_column(3, "author_key", pa.nulls(len(subjects), pa.string()))
    return pa.concat_tables([shown, nameless])


def evaluate_authors(folder: Path) -> dict[str, dict[str, object]]:
    outcome = CommandLine(folder).run(
        "evaluate", "bursts", "--authors", "--json", environment={"HEADWATER_HOME": str(folder / "home")}
    )
    assert outcome.exit_code == ExitCode.OK, outcome.errors

    def refuse(constant: str) -> object:
        raise AssertionError(f"{constant} is no JSON")

    scores: dict[str, dict[str, object]] = json.loads(outcome.output, parse_constant=refuse)
    return scores


def test_real_rises_are_confirmed_by_the_other_half(tmp_path: Path) -> None:
    publish_documents(tmp_path / "home", tabulate_world(84))
    scores = evaluate_authors(tmp_path)
    assert list(scores) == ["bilibili"]
    assert int(str(scores["bilibili"]["discoveries"])) > 20
    assert float(str(scores["bilibili"]["share"])) >= 0.8


def test_without_a_discovery_the_share_is_unknown(tmp_path: Path) -> None:
    documents = tabulate_world(84)
    few = documents.filter(pa.array([number % 2000 == 0 for number in range(documents.num_rows)]))
    publish_documents(tmp_path / "home", few)
    assert evaluate_authors(tmp_path)["bilibili"] == {"discoveries": 0, "confirmed": 0, "share": None}


@pytest.mark.parametrize("other", ["--planted", "--boards"])
def test_one_source_is_measured_at_a_time(tmp_path: Path, other: str) -> None:
    more = ("archive.parquet",) if other == "--boards" else ()
    outcome = CommandLine(tmp_path).run("evaluate", "bursts", "--authors", other, *more)
    assert outcome.exit_code == ExitCode.USAGE
    assert "one of" in outcome.errors
