"""A file that somebody holds in, one landing package and a count of what was and was not taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spiders.errors import ImportRefused
from spiders.imports.container import FileIdentity, identify_file
from spiders.imports.format import ImportFormat, discover_formats
from spiders.imports.instants import read_file_day
from spiders.imports.intake import Intake, Progress, RefusedRow
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample, take_sample
from spiders.imports.workbook import describe_workbook
from spiders.landing import LandingWriter, read_report
from spiders.platform_names import find_alike_platform, list_known_platforms, normalise_platform
from spiders.privacy import Pseudonymiser
from warehouse.records import RECORD_KINDS

SURE_ENOUGH = 0.3
"""Below this score a file is of no known format."""

ENDINGS = frozenset(
    {".parquet", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm", ".xls", ".xlsb",
     ".zip", ".gz", ".7z", ".rar", ".bz2", ".zst", ".db", ".sqlite", ".sqlite3",
     ".html", ".htm", ".mhtml", ".mht", ".har"}
)  # fmt: skip
"""Endings of files that an import of a whole folder looks at."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class ImportResult:
    """What became of one file."""

    source: str
    run_id: str
    format_name: str
    package: Path | None
    """The landing package; None for a dry run."""
    taken: dict[str, int]
    """Records landed, by kind."""
    skipped: dict[str, int]
    """Rows left out on purpose, by reason."""
    rejected: dict[str, int]
    """Rows that did not fit, by reason."""
    preview: list[dict[str, Any]]
    """The first records of each kind, as they land."""
    already_landed: bool
    """True when the same bytes were imported before; nothing was written."""
    refused_rows: Mapping[str, list[RefusedRow]] = field(default_factory=dict)
    """Of each reason the first rows that did not fit, account columns left out; none of an earlier import."""
    messages: tuple[str, ...] = field(default=())
    """What a person should know: columns left aside, values left empty, a file cut short."""


def list_importable(path: Path) -> list[Path]:
    """A folder -> the files in it, by name, whose endings can be read or told; a file -> itself.

    Hidden folders and files are left alone, Headwater's own home among them, and so are lock files of Excel.
    """
    if not path.is_dir():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in ENDINGS
        and not any(part.startswith((".", "~$")) for part in file.relative_to(path).parts)
        and file.is_file()
    )


def import_file(
    path: Path,
    landing_root: Path,
    pseudonymiser: Pseudonymiser,
    *,
    format_name: str | None = None,
    platform: str | None = None,
    mapping: Mapping[str, str] | None = None,
    now: datetime,
    on_progress: Progress | None = None,
    dry_run: bool = False,
) -> ImportResult:
    """Read one file into one landing package, or with `dry_run` only count and preview what it would give.

    `mapping` is record field -> column of the file; its keys `kind` (posts, listings, ...) and `zone`
    (of times that carry none, e.g. Asia/Shanghai) are about the whole file. `on_progress` is called with the
    rows read so far. ImportRefused, naming the file, when it is missing, unreadable, empty or of no known
    format; or for a choice that fits no file, as in `check_choices`. PackageError when the same bytes were
    imported before and the report of that package is damaged.
    """
    choices = mapping or _NOTHING
    check_choices(format_name, platform, choices)
    request_zone = _read_zone(choices)
    slug = _read_platform(platform)
    identity = identify_file(path, {**choices, **({"platform": slug} if slug else {})})
    sample = take_sample(identity, choices)
    chosen = _choose_format(sample, format_name)
    source = "import-" + chosen.name.replace("_", "-")
    request = ImportRequest(
        identity, pseudonymiser, now, _file_moment(path, now), slug, choices, request_zone
    )
    if dry_run:
        return _collect(Intake(None, request, source, on_progress), chosen, sample)
    writer = LandingWriter(landing_root, source, identity.run_id)
    if writer.exists:
        return _describe_landed(landing_root / source / identity.run_id, chosen, identity)
    with writer:
        return _collect(Intake(writer, request, source, on_progress), chosen, sample)


def check_choices(format_name: str | None, platform: str | None, mapping: Mapping[str, str]) -> None:
    """ImportRefused for a format, platform, record kind or zone that there is not, whatever the file."""
    known = discover_formats()
    if format_name is not None and format_name not in known:
        raise ImportRefused(f"There is no import format {format_name}: known are {', '.join(known)}.")
    _read_platform(platform)
    _read_zone(mapping)


def _collect(intake: Intake, chosen: ImportFormat, sample: Sample) -> ImportResult:
    named = intake.request.platform
    if named is not None and (meant := find_alike_platform(named)) is not None:
        intake.take(Harvest(messages=(f"{named} is no platform known here: did you mean {meant}?",)))
    intake.take(Harvest(messages=describe_workbook(intake.request.identity)))
    for harvest in chosen.read(intake.request, sample):
        intake.take(harvest)
    package = intake.finish()
    return ImportResult(
        source=intake.source,
        run_id=intake.request.run_id,
        format_name=chosen.name,
        package=package,
        taken=dict(intake.taken),
        skipped=dict(intake.skipped),
        rejected=dict(intake.rejected),
        preview=intake.preview,
        already_landed=False,
        refused_rows=intake.refused_rows,
        messages=intake.messages,
    )


def _choose_format(sample: Sample, format_name: str | None) -> ImportFormat:
    formats = discover_formats()
    if format_name is not None:
        return formats[format_name]
    scores = {name: fmt.detect(sample) for name, fmt in formats.items()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < SURE_ENOUGH:
        raise ImportRefused(
            f"{sample.identity.path.name} is {sample.describe()}, which fits no known format "
            f"({', '.join(formats)}): "
            "name one with --format, or say with --map which column holds what."
        )
    return formats[best]


def _read_platform(platform: str | None) -> str | None:
    if platform is None:
        return None
    slug = normalise_platform(platform)
    if slug is None:
        raise ImportRefused(
            f"{platform} is no name of a platform: use letters, digits, - and _ for one of your own; "
            f"known are {', '.join(list_known_platforms())}."
        )
    return slug


def _read_zone(mapping: Mapping[str, str]) -> ZoneInfo | None:
    kind = mapping.get("kind")
    if kind is not None and kind not in RECORD_KINDS:
        raise ImportRefused(f"There is no record kind {kind}: known are {', '.join(RECORD_KINDS)}.")
    name = mapping.get("zone")
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ImportRefused(f"There is no time zone {name}: write it like Asia/Shanghai.") from error


def _file_moment(path: Path, now: datetime) -> datetime:
    """When the file was last written, or the end of the day in its name: a copy renews only the former."""
    written = min(datetime.fromtimestamp(path.stat().st_mtime, UTC), now.astimezone(UTC))
    day = read_file_day(path)
    return written if day is None else min(written, day + timedelta(days=1, seconds=-1))


def _describe_landed(package: Path, chosen: ImportFormat, identity: FileIdentity) -> ImportResult:
    report = read_report(package)
    return ImportResult(
        source=report.source,
        run_id=identity.run_id,
        format_name=chosen.name,
        package=package,
        taken=report.records_by_kind,
        skipped=report.skips_by_reason,
        rejected=report.rejections_by_reason,
        preview=[],
        already_landed=True,
        messages=report.messages,
    )
