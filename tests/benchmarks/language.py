"""Board archives and labelled files in; speed and quality of every language stage, as JSON, out.

Run as `python -m tests.benchmarks.language --boards FILE... [--labelled FILE] [--json OUT]`. Boards have the
columns captured_at and title; labelled texts the columns text and label. One thread, and seconds are those of
the processor, so that a busy machine says the same; only `stage_on_two_cores` is in wall time.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from nlp.cues import STAGES
from nlp.duplicates import group_duplicates, reduce_to_core
from nlp.pipeline import Subject, annotate, annotate_table, build_taggers
from nlp.segment import Segmenter
from nlp.tagger import Tagger, TaggerSettings
from nlp.text import normalise_text
from tests.benchmarks.machine import describe_machine, measure_peak_mib
from tests.test_nlp_hostile import make_hostile_texts

Result = TypeVar("Result")
NAMES = ("hashtags", "keywords", "interests", "intent", "promotion")
INTENT_SENTENCES = Path(__file__).parents[1] / "fixtures" / "language" / "intent.yaml"
INTERESTS_BY_CLASS = {
    "fashion": {"01", "02", "03", "04"},
    "food": {"05"},
    "regimen": {"06"},
    "baby": {"12"},
    "travel": {"17", "08"},
    "car": {"18"},
    "tech": {"11", "10"},
    "game": {"15"},
}
"""Classes of the headlines that an interest stands for; the others speak for none."""
WITHOUT_INTEREST = {"military", "world", "society", "history", "finance", "essay", "story", "discovery"}


def main() -> None:
    """Measure what the given files allow."""
    arguments = parse_arguments()
    titles = read_titles(arguments.boards)
    taggers = build_taggers(TaggerSettings(names=NAMES))
    document: dict[str, Any] = {
        "machine": describe_machine(),
        "titles": len(titles),
        "characters": sum(map(len, titles)),
        "speed": measure_speed(titles[:100_000], taggers),
        "stage": measure_stage(titles[:250_000], taggers),
        "stage_with_sentiment": measure_stage(titles[:20_000], build_taggers(TaggerSettings()), ("post",)),
        "stage_on_two_cores": measure_wall(titles[:20_000], cores=2),
        "hostile": measure_hostile(),
        "intent": measure_intent(taggers),
        "duplicates": measure_duplicates(titles),
    }
    if arguments.labelled:
        document["interests"] = measure_interests(arguments.labelled, taggers)
    document["peak_mib"] = measure_peak_mib()
    text = json.dumps(document, indent=1, ensure_ascii=False)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    print(text)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--boards", type=Path, nargs="+", required=True, help="Parquet with captured_at and title"
    )
    parser.add_argument("--labelled", type=Path, help="Parquet with text and label")
    parser.add_argument("--json", type=Path, help="file to write the result to")
    return parser.parse_args()


def read_titles(boards: Sequence[Path]) -> list[str]:
    """Distinct titles of all boards, in a seeded random order."""
    columns = [pq.read_table(path, columns=["title"])["title"].unique() for path in boards]
    titles = sorted({title for column in columns for title in column.to_pylist() if title})
    random.Random(1).shuffle(titles)
    return titles


def measure_speed(titles: Sequence[str], taggers: Sequence[Tagger]) -> dict[str, Any]:
    """Texts a second of normalisation, segmentation and each tagger; characters a second of segmentation."""
    texts, seconds = time_call(lambda: [normalise_text(title).text for title in titles])
    rates = {"normalise": round(len(titles) / seconds)}
    segmenter = Segmenter()
    _, seconds = time_call(lambda: segmenter.segment_all(texts))
    rates["segment"] = round(len(titles) / seconds)
    rates["segment_characters"] = round(sum(map(len, texts)) / seconds)
    for tagger in taggers:
        _, seconds = time_call(partial(tagger.tag, texts))
        rates[tagger.name] = round(len(titles) / seconds)
    return rates


def measure_stage(
    titles: Sequence[str], taggers: Sequence[Tagger], kinds: Sequence[str] = ("board_entry", "post")
) -> dict[str, Any]:
    """The whole stage, Arrow table included, on the same texts as titles on a board and as posts."""
    measured: dict[str, Any] = {}
    for kind in kinds:
        table = pa.table(
            {
                "subject_kind": pa.repeat(kind, len(titles)),
                "subject_id": [str(number) for number in range(len(titles))],
                "text": titles,
            }
        )
        started = time.process_time()
        rows = sum(
            annotate_table(table.slice(begin, 20_000), taggers).num_rows
            for begin in range(0, len(titles), 20_000)
        )
        seconds = time.process_time() - started
        measured[kind] = {
            "texts": len(titles),
            "rows": rows,
            "seconds": round(seconds, 2),
            "texts_per_second": round(len(titles) / seconds),
        }
    return measured


def measure_wall(titles: Sequence[str], cores: int) -> dict[str, Any]:
    """The whole stage with every tagger, as `headwater enrich` runs it: wall seconds, the encoder on `cores`.

    On a machine with other work the processor seconds beside them say how much of it was waiting.
    """
    taggers = build_taggers(TaggerSettings(threads=cores))
    table = pa.table(
        {
            "subject_kind": pa.repeat("post", len(titles)),
            "subject_id": [str(number) for number in range(len(titles))],
            "text": titles,
        }
    )
    started, wall = time.process_time(), time.perf_counter()
    annotate_table(table, taggers)
    seconds, wall = time.process_time() - started, time.perf_counter() - wall
    return {
        "texts": len(titles),
        "wall_seconds": round(wall, 2),
        "processor_seconds": round(seconds, 2),
        "texts_per_second": round(len(titles) / wall),
        "peak_mib": measure_peak_mib(),
    }


def measure_hostile() -> dict[str, Any]:
    """Rows and the slowest of 2,000 hostile texts, each through every tagger on its own."""
    taggers = build_taggers(TaggerSettings())
    texts = make_hostile_texts(1_850)
    wanted = {tagger.name for tagger in taggers if "post" in tagger.subjects}
    seconds, whole, failed = [], 0, 0
    for text in texts:
        started = time.process_time()
        table = annotate([Subject("post", "x", text)], taggers)
        seconds.append(time.process_time() - started)
        whole += set(table["tagger"].to_pylist()) == wanted
        failed += "failed" in table["label"].to_pylist()
    return {
        "texts": len(texts),
        "with_rows_of_every_tagger": whole,
        "failed": failed,
        "slowest_seconds": round(max(seconds), 3),
    }


def measure_intent(taggers: Sequence[Tagger]) -> dict[str, Any]:
    """Precision and recall of each stage on the sentences labelled for this project."""
    tagger = next(tagger for tagger in taggers if tagger.name == "intent")
    right, given, wanted = Counter[str](), Counter[str](), Counter[str]()
    groups = yaml.safe_load(INTENT_SENTENCES.read_text("utf-8"))
    for group, sentences in groups.items():
        gold = set(group.split("+")) & set(STAGES)
        for labels in tagger.tag([normalise_text(sentence).text for sentence in sentences]):
            found = {label.label for label in labels}
            right.update(found & gold)
            given.update(found)
            wanted.update(gold)
    return {
        "sentences": sum(map(len, groups.values())),
        "precision": {stage: round(right[stage] / given[stage], 3) for stage in STAGES},
        "recall": {stage: round(right[stage] / wanted[stage], 3) for stage in STAGES},
    }


def measure_interests(path: Path, taggers: Sequence[Tagger]) -> dict[str, Any]:
    """Share of each class labelled with its own interest, and of the classes without one labelled at all."""
    tagger = next(tagger for tagger in taggers if tagger.name == "interests")
    table = pq.read_table(path, columns=["text", "label"])
    texts = [normalise_text(text or "").text for text in table["text"].to_pylist()]
    total, right, labelled = Counter[str](), Counter[str](), Counter[str]()
    for name, labels in zip(table["label"].to_pylist(), tagger.tag(texts), strict=True):
        tops = {label.label[:2] for label in labels}
        total[name] += 1
        labelled[name] += bool(tops)
        right[name] += bool(tops & INTERESTS_BY_CLASS.get(name, set()))
    commercial = [name for name in INTERESTS_BY_CLASS if total[name]]
    return {
        "recall_by_class": {name: round(right[name] / total[name], 3) for name in commercial},
        "precision_in_these_classes": round(
            sum(right[name] for name in commercial) / max(1, sum(labelled[name] for name in commercial)), 3
        ),
        "labelled_without_interest": {
            name: round(labelled[name] / total[name], 3) for name in sorted(WITHOUT_INTEREST) if total[name]
        },
    }


def measure_duplicates(titles: Sequence[str], originals: int = 20_000, copied: int = 4_000) -> dict[str, Any]:
    """Pair precision, recall and F1 on seeded copies: other marks, spaces, tags, and one letter in twenty.

    Originals that resemble each other count as mistakes, so the precision is a lower bound.
    """
    chance = random.Random(7)
    base = [title for title in titles if len(reduce_to_core(title)) >= 20][:originals]
    rows = list(enumerate(base))
    for number in range(min(copied, len(base))):
        rows += [(number, copy_text(base[number], chance)) for _ in range(chance.randrange(1, 4))]
    chance.shuffle(rows)
    texts = [text for _, text in rows]
    ids = [str(number) for number in range(len(rows))]
    table, seconds = time_call(lambda: group_duplicates(ids, texts))
    groups = table["dup_group_id"].to_pylist()
    both = count_pairs(list(zip(groups, (number for number, _ in rows), strict=True)))
    precision = both / max(1, count_pairs(groups))
    recall = both / max(1, count_pairs([number for number, _ in rows]))
    return {
        "texts": len(rows),
        "texts_per_second": round(len(rows) / seconds),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / (precision + recall), 4),
    }


def copy_text(text: str, chance: random.Random) -> str:
    """A copy as it is posted again."""
    kind = chance.randrange(4)
    if kind == 0:
        return text + chance.choice(["😀", "!!!", " #好物推荐", " @小明 ", "~"])
    if kind == 1:
        return (
            f"{text[: len(text) // 2]} {text[len(text) // 2 :]}{chance.choice(['。。。', '[doge]', '123'])}"
        )
    letters = list(text)
    for _ in range(max(1, len(letters) // 20)):
        place = chance.choice([at for at, letter in enumerate(letters) if not letter.isdigit()])
        letters[place : place + (kind == 2)] = [chance.choice("的了是我好看真")]
    return "".join(letters)


def count_pairs(groups: Sequence[object]) -> int:
    """Pairs of members of the same group."""
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())


def time_call(call: Callable[[], Result]) -> tuple[Result, float]:
    """Result and processor seconds of a call."""
    started = time.process_time()
    result = call()
    return result, time.process_time() - started


if __name__ == "__main__":
    main()
