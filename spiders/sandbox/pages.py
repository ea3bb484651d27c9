"""A template's name and its values in, an HTML or XML page out; every value is escaped unless marked safe."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

PAGE_FOLDER = Path(__file__).parent / "pages"


@lru_cache(maxsize=1)
def load_pages() -> Environment:
    """The templates of `pages/`, read once."""
    return Environment(loader=FileSystemLoader(PAGE_FOLDER), autoescape=True, undefined=StrictUndefined)


def render_page(name: str, **values: object) -> str:
    """The page `pages/<name>.j2`."""
    return load_pages().get_template(f"{name}.j2").render(**values)


def embed_json(value: object) -> Markup:
    """JSON that may stand inside a script element."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("</", "<\\/"))


def embed_escaped_json(value: object) -> Markup:
    """JSON inside a script with every slash written as an escape, as Douyin does."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("/", "\\u002F"))
