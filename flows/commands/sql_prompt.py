"""Lines typed at a terminal in, answers out: `headwater sql` without a statement."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.commands.answers import Shape, choose_shape, print_rows, print_table, write_rows
from flows.exit_codes import CommandError
from flows.published import require_published
from flows.wording import CommandWording
from warehouse.dashboard.published import PublishedReader
from warehouse.errors import WarehouseError
from warehouse.examples import read_examples
from warehouse.query import run_query

HISTORY_FILE = "sql-history"
MOST_HISTORY = 2_000
PROMPT, MORE = "headwater> ", "      ...> "
KEYWORDS = (
    "select", "from", "where", "group by", "order by", "limit", "having", "qualify", "join", "left join",
    "using", "with", "distinct", "case", "when", "then", "else", "end", "between", "is null", "is not null",
    "count(*)", "sum(", "avg(", "median(", "round(", "coalesce(", "max(", "min(",
)  # fmt: skip


@dataclass
class Prompt:
    """One sitting: where rows go and how, and what is known of the tables."""

    home: Path
    limit: int
    seconds: float
    columns: Mapping[str, Sequence[Mapping[str, object]]]
    words: CommandWording
    shape: Shape = Shape.TABLE
    output: Path | None = None
    typed: list[str] = field(default_factory=list)

    def take(self, line: str) -> bool:
        """Act on one line; False when it says to leave."""
        command = line.strip()
        if not self.typed and command in ("\\q", "exit", "quit"):
            return False
        if not self.typed and command.startswith("\\"):
            self.obey(*command[1:].split(maxsplit=1))
        elif command or self.typed:
            self.typed.append(line)
            if command.endswith(";"):
                statement = "\n".join(self.typed).strip().rstrip(";")
                self.typed.clear()
                self.answer(statement)
        return True

    def obey(self, name: str = "", argument: str = "") -> None:
        """One command that begins with a backslash."""
        if name == "d":
            self.describe(argument.strip())
        elif name == "e":
            self.show_examples(argument.strip())
        elif name == "f" and argument in (*Shape,) and argument != Shape.PARQUET:
            self.shape = Shape(argument)
        elif name == "o" and argument:
            self.output = Path(argument).expanduser()
        else:
            print(self.words.say("sql_help"), end="")

    def describe(self, name: str) -> None:
        """Tables, or the columns of one."""
        say = self.words.say
        if not name:
            rows: list[tuple[object, ...]] = [(one, held[0]["row_is"]) for one, held in self.columns.items()]
            print_table((say("sql_table"), say("sql_row_is")), rows, words=self.words)
        elif name in self.columns:
            names = ("column_name", "data_type", "comment")
            rows = [tuple(held[one] for one in names) for held in self.columns[name]]
            heads = (say("sql_column"), say("sql_type"), say("sql_meaning"))
            print_table(heads, rows, words=self.words)
        else:
            print(say("sql_no_table", name=name))

    def show_examples(self, number: str) -> None:
        """The worked examples, or one of them with its answer."""
        examples = read_examples()
        if number.isdigit() and 1 <= int(number) <= len(examples):
            example = examples[int(number) - 1]
            print(f"{example.zh} · {example.en}\n{example.sql}\n")
            self.answer(example.sql)
            return
        for place, example in enumerate(examples, start=1):
            print(f"{place:>2}  {example.zh} · {example.en}")

    def answer(self, statement: str) -> None:
        """Run a statement and give its rows; a failure is one sentence and the sitting goes on."""
        output, self.output = self.output, None
        try:
            shape = choose_shape(None, output) if output else self.shape
            result = run_query(require_published(self.home), statement, self.limit, self.seconds)
            if output is None:
                print_rows(result, shape, self.words)
            else:
                write_rows(result, shape, output)
                print(self.words.say("rows_in", n=len(result.rows), path=output))
            if result.truncated:
                print(self.words.say("rows_cut", n=len(result.rows)))
        except (WarehouseError, CommandError, OSError) as problem:
            print(self.words.say("headwater", sentence=self.words.translate(str(problem))))


def run_prompt(home: Path, limit: int, seconds: float, words: CommandWording) -> None:
    """Read lines until the end; CommandError when nothing is published yet."""
    prompt = Prompt(home, limit, seconds, read_columns(require_published(home)), words)
    print(words.say("sql_prompt"))
    with keep_history(home / HISTORY_FILE, list_words(prompt.columns)):
        while True:
            try:
                if not prompt.take(input(MORE if prompt.typed else PROMPT)):
                    return
            except EOFError:
                print()
                return
            except KeyboardInterrupt:
                prompt.typed.clear()
                print()


def read_columns(published: Path) -> dict[str, list[Mapping[str, object]]]:
    """Columns of every published table by its name."""
    reader = PublishedReader(published)
    with reader.read() as reading:
        rows = reading.ask("list_columns").rows
    reader.close()
    found: dict[str, list[Mapping[str, object]]] = {}
    for row in rows:
        found.setdefault(str(row["relation"]), []).append(row)
    return found


def list_words(columns: Mapping[str, Sequence[Mapping[str, object]]]) -> list[str]:
    """What Tab completes: keywords, tables, columns."""
    names = {str(held["column_name"]) for one in columns.values() for held in one}
    return [*KEYWORDS, *sorted(columns), *sorted(names - set(columns))]


@contextlib.contextmanager
def keep_history(file: Path, words: Sequence[str]) -> Iterator[None]:
    """Line editing with the history of earlier sittings; plain lines where this Python has none."""
    try:
        import readline
    except ImportError:
        yield
        return

    def complete(text: str, state: int) -> str | None:
        fitting = [word for word in words if word.startswith(text.lower())]
        return fitting[state] if text and state < len(fitting) else None

    readline.set_completer(complete)
    readline.set_completer_delims(re.sub(r"[_\\]", "", readline.get_completer_delims()))
    readline.parse_and_bind("tab: complete")
    readline.set_history_length(MOST_HISTORY)
    with contextlib.suppress(FileNotFoundError):
        readline.read_history_file(file)
    try:
        yield
    finally:
        try:
            file.touch(mode=0o600)
            readline.write_history_file(file)
        except OSError as problem:
            sys.stderr.write(f"headwater: the history is not kept: {problem.strerror}\n")
