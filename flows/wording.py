"""A language in; the command line's words, and the rooms' sentences told again in it, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from warehouse.shipped_yaml import read_shipped_yaml

Language = Literal["zh", "en"]

WORDING_FILE = Path(__file__).parent / "wording.yaml"
HELP_FILE = Path(__file__).parent / "help.yaml"
NUMBER_WORD = re.compile(r"\{(\w+)\|([^|{}]+)\|([^|{}]+)\}")
CODE_PLACE = "fault"
"""The place of a sentence that a code stands in, such as no_id."""
PLACE = re.compile(r"\{(\w+)\}")


@cache
def read_wording() -> dict[str, Any]:
    """The wording file."""
    words: dict[str, Any] = read_shipped_yaml(WORDING_FILE)
    return words


@cache
def read_sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Pattern of each English sentence, of the rooms or the parser of arguments -> its Chinese template."""
    words = read_wording()
    return tuple((make_pattern(pair["en"]), pair["zh"]) for pair in (*words["sentences"], *words["usage"]))


@cache
def read_help() -> dict[str, str]:
    """Each help text, its white space as single blanks -> its Chinese."""
    texts: dict[str, str] = read_shipped_yaml(HELP_FILE)
    return texts


def make_pattern(template: str) -> re.Pattern[str]:
    """What a sentence looks like whose places `{name}` are filled."""
    parts = PLACE.split(template)
    texts = [re.escape(part) if number % 2 == 0 else f"(?P<{part}>.+?)" for number, part in enumerate(parts)]
    return re.compile("".join(texts), re.DOTALL)


@dataclass(frozen=True)
class CommandWording:
    """What commands say, in one language."""

    language: Language

    def say(self, line: str, **values: object) -> str:
        """A line with its values; whole numbers get commas, and `{n|row|rows}` the word that fits."""
        template = str(read_wording()["lines"][line][self.language])
        template = NUMBER_WORD.sub(lambda found: found[2] if values[found[1]] == 1 else found[3], template)
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        return template.format(**shown)

    def name(self, code: str) -> str:
        """What a record kind, outcome, reason, part or step is called; its code where that is clear."""
        return str(read_wording()["names"].get(code, {}).get(self.language) or self.translate(code))

    def count(self, counts: Mapping[str, int], none: str) -> str:
        """Counts by name in one line; the line `none` where there are none."""
        shown = (self.say("count", n=n, name=self.name(name)) for name, n in sorted(counts.items()))
        return self.join(shown) or self.say(none)

    def list_names(self, codes: Iterable[str]) -> str:
        """What several things are called, in one line."""
        return self.join(map(self.name, codes))

    def join(self, texts: Iterable[str]) -> str:
        """Texts in one line, with the comma of this language."""
        return ("，" if self.language == "zh" else ", ").join(texts)

    def explain(self, help_text: str | None) -> str | None:
        """A help text in this language; as it stands where it has none."""
        if self.language == "en" or not help_text:
            return help_text
        return read_help().get(" ".join(help_text.split()), help_text)

    def translate(self, sentence: str) -> str:
        """A room's English sentence, what stands in its places and after a `place: `, in this language.

        As it stands where it is none that is known.
        """
        if self.language == "en":
            return sentence
        for pattern, template in read_sentences():
            found = pattern.fullmatch(sentence)
            if found:
                values = {
                    name: self.name(value) if name == CODE_PLACE else self.translate(value)
                    for name, value in found.groupdict().items()
                }
                return template.format(**values)
        place, colon, reason = sentence.partition(": ")
        told = self.translate(reason) if colon else reason
        return sentence if told == reason else f"{place}：{told}"


ENGLISH = CommandWording("en")
"""The words of files and figures, which are English whoever reads them."""
