"""`headwater import`: files that people already hold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.erasing import tell_unfinished
from flows.commands.stoppable import run_stoppable, tell_when_stopped
from flows.exit_codes import CommandError, ExitCode
from flows.plan import make_plan
from flows.progress import show_progress, track_step
from flows.secret import ensure_secret_key, find_secret_key, read_secret_key
from flows.settings import Settings, read_settings, speak
from flows.stopping import StopRequest
from flows.wording import CommandWording

if TYPE_CHECKING:
    from spiders.imports.reader import ImportResult


def add_commands(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("import")(import_files)


def import_files(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Files or folders to import.")],
    format_name: Annotated[
        str | None, typer.Option("--format", help="Format; default: detected from the content.")
    ] = None,
    platform: Annotated[
        str | None, typer.Option("--platform", help="Platform, where the file does not tell.")
    ] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="Column mapping FIELD=COLUMN, for plain files.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be taken; change nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read files into the warehouse and say what was taken, what was not, and why."""
    from spiders.errors import ImportRefused, PackageError
    from spiders.imports.reader import check_choices
    from warehouse.disk_faults import check_free_space

    settings = read_settings(context.obj)
    words = speak(settings)
    tell_unfinished(settings, words)
    columns = read_mapping(mapping or [])
    check_choices(format_name, platform, columns or {})
    files = list_files(files)
    if not dry_run:
        check_free_space(settings.home)
    labels = name_apart(files)
    results: list[tuple[str, ImportResult]] = []
    refused: list[str] = []
    with show_progress(words, quiet=as_json):
        with tell_when_stopped(words):
            for file in files:
                try:
                    result = read_file(settings, file, format_name, platform, columns, dry_run=dry_run)
                except (ImportRefused, PackageError) as refusal:
                    refused.append(str(refusal).replace(file.name, labels[file], 1))
                else:
                    results.append((labels[file], result))
        changed = None if dry_run or not results else run_stoppable(partial(load_imports, settings), words)
    if as_json:
        rows = [{"file": file, **describe_result(result)} for file, result in results]
        outcome = {"files": rows, "refused": refused, "rows_loaded": changed}
        print(json.dumps(outcome, ensure_ascii=False, default=str))
    else:
        print_outcome(words, results, changed, with_preview=dry_run)
    for sentence in refused:
        typer.echo(words.say("headwater", sentence=words.translate(sentence)), err=True)
    if refused or any(not result.taken for _, result in results):
        raise typer.Exit(int(ExitCode.PARTIAL if any(r.taken for _, r in results) else ExitCode.USAGE))


def list_files(paths: list[Path]) -> list[Path]:
    """Files as they are, folders as the importable files in them; CommandError for what is not there."""
    from spiders.imports.reader import list_importable

    for path in paths:
        if not path.exists():
            raise CommandError(f"{path} does not exist")
    files = [file for path in paths for file in list_importable(path)]
    if not files:
        raise CommandError(f"{paths[0]} holds no file that can be imported")
    return files


def name_apart(files: Sequence[Path]) -> dict[Path, str]:
    """Each file -> its name, below as many of its folders as tell it from the others.

    Tools call a file the same for every platform, and keep them apart by folders alone.
    """
    labels: dict[Path, str] = {}
    waiting = set(files)
    for depth in range(1, max((len(file.parts) for file in files), default=0) + 1):
        tails = {file: "/".join(file.parts[-depth:]) for file in waiting}
        shared = Counter(tails.values())
        labels |= tails
        waiting = {file for file in waiting if shared[tails[file]] > 1}
    return labels


def read_mapping(pairs: list[str]) -> dict[str, str] | None:
    """`FIELD=COLUMN` pairs -> field by field; CommandError for a pair without =."""
    columns = {}
    for pair in pairs:
        field, separator, column = pair.partition("=")
        if not separator or not field or not column:
            raise CommandError(f"--map {pair}: write FIELD=COLUMN, for example --map title=商品名称")
        columns[field.strip()] = column.strip()
    return columns or None


def read_file(
    settings: Settings,
    file: Path,
    format_name: str | None,
    platform: str | None,
    columns: dict[str, str] | None,
    *,
    dry_run: bool,
) -> ImportResult:
    """Land one file."""
    from spiders.imports.reader import import_file
    from spiders.privacy import Pseudonymiser

    home = settings.home
    key = find_secret_key(home) if dry_run else read_secret_key(ensure_secret_key(home))
    with track_step(f"read {file.name}"[:28]) as advance:
        return import_file(
            file,
            settings.landing_root,
            Pseudonymiser(key),
            format_name=format_name,
            platform=platform,
            mapping=columns,
            now=datetime.now(UTC),
            on_progress=lambda rows: advance(rows, 0),
            dry_run=dry_run,
        )


def load_imports(settings: Settings, stop: StopRequest) -> dict[str, int]:
    """Load what has landed; rows added by table."""
    from flows.load import load_landing

    return {
        table: rows
        for table, rows in load_landing(make_plan(settings, ()), stop).rows_by_table.items()
        if rows
    }


def describe_result(result: ImportResult) -> dict[str, object]:
    """The result as plain values."""
    return {
        "source": result.source,
        "run_id": result.run_id,
        "format": result.format_name,
        "already_landed": result.already_landed,
        "taken": result.taken,
        "skipped": result.skipped,
        "rejected": result.rejected,
        "refused_rows": {
            reason: [row._asdict() for row in rows] for reason, rows in result.refused_rows.items()
        },
        "preview": result.preview,
        "messages": result.messages,
    }


def print_outcome(
    words: CommandWording,
    results: list[tuple[str, ImportResult]],
    changed: dict[str, int] | None,
    *,
    with_preview: bool,
) -> None:
    """Every file's result, and what the warehouse got of it."""
    for file, result in results:
        print_result(words, file, result, with_preview=with_preview)
    if changed is not None:
        print(words.say("rows_loaded", rows=words.count(changed, "nothing_new")))


def print_result(words: CommandWording, file: str, result: ImportResult, *, with_preview: bool) -> None:
    """One file's result in lines."""
    heading = "import_known" if result.already_landed else "import_file"
    print(words.say(heading, file=file, format=result.format_name))
    for line, counts in (
        ("taken", result.taken),
        ("left_out", result.skipped),
        ("did_not_fit", result.rejected),
    ):
        for name, count in sorted(counts.items()):
            print(words.say(line, n=count, name=words.name(name)))
            for refused in result.refused_rows.get(name, ()) if line == "did_not_fit" else ():
                told = (words.translate(refused.detail), refused.text)
                print(words.say("refused_row", row=" ".join(filter(None, told))))
    for message in result.messages:
        print(f"  {words.translate(message)}")
    for row in result.preview if with_preview else ():
        filled = {name: value for name, value in row.items() if value not in (None, "", [])}
        print("  " + json.dumps(filled, ensure_ascii=False, default=str))
