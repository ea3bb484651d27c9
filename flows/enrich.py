"""Enrich: core rows without annotations in; annotations, groups of near-duplicates and clusters out."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pyarrow as pa

from flows.load import open_warehouse
from flows.offer_topics import place_offers_on_sale
from flows.plan import RunPlan
from flows.progress import track_step
from flows.settings import MODELS
from flows.stopping import StopRequest
from flows.text_groups import group_texts
from flows.topics import track_topics
from flows.user_files import ENTITIES_FILE, find_user_file
from nlp.own_tagger import find_own_folders
from nlp.pipeline import build_taggers
from nlp.tagger import Tagger, TaggerSettings
from nlp.tagging_worker import TaggingWorker, share_batches
from nlp.whole_names import load_topic_segmenter
from warehouse.clock import find_today
from warehouse.enrich import PendingSubjects, list_pending, read_pending, write_annotations
from warehouse.store import Warehouse

BATCH_ROWS = 20_000
WORKER_BYTES = 1024**3
"""Memory that is free for each process that tags; it takes about half of that."""


def enrich_subjects(plan: RunPlan, stop: StopRequest | None = None) -> int:
    """Tag every text that a tagger of today has not seen, then group copies and follow topics.

    The number of texts tagged. Each part keeps what it has done batch by batch and goes on from there.
    """
    settings = TaggerSettings(
        model_folder=Path(plan.model) if plan.model else None,
        threads=plan.model_threads,
        abstain_below=plan.abstain_below,
        user_dictionary=find_user_file(plan.home, "words.txt"),
        taxonomy=find_user_file(plan.home, "taxonomy.yaml"),
        cues=find_user_file(plan.home, "cues.yaml"),
        own=find_own_folders(plan.home / MODELS),
        entities=find_user_file(plan.home, ENTITIES_FILE),
    )
    taggers = build_taggers(settings)
    tagged = 0
    with open_warehouse(plan, stop) as warehouse:
        with track_step("tag texts", stop) as advance:
            pending = list_pending(warehouse, taggers)
            advance(0, pending.count)
            with (
                start_workers(settings, pending.count, stop) as workers,
                closing(tag_pending(warehouse, taggers, pending, workers, stop=stop)) as batches,
            ):
                for kept in batches:
                    tagged += kept
                    advance(tagged, pending.count)
        group_texts(warehouse, stop)
        segmenter = load_topic_segmenter(settings.user_dictionary, settings.entities)
        track_topics(warehouse, segmenter, today=find_today(plan.present), stop=stop)
        place_offers_on_sale(warehouse, segmenter, stop=stop)
    return tagged


def tag_pending(
    warehouse: Warehouse,
    taggers: Sequence[Tagger],
    pending: PendingSubjects,
    workers: Sequence[TaggingWorker] = (),
    batch_size: int = BATCH_ROWS,
    stop: StopRequest | None = None,
) -> Generator[int, None, None]:
    """Tag every text that is listed for a tagger; yields the number of texts of each batch, once it is kept.

    The taggers read one batch and each of the workers another. Meanwhile a thread of its own writes the
    batch before them and reads the one after; the warehouse is busy until the last number,
    or until the generator is closed, which drops what is not written.
    """
    annotate = share_batches(workers, (stop or StopRequest()).check)
    batches = read_pending(warehouse, pending, batch_size)
    # one thread alone stores, since a connection does one thing at a time
    with (
        _freeze_objects(),
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage") as storage,
        ThreadPoolExecutor(max_workers=1 + len(workers), thread_name_prefix="tagging") as tagging,
    ):
        being_tagged: deque[tuple[int, Future[pa.Table]]] = deque()
        writing: tuple[int, Future[int]] | None = None
        upcoming = storage.submit(next, batches, None)
        try:
            while (batch := upcoming.result()) is not None or being_tagged:
                if batch is not None:
                    upcoming = storage.submit(next, batches, None)
                    missing = [tagger for tagger in taggers if tagger.name in batch.taggers]
                    read = tagging.submit(annotate, batch.subjects, missing)
                    being_tagged.append((batch.subjects.num_rows, read))
                    # one more than are read at a time, so that no reader waits for what is written
                    if len(being_tagged) <= 1 + len(workers):
                        continue
                rows, tagged = being_tagged.popleft()
                annotations = tagged.result()
                if writing:
                    writing[1].result()
                    yield writing[0]
                writing = rows, storage.submit(write_annotations, warehouse, annotations)
            if writing:
                writing[1].result()
                yield writing[0]
        finally:
            # nobody takes what is still to be read where the caller has left or a batch failed
            tagging.shutdown(wait=False, cancel_futures=True)


@contextmanager
def start_workers(
    settings: TaggerSettings, pending: int, stop: StopRequest | None = None
) -> Iterator[list[TaggingWorker]]:
    """Processes that tag beside this one: as many as the settings have threads, as there is work and memory
    for; none for a batch or two. They are killed where the work is to stop.
    """
    stop = stop or StopRequest()
    free_bytes = psutil.virtual_memory().available
    count = min(settings.threads, pending // BATCH_ROWS, free_bytes // WORKER_BYTES) - 1
    with ExitStack() as stack:
        workers = []
        for _ in range(count):
            workers.append(TaggingWorker(replace(settings, threads=1)))
            stack.callback(workers[-1].close)
            stack.enter_context(stop.interrupting(workers[-1].kill))
        yield workers


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
