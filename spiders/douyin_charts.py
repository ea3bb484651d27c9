"""Charts of Douyin's app, of brands and of music, in; board lines out."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from spiders.errors import Blocked
from spiders.fields import pick, pick_list, read_code, read_heat, read_id, require_list, require_title
from spiders.page import Json, Page
from spiders.platform import Parsed, Platform
from warehouse.records import BoardEntry

BRAND_CATEGORIES = {
    "10": "汽车", "11": "手机", "12": "美妆", "13": "日化", "14": "食品饮料", "16": "服饰鞋帽", "20": "母婴",
    "21": "酒旅", "27": "大健康", "28": "家用电器", "32": "餐饮", "34": "奢侈品", "999": "游戏",
}  # fmt: skip


def parse_chart(page: Page, platform: Platform) -> Iterator[Parsed]:
    """Lines of a brand board or of a music chart; errors as Platform.parse."""
    answer = page.json()
    if read_code(pick(answer, "status_code")):
        raise Blocked(f"status_code {answer['status_code']}", page.url)
    if isinstance(pick(answer, "music_list"), list):
        for place, item in enumerate(pick_list(answer, "music_list"), 1):
            yield from platform.read_each(page, "board_entries", [item], read_song, platform, place)
        return
    brands = require_list(page, answer, "brand_list")
    for place, item in enumerate(brands, 1):
        yield from platform.read_each(page, "board_entries", [item], read_brand, platform, place)


def read_brand(item: Json, page: Page, platform: Platform, place: int) -> BoardEntry:
    """A line of a brand board; its category is told by the address."""
    number = parse_qs(urlsplit(page.url).query).get("category_id", [""])[0]
    return BoardEntry(
        **platform.stamp(page),
        board=f"brand-{number}" if number in BRAND_CATEGORIES else "brand",
        rank=read_code(pick(item, "rank")) or place,
        title=require_title(pick(item, "name")),
        subject_id=read_id(pick(item, "id")),
        heat=read_heat(pick(item, "heat")),
        category=BRAND_CATEGORIES.get(number),
    )


def read_song(item: Json, page: Page, platform: Platform, place: int) -> BoardEntry:
    """A line of a music chart."""
    song = pick(item, "music_info")
    song_id = read_id(pick(song, "id_str") or pick(song, "mid") or pick(song, "id"))
    return BoardEntry(
        **platform.stamp(page),
        board="music",
        rank=place,
        title=require_title(pick(song, "title")),
        subject_id=song_id,
        heat=read_heat(pick(item, "heat")),
        url=f"https://www.douyin.com/music/{song_id}" if song_id else None,
    )
