"""A cue file (YAML) in -> the checked ladder of intent cues and the promotional mask out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nlp.cue_scope import CLAUSE_BREAKS, Hit, clause_before, end_of_words
from nlp.lexicon import SHIPPED, LexiconError, read_yaml
from nlp.promotion_mask import PromotionMask

SHIPPED_CUES = SHIPPED / "cues.yaml"
STAGES = ("A", "I", "P", "L", "DROP")
"""认知, 兴趣, 购买, 忠诚 in the order of the ladder, and 流失 beside it."""
DECIDES = 0.6
"""A cue of less weight never decides alone."""

_SCOPES = (
    "negations",
    "questions_left",
    "questions_right",
    "rhetoric",
    "others",
    "intentions",
    "stated",
)
_TOP_KEYS = {*_SCOPES, "cues", "promotion"}
_PROMOTION_KEYS, _MAY_KEYS = {"strong", "weak", "weak_needed"}, {"asked", "bought", "campaigns", "goods"}
_CUE_KEYS = {
    "id",
    "stage",
    "pattern",
    "neg_window",
    "requires",
    "excludes",
    "weight",
    "example",
    "read",
    "right",
}
_ENOUGH_READ, _LEAST_PRECISION = 10, 0.75
_GOES_ON = "…"
"""Stands for the rest of a text, so that no pattern takes the end of the scope for the end of a question."""
_LEFT_SCOPE = 8
_RIGHT_SCOPE = 6
_MEANT_SCORE = 0.65
_MOST_PLACES = 20
"""Places of a cue that are read in a text."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One row of the ladder."""

    id: str
    stage: str
    pattern: re.Pattern[str]
    requires: re.Pattern[str] | None
    """Must stand somewhere in the text."""
    excludes: re.Pattern[str] | None
    """Cancels the cue wherever it stands."""
    neg_window: int
    """Characters before the cue in which a negation cancels it."""
    weight: float
    example: str
    read: int
    """Hits in real comments that a person read."""
    right: int
    """Those of them whose writer stands on the stage."""


@dataclass(frozen=True, slots=True)
class CueLadder:
    """All cues with the scopes of negation and question."""

    cues: tuple[Cue, ...]
    any_cue: re.Pattern[str]
    negations: re.Pattern[str]
    questions_left: re.Pattern[str]
    questions_right: re.Pattern[str]
    rhetoric: re.Pattern[str]
    others: re.Pattern[str]
    intentions: re.Pattern[str]
    stated: re.Pattern[str]
    """What a cue says that no question takes back."""

    def find_cues(self, text: str) -> Iterator[Hit]:
        """Cues that count in a lower-case text: not negated, not excluded, not of somebody else.

        A cue of P, L or DROP that is asked about (有人回购吗), or of P or L that is only meant (打算入手),
        speaks for interest instead; a complaint that only ends in a question (后悔买了吗) for nothing.
        """
        if not self.any_cue.search(text):
            return
        for cue in self.cues:
            if not cue.pattern.search(text) or (cue.excludes and cue.excludes.search(text)):
                continue
            if cue.requires and not cue.requires.search(text):
                continue
            if found := self._judge_places(cue, text):
                stage, start, end = found
                score = cue.weight if stage == cue.stage else min(cue.weight, _MEANT_SCORE)
                yield Hit(stage, score, start, end)

    def _judge_places(self, cue: Cue, text: str) -> tuple[str, int, int] | None:
        """The first place where a cue means its own stage, else the first of another; None without."""
        other: tuple[str, int, int] | None = None
        for match in islice(cue.pattern.finditer(text), _MOST_PLACES):
            start, end = match.start(), end_of_words(match)
            if start == end or self._is_negated(text, start, cue.neg_window):
                continue
            stage = self._judge_stage(cue.stage, text, start, end)
            if stage == cue.stage:
                return stage, start, end
            if stage and other is None:
                other = stage, start, end
        return other

    def _judge_stage(self, stage: str, text: str, start: int, end: int) -> str | None:
        if stage in ("A", "I"):
            return stage
        before = clause_before(text, start, _LEFT_SCOPE)
        if self.questions_left.search(before) and not self.rhetoric.search(before):
            return "I"
        if self._is_followed_by_question(before, text, end):
            # A complaint in a question is as often a retort, and who says what he bought has bought it.
            return self._judge_asked(stage, text[start:end])
        if stage != "DROP":
            if self.intentions.search(before):
                return "I"
            if self.others.search(before):
                return None
        return stage

    def _is_negated(self, text: str, start: int, window: int) -> bool:
        return window > 0 and bool(self.negations.search(clause_before(text, start, window)))

    def _judge_asked(self, stage: str, cue: str) -> str | None:
        if stage == "DROP":
            return None
        return stage if self.stated.search(cue) else "I"

    def _is_followed_by_question(self, before: str, text: str, end: int) -> bool:
        if self.rhetoric.search(before):
            return False
        after = text[end : end + _RIGHT_SCOPE]
        pause = CLAUSE_BREAKS.search(after)
        if pause:
            after = after[: pause.start() + (after[pause.start()] == "?")]
        elif end + _RIGHT_SCOPE < len(text):
            after += _GOES_ON
        return bool(self.questions_right.search(after))


def read_cues(path: Path | None = None) -> tuple[CueLadder, PromotionMask, str]:
    """Ladder, promotional mask and the short hash of the shipped cue file or the user's.

    LexiconError names the row that is wrong: unknown fields, an unknown stage, a pattern that is none.
    """
    file = path or SHIPPED_CUES
    content, version = read_yaml(file)
    if not isinstance(content, dict) or set(content) != _TOP_KEYS:
        raise LexiconError(f"{file}: expected exactly the fields {', '.join(sorted(_TOP_KEYS))}.")
    cues = tuple(_parse_cue(row, file) for row in content["cues"])
    if len({cue.id for cue in cues}) < len(cues):
        raise LexiconError(f"{file}: two cues have the same id. Give each its own.")
    scopes = {name: _compile(content[name], file, name) for name in _SCOPES}
    any_cue = _compile("|".join(f"(?:{cue.pattern.pattern})" for cue in cues) or "(?!)", file, "cues")
    return CueLadder(cues, any_cue, **scopes), _parse_promotion(content["promotion"], file), version


def _parse_cue(row: object, file: Path) -> Cue:
    if not isinstance(row, dict) or not {"id", "stage", "pattern"} <= set(row) <= _CUE_KEYS:
        raise LexiconError(
            f"{file}: a cue has id, stage, pattern and at most {', '.join(sorted(_CUE_KEYS))}: {row}."
        )
    place = f"cue {row['id']}"
    weight, window = row.get("weight", 0.75), row.get("neg_window", 4)
    if row["stage"] not in STAGES or not isinstance(weight, int | float) or not 0 < weight <= 1:
        raise LexiconError(f"{file}: {place}: the stage is one of {', '.join(STAGES)}, the weight 0 to 1.")
    if not isinstance(window, int) or not 0 <= window <= 20:
        raise LexiconError(f"{file}: {place}: neg_window is a number of characters from 0 to 20.")
    requires, excludes = (
        _compile(row[key], file, place) if row.get(key) else None for key in ("requires", "excludes")
    )
    pattern = _compile(row["pattern"], file, place)
    if pattern.search(""):
        raise LexiconError(f"{file}: {place}: the pattern matches the empty text.")
    return Cue(
        row["id"],
        row["stage"],
        pattern,
        requires,
        excludes,
        window,
        float(weight),
        str(row.get("example", "")),
        *_read_precision(row, float(weight), f"{file}: {place}"),
    )


def _read_precision(row: dict[str, object], weight: float, place: str) -> tuple[int, int]:
    """Hits read and right; LexiconError when they show a cue to be too weak to decide (METRICS 6)."""
    read, right = row.get("read", 0), row.get("right", 0)
    if not isinstance(read, int) or not isinstance(right, int) or not 0 <= right <= read:
        raise LexiconError(f"{place}: read and right are numbers of hits, right at most read.")
    if read >= _ENOUGH_READ and right < _LEAST_PRECISION * read and weight >= DECIDES:
        raise LexiconError(
            f"{place}: right in {right} of {read} hits, which is too few to decide; give it a weight "
            f"below {DECIDES}."
        )
    return read, right


def _parse_promotion(content: object, file: Path) -> PromotionMask:
    if not isinstance(content, dict) or not _PROMOTION_KEYS <= set(content) <= _PROMOTION_KEYS | _MAY_KEYS:
        raise LexiconError(
            f"{file}: promotion needs {', '.join(sorted(_PROMOTION_KEYS))}, and may have "
            f"{', '.join(sorted(_MAY_KEYS))}."
        )
    patterns = {
        key: _compile("|".join(content.get(key, ())) or "(?!)", file, "promotion")
        for key in ("strong", "weak", *_MAY_KEYS)
    }
    return PromotionMask(weak_needed=int(content["weak_needed"]), **patterns)


def _compile(pattern: str, file: Path, place: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, TypeError) as error:
        raise LexiconError(f"{file}: {place}: {pattern!r} is no pattern: {error}.") from error
