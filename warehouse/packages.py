"""A landing folder in; complete packages with their verified files and rows out."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import zstandard
from pydantic import ValidationError

from warehouse.columns import Column, describe_columns, quote_identifier, tabulate_records
from warehouse.errors import PackageRefused
from warehouse.records import CrawlReport, LandedFile, Record, Rejection

REPORT_NAME = "report.json"
BATCH_ROWS = 50_000
PAYLOAD_LENGTH = 4_000
_LARGEST_INTEGER = 2**63 - 1
_INTEGERS = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
)


@dataclass(frozen=True, slots=True)
class Package:
    """One complete landing package."""

    folder: Path
    sha256: str
    """Hash of report.json, which names the hash of every file."""

    @property
    def source(self) -> str:
        """Source, by its folder."""
        return self.folder.parent.name

    @property
    def run_id(self) -> str:
        """Run, by its folder."""
        return self.folder.name

    @property
    def name(self) -> str:
        """source/run_id."""
        return f"{self.source}/{self.run_id}"


class RefusedRow(NamedTuple):
    """A line that breaks the contract."""

    reason: str
    detail: str
    payload: str


def find_packages(landing_root: Path) -> list[Package]:
    """Packages whose report is there, by source and run."""
    reports = sorted(landing_root.glob(f"*/*/{REPORT_NAME}"))
    return [Package(path.parent, hashlib.sha256(path.read_bytes()).hexdigest()) for path in reports]


def read_report(package: Package) -> CrawlReport:
    """The package's report; PackageRefused when it is none, or another package's."""
    try:
        report = CrawlReport.model_validate_json((package.folder / REPORT_NAME).read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "report"
        raise PackageRefused("bad_report", f"{where}: {first['msg']}") from error
    if (report.source, report.run_id) != (package.source, package.run_id):
        raise PackageRefused("misplaced", f"the report names {report.source}/{report.run_id}")
    return report


def verify_file(package: Package, landed: LandedFile) -> Path:
    """Path of a file whose bytes are those the report names; PackageRefused otherwise."""
    path = package.folder / landed.name
    if Path(landed.name).name != landed.name or path.is_symlink():
        raise PackageRefused("bad_file_name", f"{landed.name!r} is no file of the package")
    if not path.is_file():
        raise PackageRefused("missing_file", f"{landed.name} is not there")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != landed.sha256:
        raise PackageRefused("file_changed", f"{landed.name} is not the file that the report describes")
    return path


def describe_parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[tuple[str, str], ...]:
    """Names and SQL types of a Parquet file's columns; PackageRefused when it cannot be read."""
    try:
        relation = connection.read_parquet(str(path))
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        raise PackageRefused("unreadable_file", f"{path.name}: {_first_line(error)}") from error
    return tuple(zip(relation.columns, map(str, relation.types), strict=True))


def read_parquet(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    found: Iterable[tuple[str, str]],
    record: type[Record],
) -> duckdb.DuckDBPyRelation:
    """Rows of Parquet files with the same columns as a relation with the record's columns, in order.

    `found` is what describe_parquet tells of each of them. A column that is unknown, of a wrong type, or
    needed and absent is a PackageRefused; an absent column with a default takes it, so that packages of an
    older contract still load.
    """
    types, name = dict(found), paths[0].name
    columns = describe_columns(record)
    if unknown := sorted(set(types) - {column.name for column in columns}):
        raise PackageRefused("unknown_column", f"{name}: {', '.join(unknown)}")
    relation = connection.read_parquet([str(path) for path in paths])
    return relation.project(", ".join(_project_column(column, types, name) for column in columns))


def read_json_lines(path: Path, record: type[Record]) -> Iterator[tuple[pa.Table, list[RefusedRow]]]:
    """Batches of the rows that fit, as a table, and of those that do not.

    A field that the record does not know is a PackageRefused, as an unknown column of Parquet is.
    """
    fitting: list[Record] = []
    refused: list[RefusedRow] = []
    for line in _read_lines(path):
        try:
            entry = record.model_validate_json(line)
            _check_integers(entry)
        except ValidationError as error:
            refused.append(RefusedRow(*_explain_row(error, path.name), line[:PAYLOAD_LENGTH]))
        except OverflowError as error:
            detail = f"{error}: the number is too large"
            refused.append(RefusedRow(f"bad_{error}", detail, line[:PAYLOAD_LENGTH]))
        else:
            fitting.append(entry)
        if len(fitting) + len(refused) >= BATCH_ROWS:
            yield tabulate_records(fitting, record), refused
            fitting, refused = [], []
    yield tabulate_records(fitting, record), refused


def read_rejections(path: Path) -> Iterator[pa.Table]:
    """Batches of the package's own rejections; a line that is none is a PackageRefused."""
    for table, refused in read_json_lines(path, Rejection):
        if refused:
            raise PackageRefused("bad_rejection", f"{path.name}: {refused[0].detail}")
        yield table


def is_json_lines(path: Path) -> bool:
    """Whether the file is JSON lines; PackageRefused when it is neither that nor Parquet."""
    if path.name.endswith((".jsonl.zst", ".jsonl")):
        return True
    if path.name.endswith(".parquet"):
        return False
    raise PackageRefused("unknown_format", f"{path.name} is neither JSON lines nor Parquet")


def _read_lines(path: Path) -> Iterator[str]:
    """Lines of a file in one or many zstd frames, or plain."""
    try:
        with path.open("rb") as raw:
            plain = (
                zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
                if path.suffix == ".zst"
                else raw
            )
            for line in io.TextIOWrapper(plain, encoding="utf-8", newline="\n"):
                if line.strip():
                    yield line.rstrip("\n")
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        raise PackageRefused("unreadable_file", f"{path.name}: {_first_line(error)}") from error


def _check_integers(entry: Record) -> None:
    """OverflowError with the field's name for a count that no 64-bit column holds."""
    for name, value in entry:
        if isinstance(value, int) and value > _LARGEST_INTEGER:
            raise OverflowError(name)


def _explain_row(error: ValidationError, file_name: str) -> tuple[str, str]:
    first = error.errors()[0]
    field = str(first["loc"][0]) if first["loc"] else "row"
    if first["type"] == "extra_forbidden":
        raise PackageRefused("unknown_column", f"{file_name}: {field}") from error
    is_absent = first["type"] == "missing" or first.get("input") is None
    return f"{'no' if is_absent else 'bad'}_{field}"[:64].lower(), f"{field}: {first['msg']}"


def _project_column(column: Column, types: dict[str, str], file_name: str) -> str:
    name = quote_identifier(column.name)
    if column.name not in types:
        if column.default is None:
            raise PackageRefused("missing_column", f"{file_name}: {column.name}")
        return f"{column.default} as {name}"
    if not _is_accepted(types[column.name], column.sql_type):
        raise PackageRefused(
            "wrong_type",
            f"{file_name}: {column.name} is {types[column.name]}, {column.sql_type.upper()} is needed",
        )
    return f"cast({name} as {column.sql_type}) as {name}"


def _is_accepted(found: str, wanted: str) -> bool:
    """Whether a column of type `found` holds nothing that `wanted` would change."""
    if wanted == "bigint":
        return found in _INTEGERS - {"UBIGINT"}
    if wanted == "double":
        return found in _INTEGERS | {"FLOAT", "DOUBLE"}
    if wanted.startswith("decimal"):
        return found.startswith("DECIMAL(") and int(found.rstrip(")").rpartition(",")[2]) <= 4
    return found == wanted.upper()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
