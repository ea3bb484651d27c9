"""The trend engine's own figures: on planted worlds, and on archives of real boards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows.exit_codes import CommandError
from flows.published import require_published
from flows.words import BACKGROUND_DAYS
from nlp.keywords import read_stop_words
from nlp.segment import load_segmenter
from nlp.text import fold_case, normalise_text
from spiders.imports.instants import BadInstant, read_instant
from spiders.moments import SHANGHAI
from warehouse.board_replay import count_terms, evaluate_boards
from warehouse.planted import evaluate_planted
from warehouse.planted_lives import (
    FUTURE_WEEKS,
    SCORED_WEEKS,
    evaluate_lives,
    evaluate_velocity,
    score_future,
)
from warehouse.replication import replicate_published
from warehouse.texts import read_newest_day, read_texts_between
from warehouse.week_replay import replay_weeks

SHORTEST_TERM = 2
TEXT_COLUMNS = ("title", "text", "content", "desc")
MOMENT_COLUMNS = ("captured_at", "published_at", "first_seen", "date", "created_at", "day")
LAST_MOMENT = datetime(2100, 1, 1, tzinfo=UTC)


def measure_planted(seeds: int) -> dict[str, object]:
    """Scores over that many planted worlds: the daily engine's at the top, all engines' below."""
    scores = evaluate_planted(range(seeds))
    return {**asdict(scores.daily), **scores.to_dict()}


def measure_boards(files: Sequence[Path]) -> dict[str, object]:
    """Calibration, discoveries, dated events and placebo over a year of archives."""
    check_files(files)
    try:
        return evaluate_boards(files, extract_terms).to_dict()
    except ValueError as problem:
        raise CommandError(str(problem)) from problem


def measure_authors(home: Path) -> dict[str, object]:
    """By platform, how many daily discoveries of half of the authors the other half confirms."""
    found = replicate_published(require_published(home))
    if not found:
        raise CommandError("the published file holds no posts that show an author; crawl or import some")
    return {
        platform: {"discoveries": one.discoveries, "confirmed": one.confirmed, "share": one.share}
        for platform, one in found.items()
    }


def measure_lifecycle(seeds: int) -> dict[str, object]:
    """How often stages and peaks of planted lives are right, at two levels of noise."""
    return evaluate_lives(range(seeds))


def measure_board_stages(files: Sequence[Path]) -> dict[str, object]:
    """Stages of the words of real titles against the four weeks after them."""
    check_files(files)
    try:
        counts, exposure, last_day = count_terms(files, extract_terms)
    except ValueError as problem:
        raise CommandError(str(problem)) from problem
    marts = replay_weeks(counts, exposure, SCORED_WEEKS + FUTURE_WEEKS, last_day)
    return {**asdict(score_future(counts, exposure, marts)), "last_day": last_day.isoformat()}


def check_files(files: Sequence[Path]) -> None:
    """CommandError when a file is not there."""
    for file in files:
        if not file.is_file():
            raise CommandError(f"{file} does not exist")


def measure_velocity(seeds: int) -> dict[str, object]:
    """Coverage of velocity's interval, agreement of halves of authors, accelerations that are none."""
    return evaluate_velocity(range(seeds))


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


def measure_words(
    home: Path, file: Path, texts: Sequence[Path], column: str, month: str, most: int
) -> dict[str, object]:
    """Precision and recall of new words against a list, in files of dated texts or in what the home holds.

    Without `month` the window is the last 30 days; the 90 days before are the background.
    """
    from nlp.evaluation.words import read_word_list, score_words

    words = read_word_list(file, column)
    dated, skipped = read_dated_texts(texts) if texts else (read_home_texts(home), 0)
    if not dated:
        raise CommandError("there are no dated texts; name files with --texts or crawl or import something")
    begin, last = choose_window(month, max(day for day, _ in dated))
    background = begin - timedelta(days=BACKGROUND_DAYS)
    window = list(dict.fromkeys(text for day, text in dated if begin <= day <= last))
    before = list(dict.fromkeys(text for day, text in dated if background <= day < begin))
    if not window:
        raise CommandError(f"no text is dated from {begin} to {last}; say another --month")
    scores = score_words(words, window, before, load_segmenter(), most)
    return {**scores, "skipped": skipped, "from": begin.isoformat(), "to": last.isoformat()}


def choose_window(month: str, newest: date) -> tuple[date, date]:
    """First and last day of a month (YYYY-MM), or of the 30 days up to the newest."""
    if not month:
        return newest - timedelta(days=29), newest
    try:
        begin = datetime.strptime(month, "%Y-%m").date()
    except ValueError as problem:
        raise CommandError(f"--month must be like 2024-12, not {month!r}") from problem
    return begin, (begin + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def read_dated_texts(files: Sequence[Path]) -> tuple[list[tuple[date, str]], int]:
    """Day and text of every row that has both, under columns of boards and posts; how many rows lack one."""
    from nlp.labelled_file import read_cell, read_columns, read_rows

    dated, skipped = [], 0
    for file in files:
        columns = read_columns(file)
        text = next((name for name in TEXT_COLUMNS if name in columns), None)
        moment = next((name for name in MOMENT_COLUMNS if name in columns), None)
        if text is None or moment is None:
            raise CommandError(f"{file} needs a column {TEXT_COLUMNS[0]} and a column {MOMENT_COLUMNS[0]}")
        for row in read_rows(file, (text, moment)):
            day, written = read_day(row[moment]), read_cell(row[text])
            if day is None or not written.strip():
                skipped += 1
            else:
                dated.append((day, written))
    return dated, skipped


def read_day(moment: object) -> date | None:
    """Calendar day (Asia/Shanghai) of a moment in any form that imports read; None where it is none."""
    try:
        return read_instant(moment, SHANGHAI, LAST_MOMENT).astimezone(SHANGHAI).date()
    except BadInstant:
        return None


def read_home_texts(home: Path) -> list[tuple[date, str]]:
    """Texts of the home's newest 120 days, each with its day."""
    published = require_published(home)
    newest = read_newest_day(published)
    if newest is None:
        return []
    days = (newest - timedelta(days=back) for back in range(BACKGROUND_DAYS + 30))
    return [(day, text) for day in days for text in read_texts_between(published, day, day)]
