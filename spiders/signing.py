"""Request fields and the secret of the user's own app in, the signatures that official gateways want out."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign_enclosed(fields: Mapping[str, str], secret: str) -> str:
    """Secret, sorted names and values, secret -> MD5 in upper case: Taobao TOP, JD Union, Pinduoduo."""
    run = "".join(name + fields[name] for name in sorted(fields) if fields[name] != "")
    return hash_md5(secret + run + secret).upper()


def sign_pairs(fields: Mapping[str, str], secret: str) -> str:
    """Sorted name=value pairs and signSecret -> HMAC-SHA-256 in base64: Kuaishou, signMethod HMAC_SHA256."""
    pairs = [f"{name}={fields[name]}" for name in sorted(fields) if fields[name] != ""]
    text = "&".join([*pairs, f"signSecret={secret}"])
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), "sha256").digest()).decode()


def sign_shop_call(fields: Mapping[str, str], secret: str) -> str:
    """The five fields that Douyin's shop gateway signs -> HMAC-SHA-256 in hex: sign_method hmac-sha256."""
    names = ("app_key", "method", "param_json", "timestamp", "v")
    text = secret + "".join(name + fields[name] for name in names) + secret
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()


def hash_md5(text: str) -> str:
    """MD5 in lower case hex; the interfaces prescribe it."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
