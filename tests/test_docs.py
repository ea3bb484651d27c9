"""The documents: both languages say the same commands, links lead somewhere, examples are valid."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from flows.assistants import build_server
from flows.settings import build_settings
from nlp.tagger import TAGGER_NAMES
from warehouse.alerts.names import RULES
from warehouse.watch.syntax import parse_watch_list

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CHINESE = sorted(path.name for path in DOCS.glob("*.zh.md"))
PAGES = sorted([*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "README.zh.md"])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read_blocks(name: str, language: str) -> list[str]:
    """Code blocks of one language in a page of docs/."""
    text = (DOCS / name).read_text(encoding="utf-8")
    return [block for kind, block in FENCE.findall(text) if kind == language]


@pytest.mark.parametrize("name", CHINESE)
def test_both_languages_have_the_same_examples(name: str) -> None:
    english = name.replace(".zh.md", ".md")
    for language in ("sh", "json", "python", "yaml", ""):
        strip = [re.sub(r"\s+#.*", "", block) for block in read_blocks(name, language)]
        assert strip == [re.sub(r"\s+#.*", "", block) for block in read_blocks(english, language)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8"))]
    local = [target for target in targets if target and "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", ["alerts.md", "alerts.zh.md"])
def test_the_settings_of_alerts_are_valid_and_name_every_rule(page: str) -> None:
    (block,) = read_blocks(page, "toml")
    settings = build_settings(tomllib.loads(block), ROOT, page)
    assert settings.alerts.rules == RULES
    told = re.findall(r"^\| `(\w+)` \|", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert told == list(RULES)


@pytest.mark.parametrize("page", ["watch-lists.md", "watch-lists.zh.md"])
def test_the_example_of_a_watch_list_is_read(page: str) -> None:
    (block,) = read_blocks(page, "")
    watch_list = parse_watch_list(block)
    assert [group.name for group in watch_list.groups] == ["手作", "perler|豆豆画"]
    assert [str(term) for term in watch_list.excluded] == ["招聘"]


async def list_tools(home: Path) -> set[str]:
    """Names of the tools that the server offers."""
    return {tool.name for tool in await build_server(home).list_tools()}


@pytest.mark.parametrize("page", ["assistants.md", "assistants.zh.md"])
def test_the_configuration_for_assistants_is_json_and_every_tool_is_named(page: str, home: Path) -> None:
    (block,) = read_blocks(page, "json")
    assert json.loads(block)["mcpServers"]["headwater"]["args"] == ["mcp"]
    lines = re.findall(r"^\| (`.*?`) \|", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(lines))) == asyncio.run(list_tools(home))


def test_the_example_of_an_interest_is_one_and_that_of_a_tagger_is_not_taken() -> None:
    (block,) = read_blocks("how-to.md", "yaml")
    (interest,) = yaml.safe_load(block)
    assert set(interest) == {"code", "zh", "en", "seeds", "excludes"}
    (code,) = read_blocks("how-to.md", "python")
    compile(code, "how-to.md", "exec")
    assert "gift" not in TAGGER_NAMES
