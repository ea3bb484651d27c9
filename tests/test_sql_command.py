"""`headwater sql`: the prompt on a real terminal, answers in every shape, the worked queries of the docs."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.commands.answers import Shape, choose_shape
from flows.commands.sql_prompt import HISTORY_FILE
from flows.exit_codes import CommandError
from tests.command_line import MAIN, CommandLine
from tests.dashboard_world import publish_dashboard_world
from warehouse.examples import Example, read_examples
from warehouse.publish import published_path
from warehouse.query import QueryResult
from warehouse.query_child import check_statement
from warehouse.query_table import tabulate_result

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "sql.md"
STATEMENT = """
select label, x, ratio::decimal(8, 2) as times, day, ['a', 'b'] as top
from mart_topic_burst
join mart_topic using (topic_id)
where grain = 'w' and platform = 'all' and topic_id = 'tag:拼豆'
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sql")
    publish_dashboard_world(home)
    return home


@pytest.fixture(scope="module")
def published(home: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(published_path(home)), read_only=True)


@pytest.mark.parametrize("example", read_examples(), ids=lambda example: example.name)
def test_every_worked_query_is_allowed_and_has_an_answer(
    example: Example, published: duckdb.DuckDBPyConnection
) -> None:
    check_statement(duckdb, published, example.sql)
    rows = published.execute(example.sql).fetchall()
    assert rows
    assert example.sql.startswith("-- one row per ")
    assert re.search(r"[\u4e00-\u9fff]", example.zh)
    assert not re.search(r"[\u4e00-\u9fff]", example.en)


def test_the_docs_show_the_twenty_as_they_are() -> None:
    examples = read_examples()
    text = DOCS.read_text(encoding="utf-8")
    assert len(examples) == 20
    assert text.count("```sql") == 20
    for number, example in enumerate(examples, start=1):
        assert f"### {number}. {example.zh} · {example.en}\n\n```sql\n{example.sql}\n```\n" in text


def test_the_notebook_of_the_docs_runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    # pandas, polars and matplotlib are the reader's; what the file gives them is Arrow
    code = re.sub(r"^(rising\.(df|pl)\(\).*|shares\.pivot.*)$", "", code, flags=re.MULTILINE).replace(
        ".df()", ".arrow()"
    )
    (home / ".headwater").mkdir(exist_ok=True)
    (home / ".headwater" / "published").unlink(missing_ok=True)
    (home / ".headwater" / "published").symlink_to(home / "published")
    monkeypatch.chdir(home)
    names: dict[str, object] = {}
    exec(code, names)
    assert len(pa.table(names["shares"])) > 100


@pytest.mark.process
class TestOneShot:
    def ask(self, home: Path, *options: str | Path) -> str:
        outcome = CommandLine(home).run("sql", *options, environment={"HEADWATER_HOME": str(home)})
        assert outcome.exit_code == 0, outcome.errors
        return outcome.output

    def test_a_file_is_typed_by_its_ending_and_whole(self, home: Path) -> None:
        said = self.ask(home, STATEMENT, "-o", home / "out.parquet")
        assert said.startswith("1 row in")
        table = pq.read_table(home / "out.parquet")
        assert table.schema.field("x").type == pa.int64()
        assert table.schema.field("times").type == pa.decimal128(8, 2)
        assert table.schema.field("day").type == pa.date32()
        assert table.to_pylist()[0]["top"] == ["a", "b"]
        assert not list(home.glob(".*.part"))

    def test_json_and_csv_for_scripts(self, home: Path) -> None:
        (row,) = json.loads(self.ask(home, STATEMENT, "--json"))
        assert (row["label"], row["x"], row["times"], row["day"]) == ("拼豆", 150, "3.39", "2026-11-15")
        (line,) = csv.DictReader(io.StringIO(self.ask(home, STATEMENT, "-f", "csv")))
        assert (line["label"], line["x"]) == ("拼豆", "150")


def test_a_shape_that_does_not_fit_is_told() -> None:
    assert choose_shape(None, None) is Shape.TABLE
    assert choose_shape(None, Path("a.MD")) is Shape.MARKDOWN
    assert choose_shape(Shape.CSV, Path("a.out")) is Shape.CSV
    with pytest.raises(CommandError, match="--output"):
        choose_shape(Shape.PARQUET, None)
    with pytest.raises(CommandError, match="endings"):
        choose_shape(None, Path("a.docx"))


def test_nested_and_null_columns_have_types_in_parquet() -> None:
    result = QueryResult(
        ("m", "n", "h", "t"),
        ("MAP(VARCHAR, BIGINT)", "BIGINT", "HUGEINT", "TIMESTAMP WITH TIME ZONE"),
        (({"a": 1}, None, 10**30, None), (None, None, 0, None)),
        False,
    )
    table = tabulate_result(result)
    assert table.to_pylist()[0]["m"] == '{"a": 1}'
    assert table.schema.field("n").type == pa.int64()
    assert int(table.to_pylist()[0]["h"]) == 10**30
    assert str(table.schema.field("t").type) == "timestamp[us, tz=Asia/Shanghai]"


@pytest.mark.process
def test_the_prompt_on_a_real_terminal(home: Path) -> None:
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "sql"],
        cwd=home,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HEADWATER_HOME": str(home),
            "TERM": "dumb",
            "COLUMNS": "160",
        },
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        # what a shell starts in the background ignores the interrupt, and its children inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    os.close(terminal)
    try:
        assert "SQL on the published tables" in read_until(controller, "headwater> ")
        for typed, expected in (
            ("\\d\n", "v_weekly_trend"),
            ("\\d mart_topic_burst\n", "Benjamini-Hochberg"),
            ("select label\nfrom mart_topic\nwhere topic_id = 'tag:拼豆';\n", "1 row"),
            ("sel\t 6 * 7 as anTwort;\n", "42"),
            ("select no_such;\n", "no_such"),
            ("drop table mart_topic;\n", "only SELECT is run here"),
            ("\\e 1\n", "拼豆"),
            ("\\o answer.csv\n", ""),
            ("select 1 as one;\n", "1 row in answer.csv"),
            ("\\f json\n", ""),
            ("select 2 as two;\n", '[{"two": 2}]'),
        ):
            os.write(controller, typed.encode())
            assert expected in read_until(controller, "headwater> "), typed
        os.write(controller, b"select")
        read_until(controller, "select")
        process.send_signal(signal.SIGINT)
        read_until(controller, "headwater> ")
        os.write(controller, b"\\q\n")
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        os.close(controller)
    assert (home / "answer.csv").read_text(encoding="utf-8").split() == ["one", "1"]
    history = home / HISTORY_FILE
    assert "select 1 as one;" in history.read_text(encoding="utf-8")
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def read_until(terminal: int, prompt: str, seconds: float = 60) -> str:
    """What the terminal shows up to a prompt, or the echo of what was typed, that nothing follows."""
    shown, end = "", time.monotonic() + seconds
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready:
            shown += os.read(terminal, 65_536).decode("utf-8", "replace")
        elif re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", shown).endswith(prompt):
            return shown
    raise AssertionError(f"no prompt within {seconds} s: {shown[-500:]!r}")
