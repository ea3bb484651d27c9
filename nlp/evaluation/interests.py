"""A file of texts with categories and the interest tagger in, its accuracy with intervals out."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.errors import EvaluationError
from nlp.evaluation.intervals import estimate_macro_f1, estimate_matches, estimate_share
from nlp.evaluation.names import read_map
from nlp.labelled_file import read_cell, read_columns, read_rows
from nlp.tagger import Tagger
from nlp.taxonomy import Taxonomy, read_taxonomy
from nlp.text import normalise_text

SHIPPED_NAMES = Path(__file__).parent / "category_names.yaml"
LABEL_COLUMNS = ("label", "interest", "category", "level1", "l1", "类目", "标签")
_NONE_NAMES = frozenset({"", "none", "null", "unknown", "无", "nan", "[]"})
_NUMBER = re.compile(r"(\d{1,2})(?:\.(\d{1,2}))?")
_BATCH = 5_000
_MOST_CATEGORIES = 60

Wanted = tuple[frozenset[str], frozenset[str] | None]
"""First-level codes any of which is right (none at all when empty), and second-level ones if labelled."""


@dataclass(frozen=True)
class CategorisedTexts:
    """Normalised texts of a labelled file with the interests that their category stands for."""

    texts: list[str]
    wanted: list[Wanted]
    """One a text."""
    categories: list[str]
    """What the file calls them; one a text."""
    unknown: dict[str, int]
    """Rows left out, by category."""
    skipped: int
    """Rows without a text or a category."""


def evaluate_interests(
    path: Path,
    text_columns: str,
    label_column: str,
    tagger: Tagger,
    taxonomy: Path | None = None,
    names: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, object]:
    """Score first-level interests, and second-level ones where the file has them.

    A category is a code (`05`, `05.02`), a Chinese or English name of the taxonomy, a name of `names`, or one
    of the categories of Kuaishou, Weibo and news sites; several are joined by `|` or stand in a list.
    precision: share of the texts given an interest where one given is right; recall: share of the texts with
    an interest where a given one is right; accuracy: share of all texts where the given are right or rightly
    none; coverage: share given any. Rows with an unknown category are left out and counted.
    """
    interests = read_taxonomy(taxonomy)
    rows = read_categorised(path, text_columns, label_column, interests, names or {})
    texts = rows.texts
    started = time.perf_counter()
    given = [
        {label.label for label in labels}
        for begin in range(0, len(texts), _BATCH)
        for labels in tagger.tag(texts[begin : begin + _BATCH])
    ]
    seconds = time.perf_counter() - started
    scores = score_interests(rows.wanted, given, interests)
    scores["by_category"] = count_by_category(rows, given)
    left_out = dict(sorted(rows.unknown.items(), key=lambda entry: -entry[1])[:20])
    return {
        "rows": len(texts), "skipped": rows.skipped, "left_out": sum(rows.unknown.values()), **scores,
        "texts_per_second": len(texts) / max(seconds, 1e-9), "categories_left_out": left_out,
        "model": tagger.version,
    }  # fmt: skip


def read_categorised(
    path: Path,
    text_columns: str,
    label_column: str,
    taxonomy: Taxonomy,
    names: Mapping[str, tuple[str, ...]],
) -> CategorisedTexts:
    """Texts of a file whose category is known; EvaluationError when there is none."""
    columns = [column.strip() for column in text_columns.split(",")]
    label_column = label_column or _find_label_column(path)
    known = _name_interests(taxonomy, names)
    texts, wanted, categories, unknown, skipped = [], list[Wanted](), list[str](), dict[str, int](), 0
    for row in read_rows(path, (*columns, label_column)):
        text = "\n".join(cell for column in columns if (cell := read_cell(row[column])))
        labels = _list_labels(row[label_column])
        if not text.strip() or labels is None:
            skipped += 1
            continue
        found = [_find_codes(label, known) for label in labels]
        if any(codes is None for codes in found):
            name = next(label for label, codes in zip(labels, found, strict=True) if codes is None)
            unknown[name] = unknown.get(name, 0) + 1
            continue
        texts.append(normalise_text(text).text)
        wanted.append(_gather(codes for codes in found if codes is not None))
        categories.append("|".join(labels))
    if not texts:
        raise EvaluationError(
            f"{path} has no row whose {label_column} is an interest (found {', '.join(list(unknown)[:5])}); "
            "say what they are with --map FILE.yaml"
        )
    return CategorisedTexts(texts, wanted, categories, unknown, skipped)


def score_interests(
    wanted: Sequence[Wanted], given: Sequence[set[str]], taxonomy: Taxonomy
) -> dict[str, object]:
    """Figures of given codes against wanted ones."""
    tops = [frozenset(code for code in codes if "." not in code) for codes in given]
    right = [bool(first & found) for (first, _), found in zip(wanted, tops, strict=True)]
    has = [bool(first) for first, _ in wanted]
    agrees = [hit if want else not found for hit, want, found in zip(right, has, tops, strict=True)]
    codes = [interest.code for interest in taxonomy.interests if interest.level == 1]
    # With several right interests the given one counts as the wanted one, else the first of them.
    aim = [
        min(first & found) if first & found else (min(first) if first else "")
        for (first, _), found in zip(wanted, tops, strict=True)
    ]
    wanted_table = np.array([[code == target for code in codes] for target in aim], np.int64)
    counted = [
        {code for code in found if code == target or code not in first}
        for found, target, (first, _) in zip(tops, aim, wanted, strict=True)
    ]
    given_table = np.array([[code in found for code in codes] for found in counted], np.int64)
    precision, recall, f1 = estimate_matches(right, list(map(bool, tops)), has)
    scores: dict[str, object] = {
        **estimate_share(sum(agrees), len(agrees)).name("accuracy"),
        **estimate_macro_f1(wanted_table * given_table, given_table, wanted_table).name("macro_f1"),
        **precision.name("precision"),
        **recall.name("recall"),
        **f1.name("f1"),
        **estimate_share(sum(map(bool, tops)), len(tops)).name("coverage"),
        "with_interest": sum(has),
    }
    seconds = [(second, found) for (_, second), found in zip(wanted, given, strict=True) if second]
    if seconds:
        both = [(len(a & b), len({c for c in b if "." in c}), len(a)) for a, b in seconds]
        for key, estimate in zip(
            ("l2_precision", "l2_recall", "l2_f1"), estimate_matches(*zip(*both, strict=True)), strict=True
        ):
            scores.update(estimate.name(key))
    scores["by_interest"] = count_by_interest(wanted, tops, taxonomy)
    return scores


def count_by_interest(
    wanted: Sequence[Wanted], given: Sequence[frozenset[str]], taxonomy: Taxonomy
) -> dict[str, dict[str, object]]:
    """First-level interests that are given or wanted anywhere, by code and name.

    given, precision: texts given the interest, and the share where it is a right one. wanted, recall: texts
    for which no other is right, and the share given it; where a category stands for several interests no
    single one can be missed.
    """
    table: dict[str, dict[str, object]] = {}
    for interest in taxonomy.interests:
        code = interest.code
        fits = [code in first for (first, _), found in zip(wanted, given, strict=True) if code in found]
        finds = [code in found for (first, _), found in zip(wanted, given, strict=True) if first == {code}]
        if interest.level == 1 and (fits or finds):
            table[f"{code} {interest.zh}"] = {
                "given": len(fits),
                "precision": sum(fits) / len(fits) if fits else None,
                "wanted": len(finds),
                "recall": sum(finds) / len(finds) if finds else None,
            }
    return table


def count_by_category(rows: CategorisedTexts, given: Sequence[set[str]]) -> dict[str, dict[str, object]]:
    """The largest categories: texts, interests they stand for, share right, share given none."""
    outcomes: dict[str, list[tuple[bool, bool]]] = {}
    right: dict[str, set[str]] = {}
    for category, (first, _), found in zip(rows.categories, rows.wanted, given, strict=True):
        right.setdefault(category, set()).update(first)
        is_right = bool(first & found) if first else not found
        outcomes.setdefault(category, []).append((is_right, not found))
    return {
        category: {
            "texts": len(each),
            "interests": " ".join(sorted(right[category])) or "none",
            "right": sum(is_right for is_right, _ in each) / len(each),
            "given_none": sum(is_none for _, is_none in each) / len(each),
        }
        for category, each in sorted(outcomes.items(), key=lambda entry: -len(entry[1]))[:_MOST_CATEGORIES]
    }


def _find_label_column(path: Path) -> str:
    found = read_columns(path)
    label = next((column for column in LABEL_COLUMNS if column in found), None)
    if label is None:
        raise EvaluationError(f"name the column of the category with --label; {path} has {', '.join(found)}")
    return label


def _name_interests(taxonomy: Taxonomy, names: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Every name a category may have, in lower case -> codes."""
    known: dict[str, tuple[str, ...]] = dict.fromkeys(_NONE_NAMES, ())
    for interest in taxonomy.interests:
        for name in (interest.code, interest.zh, interest.en):
            known.setdefault(_fold(name), (interest.code,))
    # Some second levels bear a bare English name (food, of pets); a site's whole category is meant before it.
    known |= {_fold(name): codes for name, codes in read_map(SHIPPED_NAMES).items()}
    for name, targets in names.items():
        found = ((target, _find_codes(target, known)) for target in targets)
        codes = [code for target, each in found for code in (each if each is not None else (target,))]
        unknown = [code for code in codes if code not in {interest.code for interest in taxonomy.interests}]
        if unknown:
            raise EvaluationError(f"the map names {unknown[0]!r}, which is no interest of the taxonomy")
        known[_fold(name)] = tuple(codes)
    return known


def _find_codes(name: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """Codes of a category; 5 is 05 and 5.1 is 05.10, as spreadsheets and YAML write them."""
    codes = known.get(_fold(name))
    number = _NUMBER.fullmatch(name.strip())
    if codes is None and number:
        second = (number[2] or "").ljust(2, "0")
        codes = known.get(f"{number[1]:0>2}" if second == "00" else f"{number[1]:0>2}.{second}")
    return codes


def _list_labels(value: object) -> list[str] | None:
    if value is None or value != value:
        return None
    if isinstance(value, list):
        return [str(label) for label in value] or [""]
    return [label.strip() for label in str(value).split("|")]


def _gather(found: Iterable[tuple[str, ...]]) -> Wanted:
    codes = [code for each in found for code in each]
    seconds = frozenset(code for code in codes if "." in code)
    return frozenset(code.partition(".")[0] for code in codes), seconds or None


def _fold(name: str) -> str:
    return name.strip().lower()
