"""Rows that did not fit in, payloads for the rejections out: cut, masked, without account data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from spiders.privacy import clean_text, mask_personal

PAYLOAD_LIMIT = 4000
_ACCOUNT_NAMES = re.compile(
    r"(?i)user|nick|author|avatar|uid|owner|screen_name|gender|birthday|signature|profile|ip_?loc|ip_label|"
    r"creator|cookie|token|phone|mobile|mail|昵称|作者|用户|头像|账号|作者|^ip$|^sex$|^sign$|属地"
)


def is_account_column(name: str) -> bool:
    """True for columns that tell who somebody is; none of them is ever stored as it came."""
    return bool(_ACCOUNT_NAMES.search(name))


def describe_row(row: Mapping[str, Any]) -> str:
    """A row -> JSON text of at most 4,000 characters for a rejection, account columns left out."""
    kept = _drop_accounts(row)
    text = json.dumps(kept, ensure_ascii=False, default=str)
    return describe_text(text)


def describe_text(text: str) -> str:
    """Raw text -> payload of at most 4,000 characters, personal data masked."""
    return mask_personal(clean_text(text[: PAYLOAD_LIMIT * 2]))[:PAYLOAD_LIMIT]


def _drop_accounts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _drop_accounts(v) for k, v in value.items() if not is_account_column(str(k))}
    if isinstance(value, list):
        return [_drop_accounts(item) for item in value[:50]]
    return value
