"""Board archives and verdicts on words in; precision of the best new words and recall of listed ones out.

Run as `python -m tests.benchmarks.new_words --boards FILE... [--month YYYY-MM] [--verdicts FILE]
[--dated FILE] [--json OUT]`. Boards have the columns captured_at and title; the dated list has the columns
word and first_seen_in_hot_title. Verdicts on the words of the default month come with this file.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nlp.segment import Segmenter
from nlp.text import fold_case, normalise_text
from nlp.words import FEWEST_TEXTS, NewWord, discover_words
from tests.benchmarks.language import time_call
from tests.benchmarks.machine import describe_machine, measure_peak_mib

BEST = 200
MONTH = "2025-03"
VERDICTS = Path(__file__).parent / "new_words_2025_03.tsv"


def main() -> None:
    """Find the new words of a month and grade them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=Path, nargs="+", required=True, help="Parquet: captured_at, title")
    parser.add_argument("--month", default=MONTH, help="month whose new words are looked for")
    parser.add_argument("--verdicts", type=Path, default=VERDICTS, help="word, tab, verdict; one a line")
    parser.add_argument("--dated", type=Path, help="Parquet: word, first_seen_in_hot_title")
    parser.add_argument("--show", action="store_true", help="print the best words, to judge them")
    parser.add_argument("--json", type=Path, help="file to write the result to")
    arguments = parser.parse_args()
    start = datetime.strptime(arguments.month, "%Y-%m").replace(tzinfo=UTC)
    end = (start + timedelta(days=31)).replace(day=1)
    window = read_between(arguments.boards, start, end)
    before = read_between(arguments.boards, start - timedelta(days=90), start)
    found, seconds = time_call(lambda: discover_words(window, before, Segmenter(), most=100_000))
    document: dict[str, Any] = {
        "machine": describe_machine(),
        "month": arguments.month,
        "titles": len(window),
        "titles_before": len(before),
        "processor_seconds": round(seconds, 2),
        "words": len(found),
        "best": grade_best(found, arguments.verdicts, len(window) / max(1, len(before))),
    }
    if arguments.dated:
        document["recall"] = measure_recall(found, arguments.dated, window, before, start, end)
    document["peak_mib"] = measure_peak_mib()
    if arguments.show:
        for word in found[:BEST]:
            print(word.word, word.documents, word.background, word.example, sep="\t")
    text = json.dumps(document, indent=1, ensure_ascii=False)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    print(text)


def grade_best(found: Sequence[NewWord], path: Path, share: float) -> dict[str, Any]:
    """Verdicts on the best words; `rose_threefold` counts those three times as frequent as before."""
    lines = path.read_text("utf-8").splitlines()
    verdicts = dict(line.split("\t") for line in lines if not line.startswith("#"))
    best = found[:BEST]
    counted = Counter(verdicts.get(word.word, "not judged") for word in best)
    return {
        "of": len(best),
        "verdicts": dict(sorted(counted.items())),
        "precision": round((counted["word"] + counted["name"]) / max(1, len(best)), 3),
        "rose_threefold": sum(word.documents > 3 * word.background * share for word in best),
    }


def measure_recall(
    found: Sequence[NewWord],
    path: Path,
    window: Sequence[str],
    before: Sequence[str],
    start: datetime,
    end: datetime,
) -> dict[str, Any]:
    """Recall of a list of dated words that the dictionary lacks and enough titles of the month hold.

    `dated`: words whose first hot title lies in the month; `risen`: all of the list whose share rose by half.
    The list is an input method's: it has parts of names as well as names.
    """
    segmenter = Segmenter()
    inside, outside = ("\n".join(map(fold, titles)) for titles in (window, before))
    names = {word.word for word in found}
    dated: set[str] = set()
    risen: set[str] = set()
    for row in pq.read_table(path, columns=["word", "first_seen_in_hot_title"]).to_pylist():
        word = fold(row["word"])
        times = 0 if segmenter.has_word(word) else inside.count(word)
        if times < FEWEST_TEXTS:
            continue
        if start <= row["first_seen_in_hot_title"] < end:
            dated.add(word)
        if times * len(before) > 1.5 * outside.count(word) * len(window):
            risen.add(word)
    return {
        "dated": len(dated),
        "recall_of_dated": round(len(dated & names) / max(1, len(dated)), 3),
        "risen": len(risen),
        "recall_of_risen": round(len(risen & names) / max(1, len(risen)), 3),
    }


def read_between(boards: Sequence[Path], start: datetime, end: datetime) -> list[str]:
    """Distinct titles captured from start to before end."""
    titles: dict[str, None] = {}
    for path in boards:
        table = pq.read_table(path, columns=["captured_at", "title"])
        moments = table["captured_at"]
        low, high = (pa.scalar(moment, moments.type) for moment in (start, end))
        chosen = table.filter(pc.and_(pc.greater_equal(moments, low), pc.less(moments, high)))
        titles.update(dict.fromkeys(title for title in chosen["title"].unique().to_pylist() if title))
    return list(titles)


def fold(text: str) -> str:
    """Normalised text in lower case."""
    return fold_case(normalise_text(text).text)


if __name__ == "__main__":
    main()
