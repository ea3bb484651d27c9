"""The opportunity table in, its scatter of demand against supply out."""

from __future__ import annotations

import math

from markupsafe import Markup

from warehouse.reports.charts import to_number
from warehouse.reports.figures import Table
from warehouse.reports.svg import circle, draw_svg, line, text
from warehouse.reports.wording import Wording

WIDTH, HEIGHT = 720.0, 440.0
LEFT, RIGHT, TOP, BOTTOM = 60.0, 24.0, 24.0, 48.0
TICKS = (10, 25, 50, 100, 200, 400, 800)
MOST_NAMES = 14
NAME_HEIGHT = 15.0


def draw_matrix(table: Table, wording: Wording) -> Markup:
    """Circles on log scales around the category's average of 100; significant topics are named."""

    def say(word: str) -> str:
        return wording.say("chart_words", word)

    rows = [
        (row, supply, demand)
        for row in table.rows
        if (supply := to_number(row["supply_index"])) and (demand := to_number(row["demand_index"]))
    ]
    bounds = [abs(math.log(value / 100)) for _, supply, demand in rows for value in (supply, demand)]
    reach = max([*bounds, math.log(2)]) * 1.1
    middle_x, middle_y = LEFT + (WIDTH - LEFT - RIGHT) / 2, TOP + (HEIGHT - TOP - BOTTOM) / 2

    def place(supply: float, demand: float) -> tuple[float, float]:
        return (
            middle_x + math.log(supply / 100) / reach * (WIDTH - LEFT - RIGHT) / 2,
            middle_y - math.log(demand / 100) / reach * (HEIGHT - TOP - BOTTOM) / 2,
        )

    shapes = draw_axes(place, reach, say)
    widest = max((to_number(row["intent_authors"]) or 0.0 for row, _, _ in rows), default=1.0) or 1.0
    taken: list[tuple[float, float]] = []
    for row, supply, demand in rows:
        centre = place(supply, demand)
        radius = 4 + 12 * math.sqrt((to_number(row["intent_authors"]) or 0.0) / widest)
        shapes.append(circle(centre, radius, f"topic {name_mood(to_number(row['nsr_polar']))}"))
    for row, supply, demand in rows:
        if row["is_significant"] and len(taken) < MOST_NAMES:
            x, y = place(supply, demand)
            if all(abs(y - other_y) > NAME_HEIGHT or abs(x - other_x) > 90 for other_x, other_y in taken):
                name = row["label_en"] if wording.language == "en" else row["label"]
                near_edge = x > WIDTH - 140
                shapes.append(
                    text(
                        (x - 12 if near_edge else x + 12, y + 4),
                        str(name),
                        "name end" if near_edge else "name",
                    )
                )
                taken.append((x, y))
    return draw_svg("matrix", WIDTH, HEIGHT, say("matrix_alt"), shapes)


def draw_axes(place, reach, say) -> list[Markup]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """The two average lines, ticks, and the names of axes and quadrants."""
    x, y = place(100, 100)
    shapes = [
        line((LEFT, y), (WIDTH - RIGHT, y), "hair"),
        line((x, TOP), (x, HEIGHT - BOTTOM), "hair"),
        text((WIDTH / 2, HEIGHT - 8), say("supply"), "axis middle"),
        text((LEFT, TOP - 8), say("demand"), "axis"),
    ]
    for tick in TICKS:
        if abs(math.log(tick / 100)) <= reach:
            tick_x, tick_y = place(tick, tick)
            shapes.append(text((tick_x, HEIGHT - BOTTOM + 18), str(tick), "tick middle"))
            shapes.append(text((LEFT - 8, tick_y + 4), str(tick), "tick end"))
    return shapes


def name_mood(sentiment: float | None) -> str:
    """Class of the circle's colour by net sentiment."""
    if sentiment is None:
        return "mood-unknown"
    if abs(sentiment) < 0.2:
        return "mood-mixed"
    return "mood-positive" if sentiment > 0 else "mood-negative"
