"""Enrich: core rows without annotations in; annotations, groups of near-duplicates and clusters out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from flows.load import open_warehouse
from flows.offer_topics import place_offers_on_sale
from flows.plan import RunPlan
from flows.progress import track_step
from flows.settings import MODELS
from flows.text_groups import group_texts
from flows.topics import track_topics
from nlp.own_tagger import find_own_folders
from nlp.pipeline import annotate_table, build_taggers
from nlp.tagger import Tagger, TaggerSettings
from warehouse.enrich import count_pending, read_pending, write_annotations
from warehouse.store import Warehouse

BATCH_ROWS = 20_000


def enrich_subjects(plan: RunPlan) -> int:
    """Tag every text that a tagger of today has not seen, then group copies and follow topics.

    The number of texts tagged. Each part keeps what it has done batch by batch and goes on from there.
    """
    dictionary = find_user_file(plan.home, "words.txt")
    taggers = build_taggers(
        TaggerSettings(
            model_folder=Path(plan.model) if plan.model else None,
            threads=plan.model_threads,
            abstain_below=plan.abstain_below,
            user_dictionary=dictionary,
            taxonomy=find_user_file(plan.home, "taxonomy.yaml"),
            cues=find_user_file(plan.home, "cues.yaml"),
            own=find_own_folders(plan.home / MODELS),
            entities=find_user_file(plan.home, "entities.yaml"),
        )
    )
    tagged = 0
    with open_warehouse(plan) as warehouse:
        with track_step("tag texts") as advance:
            pending = count_pending(warehouse, taggers)
            advance(0, pending)
            for kept in tag_pending(warehouse, taggers, batch_size=BATCH_ROWS):
                tagged += kept
                advance(tagged, pending)
        group_texts(warehouse)
        track_topics(warehouse, dictionary)
        place_offers_on_sale(warehouse, dictionary)
    return tagged


def tag_pending(warehouse: Warehouse, taggers: Sequence[Tagger], batch_size: int) -> Iterator[int]:
    """Tag every text that a tagger has not seen; yields the number of texts of each batch, once it is kept.

    While a batch is tagged, a thread of its own writes the batch before it and reads the one after; the
    warehouse is busy until the last number.
    """
    batches = read_pending(warehouse, taggers, batch_size)
    # one thread alone, since a connection does one thing at a time
    with _freeze_objects(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage") as storage:
        upcoming = storage.submit(next, batches, None)
        writing: Future[int] | None = None
        tagged = 0
        while (batch := upcoming.result()) is not None:
            upcoming = storage.submit(next, batches, None)
            missing = [tagger for tagger in taggers if tagger.name in batch.taggers]
            annotations = annotate_table(batch.subjects, missing)
            if writing:
                writing.result()
                yield tagged
            writing = storage.submit(write_annotations, warehouse, annotations)
            tagged = batch.subjects.num_rows
        if writing:
            writing.result()
            yield tagged


@contextmanager
def _freeze_objects() -> Iterator[None]:
    """Keep the garbage collector from what is there already, such as the taggers with their words.

    It would be read again for every some thousand labels, a tenth of the time that titles take.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def find_user_file(home: Path, name: str) -> Path | None:
    """A file of the user's own in the home, when there is one."""
    path = home / name
    return path if path.exists() else None
