"""Labelled files in; quality of entities, aspects and interests on texts never trained on, as JSON, out.

Run as `python -m tests.benchmarks.language_quality --data FOLDER [--json OUT]`; the folder has topics/,
sentiment/ and lexicons/. Texts are split by their wording; every figure is of the test part, and what was
chosen was chosen on the validation part. Peers on the same rows: dictionary match for entities, the lexicon
alone for aspects.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from nlp.aspect_reader import load_aspect_reader
from nlp.aspects import POLARITIES, AspectLexicon
from nlp.automaton import compile_phrases
from nlp.entities import load_recogniser
from nlp.entity_labeller import Span
from nlp.evaluation.aspects import judge_pairs, score_aspects
from nlp.evaluation.entities import score_spans
from nlp.evaluation.interests import evaluate_interests
from nlp.evaluation.words import read_word_list
from nlp.interest_head import InterestHead
from nlp.labelled_aspects import JudgedText, read_judged_texts
from nlp.labelled_spans import MarkedText, read_marked_texts
from nlp.tagger import TaggerSettings
from nlp.taggers.interests import build_lexicon_tagger
from nlp.text import fold_case
from nlp.training.aspects import split_judged
from nlp.training.categorised import read_parts
from nlp.training.entities import split_titles
from nlp.training.interests import compare_head
from tests.benchmarks.machine import describe_machine

ASPECT_FILES = ("car_aspects", "restaurant_aspects_sample")
INTEREST_FILES = {"kuaishou_captions": "level1", "headlines_18": "label", "weibo_hot_titles": "category"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with topics/ and sentiment/")
    parser.add_argument("--json", type=Path, help="file to write the result to")
    arguments = parser.parse_args()
    document: dict[str, Any] = {
        "machine": describe_machine(),
        "entities": measure_entities(arguments.data),
        "aspects": {name: measure_aspects(arguments.data, name) for name in ASPECT_FILES},
        "interests": measure_interests(arguments.data / "topics"),
        "interests_on_test": measure_head(arguments.data / "topics"),
    }
    text = json.dumps(round_figures(document), indent=1, ensure_ascii=False)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    print(text)


def measure_entities(data: Path) -> dict[str, Any]:
    """The recogniser and two dictionaries on the test titles, all of them and each site's."""
    rows = read_marked_texts(data / "topics" / "title_entities.parquet", "text", "entities").rows
    parts = split_titles(rows)
    recogniser = load_recogniser()
    listed = DictionaryMatch(read_listed_names(data / "lexicons"))
    learnt = DictionaryMatch(collect_names(parts["train"]))

    def recognise(texts: Sequence[str]) -> list[list[Span]]:
        return [[named.span for named in found] for found in recogniser.recognise(texts)]

    started = time.process_time()
    recognise([row.text for row in parts["test"]])
    seconds = time.process_time() - started
    is_shop = {
        row.text: bool({span.kind for span in row.spans} & {"product", "brand", "model"}) for row in rows
    }
    sites = {
        "all": parts["test"],
        "shop_titles": [row for row in parts["test"] if is_shop[row.text]],
        "video_titles": [row for row in parts["test"] if not is_shop[row.text]],
    }
    return {
        "titles": {name: len(part) for name, part in parts.items()},
        "texts_a_cpu_second": round(len(parts["test"]) / seconds),
        **{
            site: {
                "recogniser": pick(score_spans(chosen, recognise)),
                "dictionary_of_lists": pick(score_spans(chosen, listed.find)),
                "dictionary_of_train_titles": pick(score_spans(chosen, learnt.find)),
            }
            for site, chosen in sites.items()
        },
    }


class DictionaryMatch:
    """Longest match of listed names, from left to right."""

    def __init__(self, kinds: dict[str, str]) -> None:
        self._kinds = kinds
        self._find = compile_phrases(kinds).finditer

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Spans of every text."""
        return [
            [Span(*match.span(), self._kinds[match[0]]) for match in self._find(fold_case(text))]
            for text in texts
        ]


def read_listed_names(folder: Path) -> dict[str, str]:
    """Brands of two letters or more and leaf goods of the public lists."""
    names = {name: "brand" for name in read_word_list(folder / "jd_brands.txt") if len(name) > 1}
    for name, kind in (("Brand", "brand"), ("Product", "product"), ("Model", "model")):
        listed = read_word_list(folder / "dsner" / f"dict_{name}.txt")
        names |= {word: kind for word in listed if len(word) > 1}
    goods = (part for word in read_word_list(folder / "jd_goods.txt") for part in word.split("/"))
    return names | {word: "product" for word in goods if len(word) > 1}


def collect_names(rows: Iterable[MarkedText]) -> dict[str, str]:
    """What the train titles mark, each with the kind it bears most often."""
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for span in row.spans:
            kinds[fold_case(row.text[span.start : span.end])][span.kind] += 1
    return {name: counts.most_common(1)[0][0] for name, counts in kinds.items() if len(name) > 1}


def measure_aspects(data: Path, name: str) -> dict[str, Any]:
    """The reader and its lexicon alone on the test texts."""
    rows = read_judged_texts(data / "sentiment" / f"{name}.parquet", "text", "aspect").rows
    test = split_judged(rows)["test"]
    reader = load_aspect_reader()
    both = score_aspects(
        test,
        lambda texts: [{each.aspect: each.polarity for each in found} for found in reader.read(texts)],
        lambda texts, pairs: judge_pairs(reader, texts, pairs),
    )
    alone = score_lexicon(test, reader.lexicon)
    return {"texts": len(test), "lexicon_and_model": pick(both), "lexicon_alone": pick(alone)}


def score_lexicon(rows: Sequence[JudgedText], lexicon: AspectLexicon) -> dict[str, object]:
    """Scores of the lexicon without the model."""

    def find(texts: Sequence[str]) -> list[dict[str, str]]:
        return [judge_by_lexicon(lexicon, text) for text in texts]

    def judge(texts: Sequence[str], pairs: Sequence[tuple[int, str]]) -> list[str]:
        found = find(texts)
        return [found[row].get(aspect, "neutral") for row, aspect in pairs]

    return score_aspects(rows, find, judge)


def judge_by_lexicon(lexicon: AspectLexicon, text: str) -> dict[str, str]:
    """Aspect -> polarity by the sum of the lexicon's signs."""
    signs: Counter[str] = Counter()
    for opinion in lexicon.find_opinions(fold_case(text)):
        signs[opinion.aspect] += POLARITIES.index(opinion.polarity) - 1
    return {aspect: POLARITIES[(sign > 0) - (sign < 0) + 1] for aspect, sign in signs.items()}


def measure_interests(folder: Path) -> dict[str, Any]:
    """The lexicon alone on whole files; the head learnt from them."""
    tagger = build_lexicon_tagger(TaggerSettings())
    return {
        name: {
            key: value
            for key, value in evaluate_interests(folder / f"{name}.parquet", "text", label, tagger).items()
            if key != "categories_left_out"
        }
        for name, label in INTEREST_FILES.items()
    }


def measure_head(folder: Path) -> dict[str, Any]:
    """The lexicon alone and with the head, on the texts kept from the head's training."""
    return compare_head(
        InterestHead.load(), read_parts(folder, build_lexicon_tagger(TaggerSettings()))["test"]
    )


def pick(scores: dict[str, object]) -> dict[str, object]:
    """Scores without the speed, which is measured apart in processor time."""
    return {key: value for key, value in scores.items() if key != "texts_per_second"}


def round_figures(value: Any) -> Any:
    """All floats to four digits."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: round_figures(each) for key, each in value.items()}
    return [round_figures(each) for each in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
