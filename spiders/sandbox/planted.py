"""Topics and a calendar in, the rises and falls that the world plants, with their truth, out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Literal

from spiders.sandbox.simulated import SimulatedDays
from spiders.sandbox.topics import Topic

TrendKind = Literal["spike", "ramp", "step", "born", "fade"]

EVERYWHERE = ("bilibili", "douyin", "kuaishou", "weibo", "zhihu", "xiaohongshu", "tiktok")
PLAN: tuple[tuple[TrendKind, tuple[str, ...], tuple[float, float]], ...] = (
    ("step", EVERYWHERE, (5.0, 7.0)),
    ("step", ("bilibili",), (4.0, 6.0)),
    ("ramp", EVERYWHERE, (5.0, 8.0)),
    ("ramp", ("bilibili", "xiaohongshu"), (5.0, 7.0)),
    ("spike", EVERYWHERE, (6.0, 8.0)),
    ("spike", ("bilibili", "douyin"), (6.0, 8.0)),
    ("born", EVERYWHERE, (3.0, 5.0)),
    ("born", ("bilibili", "weibo"), (3.0, 5.0)),
    ("fade", EVERYWHERE, (0.2, 0.3)),
)
BRAND_SHARES: Mapping[str, float] = {
    "云朵记": 0.30,
    "山野社": 0.15,
    "拾光研究所": 0.15,
    "青柚家": 0.10,
    "半亩方塘": 0.10,
    "一只小鹿": 0.10,
    "初见集": 0.10,
}
"""The invented brands that people speak of, and their shares of voice."""
RAMP_DAYS = 5
SPIKE_HALF_LIFE_DAYS = 3.0


@dataclass(frozen=True)
class PlantedTrend:
    """One planted trend: where, from which day on, and how strong.

    `factor` multiplies the base volume at the height of the trend; a born topic has no volume before its
    onset and `factor` times `base` after it. `base` is the topic's mean of Bilibili videos on a plain day.
    """

    topic: str
    kind: TrendKind
    platforms: tuple[str, ...]
    onset: date
    factor: float
    base: float

    def intensity(self, platform: str, day: date) -> float:
        """Multiple of the base volume on a day."""
        if platform not in self.platforms:
            return 1.0 if self.kind != "born" else 0.0
        age = (day - self.onset).days
        if age < 0:
            return 0.0 if self.kind == "born" else 1.0
        if self.kind == "ramp":
            return 1.0 + (self.factor - 1.0) * min(1.0, (age + 1) / RAMP_DAYS)
        if self.kind == "spike":
            return 1.0 + (self.factor - 1.0) * math.exp2(-age / SPIKE_HALF_LIFE_DAYS)
        return self.factor


@dataclass(frozen=True)
class SentimentShift:
    """A topic whose share of negative voices jumps on a day."""

    topic: str
    onset: date
    share_before: float
    share_after: float


@dataclass(frozen=True)
class PlantedSupply:
    """How many products are on offer for a topic."""

    topic: str
    kind: Literal["scarce", "crowded"]
    products: int


@dataclass(frozen=True)
class PriceCut:
    """A topic whose products all become cheaper from a day on; 0.8 is a cut of 20 %."""

    topic: str
    onset: date
    factor: float


@dataclass(frozen=True)
class BrandVoice:
    """How often the posts on a topic name an invented brand, and how the brands share those posts."""

    naming_share: float
    """Share of the posts on any topic that name a brand."""
    shares: Mapping[str, float]
    """Brand -> its share of them before the onset; they add up to 1."""
    riser: str
    """The brand that takes `gain` from all others alike from the onset on."""
    gain: float
    onset: date

    def shares_at(self, day: date) -> dict[str, float]:
        """Brand -> its share of the posts that name one on a day."""
        if day < self.onset:
            return dict(self.shares)
        kept = 1.0 - self.gain
        return {
            brand: share * kept + (self.gain if brand == self.riser else 0.0)
            for brand, share in self.shares.items()
        }


@dataclass(frozen=True)
class Plan:
    """Everything planted in a world."""

    trends: tuple[PlantedTrend, ...]
    complaint: SentimentShift
    supply: tuple[PlantedSupply, ...]
    price_cut: PriceCut
    brands: BrandVoice

    def intensity(self, topic: str, platform: str, day: date) -> float:
        """Multiple of the topic's base volume on a day; 1 for what is not planted."""
        for trend in self.trends:
            if trend.topic == topic:
                return trend.intensity(platform, day)
        return 1.0

    def is_planted(self, topic: str) -> bool:
        """Whether a trend is planted on the topic."""
        return any(trend.topic == topic for trend in self.trends)


def list_onsets(calendar: SimulatedDays, earliest: int, latest: int) -> list[int]:
    """Days that a trend may begin on, by number; in a short world where none is left, the last one before."""
    sale = (calendar.promo_index, calendar.promo_index + 1)
    found = [index for index in range(earliest, latest + 1) if index not in sale]
    return found or [max(index for index in range(min(earliest, latest + 1)) if index not in sale)]


def plant_trends(topics: tuple[Topic, ...], calendar: SimulatedDays) -> Plan:
    """Draw topics, onsets and factors from the seed.

    Onsets lie in the last 14 days and at least 3 days before the end (spikes at most 8, ramps at least 7, in
    worlds of up to 16 days maybe earlier); an onset never falls on the promotion day or the day after, where
    a rise could not be told from the sale.
    """
    random = Random(f"{calendar.seed}:planted")
    novel = random.sample([topic for topic in topics if topic.may_be_born], 2)
    known = random.sample([topic for topic in topics if topic not in novel and not topic.may_be_born], 10)
    trends = []
    for kind, platforms, (low, high) in PLAN:
        topic = novel.pop() if kind == "born" else known.pop()
        earliest = max(calendar.days - (8 if kind == "spike" else 13), calendar.days // 2)
        latest = calendar.days - (8 if kind == "ramp" else 4)
        onset = calendar.day_at(random.choice(list_onsets(calendar, earliest, latest)))
        base = random.uniform(3.0, 5.0)
        trends.append(
            PlantedTrend(topic.tag, kind, platforms, onset, round(random.uniform(low, high), 2), base)
        )
    complaint, crowded = known.pop(), known.pop()
    return Plan(
        trends=tuple(trends),
        complaint=SentimentShift(complaint.tag, calendar.day_at(calendar.days - 9), 0.15, 0.65),
        supply=(
            PlantedSupply(trends[0].topic, "scarce", 1),
            PlantedSupply(crowded.tag, "crowded", 36),
        ),
        price_cut=PriceCut(crowded.tag, calendar.day_at(calendar.days - 7), 0.8),
        brands=BrandVoice(0.35, BRAND_SHARES, "山野社", 0.15, calendar.day_at(max(0, calendar.days - 7))),
    )
