"""Circles with names in, a place for each name that covers no other name or circle out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SIZE = 13.0
"""Height of a name in pixels."""


@dataclass(frozen=True)
class Box:
    """A rectangle that a name or a circle covers."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True)
class Dot:
    """A circle and, when it is to be named, its name."""

    x: float
    y: float
    radius: float
    name: str | None = None

    @property
    def box(self) -> Box:
        """What the circle covers."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


@dataclass(frozen=True)
class Label:
    """A name and where it stands; `anchor` is start, middle or end of the text at x."""

    name: str
    x: float
    y: float
    anchor: str


def place_labels(dots: Sequence[Dot], room: Box) -> list[Label]:
    """Labels of the named dots, first come first served; one without room is left to the table."""
    taken: list[Box] = []
    labels = []
    for dot in dots:
        if dot.name is None:
            continue
        others = [*taken, *(other.box for other in dots if other is not dot)]
        for box, label in list_places(dot, dot.name):
            if room.holds(box) and not any(box.overlaps(other) for other in others):
                taken.append(box)
                labels.append(label)
                break
    return labels


def list_places(dot: Dot, name: str) -> Iterator[tuple[Box, Label]]:
    """Places to try, best first: right, left, above, below."""
    wide, gap, half = measure(name), dot.radius + 4, SIZE / 2 + 1
    x, y = dot.x, dot.y
    yield Box(x + gap, y - half, x + gap + wide, y + half), Label(name, x + gap, y + 4.5, "start")
    yield Box(x - gap - wide, y - half, x - gap, y + half), Label(name, x - gap, y + 4.5, "end")
    for middle in (y - gap - half + 2, y + gap + half - 2):
        box = Box(x - wide / 2, middle - half, x + wide / 2, middle + half)
        yield box, Label(name, x, middle + 4.5, "middle")


def measure(name: str) -> float:
    """Width of a name in pixels: a Chinese character is as wide as it is high, a Latin one half of that."""
    return sum(SIZE if character > "\u2e7f" else SIZE * 0.58 for character in name)
