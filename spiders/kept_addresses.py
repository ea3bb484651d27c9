"""Addresses as sites and tools write them in; what records keep of them, without tokens and accounts, out."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

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


def keep_address(address: object) -> str | None:
    """An address as records keep it: no tokens, no accounts, at most 2,083 characters."""
    clean = clean_address(address)
    return clean if clean and len(clean) <= 2_083 else None
