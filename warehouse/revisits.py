"""The published file, a platform and a moment in; ids of the videos due to be read again out."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from warehouse.published_file import open_readonly
from warehouse.sql_files import read_sql_file

AGE_STEPS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
"""Ages since the first observation at which engagement is read again, each once."""
LAST_AGE = timedelta(days=14)
"""Age after which a step that was missed is let go: a video that is gone is not asked for for ever."""
SLACK = 0.95
"""Share of an age that counts as that age: a run every six hours begins seconds before six hours are over."""


def list_due_posts(published: Path, platform: str, now: datetime, most: int) -> tuple[str, ...]:
    """Ids of at most `most` videos, those that became due last first; none before anything was published.

    A video is due when it has come to an age step and was not observed since; one observation serves every
    step passed. Read from the published file, so that a load may run meanwhile.
    """
    if most < 1 or not published.exists():
        return ()
    sql = read_sql_file("read", "posts_due")
    asked = {
        "platform": platform,
        "now": now,
        "ages_seconds": [int(age.total_seconds() * SLACK) for age in AGE_STEPS],
        "last_age_seconds": int(LAST_AGE.total_seconds()),
        "most": most,
    }
    with open_readonly(published) as connection:
        rows = connection.execute(sql, asked).fetchall()
    return tuple(post_id for post_id, _ in rows)
