"""A first day and a number of days in, the world's calendar with its busy, thin and half-seen days out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from random import Random

from spiders.moments import SHANGHAI

WEEKDAY_FACTORS = (0.92, 0.90, 0.93, 0.96, 1.04, 1.15, 1.10)
PROMO_FACTOR = 1.8
HALF_FACTOR = 0.5
HOUR_WEIGHTS = (2, 1, 1, 1, 1, 1, 2, 4, 6, 7, 7, 8, 10, 8, 6, 6, 7, 9, 11, 12, 12, 11, 8, 5)


@dataclass(frozen=True)
class SimulatedDays:
    """The days of a world; a day runs from midnight to midnight in Asia/Shanghai."""

    seed: int
    first_day: date
    days: int

    @cached_property
    def promo_index(self) -> int:
        """Index of the one promotion day: 11 November where the world has one, else drawn from its middle."""
        festival = (date(self.first_day.year, 11, 11) - self.first_day).days
        if self.days // 3 <= festival < self.days - 3:
            return festival
        return Random(f"{self.seed}:promo").randrange(self.days // 3, max(self.days // 3 + 1, self.days // 2))

    @cached_property
    def half_index(self) -> int:
        """Index of the one day of which only half can be seen."""
        return Random(f"{self.seed}:half").randrange(self.days // 6, max(self.days // 6 + 1, self.days // 3))

    @cached_property
    def factors(self) -> tuple[float, ...]:
        """Volume of each day as a multiple of a plain day's."""
        return tuple(self.factor_on(index) for index in range(self.days))

    def factor_on(self, index: int) -> float:
        """Volume factor of day `index`; days before the first have their weekday's."""
        factor = WEEKDAY_FACTORS[self.day_at(index).weekday()]
        if index == self.promo_index:
            factor *= PROMO_FACTOR
        if index == self.half_index:
            factor *= HALF_FACTOR
        return factor

    def day_at(self, index: int) -> date:
        """Calendar day of an index."""
        return self.first_day + timedelta(days=index)

    def starts_at(self, index: int) -> datetime:
        """Midnight in Shanghai at the start of day `index`, in UTC."""
        return datetime.combine(self.day_at(index), datetime.min.time(), SHANGHAI).astimezone(UTC)

    @property
    def begins(self) -> datetime:
        """First moment of the world."""
        return self.starts_at(0)

    @property
    def ends(self) -> datetime:
        """Last second of the world."""
        return self.starts_at(self.days) - timedelta(seconds=1)

    def draw_moment(self, index: int, random: Random) -> datetime:
        """A moment of day `index`, evenings likelier than nights, to the second."""
        hour = random.choices(range(24), weights=HOUR_WEIGHTS)[0]
        return self.starts_at(index) + timedelta(hours=hour, seconds=random.randrange(3600))
