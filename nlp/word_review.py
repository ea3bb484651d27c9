"""New words in -> a review file that a person edits; its decisions -> the user dictionary."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from nlp.lexicon import LexiconError, read_lexicon
from nlp.segment import MAX_WORD_CHARACTERS, is_user_word, read_user_dictionary
from nlp.words import NewWord

Decision = Literal["accept", "reject", ""]
REVIEW_FILE = "words-review.tsv"
"""Name of the review file in the home."""
DICTIONARY_FILE = "words.txt"
"""Name of the user dictionary in the home."""

_COLUMNS = ("decision", "word", "documents", "background", "surprise", "example")
_DECISIONS = ("accept", "reject", "")


@dataclass(frozen=True, slots=True)
class ReviewedWord:
    """One line of the review file."""

    decision: Decision
    """accept, reject, or empty while nobody has decided."""
    word: str
    documents: int
    background: int
    surprise: float
    example: str


def read_review(path: Path) -> list[ReviewedWord]:
    """Lines of a review file, none if there is no file; LexiconError names the line that is wrong."""
    if not path.exists():
        return []
    content, _ = read_lexicon(path)
    reader = csv.DictReader(io.StringIO(content), delimiter="\t", quoting=csv.QUOTE_NONE)
    if tuple(reader.fieldnames or ()) != _COLUMNS:
        raise LexiconError(f"{path}: the first line must name {', '.join(_COLUMNS)}, separated by tabs.")
    return [_parse_line(line, f"{path} line {number}") for number, line in enumerate(reader, start=2)]


def add_candidates(path: Path, words: Sequence[NewWord]) -> list[ReviewedWord]:
    """Write new words below the decided ones, which stay; undecided words of earlier windows are replaced."""
    decided = {line.word: line for line in read_review(path) if line.decision}
    fresh = [
        ReviewedWord("", word.word, word.documents, word.background, word.surprise, word.example)
        for word in words
        if word.word not in decided
    ]
    lines = [*decided.values(), *fresh]
    _write_review(path, lines)
    return lines


def decide_words(path: Path, accepted: Iterable[str], rejected: Iterable[str]) -> list[str]:
    """Note decisions in the review file; the words among them that it does not know are added to it.

    LexiconError, with nothing written, for what can be no word of a dictionary.
    """
    decisions: dict[str, Decision] = {}
    decisions.update(dict.fromkeys(accepted, "accept"))
    decisions.update(dict.fromkeys(rejected, "reject"))
    for word in decisions:
        if not is_user_word(word):
            raise LexiconError(_refuse_word(word))
    lines = read_review(path)
    known = {line.word for line in lines}
    changed = [
        ReviewedWord(
            decisions.get(line.word, line.decision),
            line.word,
            line.documents,
            line.background,
            line.surprise,
            line.example,
        )
        for line in lines
    ]
    unknown = [word for word in decisions if word not in known]
    changed += [ReviewedWord(decisions[word], word, 0, 0, 0.0, "") for word in unknown]
    _write_review(path, changed)
    return unknown


def update_dictionary(review: Path, dictionary: Path) -> int:
    """Add accepted words to a user dictionary and take rejected ones out; the number of words it then has.

    Other lines of the dictionary stay as they are.
    """
    lines = read_review(review)
    accepted = [line.word for line in lines if line.decision == "accept"]
    rejected = {line.word for line in lines if line.decision == "reject"}
    present = {word.word for word in read_user_dictionary(dictionary)} if dictionary.exists() else set()
    content = read_lexicon(dictionary)[0].splitlines() if dictionary.exists() else []
    kept = [line for line in content if line.split("#")[0].split()[:1] not in [[word] for word in rejected]]
    kept += [word for word in accepted if word not in present]
    _write_whole(dictionary, "".join(f"{line}\n" for line in kept))
    return len(read_user_dictionary(dictionary))


def _parse_line(line: dict[str, str], place: str) -> ReviewedWord:
    decision = (line["decision"] or "").strip().lower()
    if decision not in _DECISIONS:
        raise LexiconError(f"{place}: the decision is accept, reject or empty, not {decision!r}.")
    if decision == "accept" and not is_user_word(line["word"] or ""):
        raise LexiconError(f"{place}: {_refuse_word(line['word'] or '')}")
    try:
        return ReviewedWord(
            cast(Decision, decision),
            line["word"],
            int(line["documents"]),
            int(line["background"]),
            float(line["surprise"]),
            line["example"] or "",
        )
    except (TypeError, ValueError) as error:
        raise LexiconError(f"{place}: expected numbers in the columns with numbers.") from error


def _refuse_word(word: str) -> str:
    return (
        f"{word!r} can be no word of a dictionary: take 2 to {MAX_WORD_CHARACTERS} characters "
        "without blanks and without #."
    )


def _write_review(path: Path, lines: Iterable[ReviewedWord]) -> None:
    rows = [_COLUMNS] + [
        (
            line.decision,
            line.word,
            str(line.documents),
            str(line.background),
            f"{line.surprise:.2f}",
            line.example,
        )
        for line in lines
    ]
    # A tab or line break inside a text would shift the columns of a file that people edit by hand.
    cleaned = ("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
    _write_whole(path, "".join(f"{row}\n" for row in cleaned))


def _write_whole(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(content, "utf-8")
    part.replace(path)
