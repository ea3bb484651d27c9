"""A crawl order in; the same order, with the known posts that are due to be read again, out."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.exit_codes import CommandError
from flows.settings import Settings
from spiders.order import CrawlOrder
from spiders.platform import discover_platforms
from warehouse.publish import published_path
from warehouse.revisits import list_due_posts


def add_due_posts(
    settings: Settings, order: CrawlOrder, *, due_only: bool = False, now: datetime | None = None
) -> CrawlOrder:
    """The order with at most crawl.revisit_pages posts due at `now`; `due_only` drops the rest of it.

    Unchanged for a platform that cannot read a known post again, CommandError where only that was wanted.
    """
    platforms = discover_platforms()
    if not platforms[order.source].revisits:
        if due_only:
            able = ", ".join(name for name, platform in platforms.items() if platform.revisits)
            raise CommandError(f"{order.source} cannot read a known post again; these can: {able}")
        return order
    most = min(settings.crawl.revisit_pages, order.total_pages)
    due = list_due_posts(published_path(settings.home), order.source, now or datetime.now(UTC), most)
    return order.model_copy(update={"revisits": due, "revisits_only": due_only})
