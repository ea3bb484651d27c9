"""An HTML report in, all that it claims out: figures, shown texts, links, drawings, loose numbers."""

from __future__ import annotations

from html.parser import HTMLParser

Mark = tuple[str, int, str, str]
"""Query (or what else it is), row, column, and the claim itself."""


class MarkReader(HTMLParser):
    """Collects the marks of a page in the order of reading."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[Mark] = []
        self.figure: tuple[str, int, str] | None = None
        self.drawing: list[str] | None = None
        self.is_ignored = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a figure, a link or a shape of a drawing."""
        given = {name: value or "" for name, value in attributes}
        if tag in ("head", "body"):
            self.is_ignored = tag == "head"
        if tag == "svg":
            self.drawing = []
        if self.drawing is not None:
            self.drawing.append(f"{tag} {sorted(given.items())}")
        if tag == "data":
            row = given.get("data-row", "")
            place = int(row) if row.isdigit() else 0
            self.figure = (given.get("data-query", ""), place, given.get("data-column", ""))
            self.marks.append((*self.figure, given.get("value", "")))
        if tag == "a":
            self.marks.append(("link", 0, "", given.get("href", "")))

    def handle_endtag(self, tag: str) -> None:
        """Close a figure or a drawing."""
        if tag == "svg" and self.drawing is not None:
            self.marks.append(("drawing", 0, "", " ".join(self.drawing)))
            self.drawing = None
        if tag == "data":
            self.figure = None

    def handle_data(self, text: str) -> None:
        """Note what is shown for a figure, and every other text with a digit."""
        if self.is_ignored or not text.strip():
            return
        if self.drawing is not None:
            self.drawing.append(text)
        elif self.figure is not None:
            query, row, column = self.figure
            self.marks.append((query, row, f"{column} as shown", text))
        elif any(character.isdigit() for character in text):
            self.marks.append(("text", 0, "", " ".join(text.split())))


def read_marks(page: str) -> list[Mark]:
    """Everything that a page claims, in the order of reading."""
    reader = MarkReader()
    reader.feed(page)
    reader.close()
    return reader.marks
