"""The trend engine's own figures: on planted worlds, and on archives of real boards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from flows.exit_codes import CommandError
from nlp.keywords import read_stop_words
from nlp.segment import load_segmenter
from nlp.text import fold_case, normalise_text
from warehouse.board_replay import evaluate_boards
from warehouse.planted import evaluate_planted

SHORTEST_TERM = 2


def measure_planted(seeds: int) -> dict[str, object]:
    """Scores over that many planted worlds: the daily engine's at the top, all engines' below."""
    scores = evaluate_planted(range(seeds))
    return {**asdict(scores.daily), **scores.to_dict()}


def measure_boards(files: Sequence[Path]) -> dict[str, object]:
    """Calibration, discoveries, dated events and placebo over a year of archives."""
    for file in files:
        if not file.is_file():
            raise CommandError(f"{file} does not exist")
    try:
        return evaluate_boards(files, extract_terms).to_dict()
    except ValueError as problem:
        raise CommandError(str(problem)) from problem


def extract_terms(titles: Sequence[str]) -> list[list[str]]:
    """Words of two letters or more of each title, without stop words and numbers, each once."""
    segmenter = load_segmenter()
    stop_words, _ = read_stop_words()
    return [
        [
            word
            for word in dict.fromkeys(segmenter.segment(fold_case(normalise_text(title).text)))
            if len(word) >= SHORTEST_TERM and word not in stop_words and not word.isdigit()
        ]
        for title in titles
    ]
