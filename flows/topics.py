"""Topic tracking: documents of the last weeks in, clusters with their events and members out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from flows.progress import track_step
from flows.stopping import StopRequest
from nlp.pipeline import ANNOTATION_SCHEMA
from nlp.segment import Segmenter
from nlp.tagger import NONE
from nlp.topic_changes import BIRTH_DAYS
from nlp.topic_day import Document, TopicEvent
from nlp.topic_labels import label_cluster
from nlp.topic_renewal import renew_members
from nlp.topic_state import TopicState, read_state, tabulate_state
from nlp.topic_tracking import WINDOW_DAYS, track_day
from nlp.topic_words import INTEREST, TopicWordFinder
from warehouse.clusters import (
    CLUSTER_TAGGER,
    CLUSTER_VERSION,
    KeptClusters,
    find_last_document_day,
    read_cluster_window,
    read_clusters,
    write_clusters,
)
from warehouse.store import Warehouse

EVENT_SCHEMA = pa.schema(
    [
        ("day", pa.date32()),
        ("cluster_id", pa.string()),
        ("event", pa.string()),
        ("other_id", pa.string()),
        ("n_posts", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class MemberRows:
    """What an annotation says of a document beside its cluster."""

    kinds: Mapping[str, str]
    """Kind of each document, by its key."""
    version: str

    def tabulate(self, documents: Sequence[Document]) -> pa.Table:
        """Annotations that say which cluster each document is in."""
        rows = [
            annotate_member(
                self.kinds[each.subject_id], each.subject_id, each.cluster_id, each.score, self.version
            )
            for each in documents
        ]
        return pa.Table.from_pylist(rows, schema=ANNOTATION_SCHEMA)


def annotate_member(
    subject_kind: str, subject_id: str, cluster_id: str | None, score: float, version: str
) -> dict[str, object]:
    """The annotation that says which cluster a subject is in; `none` where no cluster took it."""
    return {
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "tagger": CLUSTER_TAGGER,
        "tagger_version": version,
        "label": cluster_id or NONE,
        "score": score if cluster_id else 1.0,
        "span_start": None,
        "span_end": None,
    }


def track_topics(
    warehouse: Warehouse,
    segmenter: Segmenter,
    version: str = CLUSTER_VERSION,
    today: date | None = None,
    stop: StopRequest | None = None,
) -> int:
    """Bring the clusters up to the newest day, one transaction a day; the number of documents looked at.

    No day after `today` (the machine's by default) is done, whatever a clock that was ahead has dated.
    The first time, clusters begin with the window's oldest week. Documents of days that are done, which came
    late, join clusters on the next day that is done. Documents of the window that another version put into
    their cluster choose again among the clusters there are; older ones stay as they were. Repeated, it
    changes nothing.
    """
    stop = stop or StopRequest()
    last = find_last_document_day(warehouse, today)
    if last is None:
        return 0
    finder = TopicWordFinder(segmenter)
    state = read_state(*read_clusters(warehouse))
    if state.newest_day is not None and state.newest_day > last:
        # a clock that was ahead once brought them to a day that is still to come
        state = replace(state, newest_day=last)
    rows = read_cluster_window(warehouse, last, WINDOW_DAYS)
    documents, kinds = read_documents(rows, finder, stop)
    versions = dict(zip(rows["subject_id"].to_pylist(), rows["cluster_version"].to_pylist(), strict=True))
    members = MemberRows(kinds, version)
    state, renewed = renew_outdated(warehouse, state, documents, versions, members, finder)
    pending = [document for document in documents if document.is_new]
    if not pending:
        return renewed
    days = list_days(state.newest_day, pending, last)
    with track_step("follow topics", stop) as advance:
        for done, day in enumerate(days, start=1):
            window = [d for d in documents if day - timedelta(days=WINDOW_DAYS) < d.day <= day]
            state = write_day(warehouse, state, day, window, members, finder, segmenter)
            advance(done, len(days))
    return renewed + len(pending)


def renew_outdated(
    warehouse: Warehouse,
    state: TopicState,
    documents: Sequence[Document],
    versions: Mapping[str, str | None],
    members: MemberRows,
    finder: TopicWordFinder,
) -> tuple[TopicState, int]:
    """Let documents that another version saw choose again, in one transaction; how many they were."""
    newest = state.newest_day
    if newest is None:
        return state, 0
    window = [d for d in documents if newest - timedelta(days=WINDOW_DAYS) < d.day <= newest]
    outdated = [d for d in window if not d.is_new and versions[d.subject_id] != members.version]
    if not outdated:
        return state, 0
    state, events = renew_members(state, newest, window, outdated, finder.weigh)
    kept = KeptClusters(*tabulate_state(state), newest)
    write_clusters(warehouse, kept, tabulate_events(events), members.tabulate(outdated), {})
    return state, len(outdated)


def list_days(newest: date | None, pending: Sequence[Document], last: date) -> list[date]:
    """Days to be done, in order: all after the newest that is done, and that one again for late documents.

    The first step of all takes a week at once: a day is too little to tell themes apart.
    """
    if newest is None:
        start = min(min(document.day for document in pending) + timedelta(days=BIRTH_DAYS - 1), last)
    elif any(document.day <= newest for document in pending):
        start = newest
    else:
        start = newest + timedelta(days=1)
    return [start + timedelta(days=number) for number in range((last - start).days + 1)]


def write_day(
    warehouse: Warehouse,
    state: TopicState,
    day: date,
    window: Sequence[Document],
    members: MemberRows,
    finder: TopicWordFinder,
    segmenter: Segmenter,
) -> TopicState:
    """Track one day and keep what came of it."""
    before = {document.subject_id: (document.is_new, document.cluster_id) for document in window}

    def label(known: TopicState, cluster_id: str, texts: Sequence[str]) -> str:
        return label_cluster(known.words[cluster_id], known.everything, texts, segmenter, finder)

    state, events = track_day(state, day, window, finder.weigh, label)
    changed = [d for d in window if before[d.subject_id] != (d.is_new, d.cluster_id)]
    merged = {event.cluster_id: str(event.other_id) for event in events if event.event == "merge"}
    kept = KeptClusters(*tabulate_state(state), state.newest_day)
    write_clusters(warehouse, kept, tabulate_events(events), members.tabulate(changed), merged)
    return state


def read_documents(
    rows: pa.Table, finder: TopicWordFinder, stop: StopRequest
) -> tuple[list[Document], dict[str, str]]:
    """Documents of the window with their words, and the kind of each."""
    documents = list(make_documents(stop.watch(rows.to_pylist()), finder))
    return documents, dict(zip(rows["subject_id"].to_pylist(), rows["subject_kind"].to_pylist(), strict=True))


def make_documents(rows: Iterable[dict[str, Any]], finder: TopicWordFinder) -> Iterator[Document]:
    """One document for each row; the interests it was labelled with are words of it."""
    for row in rows:
        interests = (INTEREST + label for label in row["interests"])
        yield Document(
            row["subject_id"],
            row["day"],
            (*finder.find_words(row["text"]), *interests),
            row["text"],
            row["is_primary"],
            row["cluster"] is None,
            None if row["cluster"] in (None, NONE) else row["cluster"],
            0.0 if row["cluster"] in (None, NONE) else row["score"],
        )


def tabulate_events(events: Sequence[TopicEvent]) -> pa.Table:
    """Events as a table."""
    return pa.Table.from_pylist([event._asdict() for event in events], schema=EVENT_SCHEMA)
