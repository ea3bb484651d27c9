"""Shapes in, one accessible inline SVG out; its colours come from the page's style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

Point = tuple[float, float]


def draw_svg(name: str, width: float, height: float, alt: str, shapes: Iterable[Markup]) -> Markup:
    """An image of the class `name` with its alternative text."""
    return Markup(
        '<svg class="{name}" viewBox="0 0 {width} {height}" role="img" aria-label="{alt}">{shapes}</svg>'
    ).format(name=name, width=number(width), height=number(height), alt=alt, shapes=Markup("").join(shapes))


def line(start: Point, end: Point, style: str) -> Markup:
    """A straight line."""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(
        number(start[0]), number(start[1]), number(end[0]), number(end[1]), style
    )


def path(points: Sequence[Point], style: str) -> Markup:
    """A line through points; nothing for fewer than two."""
    if len(points) < 2:
        return Markup("")
    steps = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return Markup('<polyline points="{}" class="{}"/>').format(steps, style)


def rectangle(corner: Point, width: float, height: float, style: str) -> Markup:
    """A filled rectangle."""
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>').format(
        number(corner[0]), number(corner[1]), number(max(width, 0)), number(max(height, 0)), style
    )


def circle(centre: Point, radius: float, style: str) -> Markup:
    """A circle."""
    return Markup('<circle cx="{}" cy="{}" r="{}" class="{}"/>').format(
        number(centre[0]), number(centre[1]), number(radius), style
    )


def text(place: Point, words: str, style: str) -> Markup:
    """Words at a place; the style says how they are anchored."""
    return Markup('<text x="{}" y="{}" class="{}">{}</text>').format(
        number(place[0]), number(place[1]), style, escape(words)
    )


def number(value: float) -> str:
    """A coordinate with at most two decimals, the same text on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
