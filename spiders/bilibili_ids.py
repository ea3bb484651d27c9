"""Bilibili's numbers, addresses and copied links of videos in; BV ids, or the link to follow, out."""

from __future__ import annotations

import re

_BV_ALPHABET = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf"
_BVID = re.compile(r"(?<![0-9A-Za-z])BV[0-9A-Za-z]{10}(?![0-9A-Za-z])")
_AID = re.compile(r"(?:^|/)av(\d{1,15})(?!\w)|[?&]aid=(\d{1,15})(?!\w)|^(\d{1,15})$", re.IGNORECASE)


def find_bvid(target: str) -> str | None:
    """An address, a BV id or an av number -> the BV id of the video; None when it names none."""
    found = _BVID.search(target)
    if found:
        return found[0]
    numbered = _AID.search(target)
    aid = int(numbered[numbered.lastindex or 0]) if numbered else 0
    return encode_bvid(aid) if 0 < aid < 1 << 51 else None


def encode_bvid(aid: int) -> str:
    """Bilibili's number of a video -> the BV id of its address (base 58 over a masked xor)."""
    number = ((1 << 51) | aid) ^ 23442827791579
    letters = list("BV1000000000")
    position = 11
    while number:
        number, digit = divmod(number, 58)
        letters[position] = _BV_ALPHABET[digit]
        position -= 1
    letters[3], letters[9] = letters[9], letters[3]
    letters[4], letters[7] = letters[7], letters[4]
    return "".join(letters)
