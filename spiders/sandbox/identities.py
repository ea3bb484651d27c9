"""Seeds and moments in, ids and author names in each platform's own form out."""

from __future__ import annotations

import hashlib
from datetime import datetime
from random import Random

BVID_LETTERS = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf"
NAME_HEADS = (
    "爱吃",
    "阿",
    "小",
    "老",
    "一只",
    "深夜",
    "慢慢",
    "认真",
    "路过的",
    "不想上班的",
    "南方",
    "北边",
)
NAME_TAILS = ("橘子", "阿毛", "柚", "豆包", "陈同学", "林间", "山竹", "小满", "铁柱", "木子", "麦冬", "星星")


def hash_number(*parts: object) -> int:
    """A 64-bit number that depends on nothing but the parts."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def make_bvid(seed: int, serial: int) -> str:
    """A Bilibili video id: BV1 and nine letters."""
    number = hash_number("bvid", seed, serial)
    letters = []
    for _ in range(9):
        number, digit = divmod(number, len(BVID_LETTERS))
        letters.append(BVID_LETTERS[digit])
    return "BV1" + "".join(letters)


def make_snowflake(moment: datetime, serial: int) -> str:
    """A 19-digit id whose high bits are the second of publication, as Douyin and TikTok make them."""
    return str((int(moment.timestamp()) << 32) + hash_number("snowflake", serial) % (1 << 32))


def make_note_id(moment: datetime, serial: int) -> str:
    """A Xiaohongshu note id: 24 hex digits, the first eight the second of publication."""
    return f"{int(moment.timestamp()):08x}{hash_number('note', serial):016x}"


def make_photo_id(serial: int) -> str:
    """A Kuaishou photo id: 3x and 13 lower-case letters and digits."""
    number = hash_number("photo", serial)
    letters = []
    for _ in range(13):
        number, digit = divmod(number, 32)
        letters.append("abcdefghijkmnpqrstuvwxyz23456789"[digit])
    return "3x" + "".join(letters)


def make_author_name(author_id: str) -> str:
    """An invented nickname that belongs to the id."""
    random = Random(author_id)
    return random.choice(NAME_HEADS) + random.choice(NAME_TAILS) + str(random.randrange(100))
