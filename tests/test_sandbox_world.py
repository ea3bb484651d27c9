"""The sandbox's world: the same seed is the same world, and what is planted can be found in it."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from spiders.moments import SHANGHAI
from spiders.sandbox.boards import ARRIVALS
from spiders.sandbox.planted import PlantedTrend
from spiders.sandbox.topics import load_topics
from spiders.sandbox.world import World, WorldTooShort

NOISE_K = 5.0
GUARD_DAYS = 3


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=7)


def digest_world(world: World) -> str:
    """One hash over all that the world tells."""
    digest = hashlib.sha256()
    for post in world.posts_between(world.begins, world.ends):
        told = (post.post_id, post.title, post.text, post.hashtags, post.author_id, post.published_at)
        digest.update(repr((told, post.counts_at(world.ends))).encode())
    for platform in ARRIVALS:
        for line in world.boards[platform].lines:
            digest.update(repr((line.title, line.line_id, line.begins, line.ends, line.peak_heat)).encode())
    for product in world.products:
        digest.update(repr((product.slug, product.title, product.text, product.variants)).encode())
    digest.update(repr((world.reviews, world.plan)).encode())
    return digest.hexdigest()


def count_by_day(world: World, platform: str = "bilibili") -> tuple[list[str], np.ndarray, np.ndarray]:
    """Topic names, posts per topic and day, posts per day."""
    names = [topic.tag for topic in world.topics]
    places = {name: place for place, name in enumerate(names)}
    counts, totals = np.zeros((len(names), world.days)), np.zeros(world.days)
    for post in world.posts_between(world.begins, world.ends + timedelta(seconds=1)):
        if post.platform != platform:
            continue
        day = (post.published_at.astimezone(SHANGHAI).date() - world.first_day).days
        totals[day] += 1
        if post.topic is not None:
            counts[places[post.topic.tag], day] += 1
    return names, counts, totals


def find_bursts(counts: np.ndarray, totals: np.ndarray, day: int) -> np.ndarray:
    """q-values of all topics on a day: negative binomial with exposure, Benjamini-Hochberg over topics."""
    exposure = totals / totals.mean()
    past = counts[:, : day - GUARD_DAYS]
    seen = exposure[: day - GUARD_DAYS].sum()
    capped = np.minimum(past, np.quantile(past, 0.9, axis=1, keepdims=True))
    rate = (capped.sum(axis=1) + 0.5) / seen
    size = 1.0 / (1.0 / NOISE_K + 1.0 / (rate * seen))
    chance = size / (size + rate * exposure[day])
    tail = stats.nbinom.sf(counts[:, day], size, chance) + stats.nbinom.pmf(counts[:, day], size, chance) / 2
    return np.asarray(stats.false_discovery_control(tail))


def test_same_seed_is_the_same_world_to_the_byte_and_another_is_not(world: World) -> None:
    digest = digest_world(world)
    assert digest_world(World(seed=7)) == digest
    assert digest_world(World(seed=8)) != digest


def test_a_world_too_short_for_its_trends_is_refused() -> None:
    with pytest.raises(WorldTooShort, match="at least 14 days"):
        World(days=7)


def test_volumes_are_those_of_a_small_platform(world: World) -> None:
    _, _, totals = count_by_day(world)
    assert 330 <= totals.mean() <= 470
    assert len(world.products) == 300
    assert 1500 <= len(world.reviews) <= 3000
    assert len({topic.interest.code for topic in world.topics}) == 20
    assert len(load_topics()) >= 60


def test_a_promotion_day_is_full_and_one_day_is_half_seen(world: World) -> None:
    _, _, totals = count_by_day(world)
    calendar = world.calendar
    assert calendar.day_at(calendar.promo_index) == date(2026, 11, 11)
    assert totals[calendar.promo_index] > 1.4 * np.median(totals)
    assert totals[calendar.half_index] < 0.7 * np.median(totals)


def test_onsets_leave_time_to_be_seen(world: World) -> None:
    last = world.first_day + timedelta(days=world.days - 1)
    for trend in world.planted:
        assert 3 <= (last - trend.onset).days <= 13
    assert len({trend.topic for trend in world.planted}) == len(world.planted)
    assert {trend.kind for trend in world.planted} == {"spike", "ramp", "step", "born", "fade"}


@pytest.mark.parametrize("seed", [7, 11, 23])
def test_every_planted_rise_is_significant_and_few_others_are(seed: int) -> None:
    world = World(seed)
    names, counts, totals = count_by_day(world)
    found: Counter[str] = Counter()
    for day in range(world.days - 13, world.days):
        found.update(
            name for name, q in zip(names, find_bursts(counts, totals, day), strict=True) if q <= 0.05
        )
    rising = {trend.topic for trend in world.planted if trend.kind != "fade"}
    assert rising <= found.keys()
    assert sum(count for name, count in found.items() if name not in rising) <= 4


def mean_before_and_after(world: World, trend: PlantedTrend) -> tuple[float, float]:
    """Mean posts a plain day before the onset, and on the last days, the promotion day left out."""
    names, counts, totals = count_by_day(world)
    series = counts[names.index(trend.topic)] / (totals / totals.mean())
    onset = (trend.onset - world.first_day).days
    return float(series[:onset].mean()), float(series[onset + (4 if trend.kind == "ramp" else 0) :].mean())


def test_planted_factors_are_in_the_counts(world: World) -> None:
    for trend in world.planted:
        before, after = mean_before_and_after(world, trend)
        if trend.kind == "born":
            assert before == 0
            assert after > 1.5 * trend.base
        elif trend.kind == "fade":
            assert after < 0.6 * before
        elif trend.kind == "spike":
            assert after > 1.7 * before
        else:
            assert 0.55 * trend.factor < after / before < 1.7 * trend.factor


def test_a_trend_stays_on_the_platforms_it_was_planted_on(world: World) -> None:
    local = next(trend for trend in world.planted if trend.platforms == ("bilibili",))
    day = local.onset + timedelta(days=1)
    assert local.intensity("bilibili", day) > 3
    assert local.intensity("douyin", day) == 1


def test_boards_carry_the_trends_of_everywhere(world: World) -> None:
    trend = next(trend for trend in world.planted if trend.kind == "step" and "douyin" in trend.platforms)
    lines = [line for line in world.boards["douyin"].lines if line.topic and line.topic.tag == trend.topic]
    days = Counter((line.begins.astimezone(SHANGHAI).date() - trend.onset).days >= 0 for line in lines)
    before = (trend.onset - world.first_day).days
    assert days[True] / (world.days - before) > 2.5 * days[False] / before


def test_boards_have_fifty_lines_at_any_hour_and_change_with_it(world: World) -> None:
    for platform in ARRIVALS:
        for hours in range(0, world.days * 24, 37):
            lines = world.board_at(world.begins + timedelta(hours=hours), platform)
            titles = [line.title for line in lines]
            assert len(titles) == len(set(titles)) == 50
            heats = [line.heat or 0 for line in lines if not line.is_pinned and not line.is_ad]
            assert [place for place, line in enumerate(lines) if line.is_ad] == [4, 8]
            assert heats == sorted(heats, reverse=True)
    first, later = (world.board_at(world.begins + timedelta(days=day), "douyin") for day in (5, 6))
    assert len({line.title for line in first} & {line.title for line in later}) < 35


def test_counts_grow_with_age_and_comments_are_as_many_as_counted(world: World) -> None:
    posts = world.posts_between(world.begins, world.begins + timedelta(hours=6), "bilibili")
    post = max(posts, key=lambda post: post.final_comments)
    seen = [post.counts_at(post.published_at + timedelta(hours=hours)) for hours in (0, 1, 6, 24, 72, 400)]
    assert set(seen[0].values()) == {0}
    for earlier, later in pairwise(seen):
        assert all(earlier[name] <= later[name] for name in earlier)
    for hours in (1, 6, 24, 400):
        moment = post.published_at + timedelta(hours=hours)
        comments = world.comments_of(post, moment)
        assert len(comments) == post.counts_at(moment)["comments"]
        assert all(comment.published_at <= moment + timedelta(seconds=1) for comment in comments)


def test_a_daily_crawl_meets_every_video(world: World) -> None:
    met: set[str] = set()
    for day in range(1, world.days + 1):
        met |= {
            post.post_id for post in world.popular_at(world.calendar.starts_at(day) - timedelta(seconds=1))
        }
    published = {post.post_id for post in world.posts_between(world.begins, world.ends, "bilibili")}
    assert met == published


def test_ids_are_unique_and_in_their_platforms_form(world: World) -> None:
    for platform, length in (
        ("bilibili", 12),
        ("douyin", 19),
        ("xiaohongshu", 24),
        ("tiktok", 19),
        ("kuaishou", 15),
    ):
        ids = [
            post.post_id
            for post in world.posts_between(world.begins, world.ends)
            if post.platform == platform
        ]
        assert len(ids) == len(set(ids)) > 0
        assert {len(post_id) for post_id in ids} == {length}


def test_complaints_take_over_one_topic(world: World) -> None:
    shift = world.plan.complaint
    shares = {}
    for turned in (False, True):
        voices = [
            post.polarity
            for post in world.posts_between(world.begins, world.ends)
            if post.topic
            and post.topic.tag == shift.topic
            and (post.published_at.astimezone(SHANGHAI).date() >= shift.onset) == turned
        ]
        shares[turned] = voices.count("negative") / len(voices)
    assert shares[False] < 0.3
    assert shares[True] > 0.45


def test_a_rising_topic_is_hardly_on_offer_and_another_is_on_offer_everywhere(world: World) -> None:
    scarce, crowded = world.plan.supply
    assert scarce.topic in {trend.topic for trend in world.planted if trend.kind == "step"}
    on_offer = Counter(product.topic.tag for product in world.products_at(world.ends))
    assert on_offer[scarce.topic] == scarce.products == 1
    assert on_offer[crowded.topic] > 25
    for product in world.products:
        assert product.topic.tag in product.title + product.text


def test_brands_share_the_posts_that_name_one(world: World) -> None:
    voice = world.plan.brands
    assert sum(voice.shares.values()) == pytest.approx(1)
    early, late = Counter[str](), Counter[str]()
    topical = 0
    for post in world.posts_between(world.begins, world.ends, "bilibili"):
        if post.topic is None or post.repost_of or post.is_promotional:
            continue
        topical += 1
        named = [brand for brand in voice.shares if brand in post.text]
        assert len(named) <= 1
        day = post.published_at.astimezone(SHANGHAI).date()
        (early if day < voice.onset else late).update(named)
    assert (early.total() + late.total()) / topical == pytest.approx(voice.naming_share, abs=0.03)
    for counts, day in ((early, voice.onset - timedelta(days=1)), (late, voice.onset)):
        for brand, share in voice.shares_at(day).items():
            assert counts[brand] / counts.total() == pytest.approx(share, abs=0.04)


def test_a_price_cut_shows_in_every_product_of_its_topic(world: World) -> None:
    cut = world.plan.price_cut
    product = next(product for product in world.products if product.topic.tag == cut.topic)
    before, after = (product.prices_at(moment)[0] for moment in (world.begins, world.ends))
    assert abs(float(after / before) - cut.factor) < 0.01


def test_adverts_reposts_and_intent_cues_are_there(world: World) -> None:
    posts = world.posts_between(world.begins, world.ends)
    assert 0.01 < sum(post.is_promotional for post in posts) / len(posts) < 0.06
    assert 0.005 < sum(post.repost_of is not None for post in posts) / len(posts) < 0.05
    texts = "".join(post.text for post in posts) + "".join(review.text for review in world.reviews)
    assert all(cue in texts for cue in ("求链接", "已下单", "回购", "避雷", "第一次见"))


def test_no_slot_of_a_grammar_is_left_unfilled(world: World) -> None:
    texts = [post.title + post.text for post in world.posts_between(world.begins, world.ends)]
    texts += [line.title for timeline in world.boards.values() for line in timeline.lines]
    texts += [product.title + product.text for product in world.products]
    texts += [review.text for review in world.reviews]
    assert not [text for text in texts if "{" in text or "}" in text]


@pytest.mark.parametrize("days", [14, 15, 16])
def test_a_short_world_holds_its_trends_whatever_its_seed(days: int) -> None:
    for seed in range(40):
        world = World(seed=seed, days=days)
        sale = world.calendar.day_at(world.calendar.promo_index)
        for trend in world.planted:
            assert world.first_day < trend.onset <= world.first_day + timedelta(days=days - 4)
            assert (trend.onset - sale).days not in (0, 1)
