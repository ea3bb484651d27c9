"""The name of a topic or brand as people write it in; its id in the marts, or the nearest names, out."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path

from warehouse.errors import ReportRefused
from warehouse.reports.figures import find_last_day, open_report_tables, read_query

HASHTAG = re.compile(r"[#＃]+\s*(.+?)\s*(?:\[(?:话题|超话)\])?\s*[#＃]*")
"""A hashtag as the platforms write it: #拼豆, #拼豆#, #拼豆[话题]#."""


def read_name(words: str) -> str:
    """The name that a person means by these words, of usual width; that of a hashtag is without its marks."""
    name = unicodedata.normalize("NFKC", words).strip()
    found = HASHTAG.fullmatch(name)
    return found[1] if found else name


def find_subject(published: Path, kind: str, name: str, as_of: date | None = None) -> str:
    """topic_id or brand_id of a name: the id itself, or a label in Chinese or English.

    Of one name a hashtag goes before a cluster, a cluster before an interest and an interest before a word.
    Raises ReportRefused with the nearest names when there is none.
    """
    with open_report_tables(published) as connection:
        parameters: dict[str, str | date | None] = {"name": read_name(name)}
        if kind == "brand":
            parameters["as_of"] = find_last_day(connection, "brand", as_of)
        found = connection.execute(read_query(f"find_{kind}"), parameters).fetchall()
    if found and found[0][-1]:
        return str(found[0][0])
    nearest = ", ".join(str(row[0]) for row in found)
    advice = f"the nearest are: {nearest}" if nearest else f"no {kind} resembles it; see {LISTS[kind]}"
    raise ReportRefused(f"there is no {kind} {name!r} in the published data; {advice}")


LISTS = {
    "topic": "the rising topics, or select topic_id, label from mart_topic order by n_docs desc",
    "brand": "select distinct brand_id from mart_brand_sov_weekly",
}
"""Kind of subject -> where its names are listed."""
