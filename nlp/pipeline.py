"""Subjects in batches -> one Arrow table of annotations, whatever breaks on the way."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nlp.own_tagger import load_own_taggers
from nlp.tagger import FAILED, INVALID_SCORE, NONE, TAGGER_NAMES, Label, Tagger, TaggerSettings
from nlp.text import normalise_text

logger = logging.getLogger(__name__)

ANNOTATION_SCHEMA = pa.schema(
    [
        pa.field("subject_kind", pa.string(), nullable=False),
        pa.field("subject_id", pa.string(), nullable=False),
        pa.field("tagger", pa.string(), nullable=False),
        pa.field("tagger_version", pa.string(), nullable=False),
        pa.field("label", pa.string(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("span_start", pa.int32()),
        pa.field("span_end", pa.int32()),
    ]
)
"""Columns of an annotation table: the fields of `warehouse.records.Annotation`."""

_TEXT_FAULTS = (ArithmeticError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)
_NO_LABEL = [Label(NONE)]
_FAILED_LABEL = [Label(FAILED, 0.0)]
_WHOLE_BATCH = 20


class Subject(NamedTuple):
    """One text to tag and the key of the row it belongs to."""

    subject_kind: str
    """post, listing or board_entry."""
    subject_id: str
    """Key of the row."""
    text: str
    """The raw text."""


class TaggerError(RuntimeError):
    """A tagger broke its contract; the message names it."""


def annotate(subjects: Sequence[Subject], taggers: Sequence[Tagger]) -> pa.Table:
    """Annotations of all subjects by all taggers, ordered by tagger, then as the subjects are.

    Every subject has at least one row for each tagger of its kind: label `none` where nothing was found,
    `failed` with score 0 where the tagger could not read the text, `invalid_score` where a score was no
    number in 0..1. The result does not depend on how subjects are batched.
    """
    texts = [normalise_text(subject.text).text for subject in subjects]
    kinds = pa.array([subject.subject_kind for subject in subjects], pa.string())
    ids = pa.array([subject.subject_id for subject in subjects], pa.string())
    return _annotate_columns(kinds, ids, texts, taggers)


def annotate_table(subjects: pa.Table, taggers: Sequence[Tagger]) -> pa.Table:
    """As `annotate`, for a table with the text columns subject_kind, subject_id and text."""
    kinds, ids, raw_texts = (subjects[name].cast(pa.string()).combine_chunks() for name in Subject._fields)
    texts = [normalise_text(raw or "").text for raw in raw_texts.to_pylist()]
    return _annotate_columns(kinds, ids, texts, taggers)


def build_taggers(settings: TaggerSettings) -> list[Tagger]:
    """The taggers named in the settings, in the order they run, and after them the user's own.

    An unknown name is a ValueError, a lexicon that cannot be used a LexiconError, a model a ModelError.
    """
    if unknown := sorted(set(settings.names) - set(TAGGER_NAMES)):
        raise ValueError(f"unknown taggers: {', '.join(unknown)}; known are {', '.join(TAGGER_NAMES)}")
    taggers = []
    for name in (name for name in TAGGER_NAMES if name in settings.names):
        module = importlib.import_module(f"nlp.taggers.{name}")
        taggers.append(cast(Tagger, module.build_tagger(settings)))
    return [*taggers, *load_own_taggers(settings.own, threads=settings.threads)]


def _annotate_columns(
    kinds: pa.Array, ids: pa.Array, texts: Sequence[str], taggers: Sequence[Tagger]
) -> pa.Table:
    tables = []
    for tagger in taggers:
        wanted = pc.is_in(kinds, pa.array(sorted(tagger.subjects), pa.string()))
        chosen = np.flatnonzero(wanted.to_numpy(zero_copy_only=False))
        if len(chosen):
            labels = _tag_isolated(tagger, [texts[at] for at in chosen.tolist()])
            _check_works(tagger, labels)
            tables.append(_tabulate(tagger, labels, chosen, kinds, ids))
    return pa.concat_tables(tables) if tables else ANNOTATION_SCHEMA.empty_table()


def _check_works(tagger: Tagger, labels: Sequence[list[Label]]) -> None:
    """Raise when a tagger failed on every text of a batch: then it is broken, not the texts.

    Written down, the failed labels would keep the texts from being tagged again.
    """
    if len(labels) >= _WHOLE_BATCH and all(found == [_FAILED_LABEL[0]] for found in labels):
        raise TaggerError(
            f"tagger {tagger.name} failed on all of {len(labels)} texts; nothing of it was kept"
        )


def _tag_isolated(tagger: Tagger, texts: Sequence[str]) -> list[list[Label]]:
    """Labels of the texts; a text that breaks the tagger is found by halving and gets the failed label."""
    try:
        labels = tagger.tag(texts)
    except _TEXT_FAULTS as fault:
        if len(texts) == 1:
            logger.warning("tagger %s failed on %d characters: %s", tagger.name, len(texts[0]), fault)
            return [_FAILED_LABEL]
        middle = len(texts) // 2
        return _tag_isolated(tagger, texts[:middle]) + _tag_isolated(tagger, texts[middle:])
    if len(labels) != len(texts):
        raise TaggerError(f"tagger {tagger.name} returned {len(labels)} results for {len(texts)} texts")
    return labels


def _tabulate(
    tagger: Tagger, labels: Sequence[list[Label]], chosen: np.ndarray, kinds: pa.Array, ids: pa.Array
) -> pa.Table:
    filled = [found or _NO_LABEL for found in labels]
    counts = np.fromiter(map(len, filled), np.int64, len(filled))
    rows = pa.array(np.repeat(chosen, counts))
    names, scores, starts, ends = zip(*chain.from_iterable(filled), strict=True)
    score_values = np.asarray(scores, np.float64)
    is_valid = (score_values >= 0) & (score_values <= 1)
    label_column = pa.array(names, pa.string())
    if not is_valid.all():
        label_column = pc.if_else(pa.array(is_valid), label_column, INVALID_SCORE)
        score_values = np.where(is_valid, score_values, 0.0)
    total = len(rows)
    columns = [
        kinds.take(rows),
        ids.take(rows),
        pa.repeat(tagger.name, total),
        pa.repeat(tagger.version, total),
        label_column,
        pa.array(score_values),
        pa.array(starts, pa.int32()),
        pa.array(ends, pa.int32()),
    ]
    return pa.Table.from_arrays(columns, schema=ANNOTATION_SCHEMA)
