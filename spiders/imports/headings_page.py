"""The tables of headings and platforms in; the page that lists them, in English and in Chinese, out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml

from spiders.imports.headings import read_headings
from spiders.platform_names import HOST_PLATFORMS, PLATFORM_ALIASES, list_known_platforms

Language = Literal["en", "zh"]
DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES: dict[Language, str] = {"en": "import-headings.md", "zh": "import-headings.zh.md"}


@cache
def _read_words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(
        resources.files(__package__).joinpath("headings_page.yaml").read_text("utf-8")
    )
    return words


def render_headings(language: Language) -> str:
    """The whole page as Markdown."""
    words = _read_words()
    parts = [words["opening"][language]]
    for kind, titles in words["kinds"].items():
        parts.append(f"## {titles[language]}\n")
        parts.append("\n".join(_list_fields(kind, language)) + "\n")
    parts.append(words["platforms"][language])
    parts.append("\n".join(_list_platforms(language)) + "\n")
    return "\n".join(parts)


def _list_fields(kind: str, language: Language) -> Iterator[str]:
    words = _read_words()
    yield from (words["columns"][language], "|---|---|---|")
    for field, headings in read_headings(kind).items():
        others = ", ".join(dict.fromkeys(headings[1:]))
        yield f"| `{field}` | {words['fields'][field][language]} | {others} |"


def _list_platforms(language: Language) -> Iterator[str]:
    yield from (_read_words()["platform_columns"][language], "|---|---|---|")
    for slug in list_known_platforms():
        names = ", ".join(name for name, known in PLATFORM_ALIASES.items() if known == slug)
        hosts = ", ".join(host for host, known in HOST_PLATFORMS.items() if known == slug)
        yield f"| `{slug}` | {names} | {hosts} |"


def main() -> None:
    """Write both pages into docs/."""
    for language, name in PAGES.items():
        (DOCS / name).write_text(render_headings(language), encoding="utf-8")


if __name__ == "__main__":
    main()
