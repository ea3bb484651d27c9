"""A home in, the path of its published file out, or a sentence saying how to get one."""

from __future__ import annotations

from pathlib import Path

from flows.exit_codes import CommandError
from warehouse.errors import NOTHING_PUBLISHED
from warehouse.publish import holds_records, published_path


def require_published(home: Path) -> Path:
    """The stable path that readers open; CommandError when nothing is published yet."""
    published = published_path(home)
    if not published.exists():
        raise CommandError(NOTHING_PUBLISHED)
    return published


def require_records(home: Path) -> Path:
    """The same path; CommandError too when it was published before anything was read."""
    published = require_published(home)
    if not holds_records(published):
        raise CommandError(
            "nothing was crawled or imported yet, so there is nothing to report; "
            "run headwater demo, or import something and run headwater trends"
        )
    return published
