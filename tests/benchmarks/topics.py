"""Labelled texts and board archives in; agreement of clusters with the labels and how long ids last out.

Run as `python -m tests.benchmarks.topics --labelled FILE --boards FILE... [--from YYYY-MM-DD] [--json OUT]`.
Labelled texts have the columns text and category; boards captured_at, platform and title. Seconds are those
of the processor.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence, Set
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sklearn.metrics import normalized_mutual_info_score

from nlp.pipeline import build_taggers
from nlp.segment import Segmenter
from nlp.tagger import TaggerSettings
from nlp.text import normalise_text
from nlp.topic_changes import BIRTH_DAYS
from nlp.topic_day import Document
from nlp.topic_labels import label_cluster
from nlp.topic_mixture import cluster_documents
from nlp.topic_state import TopicState
from nlp.topic_tracking import WINDOW_DAYS, track_day
from nlp.topic_words import INTEREST, TopicWordFinder, tabulate_words
from tests.benchmarks.language import time_call
from tests.benchmarks.machine import describe_machine, measure_peak_mib
from tests.topic_world import measure_background

MOST = 200
SLICES = 30


def main() -> None:
    """Measure what the given files allow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labelled", type=Path, required=True, help="Parquet: text, category")
    parser.add_argument("--boards", type=Path, nargs="+", required=True, help="Parquet: captured_at, ...")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=date(2025, 4, 20))
    parser.add_argument("--texts", type=int, default=20_000, help="labelled texts that are clustered")
    parser.add_argument("--json", type=Path, help="file to write the result to")
    arguments = parser.parse_args()
    finder = TopicWordFinder(Segmenter())
    texts, labels = read_labelled(arguments.labelled, arguments.texts)
    titles = read_days(arguments.boards, arguments.first, WINDOW_DAYS)
    document = {
        "machine": describe_machine(),
        "labelled": measure_agreement(texts, labels, finder),
        "boards": follow_days(titles, finder),
        "peak_mib": measure_peak_mib(),
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    print(text)


def read_labelled(path: Path, number: int) -> tuple[list[str], list[str]]:
    """A seeded sample of texts with their categories."""
    rows = pq.read_table(path, columns=["text", "category"]).to_pylist()
    chosen = random.Random(0).sample(rows, min(number, len(rows)))
    return [row["text"] or "" for row in chosen], [row["category"] for row in chosen]


def read_days(paths: Sequence[Path], first: date, days: int) -> list[tuple[str, date, str]]:
    """Distinct titles of each platform with the day they were first on a board, oldest first."""
    found: dict[tuple[str, str], date] = {}
    for path in paths:
        table = pq.read_table(path, columns=["captured_at", "platform", "title"])
        zoned = pa.timestamp("us", tz="Asia/Shanghai")
        day = pc.cast(pc.cast(table["captured_at"], zoned), pa.date32())
        table = table.append_column("day", day)
        inside = pc.and_(
            pc.greater_equal(day, pa.scalar(first, pa.date32())),
            pc.less(day, pa.scalar(first + timedelta(days=days), pa.date32())),
        )
        firsts = table.filter(inside).group_by(["platform", "title"]).aggregate([("day", "min")])
        for row in firsts.to_pylist():
            found[row["platform"], row["title"] or ""] = row["day_min"]
    rows = [(f"{platform}:{title}", day, title) for (platform, title), day in found.items()]
    return sorted(rows, key=lambda row: (row[1], row[0]))


def measure_agreement(texts: Sequence[str], labels: Sequence[str], finder: TopicWordFinder) -> dict[str, Any]:
    """Agreement of clusters, of which nobody said how many, with the categories.

    Outliers are texts without a word that could tell their topic; all others are in a cluster.
    """
    words, seconds = time_call(lambda: [finder.find_words(text) for text in texts])
    frequencies = Counter(word for text in words for word in text)
    kept = sorted(word for word, count in frequencies.items() if 5 <= count <= 0.2 * len(texts))
    places = {word: at for at, word in enumerate(kept)}
    table = tabulate_words(words, places, {word: finder.weigh(word) for word in kept})
    found, fitting = time_call(lambda: cluster_documents(table, MOST, measure_background(table)))
    empty = int((np.diff(table.indptr) == 0).sum())
    return {
        "texts": len(texts),
        "clusters": int(found.max()) + 1,
        "nmi": round(float(normalized_mutual_info_score(labels, found)), 3),
        "purity": round(measure_purity(labels, found.tolist()), 3),
        "outliers": round(empty / len(texts), 4),
        "seconds": round(seconds + fitting, 1),
    }


def measure_purity(labels: Sequence[str], found: Sequence[int]) -> float:
    """Share of the texts that have the commonest label of their cluster."""
    members: dict[int, Counter[str]] = {}
    for label, cluster in zip(labels, found, strict=True):
        members.setdefault(cluster, Counter())[label] += 1
    return sum(counts.most_common(1)[0][1] for counts in members.values()) / len(labels)


def follow_days(titles: Sequence[tuple[str, date, str]], finder: TopicWordFinder) -> dict[str, Any]:
    """Clusters of board titles followed day by day: what becomes of a title's id within 30 days."""
    segmenter = Segmenter()
    interests = build_taggers(TaggerSettings(names=("interests",)))[0]
    tagged = interests.tag([normalise_text(title).text for _, _, title in titles])
    documents = [
        Document(key, day, (*finder.find_words(title), *(INTEREST + label.label for label in labels)), title)
        for (key, day, title), labels in zip(titles, tagged, strict=True)
    ]
    keys = [key for key, _, _ in titles]
    labelled = {key for key, labels in zip(keys, tagged, strict=True) if labels}
    # the trained head labels texts that name nothing of their interest, and gives no span there
    named = {
        key
        for key, labels in zip(keys, tagged, strict=True)
        if any(label.start is not None for label in labels)
    }
    days = sorted({document.day for document in documents})[BIRTH_DAYS - 1 :]
    state, events = TopicState(), Counter[str]()
    first: dict[str, tuple[str, int]] = {}
    daily: list[float] = []
    kept: list[bool] = []
    seconds = 0.0

    def label(known: TopicState, cluster_id: str, texts: Sequence[str]) -> str:
        return label_cluster(known.words[cluster_id], known.everything, texts, segmenter, finder)

    for number, day in enumerate(days):
        window = [d for d in documents if day - timedelta(days=WINDOW_DAYS) < d.day <= day]
        before = {d.subject_id: d.cluster_id for d in window if d.cluster_id}
        (state, happened), spent = time_call(lambda: track_day(state, day, window, finder.weigh, label))  # noqa: B023
        seconds += spent
        events.update(event.event for event in happened)
        now = {d.subject_id: d.cluster_id for d in window if d.cluster_id}
        if before:
            daily.append(sum(now.get(key) == cluster for key, cluster in before.items()) / len(before))
        for key, cluster in now.items():
            born = first.setdefault(key, (str(cluster), number))
            if number - born[1] == SLICES:
                kept.append(cluster == born[0])
    return {
        "titles": len(documents),
        "first_day": str(days[0]),
        "days": len(days),
        "live_clusters": sum(cluster.fate == "live" for cluster in state.clusters.values()),
        "events": dict(sorted(events.items())),
        "kept_id_after_30_days": round(sum(kept) / max(1, len(kept)), 4),
        "kept_id_a_day_mean": round(sum(daily) / max(1, len(daily)), 4),
        "kept_id_a_day_least": round(min(daily, default=0.0), 4),
        "without_cluster": round(sum(d.cluster_id is None for d in documents) / len(documents), 4),
        "without_cluster_though_naming_an_interest": measure_left_out(documents, named),
        "without_cluster_though_labelled_with_an_interest": measure_left_out(documents, labelled),
        "seconds_a_day": round(seconds / len(days), 2),
    }


def measure_left_out(documents: Sequence[Document], keys: Set[str]) -> float:
    """Share of the documents with these keys that are in no cluster."""
    left_out = sum(document.cluster_id is None for document in documents if document.subject_id in keys)
    return round(left_out / max(1, len(keys)), 4)


if __name__ == "__main__":
    main()
