"""New words: the texts of a window and those before it in, candidates for the user dictionary out."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from flows.exit_codes import CommandError
from flows.published import require_published
from flows.user_files import ENTITIES_FILE, find_user_file
from nlp.text import normalise_text
from nlp.whole_names import load_topic_segmenter
from nlp.word_review import (
    DICTIONARY_FILE,
    REVIEW_FILE,
    ReviewedWord,
    add_candidates,
    decide_words,
    read_review,
    update_dictionary,
)
from nlp.words import discover_words
from warehouse.texts import read_newest_day, read_texts_between

BACKGROUND_DAYS = 90


def find_new_words(home: Path, days: int, most: int) -> list[ReviewedWord]:
    """Words of the last days that neither the 90 days before nor dictionary and names know, by surprise.

    They are written to the review file of the home, below what was decided before.
    """
    published = require_published(home)
    newest = read_newest_day(published)
    if newest is None:
        raise CommandError("there are no texts yet; crawl or import something first")
    first = newest - timedelta(days=days - 1)
    review = home / REVIEW_FILE
    found = discover_words(
        read_normalised(published, first, newest),
        read_normalised(published, first - timedelta(days=BACKGROUND_DAYS), first - timedelta(days=1)),
        load_topic_segmenter(find_user_file(home, DICTIONARY_FILE), find_user_file(home, ENTITIES_FILE)),
        known={line.word for line in read_review(review) if line.decision},
        most=most,
    )
    return add_candidates(review, found)


def read_normalised(published: Path, first_day: date, last_day: date) -> list[str]:
    """Normalised texts of the days."""
    return [normalise_text(text).text for text in read_texts_between(published, first_day, last_day)]


def review_words(home: Path, accepted: list[str], rejected: list[str]) -> int:
    """Note decisions and bring the user dictionary up to date; the number of words it then has."""
    review = home / REVIEW_FILE
    decide_words(review, accepted, rejected)
    return update_dictionary(review, home / DICTIONARY_FILE)
