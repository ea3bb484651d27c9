"""A small world of posts to be tagged, grouped and followed, and a process that enriches it in small steps.

Run as `python -m tests.enrich_world HOME`: a line `step done total` on stdout for everything that is kept.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.landed_packages import make_post
from tests.topic_world import FIRST_DAY, THEMES, write_posts
from warehouse.records import Post
from warehouse.store import Warehouse

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = (0, 1, 2, 3, 50, 51, 52, 53, 54, 55, 56, 57, 62, 63, 64, 65, 66)
"""Days of the world with posts; the first lie more than a window before the last."""
FEELINGS = ("真好看,想买一件", "求链接", "用了一个月,太失望了", "别买,智商税", "已经无限回购了", "还行吧")
TABLES = ("core_annotations", "core_text_groups", "core_clusters", "core_cluster_events")
_BATCH_ROWS = 25


def write_world(seed: int) -> list[Post]:
    """About 250 posts on three themes, one in eight a copy of an earlier one of the same days."""
    chance = random.Random(seed)
    posts: list[Post] = []
    for number in DAYS:
        day = FIRST_DAY + timedelta(days=number)
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
        for theme in sorted(THEMES)[:3]:
            for document in write_posts(theme, 5, day, seed):
                text = f"{document.text}。{chance.choice(FEELINGS)}"
                if posts and chance.random() < 0.125:
                    text = f"{posts[-1 - chance.randrange(min(len(posts), 15))].text}!!"
                at = moment + timedelta(minutes=len(posts))
                posts.append(
                    make_post(len(posts), title=None, text=text, hashtags=(), published_at=at, captured_at=at)
                )
    return posts


def dump_tables(home: Path) -> dict[str, Sequence[tuple[Any, ...]]]:
    """Every row of what enriching writes, in an order that does not depend on how it was written."""
    with Warehouse.open(home) as warehouse:
        return {
            table: warehouse.connection.execute(f"select * from {table} order by all").fetchall()  # noqa: S608
            for table in TABLES
        }


def print_step(description: str) -> tuple[Callable[[int, int], None], Callable[[], None]]:
    """Report a step as lines that another process waits for."""

    def advance(done: int, total: int) -> None:
        sys.stdout.write(f"{description.replace(' ', '-')} {done} {total}\n")
        sys.stdout.flush()

    return advance, lambda: None


def main() -> None:
    """Enrich the home named on the command line in batches of a few posts."""
    from flows import enrich, text_groups
    from flows.plan import RunPlan
    from flows.progress import use_tracker

    enrich.BATCH_ROWS = text_groups.BATCH_ROWS = _BATCH_ROWS
    with use_tracker(print_step):
        tagged = enrich.enrich_subjects(RunPlan(run_id="enrich", home=Path(sys.argv[1])))
    sys.stdout.write(f"tagged {tagged} {tagged}\n")


if __name__ == "__main__":
    main()
