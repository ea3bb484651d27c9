"""A plan and a calendar in, the videos and notes of every platform out, with counts that grow with age."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Literal

import numpy as np

from spiders.moments import SHANGHAI
from spiders.sandbox import identities
from spiders.sandbox.phrases import Grammar, load_grammar
from spiders.sandbox.planted import Plan
from spiders.sandbox.simulated import SimulatedDays
from spiders.sandbox.topics import Topic

Polarity = Literal["positive", "neutral", "negative"]
PostPlatform = Literal["bilibili", "douyin", "kuaishou", "xiaohongshu", "tiktok"]

PLATFORM_SHARES: dict[PostPlatform, float] = {
    "bilibili": 1.0,
    "xiaohongshu": 0.15,
    "douyin": 0.12,
    "kuaishou": 0.08,
    "tiktok": 0.04,
}
"""Volume of each platform as a share of Bilibili's."""
BASE_MEDIAN, BASE_SIGMA = 2.8, 0.55
NOISE_K = 5.0
GENERAL_PER_DAY = 110.0
NEGATIVE_SHARE, POSITIVE_SHARE = 0.15, 0.50
ADVERT_SHARE, REPOST_SHARE = 0.04, 0.03
AUTHORS, TOPIC_AUTHORS = 4000, 90
SATURATION = 0.98
MAX_COMMENTS = 160


@dataclass(frozen=True, slots=True)
class WorldPost:
    """One video or note of the world; counts at a moment come from `counts_at`."""

    platform: PostPlatform
    post_id: str
    serial: int
    topic: Topic | None
    title: str
    text: str
    hashtags: tuple[str, ...]
    author_id: str
    published_at: datetime
    polarity: Polarity
    is_promotional: bool
    repost_of: str | None
    final_views: int
    final_comments: int
    rates: tuple[float, float, float, float, float]
    growth_hours: float

    @property
    def author_name(self) -> str:
        """The author's invented nickname."""
        return identities.make_author_name(self.author_id)

    def grown_share(self, moment: datetime) -> float:
        """Share of the final counts that is reached at a moment, 0 before publication."""
        hours = (moment - self.published_at).total_seconds() / 3600
        if hours <= 0:
            return 0.0
        return min(1.0, (1.0 - math.exp(-hours / self.growth_hours)) / SATURATION)

    def hours_until(self, share: float) -> float:
        """Age in hours at which a share of the final counts is reached; the inverse of `grown_share`."""
        return -self.growth_hours * math.log1p(-SATURATION * share)

    def counts_at(self, moment: datetime) -> dict[str, int]:
        """views, likes, comments, shares, collects, danmaku and coins at a moment."""
        share = self.grown_share(moment)
        views = self.final_views * share
        likes, shares, collects, danmaku, coins = (int(views * rate) for rate in self.rates)
        return {
            "views": int(views),
            "likes": likes,
            "comments": int(self.final_comments * share + 1e-9),
            "shares": shares,
            "collects": collects,
            "danmaku": danmaku,
            "coins": coins,
        }


def draw_bases(topics: tuple[Topic, ...], plan: Plan, seed: int) -> dict[str, float]:
    """Mean Bilibili videos of each topic on a plain day: lognormal, but a planted trend's own base."""
    random = Random(f"{seed}:bases")
    bases = {topic.tag: BASE_MEDIAN * math.exp(random.gauss(0.0, BASE_SIGMA)) for topic in topics}
    bases.update({trend.topic: trend.base for trend in plan.trends})
    bases[plan.complaint.topic] = max(bases[plan.complaint.topic], 5.0)
    return bases


def draw_cue(polarity: Polarity, grammar: Grammar, random: Random) -> str:
    """A phrase of the intent ladder that suits the polarity."""
    if polarity == "negative":
        return grammar.write("cue_drop", random)
    name = random.choices(("cue_a", "cue_i", "cue_p", "cue_l"), weights=(20, 40, 25, 15))[0]
    return grammar.write(name, random)


def draw_polarity(topic: Topic | None, moment: datetime, plan: Plan, random: Random) -> Polarity:
    """Positive, neutral or negative, by the topic's share of negative voices on that day."""
    negative = NEGATIVE_SHARE
    shift = plan.complaint
    if topic is not None and topic.tag == shift.topic:
        turned = moment >= SimulatedDays(0, shift.onset, 1).begins
        negative = shift.share_after if turned else shift.share_before
    drawn = random.random()
    if drawn < negative:
        return "negative"
    rest = (drawn - negative) / (1.0 - negative)
    return "positive" if rest < POSITIVE_SHARE / (1.0 - NEGATIVE_SHARE) else "neutral"


class PostWriter:
    """Writes the posts of one platform in order of publication."""

    def __init__(
        self, platform: PostPlatform, topics: tuple[Topic, ...], plan: Plan, calendar: SimulatedDays
    ) -> None:
        self.platform = platform
        self.topics = topics
        self.plan = plan
        self.calendar = calendar
        self.random = Random(f"{calendar.seed}:posts:{platform}")
        self.brand_random = Random(f"{calendar.seed}:brands:{platform}")
        self.grammar = load_grammar("opinions", "captions")
        self.bases = draw_bases(topics, plan, calendar.seed)
        self.earlier: dict[str, list[WorldPost]] = {}
        self.serial = 0

    def write_posts(self) -> Iterator[WorldPost]:
        """All posts of the platform."""
        noise = np.random.default_rng([self.calendar.seed, identities.hash_number(self.platform) % 2**31])
        share = PLATFORM_SHARES[self.platform]
        for index in range(self.calendar.days):
            day, factor = self.calendar.day_at(index), self.calendar.factors[index]
            subjects: list[Topic | None] = []
            for topic in self.topics:
                mean = self.bases[topic.tag] * share * factor
                mean *= self.plan.intensity(topic.tag, self.platform, day)
                if mean > 0:
                    subjects += [topic] * int(noise.negative_binomial(NOISE_K, NOISE_K / (NOISE_K + mean)))
            subjects += [None] * int(noise.poisson(GENERAL_PER_DAY * share * factor))
            moments = sorted(self.calendar.draw_moment(index, self.random) for _ in subjects)
            self.random.shuffle(subjects)
            for topic_or_none, moment in zip(subjects, moments, strict=True):
                yield self.write_post(topic_or_none, moment)

    def write_post(self, topic: Topic | None, moment: datetime) -> WorldPost:
        """One post about a topic, or about nothing that the taxonomy knows."""
        random = self.random
        self.serial += 1
        polarity = draw_polarity(topic, moment, self.plan, random)
        is_promotional = topic is not None and random.random() < ADVERT_SHARE
        original = None
        if topic is None:
            title, text, tags = self.write_general()
        else:
            title, text, tags = self.write_about(topic, polarity, is_promotional)
            text += self.name_brand(moment)
            earlier = self.earlier.setdefault(topic.tag, [])
            if earlier and not is_promotional and random.random() < REPOST_SHARE:
                original = random.choice(earlier[-40:])
                title, text, tags = f"{original.title}（转）", original.text, original.hashtags
        views = int(math.exp(random.gauss(9.6, 1.2))) + 120
        post = WorldPost(
            platform=self.platform,
            post_id=ID_MAKERS[self.platform](self.calendar.seed, self.serial, moment),
            serial=self.serial,
            topic=topic,
            title=title,
            text=text,
            hashtags=tags,
            author_id=self.draw_author(topic),
            published_at=moment,
            polarity=polarity,
            is_promotional=is_promotional,
            repost_of=original.post_id if original else None,
            final_views=views,
            final_comments=min(MAX_COMMENTS, int(views * random.uniform(0.001, 0.004))),
            rates=tuple(random.uniform(low, high) for low, high in RATE_RANGES),  # type: ignore[arg-type]
            growth_hours=random.uniform(14.0, 40.0),
        )
        if topic is not None and original is None:
            self.earlier[topic.tag].append(post)
        return post

    def write_general(self) -> tuple[str, str, tuple[str, ...]]:
        """Title, text and hashtags of a post without a topic."""
        title = self.grammar.write("general_title", self.random)
        return (
            title,
            self.grammar.write("general_text", self.random),
            ("日常",) if self.random.random() < 0.3 else (),
        )

    def write_about(
        self, topic: Topic, polarity: Polarity, is_promotional: bool
    ) -> tuple[str, str, tuple[str, ...]]:
        """Title, text and hashtags of a post about a topic."""
        random, grammar = self.random, self.grammar
        words = topic.draw_words(random)
        words["feeling"] = grammar.write(f"{polarity}_feeling", random)
        words["cue"] = draw_cue(polarity, grammar, random) + "。" if random.random() < 0.6 else ""
        title_list, text_list = GRAMMAR_LISTS[self.platform]
        title = grammar.write("advert" if is_promotional else title_list, random, words)
        text = grammar.write("advert" if is_promotional else text_list, random, words)
        tags = [topic.tag]
        if random.random() < 0.5:
            tags.append(words["item"])
        if random.random() < 0.3:
            tags.append(random.choice(("好物分享", "日常", "教程", "新手", "测评")))
        return title, text, tuple(tags)

    def name_brand(self, moment: datetime) -> str:
        """A clause that names a brand, or nothing; drawn apart, so that nothing else depends on it."""
        voice = self.plan.brands
        if self.brand_random.random() >= voice.naming_share:
            return ""
        shares = voice.shares_at(moment.astimezone(SHANGHAI).date())
        brand = self.brand_random.choices(list(shares), weights=list(shares.values()))[0]
        return self.grammar.write("brand_clause", self.brand_random, {"brand": brand})

    def draw_author(self, topic: Topic | None) -> str:
        """An author's id: most posts of a topic come from a circle of its own, others from anyone."""
        if topic is not None and self.random.random() < 0.8:
            circle = identities.hash_number(topic.tag) % AUTHORS
            number = (circle + self.random.randrange(TOPIC_AUTHORS) * 37) % AUTHORS
        else:
            number = self.random.randrange(AUTHORS)
        return str(
            identities.hash_number(self.platform, self.calendar.seed, number) % 3_000_000_000 + 1_000_000
        )


RATE_RANGES = ((0.03, 0.09), (0.002, 0.012), (0.005, 0.04), (0.001, 0.01), (0.002, 0.02))
GRAMMAR_LISTS: dict[PostPlatform, tuple[str, str]] = {
    "bilibili": ("video_title", "video_text"),
    "douyin": ("short_video", "short_video"),
    "kuaishou": ("short_video", "short_video"),
    "xiaohongshu": ("note_title", "note_text"),
    "tiktok": ("tiktok_text", "tiktok_text"),
}
ID_MAKERS: dict[PostPlatform, Callable[[int, int, datetime], str]] = {
    "bilibili": lambda seed, serial, _: identities.make_bvid(seed, serial),
    "douyin": lambda _, serial, moment: identities.make_snowflake(moment, serial),
    "kuaishou": lambda seed, serial, _: identities.make_photo_id(seed * 1_000_000 + serial),
    "xiaohongshu": lambda _, serial, moment: identities.make_note_id(moment, serial),
    "tiktok": lambda _, serial, moment: identities.make_snowflake(moment, serial + 5_000_000),
}
