"""The published file and a span of days in, the texts of those days out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from warehouse.published_file import open_readonly
from warehouse.sql_files import read_sql_file


def read_texts_between(published: Path, first_day: date, last_day: date) -> list[str]:
    """Texts of posts and board lines of the days (Asia/Shanghai), both ends included, oldest first."""
    sql = read_sql_file("read", "texts_between")
    with open_readonly(published) as connection:
        rows = connection.execute(sql, {"first_day": first_day, "last_day": last_day}).fetchall()
    return [text for (text,) in rows]


def read_newest_day(published: Path) -> date | None:
    """Newest day with documents; None for an empty warehouse."""
    with open_readonly(published) as connection:
        row = connection.execute("select max(day) from mart_exposure_day where n_docs > 0").fetchone()
    return row[0] if row else None
