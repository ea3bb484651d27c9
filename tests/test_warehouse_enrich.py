"""Which texts are pending for which tagger, and how what taggers say is kept."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from flows.enrich import tag_pending
from nlp.pipeline import TaggerError
from nlp.tagger import Label, Tagger
from tests.landed_packages import land, make_entry, make_entry_id, make_listing, make_post
from warehouse import enrich
from warehouse.enrich import PendingBatch, list_pending, read_pending, write_annotations
from warehouse.load import load_packages
from warehouse.store import Warehouse


@dataclass(frozen=True)
class Stamp:
    """A tagger as the warehouse sees it."""

    name: str
    version: str
    subjects: frozenset[str]


KEYWORDS = Stamp("keywords", "1", frozenset({"post", "listing", "board_entry"}))
SENTIMENT = Stamp("sentiment", "tiny-1", frozenset({"post"}))


@pytest.fixture
def filled_home(home: Path, tmp_path: Path) -> Path:
    """A home with three posts, one offer and two board lines."""
    records = [
        make_post(1, title="多巴胺穿搭", text="真好看", hashtags=("穿搭", "春天")),
        make_post(2, title=None, text="只有正文", hashtags=()),
        make_post(3, title=None, text="", hashtags=()),
        make_listing(1, title="针织开衫", text="软糯"),
        make_entry("拼豆手工"),
        make_entry("八段锦"),
    ]
    land(tmp_path / "landing", records)
    with Warehouse.open(home) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
    return home


def label(batch: PendingBatch, taggers: Collection[Stamp], label: str = "x") -> pa.Table:
    """One label for each subject of a batch by each tagger that lacks it and tags its kind."""
    rows = [
        {
            "subject_kind": subject["subject_kind"],
            "subject_id": subject["subject_id"],
            "tagger": tagger.name,
            "tagger_version": tagger.version,
            "label": label,
            "score": 0.5,
            "span_start": None,
            "span_end": None,
        }
        for tagger in taggers
        if tagger.name in batch.taggers
        for subject in batch.subjects.to_pylist()
    ]
    schema = [("span_start", pa.int32()), ("span_end", pa.int32())]
    return pa.Table.from_pylist(rows).cast(
        pa.schema(
            [
                (name, dict(schema).get(name, pa.float64() if name == "score" else pa.string()))
                for name in rows[0]
            ]
        )
    )


def tag_all(warehouse: Warehouse, taggers: Collection[Stamp], batch_size: int = 2) -> list[PendingBatch]:
    """Tag what is pending; the batches."""
    batches = []
    for batch in read_pending(warehouse, list_pending(warehouse, taggers), batch_size):
        write_annotations(warehouse, label(batch, taggers))
        batches.append(batch)
    return batches


def test_the_text_of_a_subject_is_title_text_and_hashtags(filled_home: Path) -> None:
    with Warehouse.open(filled_home) as warehouse:
        batches = list(read_pending(warehouse, list_pending(warehouse, [KEYWORDS]), batch_size=100))
    texts = {row["subject_id"]: row["text"] for batch in batches for row in batch.subjects.to_pylist()}
    assert texts == {
        "douyin:7400000000000000001": "多巴胺穿搭\n真好看\n#穿搭 #春天",
        "douyin:7400000000000000002": "只有正文",
        "douyin:7400000000000000003": "",
        "taobao:680000000001": "针织开衫\n软糯",
        make_entry_id("weibo", "hot", "拼豆手工"): "拼豆手工",
        make_entry_id("weibo", "hot", "八段锦"): "八段锦",
    }


def test_a_subject_is_pending_only_for_taggers_of_its_kind(filled_home: Path) -> None:
    with Warehouse.open(filled_home) as warehouse:
        assert list_pending(warehouse, [SENTIMENT]).count == 3
        assert list_pending(warehouse, [SENTIMENT, KEYWORDS]).count == 6
        batches = list(
            read_pending(warehouse, list_pending(warehouse, [SENTIMENT, KEYWORDS]), batch_size=100)
        )
        assert [(batch.taggers, batch.subjects.num_rows) for batch in batches] == [
            (("keywords",), 3),
            (("keywords", "sentiment"), 3),
        ]


def test_a_label_on_another_kind_of_subject_with_the_same_id_leaves_it_pending(filled_home: Path) -> None:
    with Warehouse.open(filled_home) as warehouse:
        (batch,) = read_pending(warehouse, list_pending(warehouse, [KEYWORDS]), batch_size=100)
        kinds = batch.subjects["subject_kind"].to_pylist()
        others = [
            {"post": "listing", "listing": "board_entry", "board_entry": "post"}[kind] for kind in kinds
        ]
        place = batch.subjects.schema.get_field_index("subject_kind")
        moved = batch.subjects.set_column(place, "subject_kind", pa.array(others, pa.string()))
        write_annotations(warehouse, label(PendingBatch(batch.taggers, moved), [KEYWORDS]))
        assert list_pending(warehouse, [KEYWORDS]).count == 6


def test_what_is_tagged_is_not_pending_and_batches_keep_to_their_size(
    filled_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrich, "STRETCH_ROWS", 3)
    with Warehouse.open(filled_home) as warehouse:
        batches = tag_all(warehouse, [KEYWORDS, SENTIMENT])
        assert sum(batch.subjects.num_rows for batch in batches) == 6
        assert max(batch.subjects.num_rows for batch in batches) == 2
        assert list_pending(warehouse, [KEYWORDS, SENTIMENT]).count == 0
        assert list(read_pending(warehouse, list_pending(warehouse, [KEYWORDS, SENTIMENT]), 2)) == []


def test_a_stopped_run_goes_on_where_it_stopped(filled_home: Path) -> None:
    with Warehouse.open(filled_home) as warehouse:
        first = next(read_pending(warehouse, list_pending(warehouse, [KEYWORDS]), 2))
        write_annotations(warehouse, label(first, [KEYWORDS]))
    with Warehouse.open(filled_home) as warehouse:
        assert list_pending(warehouse, [KEYWORDS]).count == 4


class ShortLivedTagger:
    """Gives no label to the texts of its first batches, and then one label too many."""

    name, version, subjects = "keywords", "1", KEYWORDS.subjects

    def __init__(self, batches: int) -> None:
        self._left = batches

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        self._left -= 1
        return [[] for _ in texts] if self._left >= 0 else [[] for _ in (*texts, "")]


def tag_two_each(warehouse: Warehouse, taggers: Sequence[Tagger]) -> Iterator[int]:
    """Tag what is pending, two texts a batch."""
    return tag_pending(warehouse, taggers, list_pending(warehouse, taggers), batch_size=2)


def test_every_batch_before_a_tagger_breaks_is_kept(filled_home: Path) -> None:
    """A batch is written while the next is tagged, also when that next one cannot be."""
    with Warehouse.open(filled_home) as warehouse:
        reported = []
        with pytest.raises(TaggerError, match="keywords returned 3 results for 2 texts"):
            for tagged in tag_two_each(warehouse, [ShortLivedTagger(2)]):
                reported.append(tagged)
        assert reported == [2]
        assert list_pending(warehouse, [KEYWORDS]).count == 2
        assert list(tag_two_each(warehouse, [ShortLivedTagger(1)])) == [2]
        assert list(tag_two_each(warehouse, [ShortLivedTagger(0)])) == []
    assert gc.get_freeze_count() == 0


def test_a_new_version_replaces_what_the_old_one_said_and_only_that(filled_home: Path) -> None:
    newer = Stamp("sentiment", "tiny-2", SENTIMENT.subjects)
    with Warehouse.open(filled_home) as warehouse:
        tag_all(warehouse, [KEYWORDS, SENTIMENT])
        batches = tag_all(warehouse, [KEYWORDS, newer])
        assert {batch.taggers for batch in batches} == {("sentiment",)}
        counted = "select tagger, tagger_version, count(*) from core_annotations group by all order by all"
        assert warehouse.connection.execute(counted).fetchall() == [
            ("keywords", "1", 6),
            ("sentiment", "tiny-2", 3),
        ]


def test_writing_the_same_annotations_again_changes_nothing(filled_home: Path) -> None:
    with Warehouse.open(filled_home) as warehouse:
        table = label(next(read_pending(warehouse, list_pending(warehouse, [KEYWORDS]), 100)), [KEYWORDS])
        assert write_annotations(warehouse, table) == write_annotations(warehouse, table) == 6
        rows = warehouse.connection.execute("select subject_id, label from core_annotations").fetchall()
        assert len(rows) == len(set(rows)) == 6
        assert write_annotations(warehouse, table.slice(0, 0)) == 0
