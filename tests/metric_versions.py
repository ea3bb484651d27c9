"""SQL and statistics of each metric in; which changed while its `metric_ver` stayed the same out.

`python -m tests.metric_versions` says what changed since it was last recorded. After a change raise
`metric_ver` in the mart's SQL file and run it with `--record`; where every figure is the same run it with
`--same-figures`. Comments, docstrings and line breaks are no change.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
RECORD = Path(__file__).with_suffix(".yaml")
SQL_FOLDER = "warehouse/sql/mart"
VERSION = re.compile(r"\b(\d+) as metric_ver\b")
COMMENT_OR_TEXT = re.compile(r"('(?:[^']|'')*')|--[^\n]*")


@dataclass(frozen=True)
class Record:
    """What was recorded: digests by file, the files and the version of each metric's mart."""

    digests: Mapping[str, str]
    shared: tuple[str, ...]
    made_by: Mapping[str, tuple[str, ...]]
    versions: Mapping[str, int]
    others: tuple[str, ...]
    """SQL files that no metric's figure depends on."""


def read_record(path: Path = RECORD) -> Record:
    """The committed record."""
    known = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Record(
        digests=known["digests"],
        shared=tuple(known["shared"]),
        made_by={mart: tuple(spec["made_by"]) for mart, spec in known["metrics"].items()},
        versions={mart: int(spec["version"]) for mart, spec in known["metrics"].items()},
        others=tuple(known["others"]),
    )


def find_stale(record: Record, root: Path = ROOT) -> dict[str, list[str]]:
    """For each metric's mart that changed while its version did not, the files that changed."""
    changed = {file for file in list_files(record) if digest_file(root / file) != record.digests.get(file)}
    versions = read_versions(root)
    stale = {
        mart: sorted(changed & {*files, *record.shared})
        for mart, files in record.made_by.items()
        if versions[mart] == record.versions[mart]
    }
    return {mart: files for mart, files in stale.items() if files}


def is_current(record: Record, root: Path = ROOT) -> bool:
    """Whether the record is that of the files as they are."""
    return record.versions == read_versions(root) and record.digests == {
        file: digest_file(root / file) for file in list_files(record)
    }


def list_files(record: Record) -> list[str]:
    """Every file that some metric is made by."""
    return sorted({*record.shared, *(file for files in record.made_by.values() for file in files)})


def read_versions(root: Path = ROOT) -> dict[str, int]:
    """`metric_ver` of each mart, as its SQL file has it."""
    found = {}
    for path in sorted((root / SQL_FOLDER).glob("*.sql")):
        version = VERSION.search(path.read_text(encoding="utf-8"))
        if version is not None:
            found[f"mart_{path.stem}"] = int(version[1])
    return found


def digest_file(path: Path) -> str:
    """Twelve hexadecimal digits of what the file does."""
    text = path.read_text(encoding="utf-8")
    plain = strip_python(text) if path.suffix == ".py" else strip_sql(text)
    return hashlib.sha256("".join(plain.split()).encode()).hexdigest()[:12]


def strip_sql(text: str) -> str:
    """The query without its comments and without the version of its formula."""
    return VERSION.sub("", COMMENT_OR_TEXT.sub(lambda found: found[1] or " ", text))


def strip_python(text: str) -> str:
    """The module without comments and docstrings."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for first, last in find_docstrings(ast.parse(text)):
        lines[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(lines)


def find_docstrings(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """First and last line of every string that stands for itself."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.lineno, node.end_lineno or node.lineno


def explain(stale: Mapping[str, list[str]]) -> str:
    """What to do, in words."""
    lines = ["The formula of a metric changed and its version did not:"]
    lines += [f"  {mart}: {', '.join(files)}" for mart, files in stale.items()]
    return "\n".join(
        [
            *lines,
            f"Raise `N as metric_ver` in {SQL_FOLDER}/NAME.sql of each, so that rows made by unlike",
            "formulas are told apart, then record it: python -m tests.metric_versions --record",
            "If every figure stays the same: python -m tests.metric_versions --same-figures",
        ]
    )


def write_record(record: Record, path: Path = RECORD, root: Path = ROOT) -> None:
    """Record the files and versions as they are."""
    versions = read_versions(root)
    known = {
        "shared": list(record.shared),
        "metrics": {
            mart: {"version": versions[mart], "made_by": list(files)}
            for mart, files in record.made_by.items()
        },
        "others": list(record.others),
        "digests": {file: digest_file(root / file) for file in list_files(record)},
    }
    head = "# What each metric is made by, as last recorded: python -m tests.metric_versions --help\n"
    path.write_text(head + yaml.safe_dump(known, sort_keys=False, width=110), encoding="utf-8")


def main() -> int:
    """Say what changed, or record it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--record", action="store_true", help="record changes whose versions were raised")
    parser.add_argument("--same-figures", action="store_true", help="record changes that change no figure")
    arguments = parser.parse_args()
    record = read_record()
    stale = find_stale(record)
    if stale and not arguments.same_figures:
        sys.stderr.write(explain(stale) + "\n")
        return 1
    if arguments.record or arguments.same_figures:
        write_record(record)
        sys.stdout.write(f"recorded in {RECORD.relative_to(ROOT)}\n")
    elif not is_current(record):
        sys.stderr.write("record what was raised: python -m tests.metric_versions --record\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
