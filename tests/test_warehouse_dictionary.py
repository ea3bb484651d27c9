"""The data dictionary is what the warehouse says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from warehouse.dictionary import render_current
from warehouse.records import Post

COMMITTED = Path(__file__).parent.parent / "DATA_DICTIONARY.md"


@pytest.fixture(scope="module")
def rendered() -> str:
    """The dictionary of today's tables."""
    return render_current()


def test_the_committed_dictionary_is_current(rendered: str) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == rendered, "write it anew: python -m warehouse.dictionary"


def test_every_field_of_the_contract_is_explained(rendered: str) -> None:
    section = rendered.partition("### core_posts\n")[2].partition("### ")[0]
    for name, field in Post.model_fields.items():
        assert f"| {name} |" in section
        assert " ".join((field.description or "").split()) in section


def test_no_column_and_no_table_is_without_a_meaning(rendered: str) -> None:
    assert re.findall(r"^\|.*\|\s*\|$", rendered, re.MULTILINE) == []
    assert "One row of this table: ." not in rendered
    assert "One row of this view: ." not in rendered


def test_views_come_first_and_observations_are_marked(rendered: str) -> None:
    headings = re.findall(r"^### (.+)$", rendered, re.MULTILINE)
    assert headings[0].startswith("v_")
    assert headings[-1].startswith("raw_")
    assert rendered.count("Not published.") == 7
