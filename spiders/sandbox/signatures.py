"""Request fields and the sandbox's own app in, the platforms' request signatures and their checks out."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from spiders.moments import SHANGHAI

SANDBOX_APP = "sandbox-app"
SANDBOX_WORD = "sandbox-word-known-to-all"
SANDBOX_TOKEN = "sandbox-token"
TOLERANCE = timedelta(minutes=15)


def join_fields(fields: Mapping[str, str]) -> str:
    """Sorted names and values run together, without the signature and empty values."""
    return "".join(name + fields[name] for name in sorted(fields) if name != "sign" and fields[name] != "")


def sign_enclosed(fields: Mapping[str, str], word: str) -> str:
    """MD5 over word + fields + word, upper case: Taobao TOP md5, JD Union, Pinduoduo."""
    text = word + join_fields(fields) + word
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def sign_keyed(fields: Mapping[str, str], word: str, digest: str) -> str:
    """HMAC of the fields, upper case: Taobao TOP hmac (md5) and hmac-sha256."""
    return hmac.new(word.encode(), join_fields(fields).encode(), digest).hexdigest().upper()


def sign_top(fields: Mapping[str, str], word: str) -> str:
    """Taobao TOP, by the request's own sign_method."""
    method = fields.get("sign_method", "md5")
    if method == "hmac":
        return sign_keyed(fields, word, "md5")
    return sign_keyed(fields, word, "sha256") if method == "hmac-sha256" else sign_enclosed(fields, word)


def sign_kuaishou(fields: Mapping[str, str], word: str) -> str:
    """Kuaishou: sorted name=value pairs and signSecret; MD5 in hex, or HMAC-SHA256 in base64."""
    pairs = [f"{name}={fields[name]}" for name in sorted(fields) if name != "sign" and fields[name] != ""]
    text = "&".join((*pairs, f"signSecret={word}"))
    if fields.get("signMethod") == "HMAC_SHA256":
        return base64.b64encode(hmac.new(word.encode(), text.encode(), "sha256").digest()).decode()
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def sign_doudian(fields: Mapping[str, str], word: str) -> str:
    """Douyin's shop gateway: five fields between the word, MD5 or HMAC-SHA256, lower case."""
    names = ("app_key", "method", "param_json", "timestamp", "v")
    text = word + "".join(name + fields.get(name, "") for name in names) + word
    if fields.get("sign_method", "hmac-sha256") == "md5":
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return hmac.new(word.encode(), text.encode(), "sha256").hexdigest()


def is_same(given: str | None, expected: str) -> bool:
    """Whether a signature is the expected one."""
    return given is not None and hmac.compare_digest(given.encode(), expected.encode())


def is_current(stamp: str, simulated: datetime) -> bool:
    """Whether a timestamp (seconds, milliseconds, or Shanghai wall clock) is now, by either clock."""
    try:
        if stamp.isdigit():
            seconds = int(stamp) / (1000 if len(stamp) == 13 else 1)
            moment = datetime.fromtimestamp(seconds, UTC)
        else:
            moment = datetime.strptime(stamp[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except (ValueError, OverflowError, OSError):
        return False
    return any(abs(moment - clock) <= TOLERANCE for clock in (datetime.now(UTC), simulated))


def is_bearer(authorization: str) -> bool:
    """Whether an Authorization header carries the sandbox's token."""
    return is_same(authorization, f"Bearer {SANDBOX_TOKEN}")
