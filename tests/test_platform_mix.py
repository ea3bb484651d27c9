"""Over all platforms a topic is held against its own ones: reading one of them more deeply is no rise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.landed_packages import land
from tests.trend_world import LAST_DAY, TAXONOMY, label, write_post
from warehouse.bursts import SIGNAL, WEEKLY, BurstTable, detect_bursts
from warehouse.columns import tabulate_records
from warehouse.enrich import write_annotations
from warehouse.load import load_packages
from warehouse.platform_mix import PlatformMix, make_mix, sum_platform
from warehouse.records import Annotation, Post
from warehouse.store import Warehouse
from warehouse.trends import build_marts

DAYS = 60
WEEK = np.array([DAYS - 1])


def name_topics(count: int) -> NDArray[np.object_]:
    return np.array([f"tag:{number:05}" for number in range(count)], dtype=object)


def mix_of(docs: dict[str, NDArray[np.int32]], unread: float = 0.0) -> PlatformMix:
    """The mix of platforms with documents [topics, days] of the same topics, and others of no topic."""
    names = name_topics(len(next(iter(docs.values()))))
    exposures = {name: own.sum(axis=0).astype(float) for name, own in docs.items()}
    mix = make_mix(
        names,
        {name: sum_platform(names, own, exposures[name]) for name, own in docs.items()},
        sum(exposures.values()) + np.full(DAYS, unread),
    )
    assert mix is not None
    return mix


def draw(rates: NDArray[np.float64], depth: NDArray[np.float64], seed: int) -> NDArray[np.int32]:
    """Documents [topics, days] of topics with these rates, read as deeply as `depth` says."""
    return np.random.default_rng(seed).poisson(rates[:, None] * depth).astype(np.int32)


def test_each_part_of_a_topic_grows_as_its_platform_does() -> None:
    even, grown = np.full((3, DAYS), 10, np.int32), np.full((3, DAYS), 10, np.int32)
    even[1], grown[0] = 0, 0
    grown[:, -1] *= 4
    mix = mix_of({"douyin": grown, "weibo": even})
    spread = mix.spread(np.arange(3), slice(0, 42), np.array([DAYS - 2, DAYS - 1]))
    # 40 documents a day; the first topic is on Weibo alone, the second on Douyin, the third on both
    assert spread.exposure[:, 0] == pytest.approx(40)
    assert spread.exposure[:, 1] == pytest.approx([40, 160, 100], rel=0.01)


def test_topics_without_a_past_are_expected_as_all_documents_are() -> None:
    first, second = (draw(np.full(5, rate), np.ones(DAYS), 1) for rate in (4.0, 2.0))
    first[0] = second[0] = 0
    second[:, -1] *= 3
    mix = mix_of({"douyin": first, "weibo": second})
    pooled = (first + second).sum(axis=0)[-1]
    assert mix.spread(np.array([0]), slice(0, 42), WEEK).exposure[0, 0] == pytest.approx(pooled)


def test_documents_of_no_topic_are_read_all_the_same() -> None:
    docs = {"douyin": np.full((2, DAYS), 10, np.int32), "weibo": np.full((2, DAYS), 5, np.int32)}
    spread = mix_of(docs, unread=70.0).spread(np.arange(2), slice(0, 42), WEEK)
    assert spread.exposure[:, 0] == pytest.approx(100)


def test_one_platform_alone_has_no_mix() -> None:
    names, docs = name_topics(2), np.ones((2, DAYS), np.int32)
    exposure = docs.sum(axis=0).astype(float)
    assert make_mix(names, {"douyin": sum_platform(names, docs, exposure)}, exposure) is None


def deepen(factor: float) -> dict[str, NDArray[np.int32]]:
    """Six hundred steady topics, an eighth of them mostly on Douyin, whose last week is read `factor`
    times as deeply.
    """
    rates = np.random.default_rng(7).gamma(1.0, 2.0, (600, 2))
    rates[75:, 0] *= 0.05
    rates[:75, 1] *= 0.05
    deeper = np.ones(DAYS)
    deeper[-7:] = factor
    return {"douyin": draw(rates[:, 0], deeper, 1), "weibo": draw(rates[:, 1], np.ones(DAYS), 2)}


def grade_week(docs: dict[str, NDArray[np.int32]], *, is_mixed: bool) -> BurstTable:
    pooled = sum(docs.values(), np.zeros_like(docs["weibo"]))
    mix = mix_of(docs) if is_mixed else None
    return detect_bursts(pooled, pooled.sum(axis=0).astype(float), WEEK, WEEKLY, mix=mix)


def test_a_deeper_crawl_of_one_platform_is_no_rise() -> None:
    docs = deepen(4.0)
    blind, seeing = grade_week(docs, is_mixed=False), grade_week(docs, is_mixed=True)
    assert (blind.level >= SIGNAL).sum() > 25
    assert (seeing.level >= SIGNAL).sum() == 0
    assert np.nanmean(seeing.p_value[:75] <= 0.05) <= 0.08


def test_a_rise_on_one_platform_is_still_found() -> None:
    docs = deepen(4.0)
    docs["weibo"][100, -7:] += 12
    assert grade_week(docs, is_mixed=True).level[100, 0] >= SIGNAL


def test_a_mix_that_stands_still_changes_little() -> None:
    docs = deepen(1.0)
    blind, seeing = grade_week(docs, is_mixed=False), grade_week(docs, is_mixed=True)
    known = np.isfinite(blind.expected)
    assert seeing.expected[known] == pytest.approx(blind.expected[known], rel=0.1)


def write_world(depth: float) -> dict[str, list[tuple[Post, Annotation]]]:
    """Ten weeks of Douyin with three steady tags and of Weibo with nine; the last week of Douyin deeper."""
    number = 0
    world: dict[str, list[tuple[Post, Annotation]]] = {"douyin": [], "weibo": []}
    for day in range(66, -1, -1):
        for platform, a_day, tags in (("douyin", 9, 3), ("weibo", 27, 9)):
            for place in range(int(a_day * (depth if platform == "douyin" and day < 7 else 1))):
                number += 1
                post = write_post(number, day + place / 1000, platform=platform)
                assert post.published_at is not None
                post = post.model_copy(update={"captured_at": post.published_at + timedelta(hours=1)})
                world[platform].append(
                    (post, label(post, "hashtags", f"{platform}{len(world[platform]) % tags}"))
                )
    return world


def build_world(folder: Path, world: dict[str, list[tuple[Post, Annotation]]]) -> Warehouse:
    for platform, rows in world.items():
        land(folder / "landing", [post for post, _ in rows], source=platform, run_id=platform)
    warehouse = Warehouse.open(folder / "home")
    load_packages(warehouse, folder / "landing")
    labels = [each for rows in world.values() for _, each in rows]
    write_annotations(warehouse, tabulate_records(labels, Annotation))
    build_marts(warehouse, "r", as_of=LAST_DAY, taxonomy=TAXONOMY)
    return warehouse


@pytest.fixture(scope="module")
def deeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with build_world(tmp_path_factory.mktemp("mix"), write_world(4)) as warehouse:
        yield warehouse


def test_no_tag_rises_over_all_platforms_when_it_rises_on_none(deeper: Warehouse, tmp_path: Path) -> None:
    rows = deeper.connection.execute(
        "select ratio from mart_topic_burst where grain = 'w' and platform = 'all' and day = ? "
        "and topic_id like 'tag:douyin%'",
        [LAST_DAY],
    ).fetchall()
    assert len(rows) == 3
    assert all(0.6 < ratio < 1.4 for (ratio,) in rows)
    called = deeper.connection.execute("select call, topic_id from mart_call where call <> 'lead'").fetchall()
    assert called == []


def test_no_tag_fades_because_another_platform_grew(deeper: Warehouse) -> None:
    grown = deeper.connection.execute(
        "select topic_id, read_growth, v_hi from mart_topic_velocity where platform = 'all' and week = ?",
        [LAST_DAY],
    ).fetchall()
    by_platform = {
        name: [growth for topic, growth, _ in grown if topic.startswith(f"tag:{name}")]
        for name in ("douyin", "weibo")
    }
    assert all(3 < growth <= 4 for growth in by_platform["douyin"])
    assert all(0.9 < growth < 1.15 for growth in by_platform["weibo"])
    assert all(high > 0 for _, _, high in grown)


def ask_directions(warehouse: Warehouse) -> dict[str, tuple[str, str]]:
    """Stage and direction of each tag over all platforms in the last week."""
    rows = warehouse.connection.execute(
        "select topic_id, stage, direction from mart_topic_stage where platform = 'all' and week = ? "
        "and topic_id like 'tag:%'",
        [LAST_DAY],
    ).fetchall()
    return {topic: (stage, direction) for topic, stage, direction in rows}


def test_no_tag_changes_its_stage_because_a_platform_is_read_more_deeply(deeper: Warehouse) -> None:
    directions = ask_directions(deeper)
    assert len(directions) == 12
    assert set(directions.values()) == {("base", "flat")}


@pytest.mark.parametrize("depth", [0.2, 0])
def test_no_tag_changes_its_stage_because_a_platform_is_hardly_read(depth: float, tmp_path: Path) -> None:
    with build_world(tmp_path, write_world(depth)) as warehouse:
        directions = ask_directions(warehouse)
    others = {stage for topic, stage in directions.items() if topic.startswith("tag:weibo")}
    assert others == {("base", "flat")}
    assert {direction for _, direction in directions.values()} == {"flat"}


def test_a_rise_that_ended_is_not_above_its_base_because_its_platform_is_read_more_deeply(
    tmp_path: Path,
) -> None:
    world = write_world(4)
    for number in range(60):
        post = write_post(900_000 + number, 8 + number % 5, platform="douyin")
        world["douyin"].append((post, label(post, "hashtags", "douyin0")))
    with build_world(tmp_path, world) as warehouse:
        graded = warehouse.connection.execute(
            "select still_above_base, is_right, ratio_now from mart_scorecard "
            "where call = 'rising' and topic_id = 'tag:douyin0' and week_called = ? and checked_week = ?",
            [LAST_DAY - timedelta(days=7), LAST_DAY],
        ).fetchall()
    assert [row[:2] for row in graded] == [(False, False)]
    assert 0.7 < graded[0][2] < 1.3
