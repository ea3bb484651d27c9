"""Clusters as topics: counted, named, tested only on days that did not make them, merged into one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np

from tests.test_topics_flow import load_and_enrich, read_rows, write_day_of_posts
from tests.topic_world import FIRST_DAY, THEMES
from warehouse.bursts import DAILY, detect_bursts
from warehouse.store import Warehouse
from warehouse.trends import build_marts

COUNTED = "select topic_id, label, n_docs from mart_topic where topic_kind = 'cluster' order by 1"


def build(home: Path, days: int) -> None:
    with Warehouse.open(home) as warehouse:
        build_marts(warehouse, "run", FIRST_DAY + timedelta(days=days))


def test_a_cluster_is_a_topic_from_the_third_day_after_the_posts_that_made_it(
    home: Path, tmp_path: Path
) -> None:
    load_and_enrich(home, tmp_path / "landing", [r for day in range(9) for r in write_day_of_posts(day)])
    build(home, 8)
    assert read_rows(home, COUNTED) == []
    load_and_enrich(home, tmp_path / "landing", write_day_of_posts(9))
    build(home, 9)
    counted = read_rows(home, COUNTED)
    kept = read_rows(home, "select 'cluster:' || cluster_id, label, n_posts from core_clusters order by 1")
    assert counted == kept
    assert len(counted) == len(THEMES)
    documents = read_rows(home, "select count(*) from mart_topic_doc where starts_with(topic_id, 'cluster:')")
    assert documents == [(sum(number for _, _, number in counted),)]


def test_copies_count_once_whatever_their_words(home: Path, tmp_path: Path) -> None:
    records = write_day_of_posts(0, ("露营",), 2)
    caption = "周末去郊外露营带上新买的帐篷和折叠椅真的很舒服"
    copies = [
        record.model_copy(update={"title": caption + mark, "author_key": letter * 64})
        for record, mark, letter in zip(records, ("", "啊😀"), "ab", strict=True)
    ]
    load_and_enrich(home, tmp_path / "landing", copies)
    build(home, 0)
    counted = "select sum(n_docs)::int, count(*) from mart_exposure_day where platform = 'all'"
    assert read_rows(home, counted) == [(1, 1)]


def test_days_that_made_a_cluster_are_no_test_of_it() -> None:
    counts = np.ones((2, 70), dtype=np.int32)
    counts[:, 60:] = 30
    exposure = np.full(70, 1_000.0)
    days = np.arange(58, 70)
    every = detect_bursts(counts, exposure, days, DAILY)
    later = detect_bursts(counts, exposure, days, DAILY, tested_from=np.asarray([0, 64]))
    assert np.isfinite(every.p_value).all()
    assert np.isnan(later.p_value[1, days < 64]).all()
    assert np.isfinite(later.p_value[1, days >= 64]).all()
    assert later.tested.tolist() == [[1] * 6 + [2] * 6, [0] * 6 + [2] * 6]
