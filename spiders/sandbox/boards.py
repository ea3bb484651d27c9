"""A plan and a calendar in, the lines of every hot board out, each with its own life on the board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal

import numpy as np

from spiders.sandbox import identities
from spiders.sandbox.phrases import load_grammar
from spiders.sandbox.planted import Plan
from spiders.sandbox.posts import NOISE_K, draw_bases
from spiders.sandbox.simulated import HALF_FACTOR, SimulatedDays
from spiders.sandbox.topics import Topic

BoardPlatform = Literal["douyin", "kuaishou", "weibo", "zhihu"]

ARRIVALS: dict[BoardPlatform, tuple[float, float]] = {
    "weibo": (210.0, 14.0),
    "douyin": (115.0, 18.0),
    "kuaishou": (140.0, 15.0),
    "zhihu": (80.0, 26.0),
}
"""New lines a plain day and mean life in hours: enough for fifty lines at any moment."""
INTEREST_SHARE = 0.42
PLANTED_BASE = 1.6
PEAK_HEAT = {"weibo": 900_000.0, "douyin": 9_000_000.0, "kuaishou": 6_000_000.0, "zhihu": 8_000_000.0}
FOLLOWERS: dict[BoardPlatform, tuple[float, float]] = {"douyin": (0.15, 2.7), "kuaishou": (0.12, 1.2)}
"""Share of Weibo's lines that another board repeats, and the mean delay in hours."""
RISE_SHARE = 0.25
BOARD_LINES = 50
ADVERT_PLACES = (4, 8)
"""Places of paid lines when a pinned line leads."""


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One title on one board from `begins` to `ends`, at its hottest a quarter of the way."""

    platform: str
    board: str
    line_id: str
    title: str
    topic: Topic | None
    begins: datetime
    ends: datetime
    peak_heat: float
    is_ad: bool = False
    is_pinned: bool = False
    video_id: str = ""

    def heat_at(self, moment: datetime) -> float:
        """Heat at a moment inside the line's life, at least 1; pinned and paid lines do not cool."""
        if self.is_pinned or self.is_ad:
            return self.peak_heat
        life = (self.ends - self.begins).total_seconds()
        share = (moment - self.begins).total_seconds() / life
        shape = share / RISE_SHARE if share < RISE_SHARE else (1.0 - share) / (1.0 - RISE_SHARE)
        return max(1.0, self.peak_heat * shape)

    def label_at(self, moment: datetime) -> str:
        """Badge at a moment: 新 in the first two hours, 热 for the hottest, else nothing."""
        if moment - self.begins < timedelta(hours=2):
            return "新"
        return "热" if self.heat_at(moment) > 0.7 * PEAK_HEAT.get(self.platform, 1e12) else ""

    def show_at(self, moment: datetime) -> ShownLine:
        """What the board shows of the line at a moment."""
        return ShownLine(
            line_id=self.line_id,
            title=self.title,
            heat=int(self.heat_at(moment)),
            label=self.label_at(moment),
            since=self.begins,
            video_id=self.video_id,
            topic=self.topic,
            is_ad=self.is_ad,
            is_pinned=self.is_pinned,
        )


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line as a board shows it at one moment; `heat` is None where the board tells none."""

    line_id: str
    title: str
    heat: int | None
    label: str
    since: datetime
    video_id: str
    topic: Topic | None = None
    is_ad: bool = False
    is_pinned: bool = False


class BoardTimeline:
    """All lines of one board, ready to be read at any moment."""

    def __init__(self, lines: tuple[BoardLine, ...]) -> None:
        self.lines = lines
        self._begins = np.array([line.begins.timestamp() for line in lines])
        self._ends = np.array([line.ends.timestamp() for line in lines])

    def lines_at(self, moment: datetime) -> tuple[ShownLine, ...]:
        """The hottest lines at a moment, hottest first, titles once each.

        A pinned line leads; paid lines stand below the third and the sixth, as on Weibo.
        """
        second = moment.timestamp()
        alive = np.flatnonzero((self._begins <= second) & (second < self._ends))
        found = sorted(
            (self.lines[index] for index in alive),
            key=lambda line: (not line.is_pinned, -line.heat_at(moment), line.line_id),
        )
        adverts = [line for line in found if line.is_ad][: len(ADVERT_PLACES)]
        shown = list(unique_lines([line for line in found if not line.is_ad]))[: BOARD_LINES - len(adverts)]
        for place, advert in zip(ADVERT_PLACES, adverts, strict=False):
            shown.insert(place, advert)
        return tuple(line.show_at(moment) for line in shown)


def unique_lines(lines: list[BoardLine]) -> Iterator[BoardLine]:
    """The first line of each title."""
    seen: set[str] = set()
    for line in lines:
        if line.title not in seen:
            seen.add(line.title)
            yield line


class BoardWriter:
    """Writes the lines of all boards; Weibo first, since other boards repeat some of its lines."""

    def __init__(self, topics: tuple[Topic, ...], plan: Plan, calendar: SimulatedDays) -> None:
        self.topics = topics
        self.plan = plan
        self.calendar = calendar
        self.grammar = load_grammar("boards")
        bases = draw_bases(topics, plan, calendar.seed)
        plain = [tag for tag in bases if not plan.is_planted(tag)]
        total = sum(bases[tag] for tag in plain)
        self.shares = {tag: bases[tag] / total for tag in plain}

    def write_timelines(self) -> dict[str, BoardTimeline]:
        """One timeline per platform."""
        written: dict[str, list[BoardLine]] = {}
        for platform in ARRIVALS:
            lines = list(self.write_lines(platform))
            if platform in FOLLOWERS:
                lines += self.repeat_lines(platform, written["weibo"], {line.title for line in lines})
            lines.sort(key=lambda line: (line.begins, line.line_id))
            written[platform] = lines
        return {platform: BoardTimeline(tuple(lines)) for platform, lines in written.items()}

    def write_lines(self, platform: BoardPlatform) -> Iterator[BoardLine]:
        """The platform's own lines, from a day before the world begins so that the board starts full."""
        random = Random(f"{self.calendar.seed}:boards:{platform}")
        noise = np.random.default_rng([self.calendar.seed, identities.hash_number("board", platform) % 2**31])
        taken: set[str] = set()
        for index in range(-1, self.calendar.days):
            for topic, count in self.draw_counts(platform, index, noise):
                for _ in range(count):
                    yield self.write_line(platform, topic, index, random, taken)
            yield from self.write_fixtures(platform, index, random)

    def draw_counts(
        self, platform: BoardPlatform, index: int, noise: np.random.Generator
    ) -> Iterator[tuple[Topic | None, int]]:
        """New lines of each topic, and of none, on a day."""
        arrivals, _ = ARRIVALS[platform]
        day, factor = self.calendar.day_at(index), self.calendar.factor_on(index)
        for topic in self.topics:
            mean = PLANTED_BASE
            if not self.plan.is_planted(topic.tag):
                mean = arrivals * INTEREST_SHARE * self.shares[topic.tag]
            mean *= factor * self.plan.intensity(topic.tag, platform, day)
            if mean > 0:
                yield topic, int(noise.negative_binomial(NOISE_K, NOISE_K / (NOISE_K + mean)))
        yield None, int(noise.poisson(arrivals * (1.0 - INTEREST_SHARE) * factor))

    def write_line(
        self, platform: BoardPlatform, topic: Topic | None, index: int, random: Random, taken: set[str]
    ) -> BoardLine:
        """One line with a title that the board has not had."""
        title = self.write_title(platform, topic, random)
        for _ in range(40):
            if title not in taken:
                break
            title = self.write_title(platform, topic, random)
        while title in taken:
            title = self.grammar.fill("{city}{person}：", random, {}) + title
        taken.add(title)
        begins = self.calendar.draw_moment(index, random)
        life = max(2.0, random.gammavariate(3.0, ARRIVALS[platform][1] / 3.0))
        if index == self.calendar.half_index:
            life /= HALF_FACTOR
        return BoardLine(
            platform=platform,
            board="hot",
            line_id=str(identities.hash_number(platform, title) % 10**12 + 10**12),
            title=title,
            topic=topic,
            begins=begins,
            ends=begins + timedelta(hours=life),
            peak_heat=PEAK_HEAT[platform] * random.betavariate(2.0, 3.0),
            video_id=identities.make_photo_id(identities.hash_number("board video", platform, title)),
        )

    def write_title(self, platform: BoardPlatform, topic: Topic | None, random: Random) -> str:
        """A headline, or a question on Zhihu."""
        kind = "question" if platform == "zhihu" else "interest"
        if topic is None:
            return self.grammar.write(
                "question_general" if kind == "question" else "general_title", random, DIGIT
            )
        return self.grammar.write(f"{kind}_title", random, topic.draw_words(random))

    def write_fixtures(self, platform: BoardPlatform, index: int, random: Random) -> Iterator[BoardLine]:
        """The day's pinned line and its adverts."""
        begins = self.calendar.starts_at(index)
        paid = random.sample(self.topics, 2)
        title = self.grammar.fill("{city}{event}进行时", random, {})
        fixtures: list[tuple[str, Topic | None]] = [(title, None)]
        for text, advert in fixtures + [(f"{topic.goods[0]}限时抢", topic) for topic in paid]:
            yield BoardLine(
                platform=platform,
                board="hot",
                line_id=str(identities.hash_number(platform, text, index) % 10**12 + 10**12),
                title=text,
                topic=advert,
                begins=begins,
                ends=begins + timedelta(days=1),
                peak_heat=PEAK_HEAT[platform] * 0.5,
                is_ad=advert is not None,
                is_pinned=advert is None,
                video_id=identities.make_photo_id(
                    identities.hash_number("board video", platform, text, index)
                ),
            )

    def repeat_lines(
        self, platform: BoardPlatform, leaders: list[BoardLine], taken: set[str]
    ) -> list[BoardLine]:
        """Lines of Weibo that this board takes over some hours later; planted topics are never repeated."""
        random = Random(f"{self.calendar.seed}:repeat:{platform}")
        share, delay = FOLLOWERS[platform]
        repeated = []
        for line in leaders:
            is_free = line.topic is None or not self.plan.is_planted(line.topic.tag)
            if random.random() >= share or line.is_ad or line.is_pinned or not is_free or line.title in taken:
                continue
            taken.add(line.title)
            begins = line.begins + timedelta(hours=random.expovariate(1.0 / delay))
            begins = begins.replace(microsecond=0)
            repeated.append(
                replace(
                    line,
                    platform=platform,
                    line_id=str(identities.hash_number(platform, line.title) % 10**12 + 10**12),
                    begins=begins,
                    ends=begins + (line.ends - line.begins),
                    peak_heat=line.peak_heat / PEAK_HEAT["weibo"] * PEAK_HEAT[platform],
                )
            )
        return repeated


DIGIT = {"count2": "1"}
