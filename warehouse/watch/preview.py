"""The published file and a watch list that no run has seen yet in; its counts and samples out, at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from warehouse.errors import ReportRefused
from warehouse.published_file import attach_readonly
from warehouse.reports.figures import Figures, Parameters, find_last_day, open_report_tables, run_report_query
from warehouse.watch.marts import write_watch_marts
from warehouse.watch.syntax import WatchList

WATCH_QUERIES = ("watch", "watch_days", "watch_posts")


def preview_watch_list(
    published: Path, watch_list: WatchList, days: int, as_of: date | None = None
) -> Figures:
    """What the list meets in the last `days` days, by the same SQL as `headwater trends`.

    Nothing is written. Raises WatchListRefused for a pattern that cannot be read, ReportRefused when nothing
    is published.
    """
    with open_report_tables(published) as connection:
        day = as_of or find_last_day(connection, "daily", None)
    if day is None:
        raise ReportRefused(
            "nothing was read yet; run headwater crawl or headwater import, then headwater trends"
        )
    with attach_readonly(published) as connection:
        connection.execute("set variable as_of = ?", [day])
        write_watch_marts(connection, watch_list)
        parameters: Parameters = {"as_of": day, "days": days}
        tables = {query: run_report_query(connection, query, parameters) for query in WATCH_QUERIES}
    return Figures("watch", day, tables)
