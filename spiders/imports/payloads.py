"""Rows that did not fit in, payloads for the rejections out: cut, masked, without account data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from spiders.privacy import ACCOUNT_MEMBER, scrub_payload

_CHINESE_ACCOUNT = re.compile(
    r"昵称|作者|用户|博主|达人|买家|卖家|收货|收件|寄件|客户|顾客|会员名|会员id|姓名|联系人|旺旺|电话|手机号|联系手机|微信号|地址|实名|头像|账号|帐号|属地|主页|粉丝|^ip$|^sex$|^sign$|^gender$|token|cookie"
)
_ACCOUNT_PAIR = re.compile(
    r"""(?P<name>["']?(?:[A-Za-z_]*(?:user|nick|author|avatar|uid|sign|owner|name|mid|ip_|profile|creator|token)[A-Za-z_]*"""
    r"""|[\u4e00-\u9fff]*(?:昵称|作者|用户)[\u4e00-\u9fff]*)["']?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|[^,}\s]+)"""
)


def is_account_column(name: str) -> bool:
    """True for columns that tell who somebody is; none of them is ever stored as it came."""
    return bool(ACCOUNT_MEMBER.fullmatch(name) or _CHINESE_ACCOUNT.search(name.lower()))


def describe_row(row: Mapping[str, Any]) -> str:
    """A row -> JSON text of at most 4,000 characters for a rejection, account columns left out."""
    return scrub_payload({name: value for name, value in row.items() if not is_account_column(str(name))})


def describe_text(text: str) -> str:
    """Text that could not be read as a row -> payload; what looks like an account loses its value."""
    return scrub_payload(_ACCOUNT_PAIR.sub(r"\g<name>〔账号〕", text))
