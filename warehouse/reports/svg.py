"""Shapes in, one accessible inline SVG out; its colours come from the page's style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

Point = tuple[float, float]


def draw_svg(name: str, width: float, height: float, alt: str, shapes: Iterable[Markup]) -> Markup:
    """An image of the class `name` with its alternative text."""
    size = Markup('viewBox="0 0 {0} {1}" width="{0}" height="{1}"').format(number(width), number(height))
    return Markup('<svg class="{}" {} role="img" aria-label="{}">{}</svg>').format(
        name, size, alt, Markup("").join(shapes)
    )


def line(start: Point, end: Point, style: str) -> Markup:
    """A straight line."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        style, number(start[0]), number(start[1]), number(end[0]), number(end[1])
    )


def path(points: Sequence[Point], style: str) -> Markup:
    """A line through points; nothing for fewer than two."""
    if len(points) < 2:
        return Markup("")
    steps = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return Markup('<polyline class="{}" points="{}"/>').format(style, steps)


def rectangle(corner: Point, width: float, height: float, style: str) -> Markup:
    """A rectangle."""
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        style, number(corner[0]), number(corner[1]), number(max(width, 0)), number(max(height, 0))
    )


def circle(centre: Point, radius: float, style: str, words: str = "") -> Markup:
    """A circle; `words` show when the pointer rests on it."""
    told = Markup("<title>{}</title>").format(words) if words else ""
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}">{}</circle>').format(
        style, number(centre[0]), number(centre[1]), number(radius), told
    )


def text(place: Point, words: str, style: str, anchor: str = "start", language: str | None = None) -> Markup:
    """Words at a place, which is their start, middle or end."""
    marked = Markup(' lang="{}"').format(language) if language else ""
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}"{}>{}</text>').format(
        style, number(place[0]), number(place[1]), anchor, marked, escape(words)
    )


def number(value: float) -> str:
    """A coordinate with at most two decimals, the same text on every machine."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short in ("-0", "") else short
