"""A file with marked entities and a recogniser in, span precision, recall and F1 with intervals out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nlp.entities import EntityRecogniser
from nlp.entity_labeller import Span
from nlp.evaluation.intervals import Estimate, estimate_matches
from nlp.labelled_spans import KINDS_BY_NAME, MarkedText, read_marked_texts

_BATCH = 2_000
_WHOLE_TEXT = 400

_Spans = set[tuple[int, int, str]]
FindSpans = Callable[[Sequence[str]], list[list[Span]]]


def evaluate_entities(
    path: Path,
    text_column: str,
    entities_column: str,
    recogniser: EntityRecogniser,
    kinds: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Score a recogniser: a span counts when its start, end and kind are all right."""
    marked = read_marked_texts(path, text_column, entities_column, {**KINDS_BY_NAME, **(kinds or {})})

    def find(texts: Sequence[str]) -> list[list[Span]]:
        return [[named.span for named in found] for found in recogniser.recognise(texts, longest=_WHOLE_TEXT)]

    scores = score_spans(marked.rows, find)
    return {"rows": len(marked.rows), "skipped": marked.skipped, **scores, "model": recogniser.version}


def score_spans(rows: Sequence[MarkedText], find: FindSpans) -> dict[str, object]:
    """Figures over all kinds the rows have, each kind's F1, and texts a second of the finding alone."""
    texts = [row.text for row in rows]
    started = time.perf_counter()
    found = [spans for begin in range(0, len(texts), _BATCH) for spans in find(texts[begin : begin + _BATCH])]
    seconds = time.perf_counter() - started
    present = sorted({span.kind for row in rows for span in row.spans})
    gold = [{(span.start, span.end, span.kind) for span in row.spans} for row in rows]
    given = [{(span.start, span.end, span.kind) for span in spans if span.kind in present} for spans in found]
    scores: dict[str, object] = {}
    figures = _match(gold, given)
    for key, estimate in zip(("precision", "recall", "f1"), figures, strict=True):
        scores.update(estimate.name(key))
    by_kind = {}
    for kind in present:
        wanted = [{span for span in spans if span[2] == kind} for spans in gold]
        precision, recall, f1 = _match(wanted, [{s for s in spans if s[2] == kind} for spans in given])
        by_kind[kind] = {
            "spans": sum(map(len, wanted)),
            "precision": precision.value,
            "recall": recall.value,
            "f1": f1.value,
        }
    scores["entities"] = sum(map(len, gold))
    scores["coverage"] = sum(map(bool, given)) / len(rows)
    scores["by_kind"] = by_kind
    scores["texts_per_second"] = len(texts) / max(seconds, 1e-9)
    return scores


def _match(gold: Sequence[_Spans], given: Sequence[_Spans]) -> tuple[Estimate, Estimate, Estimate]:
    right = [len(a & b) for a, b in zip(gold, given, strict=True)]
    return estimate_matches(right, [len(spans) for spans in given], [len(spans) for spans in gold])
