"""The data dictionary is what the warehouse says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from warehouse.dictionary import render_current
from warehouse.mart_sql import DESCRIPTIONS_FILE, read_descriptions
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


def test_a_description_that_a_comma_cuts_short_is_refused(tmp_path: Path) -> None:
    whole = DESCRIPTIONS_FILE.read_text(encoding="utf-8")
    assert read_descriptions().marts["mart_topic_day"].row.startswith("one day, platform and topic")
    cut = tmp_path / "columns.yaml"
    for spoilt in (
        "  mart_story_of_a_day: {row: one day, platform and story}\n",
        "  mart_story_of_a_day:\n    row:\n",
        "  mart_story_of_a_day:\n    row: one story\n    columns: {day: 上榜日, 上海时间}\n",
    ):
        cut.write_text(whole + spoilt, encoding="utf-8")
        with pytest.raises(ValidationError, match="mart_story_of_a_day"):
            read_descriptions(cut)
