"""What a run needs -> what works here, and what to do about what does not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flows.exit_codes import CommandError, ExitCode
from flows.failures import explain_failure
from flows.home import check_home
from flows.inventory import ERASURE_DONE, ERASURE_UNFINISHED
from flows.plan import find_platform
from flows.secret import find_key_file
from flows.settings import MODELS, Settings
from nlp.encoder import Encoder, shipped_model_folder
from nlp.own_tagger import find_own_folders, load_own_taggers
from spiders.browser import find_browser
from spiders.platform import discover_platforms
from warehouse.disk_faults import find_existing
from warehouse.erasures import is_erasure_unfinished
from warehouse.future_readings import list_future_readings
from warehouse.publish import published_path

LEAST_FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the set-up."""

    part: str
    works: bool
    detail: str


def diagnose(settings: Settings) -> list[Finding]:
    """Check Python, disk, key, browser, models, sources, readings, erasures; nothing is written."""
    checks: dict[str, Callable[[], str]] = {
        "python": lambda: sys.version.split()[0],
        "home": lambda: check_space(settings.home),
        "secret key": lambda: check_key(settings.home),
        "browser": lambda: str(find_browser(settings.chromium_path or None)),
        "model": lambda: Encoder.load(shipped_model_folder()).version,
        "own taggers": lambda: check_own_taggers(settings.home / MODELS),
        "sources": lambda: check_sources(settings),
        "platforms": lambda: ", ".join(sorted(discover_platforms())),
        "readings": lambda: check_readings(settings.home),
        "erasure": lambda: check_erasure(settings.home),
    }
    return [run_check(part, check) for part, check in checks.items()]


def run_check(part: str, check: Callable[[], str]) -> Finding:
    """One check; a failure a person can act on becomes its sentence, another goes on."""
    try:
        return Finding(part, True, check())
    except Exception as failure:
        explained = explain_failure(failure)
        if explained is None:
            raise
        return Finding(part, False, str(explained))


def check_space(home: Path) -> str:
    """Free space of the disk that the home is on, or will be; CommandError when there is too little.

    StorageError where it may not be written.
    """
    check_home(home)
    there = find_existing(home)
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE_BYTES:
        raise CommandError(
            f"{home}: only {free / 1024**3:.1f} GiB free, 2 GiB are needed; free some space", ExitCode.STORAGE
        )
    if there != home:
        return f"{home}, {free / 1024**3:.0f} GiB free, made by the first command that writes"
    return f"{home}, {free / 1024**3:.0f} GiB free"


def check_key(home: Path) -> str:
    """Where the key is; CommandError when it is damaged."""
    path = find_key_file(home)
    return str(path) if path else "none yet, made by the first crawl or import"


def check_own_taggers(models: Path) -> str:
    """Names of the taggers that were trained in the home; ModelError where one would end every run."""
    return ", ".join(tagger.name for tagger in load_own_taggers(find_own_folders(models))) or "none"


def check_sources(settings: Settings) -> str:
    """Names of the sources that the settings have; CommandError where one is no platform's."""
    for source in sorted(settings.sources):
        find_platform(source)
    return ", ".join(sorted(settings.sources)) or "none"


def check_readings(home: Path) -> str:
    """That no reading is of a time still to come; CommandError names the runs of a clock that was ahead."""
    published = published_path(home)
    if not published.exists():
        return "none yet"
    found = list_future_readings(published)
    if not found:
        return "none is of a time still to come"
    runs = ", ".join(f"{one.source} {one.run_id} ({one.readings:,})" for one in found)
    raise CommandError(
        f"of a time still to come, as the clock of this computer was ahead: {runs}; newer ones count "
        "before them. To be rid of them correct the clock and run headwater remove RUN_ID for each"
    )


def check_erasure(home: Path) -> str:
    """That all that was to be erased is gone; CommandError where an erasure was killed."""
    if is_erasure_unfinished(home):
        raise CommandError(ERASURE_UNFINISHED)
    return ERASURE_DONE
