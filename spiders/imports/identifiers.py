"""Ids, names and addresses as other tools write them in; slugs, exact ids, addresses without tokens out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

PLATFORM_ALIASES: Mapping[str, str] = {
    "抖音": "douyin",
    "dy": "douyin",
    "快手": "kuaishou",
    "ks": "kuaishou",
    "哔哩哔哩": "bilibili",
    "b站": "bilibili",
    "bili": "bilibili",
    "小红书": "xiaohongshu",
    "xhs": "xiaohongshu",
    "rednote": "xiaohongshu",
    "red": "xiaohongshu",
    "微博": "weibo",
    "新浪微博": "weibo",
    "wb": "weibo",
    "知乎": "zhihu",
    "贴吧": "tieba",
    "百度贴吧": "tieba",
    "百度": "baidu",
    "今日头条": "toutiao",
    "头条": "toutiao",
    "什么值得买": "smzdm",
    "豆瓣": "douban",
    "淘宝": "taobao",
    "天猫": "tmall",
    "京东": "jd",
    "拼多多": "pinduoduo",
    "pdd": "pinduoduo",
}
"""Names that people and tools give to platforms -> the platform's slug."""

HOST_PLATFORMS: Mapping[str, str] = {
    "douyin.com": "douyin",
    "iesdouyin.com": "douyin",
    "kuaishou.com": "kuaishou",
    "bilibili.com": "bilibili",
    "b23.tv": "bilibili",
    "xiaohongshu.com": "xiaohongshu",
    "rednote.com": "xiaohongshu",
    "weibo.com": "weibo",
    "weibo.cn": "weibo",
    "zhihu.com": "zhihu",
    "tieba.baidu.com": "tieba",
    "taobao.com": "taobao",
    "tmall.com": "tmall",
    "jd.com": "jd",
    "yangkeduo.com": "pinduoduo",
    "pinduoduo.com": "pinduoduo",
    "tiktok.com": "tiktok",
    "toutiao.com": "toutiao",
    "smzdm.com": "smzdm",
}
"""Registered domain -> platform."""

BOARD_ALIASES: Mapping[str, str] = {
    "热搜": "hot_search",
    "热搜榜": "hot_search",
    "热榜": "hot",
    "热点": "hot",
    "热点榜": "hot",
    "热门": "popular",
    "排行榜": "ranking",
    "": "hot",
}
"""Names that people give to boards -> slug."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LOST_DIGITS = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+]?\d+")
_WRITTEN_AS_FLOAT = re.compile(r"\d+\.0+")
_EXACT_FLOAT = 2**53
_PLAIN_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+(?:/[!$%&'()*+,;=~\w./:-]*)?", re.ASCII
)
_TOKENS = re.compile(
    r"(?i)^(?:xsec_\w+|.*token.*|.*sign(?:ature)?|x5sec\w*|utm_\w+|spm|scm|share_\w+|sec_uid|sec_user_id|u_code|did|iid|"
    r"uid|user_?id|author_?id|web_id|ut|cookie|session\w*|passport\w*|vd_source|unique_k|from_spmid|spm_id_from|"
    r"msToken|a_bogus|h5st|xhsshare|appuid|apptime|author_share|refer_\w+)$"
)
_MAY_NAME_ACCOUNT = re.compile(r"weibo\.c|tiktok\.com/@|/user/|/people/|/org/|/profile/|//space\.bilibili")
_PROFILE = re.compile(
    r"//(?:[\w-]+\.)*(?:weibo\.(?:com|cn)/(?:(?:u|p|profile)/)?\d+/?$|weibo\.com/n/|tiktok\.com/@[^/]*/?$|xiaohongshu\.com/user/|"
    r"zhihu\.com/(?:people|org)/|space\.bilibili\.com/|douyin\.com/user/|kuaishou\.com/profile/)"
)
_ACCOUNT_PATHS = (
    (
        re.compile(r"^https?://(?:www\.|m\.)?weibo\.(?:com|cn)/\d{5,12}/(\w{8,20})"),
        r"https://m.weibo.cn/status/\1",
    ),
    (re.compile(r"(tiktok\.com/@)[^/]+(/(?:video|photo)/)"), r"\1\2"),
)


class LostDigits(ValueError):
    """An id that went through a floating-point number: its last digits are gone."""


def normalise_id(value: object) -> str | None:
    """An id cell -> exact string; None when empty; LostDigits when it went through a float of over 2**53.

    Spreadsheet guards are removed: a trailing TAB, a leading apostrophe, `="123"`. `123.0` is 123: to the
    tools that write tables a column of ids with gaps is one of floats.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _normalise_float_id(value)
    if not isinstance(value, str):
        return None
    text = value.strip(" \t\r\n\x00\ufeff\u200b")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    text = text.lstrip("'")
    if _LOST_DIGITS.fullmatch(text) or _WRITTEN_AS_FLOAT.fullmatch(text):
        return _normalise_float_id(float(text))
    return text if text and text.lower() not in {"none", "null", "nan", "undefined", "$undefined"} else None


def _normalise_float_id(value: float) -> str | None:
    if value != value:
        return None
    if value != int(value) if abs(value) < 1e300 else True:
        raise LostDigits(str(value))
    if abs(value) > _EXACT_FLOAT:
        raise LostDigits(str(value))
    return str(int(value))


@lru_cache(maxsize=4096)
def normalise_platform(name: str) -> str | None:
    """A platform's name in any of its spellings -> slug; None when no slug can be made of it."""
    folded = unicodedata.normalize("NFKC", name).strip().lower()
    return PLATFORM_ALIASES.get(folded) or make_slug(folded)


def find_alike_platform(slug: str) -> str | None:
    """The platform that an unlisted slug is probably a slip of the pen for, if there is one."""
    known = sorted({*PLATFORM_ALIASES.values(), *HOST_PLATFORMS.values()})
    return None if slug in known else next(iter(get_close_matches(slug, known, n=1)), None)


@lru_cache(maxsize=4096)
def normalise_board(name: str) -> str:
    """A board's name -> slug; a name without Latin letters gets `board-` and a hash of its own."""
    folded = unicodedata.normalize("NFKC", name).strip().lower()
    slug = BOARD_ALIASES.get(folded) or make_slug(folded)
    return slug or "board-" + hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:8]


def make_slug(text: str) -> str | None:
    """Lower-case text -> slug: blanks and dots become one `_`; None when anything else is in it."""
    slug = re.sub(r"[\s./]+", "_", text).strip("_-")
    return slug if _SLUG.fullmatch(slug) else None


def find_platform(address: str) -> str | None:
    """The platform whose host an address has; None for other hosts."""
    host = (_split_host(address) or "").removeprefix("www.")
    while "." in host:
        if host in HOST_PLATFORMS:
            return HOST_PLATFORMS[host]
        host = host.partition(".")[2]
    return None


def _split_host(address: str) -> str | None:
    try:
        return urlsplit(address if "//" in address else "//" + address).hostname
    except ValueError:
        return None


def clean_address(address: object) -> str | None:
    """An http(s) address without user, fragment, tokens and accounts; None for profiles and anything else."""
    if not isinstance(address, str):
        return None
    text = address.strip(" \t\r\n\x00\ufeff")
    if text.startswith("//"):
        text = "https:" + text
    if not text.startswith(("http://", "https://")):
        return None
    clean = text if _PLAIN_ADDRESS.fullmatch(text) else _clean_parts(text)
    return clean if clean is None or _MAY_NAME_ACCOUNT.search(clean) is None else _hide_account(clean)


def _hide_account(address: str) -> str | None:
    if _PROFILE.search(address):
        return None
    for pattern, replacement in _ACCOUNT_PATHS:
        address = pattern.sub(replacement, address)
    return address


def _clean_parts(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        host = parts.hostname
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if not host:
        return None
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TOKENS.match(pair[0])]
    is_untouched = len(kept) == parts.query.count("&") + 1
    query = parts.query if is_untouched else urlencode(kept, errors="replace")
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._", errors="replace")
    return f"{parts.scheme}://{host}{port}{path}" + (f"?{query}" if query else "")


ADDRESS_MAKERS: Mapping[tuple[str, str], Callable[[str], str]] = {
    ("douyin", "video"): "https://www.douyin.com/video/{}".format,
    ("douyin", "note"): "https://www.douyin.com/note/{}".format,
    ("kuaishou", "video"): "https://www.kuaishou.com/short-video/{}".format,
    ("bilibili", "video"): "https://www.bilibili.com/video/{}".format,
    ("weibo", "note"): "https://m.weibo.cn/detail/{}".format,
    ("weibo", "video"): "https://m.weibo.cn/detail/{}".format,
    ("xiaohongshu", "note"): "https://www.xiaohongshu.com/explore/{}".format,
    ("xiaohongshu", "video"): "https://www.xiaohongshu.com/explore/{}".format,
    ("tieba", "note"): "https://tieba.baidu.com/p/{}".format,
    ("tiktok", "video"): "https://www.tiktok.com/@/video/{}".format,
}
"""Platform and kind -> address of a post by its id, where the address needs neither token nor account."""

_SUBJECT_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"//(?:b23\.tv|www\.bilibili\.com/video)/(BV[0-9A-Za-z]{10})",
        r"//www\.douyin\.com/(?:hot|video|note)/(\d+)",
        r"//www\.kuaishou\.com/short-video/([0-9a-z]+)",
        r"//www\.zhihu\.com/question/(\d+)",
        r"//www\.xiaohongshu\.com/explore/([0-9a-f]{24})",
        r"//www\.smzdm\.com/p/(\d+)",
    )
)


def find_subject_id(address: str) -> str | None:
    """The platform's id that a board line's address carries; None when it carries none."""
    for pattern in _SUBJECT_PATTERNS:
        found = pattern.search(address)
        if found:
            return found[1]
    return None
