"""Author keys, posts and listings to erase in; packages, tables and published files without them out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from flows.exit_codes import CommandError
from flows.load import open_warehouse
from flows.plan import RunPlan
from flows.progress import track_step
from flows.secret import ensure_secret_key, read_secret_key
from flows.stopping import StopRequest
from flows.trends import build_trends
from spiders.erasure import Erased, PackageErasure, erase_from_package
from spiders.landing import REPORT_NAME
from spiders.platform_names import normalise_platform
from spiders.privacy import Pseudonymiser
from warehouse.erasures import (
    Erasure,
    RewrittenPackage,
    add_erasures,
    begin_erasure,
    compact_warehouse,
    count_erased,
    delete_erased,
    end_erasure,
    find_subjects,
    follow_rewritten,
    note_rewritten,
    read_erasures,
    read_unfinished,
)
from warehouse.load import load_packages
from warehouse.publish import remove_older
from warehouse.removals import REMOVED
from warehouse.store import DATABASE_NAME

AUTHOR_KEY = re.compile(r"[0-9a-f]{16,64}")


class ErasureSummary(BaseModel):
    """What an erasure took, or on a dry run would take."""

    model_config = ConfigDict(frozen=True)

    is_dry_run: bool
    authors: int
    """Author keys that are kept out from now on, earlier ones included."""
    subjects: int
    """Posts and listings that are kept out from now on, those under them included."""
    rows_by_table: dict[str, int]
    """Rows of the warehouse."""
    packages: int
    """Landing packages that held something of it."""
    package_rows: dict[str, int]
    """Rows of landing packages by kind."""
    responses: int
    """Kept responses, each gone as a whole."""
    reports: tuple[str, ...]
    """Folders of reports that name an erased post or listing; they are left for their owner to delete."""


def parse_keys(authors: Iterable[str], keys: Iterable[str]) -> list[Erasure]:
    """Author keys and platform:id names -> what to erase; CommandError for what is neither."""
    now = datetime.now(UTC)
    erasures = []
    for author in authors:
        if not AUTHOR_KEY.fullmatch(author):
            raise CommandError(f"{author!r} is no author key; core_posts.author_key holds them")
        erasures.append(Erasure(kind="author", key=author, erased_at=now))
    for key in keys:
        name, colon, own = key.partition(":")
        platform = normalise_platform(name) if name else None
        if not (platform and colon and own) or own.startswith("//"):
            raise CommandError(f"{key!r} names no post or listing; write PLATFORM:ID, as in subject_id")
        erasures.append(Erasure(kind="subject", key=f"{platform}:{own}", erased_at=now))
    return erasures


def erase(
    plan: RunPlan, asked: list[Erasure], stop: StopRequest | None = None, *, is_dry_run: bool = False
) -> ErasureSummary:
    """Erases what was asked and what was ever asked before, so that a killed erasure is finished by the next.

    In this order: what is asked for, what has landed, the list of all that is erased, each landing package,
    the tables, the marts and the published file, the bytes of deleted rows. Until all is done a file in the
    home says so, by which `status` and whatever writes next know of one that was killed. CommandError when
    there is nothing to erase. Once it is to stop, it ends at its next step, each of which leaves a package
    or the tables whole.
    """
    stop = stop or StopRequest()
    known = [*read_erasures(plan.home), *read_unfinished(plan.home)]
    if not asked and not known:
        raise CommandError("name what to erase: PLATFORM:ID of a post or listing, or --author KEY")
    if not (plan.home / DATABASE_NAME).exists() and not (plan.home / "landing").exists():
        raise CommandError(f"there is nothing in {plan.home} to erase from")
    erasures = [*known, *asked]
    with open_warehouse(plan, stop) as warehouse:
        if not is_dry_run:
            begin_erasure(plan.home, asked)
            load_packages(warehouse, plan.home / "landing")
        erasures += find_subjects(warehouse.connection, erasures)
        rows = count_erased(warehouse.connection, erasures)
        erased = gather_erased(erasures)
        if not is_dry_run:
            add_erasures(plan.home, erasures)
        taken = erase_from_packages(plan.home, erased, stop, is_dry_run=is_dry_run)
        if not is_dry_run:
            follow_rewritten(warehouse)
            with warehouse.transaction() as connection:
                delete_erased(connection, erasures)
    if not is_dry_run:
        build_trends(plan, stop)
        with track_step("compact", stop):
            compact_warehouse(plan.home, plan.memory_limit, plan.threads, stop.interrupting)
        remove_older(plan.home)
        end_erasure(plan.home)
    package_rows: Counter[str] = sum((package.records for package in taken), Counter())
    return ErasureSummary(
        is_dry_run=is_dry_run,
        authors=len(erased.authors),
        subjects=len(erased.subjects),
        rows_by_table={table: count for table, count in sorted(rows.items()) if count},
        packages=len(taken),
        package_rows=dict(sorted(package_rows.items())),
        responses=sum(package.responses for package in taken),
        reports=find_reports(plan.home, erased),
    )


def gather_erased(erasures: Iterable[Erasure]) -> Erased:
    """Erasures -> the sets that packages are compared with."""
    listed = list(erasures)
    return Erased(
        authors=frozenset(erasure.key for erasure in listed if erasure.kind == "author"),
        subjects=frozenset(erasure.key for erasure in listed if erasure.kind == "subject"),
    )


def erase_from_packages(
    home: Path, erased: Erased, stop: StopRequest, *, is_dry_run: bool
) -> list[PackageErasure]:
    """Erases from every complete landing package; those that held something of it."""
    pseudonymiser = Pseudonymiser(read_secret_key(ensure_secret_key(home)))
    roots = (home / "landing", home / REMOVED)
    folders = [report.parent for root in roots for report in sorted(root.glob(f"*/*/{REPORT_NAME}"))]
    taken = []
    with track_step("landing packages", stop) as advance:
        for done, folder in enumerate(folders, 1):
            name = f"{folder.parent.name}/{folder.name}"

            def note(before: str, after: str, name: str = name, folder: Path = folder) -> None:
                if folder.parent.parent.name == REMOVED:
                    return  # no ledger follows it
                note_rewritten(home, RewrittenPackage(package=name, before=before, after=after))

            package = erase_from_package(folder, erased, pseudonymiser, None if is_dry_run else note)
            if not package.is_empty:
                taken.append(package)
            advance(done, len(folders))
    return taken


def find_reports(home: Path, erased: Erased) -> tuple[str, ...]:
    """What lies under reports/ and names an erased id, reports by their folder.

    A report's workbook, Parquet and PDF are compressed, and what one file of it names stands in all.
    """
    reports = home / "reports"
    files = (path for path in sorted(reports.rglob("*")) if path.is_file())
    named = (path.relative_to(reports) for path in files if erased.is_named_in(path.read_bytes()))
    return tuple(sorted({str(reports / path.parts[0]) for path in named}))
