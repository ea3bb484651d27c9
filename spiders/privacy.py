"""Author ids in, keyed pseudonyms out; free text in, text without personal data or broken characters out."""

from __future__ import annotations

import hmac
import json
import re
import unicodedata
from pathlib import Path

from spiders.errors import KeyFileError
from spiders.kept_addresses import clean_address
from spiders.numerals import FULL_WIDTH
from spiders.personal_patterns import DETECTORS, FULL_WIDTH_TRIGGER, TRIGGER

KEY_BYTES = 32
KEY_HEX_DIGITS = 32
"""Author keys are the first 128 bits of the HMAC: no two authors of a warehouse will ever share one."""

MAX_PAYLOAD = 4_000
"""Characters of a rejected payload that are kept."""

ACCOUNT_MEMBER = re.compile(
    r"(?i)(?:.*_)?(?:author|user|owner|member|members|up|upper|creator|account|uploader|reviewer|people)(?:_?(?:info|id|name|key))?"
    r"|(?:.*_)?(?:uid|mid|nick_?name|uname|screen_name|avatar\w*|face|sec_uid|sec_user_id|unique_id|short_id|head_?url|signature|"
    r"user\w*|author\w*|profile\w*|phone\w*|mobile\w*|tel|ip_?location|ip_?label|homepage)"
)
"""Names of members that hold accounts in the payloads of all platforms."""

_NOBODY = frozenset(
    (
        "anonymous",
        "anonymous user",
        "guest",
        "佚名",
        "匿名",
        "匿名买家",
        "匿名用户",
        "匿名网友",
        "游客",
        "网友",
    )
)
"""Names that are shown where nobody is named: they are no author, who would speak on every page."""

_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_END = re.compile("\r\n?")


class Pseudonymiser:
    """Turns (platform, author id) into a key that only the installation's secret can make."""

    def __init__(self, key: bytes) -> None:
        """`key` is the installation's secret, at least 16 bytes."""
        if len(key) < 16:
            raise KeyFileError("the secret key is shorter than 16 bytes; delete it to have a new one made")
        self._key = key

    def author_key(self, platform: str, author_id: str) -> str:
        """HMAC-SHA-256 of platform and author id, 32 hex digits; another key on each platform."""
        message = f"{platform}\x00{author_id}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256").hex()[:KEY_HEX_DIGITS]


class HeardAuthors(Pseudonymiser):
    """A pseudonymiser that remembers the keys it made: who is named in a page, whatever came of it."""

    def __init__(self, own: Pseudonymiser) -> None:
        """Makes the same keys as `own`."""
        super().__init__(own._key)
        self.keys: set[str] = set()

    def author_key(self, platform: str, author_id: str) -> str:
        """As the pseudonymiser's own, and kept."""
        key = super().author_key(platform, author_id)
        self.keys.add(key)
        return key


def is_nobody(shown: str) -> bool:
    """Whether what is shown in an author's place names nobody."""
    return shown.strip().casefold() in _NOBODY


def read_key(path: Path) -> bytes:
    """The installation's secret key, kept as hex digits; KeyFileError when missing, damaged or readable."""
    try:
        text = path.read_text("ascii").strip()
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"cannot read the secret key {path}: {error}") from error
    if mode & 0o077:
        raise KeyFileError(f"the secret key {path} can be read by other users; run: chmod 600 {path}")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise KeyFileError(
            f"{path} is no secret key; restore it from a backup, or move it away to have one made"
        )
    return key


def clean_text(text: str) -> str:
    """Text every later stage can hold: surrogates joined or U+FFFD, controls but \\n \\t gone, NFC.

    Cleaning twice changes nothing.
    """
    if _UNCLEAN.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = _CONTROL.sub("", _LINE_END.sub("\n", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def mask_personal(text: str) -> str:
    """Free text -> the same with phones, mails, id numbers, plates, accounts, addresses and mentions masked.

    A mask is a word in tortoise-shell brackets, such as 〔电话〕, and is left alone when masked again.
    """
    if TRIGGER.search(text) is None:
        return text
    for detector in DETECTORS:
        folded = text.translate(FULL_WIDTH) if FULL_WIDTH_TRIGGER.search(text) else text
        for start, end in reversed(detector.find_spans(folded)):
            text = f"{text[:start]}〔{detector.mask}〕{text[end:]}"
    return text


def scrub_payload(payload: object) -> str:
    """A raw item -> text for a rejection: accounts hidden, personal data masked, 4,000 characters."""
    if isinstance(payload, str):
        return mask_personal(clean_text(payload[: 2 * MAX_PAYLOAD]))[:MAX_PAYLOAD]
    return json.dumps(_hide_accounts(payload, 0), ensure_ascii=False, default=str)[:MAX_PAYLOAD]


def _hide_accounts(value: object, depth: int) -> object:
    if depth > 20:
        return None
    if isinstance(value, dict):
        is_person = value.get("@type") == "Person"
        return {
            str(name): "〔账号〕"
            if member and (is_person or ACCOUNT_MEMBER.fullmatch(str(name)))
            else _hide_accounts(member, depth + 1)
            for name, member in value.items()
        }
    if isinstance(value, list):
        return [_hide_accounts(member, depth + 1) for member in value]
    if not isinstance(value, str):
        return value
    if value.startswith(("http://", "https://", "//")) and clean_address(value) is None:
        return "〔账号〕"
    return mask_personal(clean_text(value[:MAX_PAYLOAD]))
