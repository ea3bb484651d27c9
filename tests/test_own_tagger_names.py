"""Names that a tagger of the user's own cannot bear: its labels would be taken for the engine's."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from flows.diagnosis import diagnose
from flows.settings import read_settings
from nlp.encoder import Encoder
from nlp.errors import ModelError
from nlp.own_fit import fit_classifier
from nlp.own_tagger import check_tagger_name, find_own_folders, load_own_taggers
from nlp.tagger import TAGGER_NAMES
from warehouse.records import RESERVED_TAGGERS


@pytest.mark.parametrize("name", RESERVED_TAGGERS)
def test_names_that_topic_tracking_writes_and_queries_ask_for_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"{name} is a tagger that Headwater has already"):
        check_tagger_name(name)
    texts = [f"第{number}次吃{food}" for number in range(10) for food in ("火锅", "奶茶")]
    trained = fit_classifier(name, texts, ["火锅", "奶茶"] * 10, Encoder.load())
    trained.save(tmp_path / name)
    with pytest.raises(ModelError, match=f"train remove {name}"):
        load_own_taggers(find_own_folders(tmp_path))


def test_a_copied_folder_is_refused_as_its_labels_would_stand_twice(tmp_path: Path) -> None:
    texts = [f"第{number}次吃{food}" for number in range(10) for food in ("火锅", "奶茶")]
    fit_classifier("food", texts, ["火锅", "奶茶"] * 10, Encoder.load()).save(tmp_path / "food")
    assert [tagger.name for tagger in load_own_taggers(find_own_folders(tmp_path))] == ["food"]
    shutil.copytree(tmp_path / "food", tmp_path / "food_backup")
    with pytest.raises(
        ModelError, match="are both the tagger food; run `headwater train remove food_backup`"
    ):
        load_own_taggers(find_own_folders(tmp_path))


def test_doctor_tells_of_a_tagger_that_would_end_every_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings()
    folder = settings.home / "models" / "food"
    texts = [f"第{number}次吃{food}" for number in range(10) for food in ("火锅", "奶茶")]
    fit_classifier("food", texts, ["火锅", "奶茶"] * 10, Encoder.load()).save(folder)
    found = {one.part: one for one in diagnose(settings)}["own taggers"]
    assert (found.works, found.detail) == (True, "food")
    file = folder / "classifier.json"
    file.write_text(file.read_text(encoding="utf-8").replace("火锅", "火祸"), encoding="utf-8")
    found = {one.part: one for one in diagnose(settings)}["own taggers"]
    assert not found.works
    assert "food" in found.detail and "altered" in found.detail


def test_every_tagger_that_a_query_asks_for_is_a_name_that_is_taken() -> None:
    folder = Path(__file__).parent.parent / "warehouse"
    queries = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.sql"))
    asked = set(re.findall(r"\btagger = '(\w+)'", queries))
    assert "clusters" in asked
    assert asked <= {*TAGGER_NAMES, *RESERVED_TAGGERS}
