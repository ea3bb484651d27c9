"""A seed in; a hot board whose titles follow rules that are known, as an Arrow table, out.

It is drawn when a title comes whether it will rise: those about 夺冠 mostly do. A riser climbs a few
places an hour from where it came in; the others drift and leave.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from warehouse.breakout.columns import CaseTable

START = datetime(2026, 1, 5, tzinfo=UTC)
SIZE = 30
_SUBJECTS = "山海云川星河林原湖城桥路花树石月风雪雨田"
_RISING = ("夺冠", "首映", "开通")
_STAYING = ("旧闻", "闲谈", "日常")


def simulate_board(
    seed: int, hours: int, *, platform: str = "douyin", board: str = "hot", arrivals: float = 1.5
) -> pa.Table:
    """An hourly board: captured_at, platform, board, rank, title, heat, is_ad, url."""
    random = np.random.default_rng(seed)
    living: dict[str, tuple[float, float]] = {
        f"开场旧闻{number}": (float(number), 0.3) for number in range(SIZE)
    }
    numbers = {title: 99_000 + number for number, title in enumerate(living)}
    rows: list[dict[str, object]] = []
    for hour in range(hours):
        for number in range(int(random.poisson(arrivals))):
            is_riser = random.random() < 0.3
            words = _RISING if is_riser == (random.random() < 0.85) else _STAYING
            subject = "".join(random.choice(list(_SUBJECTS), 3))
            title = f"{subject}{words[int(random.integers(len(words)))]}{hour}之{number}"
            speed = -random.uniform(1.5, 4.0) if is_riser else random.uniform(-0.2, 1.2)
            living[title] = (float(random.uniform(12, SIZE)), speed)
            numbers[title] = 100_000 + 50 * hour + number
        order = sorted(living, key=lambda title: living[title][0])[:SIZE]
        for rank, title in enumerate(order, start=1):
            rows.append(
                {
                    "captured_at": START + timedelta(hours=hour),
                    "platform": platform, "board": board, "rank": rank, "title": title,
                    "heat": float(round(1e6 / rank)), "is_ad": False,
                    "url": f"https://www.douyin.com/hot/{numbers[title]}",
                }
            )  # fmt: skip
        living = {title: move(living[title], random) for title in order if living[title][0] <= SIZE + 3}
    return pa.Table.from_pylist(rows)


def move(state: tuple[float, float], random: np.random.Generator) -> tuple[float, float]:
    """A title's place an hour later; one that has been at the top falls."""
    place, speed = state
    if place <= 1.5:
        speed = 1.5
    return max(place + speed + float(random.normal(0, 0.6)), 1.0), speed


def hide_seldom_shown(table: CaseTable) -> CaseTable:
    """The same cases as a reading would know them that shows no counts and no addresses."""
    values = table.values.copy()
    values[:, np.isin(table.names, table.seldom_shown)] = np.nan
    return replace(table, values=values)
