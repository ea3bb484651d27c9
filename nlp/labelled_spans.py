"""A file with entities marked in its texts, in any of the usual forms, in -> texts with typed spans out."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nlp.entity_labeller import Span
from nlp.errors import EvaluationError
from nlp.labelled_file import read_cell, read_columns, read_rows
from nlp.text import normalise_text

KINDS_BY_NAME: Mapping[str, str] = {
    **dict.fromkeys(("brand", "hppx", "hp", "品牌", "b-brand"), "brand"),
    **dict.fromkeys(("product", "hccx", "hc", "goods", "item", "产品", "商品", "品类"), "product"),
    **dict.fromkeys(("model", "xh", "series", "型号", "系列"), "model"),
    **dict.fromkeys(
        (
            "ip", "television", "tv", "programme", "program", "movie", "film", "game", "show",
            "work", "book", "song", "character", "影视", "电影", "电视剧", "综艺", "游戏", "作品",
        ),
        "ip",
    ),
    **dict.fromkeys(("person", "per", "人名", "人物", "name"), "person"),
    **dict.fromkeys(("other", "misc", "pattern", "spec", "loc", "org", "gpe", "其他", "规格"), "other"),
}  # fmt: skip
"""Type names of known sets, in lower case, and the kind each stands for."""
_OUTSIDE = frozenset({"O", "o", "", "0"})


class MarkedText(NamedTuple):
    """One text and the spans somebody marked in it."""

    text: str
    spans: list[Span]


class MarkedTexts(NamedTuple):
    """The usable rows of a file, and how many were not."""

    rows: list[MarkedText]
    skipped: int


def read_marked_texts(
    path: Path, text_column: str, entities_column: str, kinds: Mapping[str, str] = KINDS_BY_NAME
) -> MarkedTexts:
    """Texts of a file with entities as JSON, as a list, or as a column of tags beside a list of tokens.

    An entity is [start, end, type], [text, type], or an object with start and end or with text, and type or
    label; `end` is one past the last character. Texts keep their length: characters are folded one by one.
    EvaluationError names a type that `kinds` does not know.
    """
    found = read_columns(path)
    if entities_column not in found and {"tokens", "labels"} <= set(found):
        text_column, entities_column = "tokens", "labels"
    rows, skipped = [], 0
    for number, row in enumerate(read_rows(path, (text_column, entities_column)), start=1):
        text, marked = _parse_list(row[text_column]), _parse_list(row[entities_column])
        if not text or isinstance(marked, str):
            skipped += 1
            continue
        marked = marked if isinstance(marked, list) else [marked]
        place = f"{path} row {number}"
        if isinstance(text, list):
            if len(text) != len(marked):
                raise EvaluationError(f"{place} has {len(text)} tokens and {len(marked)} labels")
            whole, spans = _join_tokens(list(map(str, text)), list(map(str, marked)))
        else:
            whole = str(text)
            spans = _place_entities(whole, marked, place)
        rows.append(MarkedText(fold_characters(whole), [_name_kind(span, kinds, place) for span in spans]))
    if not rows:
        raise EvaluationError(f"{path} has no row with both {text_column} and {entities_column}")
    return MarkedTexts(rows, skipped)


def fold_characters(text: str) -> str:
    """Half width and simplified characters, each in its place, so that spans stay valid."""
    folded = "".join(
        one if len(one := unicodedata.normalize("NFKC", character)) == 1 else character for character in text
    )
    simplified = normalise_text(folded).text
    return simplified if len(simplified) == len(text) else folded


def _parse_list(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except (json.JSONDecodeError, RecursionError):
            return value
    return value if isinstance(value, list | Mapping) else read_cell(value)


def _place_entities(text: str, entries: Iterable[Any], place: str) -> list[Span]:
    spans, position = [], 0
    for entry in entries:
        start, end, surface, kind = _read_entity(entry, place)
        if surface is not None:
            # Sets without places list their entities in the order of the text; some repeat one at its start.
            start = text.find(surface, position)
            start = start if start >= 0 else text.find(surface)
            end = start + len(surface)
        if start is None or end is None or not 0 <= start < end <= len(text):
            raise EvaluationError(f"{place}: the entity {entry!r} is not in the text {text[:40]!r}")
        position = end
        spans.append(Span(start, end, kind))
    return spans


def _read_entity(entry: Any, place: str) -> tuple[int | None, int | None, str | None, str]:  # noqa: ANN401
    try:
        return _read_parts(entry)
    except (TypeError, ValueError) as error:
        raise EvaluationError(
            f"{place}: {entry!r} is no entity; write [start, end, type] or [text, type]"
        ) from error


def _read_parts(entry: Any) -> tuple[int | None, int | None, str | None, str]:  # noqa: ANN401
    if isinstance(entry, Mapping):
        kind = str(entry.get("type") or entry.get("label") or entry.get("kind") or "")
        surface = entry.get("text") or entry.get("surface") or entry.get("word")
        if entry.get("start") is not None and entry.get("end") is not None:
            return int(entry["start"]), int(entry["end"]), None, kind
        return None, None, str(surface) if surface else None, kind
    if isinstance(entry, list) and len(entry) == 3:
        return int(entry[0]), int(entry[1]), None, str(entry[2])
    if isinstance(entry, list) and len(entry) == 2:
        return None, None, str(entry[0]), str(entry[1])
    raise ValueError("no entity")


def _join_tokens(tokens: list[str], labels: list[str]) -> tuple[str, list[Span]]:
    """Text and spans of tokens with B-, I-, M-, E-, S- or bare labels."""
    text, spans, kind = "", list[Span](), ""
    for token, label in zip(tokens, labels, strict=True):
        head, _, tail = label.partition("-")
        wanted = "" if label in _OUTSIDE else (tail or label)
        continues = kind == wanted and wanted and (not tail or head in "IMEL")
        if continues:
            spans[-1] = spans[-1]._replace(end=len(text) + len(token))
        elif wanted:
            spans.append(Span(len(text), len(text) + len(token), wanted))
        kind = wanted
        text += token
    return text, spans


def _name_kind(span: Span, kinds: Mapping[str, str], place: str) -> Span:
    kind = kinds.get(span.kind.strip().lower()) or kinds.get(span.kind)
    if kind is None:
        raise EvaluationError(
            f"{place} has an entity of the unknown type {span.kind!r}; name what it is with --map FILE.yaml"
        )
    return span._replace(kind=kind)
