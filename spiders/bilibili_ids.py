"""Bilibili's numbers of videos in; the BV ids of their addresses out."""

from __future__ import annotations

_BV_ALPHABET = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf"


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
