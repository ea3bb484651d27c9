"""Raw text in -> normalised text out: the one form that taggers read and that spans refer to."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import opencc

MAX_CHARACTERS = 2_000
"""Longest normalised text; one caption of a million characters must not hold up the others."""
MAX_RUN = 50
"""Longest run of one character kept: dictionary segmentation is quadratic on longer ones."""

_NOISE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u20e3\ufe0e\ufe0f\ufeff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINK = re.compile(
    # without , ; ! ( ), which Chinese ones behind a link have become by now
    r"(?:https?://|www\.)[A-Za-z0-9._~:/?#@$&*+=%\[\]-]+"
    r"|(?<![A-Za-z0-9@.])(?:[a-z0-9-]{1,63}\.){1,3}(?:com|cn|net|tv|cc|me)/[A-Za-z0-9._~/?=&%-]*",
    re.IGNORECASE,
)
_PRICE = r"\d{1,5}(?:\.\d|元|块|rmb|包邮)|\d{1,4}(?![\w·-])"
_MENTION = re.compile(rf"(?<![A-Za-z0-9._%+-])@(?!{_PRICE})([\w·-]{{1,30}})(?:\([A-Za-z0-9_]{{4,24}}\))?")
_SPACE = re.compile(r"[^\S\n]*\n\s*|[^\S\n]{2,}|[^\S\n ]")
_RUN = re.compile(rf"(.)\1{{{MAX_RUN},}}", re.DOTALL)
_WORD = re.compile(r"[\w·&'+.-]*[^\W\d_][\w·&'+.-]*")
_LONGEST_WORD = 20
EMOJI_STARTS = "\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff\U0001f000-\U0001faff"
"""Ranges of the characters that an emoji begins with, for a class of characters."""
_EMOJI_BODY = f"[{EMOJI_STARTS}]"
EMOTE = re.compile(
    rf"\[[A-Za-z0-9_\u4e00-\u9fff]{{1,8}}\]|[\U0001f1e6-\U0001f1ff]{{2}}"
    rf"|{_EMOJI_BODY}[\U0001f3fb-\U0001f3ff]?(?:\u200d{_EMOJI_BODY}[\U0001f3fb-\U0001f3ff]?){{0,5}}"
)
"""An emoji sequence, or a platform's own token such as [doge] or [捂脸]."""

_WORDED_EMOTE = re.compile(
    r"\[[\u4e00-\u9fff]{1,7}r\]"
    r"|(?<=.)\[(?:咖啡|奶茶|啤酒|蛋糕|西瓜|草莓|月饼|粽子|汤圆|火锅|面条|玫瑰|鲜花|礼物|红包|口红|口罩|帽子|围脖|手套|话筒|相机|"
    r"照相机|手机|飞机|汽车|自行车|足球|篮球|排球|乒乓|熊猫|兔子|猫咪|狗狗|奥特曼|圣诞树|圣诞老人|圣诞帽|烟花|爆竹|鞭炮|灯笼)\]",
    re.DOTALL,
)
"""A token named after a thing, in lower case: [喝奶茶r] of Xiaohongshu, [蛋糕] of others behind a text."""


class NormalisedText(NamedTuple):
    """A text in normalised form, with what was split off it."""

    text: str
    """NFKC, simplified characters, no links, no mentions, at most MAX_CHARACTERS long."""
    links: tuple[str, ...] = ()
    """Links in order of appearance."""
    mentions: tuple[str, ...] = ()
    """Mentioned names without the @ sign, in order of appearance."""
    is_cut: bool = False
    """True when the text was longer than MAX_CHARACTERS."""


def normalise_text(raw: str) -> NormalisedText:
    """Normalise one text; total on every str, and `normalise_text(n.text).text == n.text`.

    Order: cut, broken characters, NFKC, links, mentions, traditional to simplified, white space, runs.
    """
    is_cut = len(raw) > MAX_CHARACTERS
    text = raw[:MAX_CHARACTERS] if is_cut else raw
    if not text.isprintable():
        text = _SURROGATES.sub("\ufffd", text)
    if _beyond_plain().search(text):
        text = _NOISE.sub("", text) if text.isascii() else _normalise_characters(text)
    links: list[str] = []
    mentions: list[str] = []
    if "." in text:
        text = _split_off_links(text, links)
    if "@" in text:
        text = _split_off_mentions(text, mentions)
    if "  " in text or not text.isprintable():
        text = _SPACE.sub(_shorten_space, text)
    text = text.strip()
    if len(text) > MAX_RUN:
        text = _RUN.sub(lambda run: run[1] * MAX_RUN, text)
        if len(text) > MAX_CHARACTERS:
            is_cut, text = True, text[:MAX_CHARACTERS].rstrip()
    return NormalisedText(text, tuple(links), tuple(mentions), is_cut)


def is_word(text: str) -> bool:
    """Whether a piece of text is a word: a letter or more among word characters, at most 20 in all."""
    return len(text) <= _LONGEST_WORD and _WORD.fullmatch(text) is not None


def fold_case(text: str) -> str:
    """Lower case without changing the length, so that positions stay valid (`İ` lowers to two characters)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def fold_words(text: str) -> str:
    """Lower case of the same length, for those who look for words: tokens named after things are blanked.

    [喝奶茶R] is a smile and speaks of no tea.
    """
    folded = fold_case(text)
    return _WORDED_EMOTE.sub(_blank, folded) if "]" in folded else folded


def _blank(token: re.Match[str]) -> str:
    return f"[{'_' * (len(token[0]) - 2)}]"


def _normalise_characters(text: str) -> str:
    text = _NOISE.sub("", text)
    # Removing a zero-width character can bring a combining mark to its base, so NFKC comes after it; and
    # NFKC can set free characters of the noise class, so it comes once more.
    composed = unicodedata.normalize("NFKC", text)
    text = text if composed == text else _NOISE.sub("", composed)
    if _beyond_gb2312().search(text):
        text = unicodedata.normalize("NFKC", _traditional_converter().convert(text))
    return text


def _split_off_links(text: str, links: list[str]) -> str:
    while found := _LINK.findall(text):
        links.extend(found)
        text = _LINK.sub(" ", text)
    return text


def _split_off_mentions(text: str, mentions: list[str]) -> str:
    while found := _MENTION.findall(text):
        mentions.extend(found)
        text = _MENTION.sub(" ", text)
    return text


def _shorten_space(space: re.Match[str]) -> str:
    return "\n" if "\n" in space[0] else " "


@cache
def _beyond_plain() -> re.Pattern[str]:
    """Characters other than printable ASCII and the Han of GB 2312; without one a text is normal already."""
    return re.compile(f"[^ -~{''.join(sorted(_list_gb2312()))}]")


@cache
def _beyond_gb2312() -> re.Pattern[str]:
    """Han characters outside GB 2312, the simplified standard set: only with one of them is OpenCC asked.

    Measured on hot-board titles: under 1 % have one, and without one a text is simplified already.
    """
    standard = _list_gb2312()
    beyond = (chr(code) for code in range(0x3400, 0xA000) if chr(code) not in standard)
    return re.compile("[" + "".join(beyond) + "\uf900-\ufaff\U00020000-\U0002ffff]")


def _list_gb2312() -> set[str]:
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return {character for pair in pairs if (character := pair.decode("gb2312", "ignore"))}


@cache
def _traditional_converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
