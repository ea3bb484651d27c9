"""YAML phrase lists in, seeded Chinese sentences out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

import yaml

PHRASE_FOLDER = Path(__file__).parent / "phrases"
SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Grammar:
    """Named lists of templates; `{slot}` in a template is a value or a choice from that list."""

    lists: Mapping[str, tuple[str, ...]]

    def write(self, name: str, random: Random, values: Mapping[str, str] | None = None) -> str:
        """One sentence of the list `name`; KeyError when a template names a slot that neither side knows."""
        return self.fill(random.choice(self.lists[name]), random, values or {})

    def fill(self, template: str, random: Random, values: Mapping[str, str]) -> str:
        """The template with every slot filled, nested ones too."""

        def choose(match: re.Match[str]) -> str:
            slot = match.group(1)
            value = values.get(slot)
            if value is None:
                value = random.choice(self.lists[slot])
            return self.fill(value, random, values) if "{" in value else value

        return SLOT.sub(choose, template)


@lru_cache(maxsize=8)
def load_grammar(*stems: str) -> Grammar:
    """The grammar of `phrases/<stem>.yaml`, later files winning where names repeat."""
    lists: dict[str, tuple[str, ...]] = {}
    for stem in stems:
        document = yaml.safe_load((PHRASE_FOLDER / f"{stem}.yaml").read_text(encoding="utf-8"))
        lists.update({name: tuple(str(entry) for entry in entries) for name, entries in document.items()})
    return Grammar(lists)
