"""Author ids in, keyed pseudonyms out; free text in, text without personal data or broken characters out."""

from __future__ import annotations

import hmac
import os
import re
import secrets
import unicodedata
from pathlib import Path

from spiders.errors import KeyFileError
from spiders.numerals import FULL_WIDTH
from spiders.personal_patterns import DETECTORS, FULL_WIDTH_TRIGGER, TRIGGER

KEY_BYTES = 32
KEY_HEX_DIGITS = 32
"""Author keys are the first 128 bits of the HMAC: no two authors of a warehouse will ever share one."""

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
        """HMAC-SHA-256 of platform and author id, 32 hex digits; an author has another key on each platform."""
        message = f"{platform}\x00{author_id}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256").hex()[:KEY_HEX_DIGITS]


def read_key(path: Path) -> bytes:
    """The installation's secret key; KeyFileError when it is missing or open to other users."""
    try:
        key = path.read_bytes()
        mode = path.stat().st_mode
    except OSError as error:
        raise KeyFileError(f"cannot read the secret key {path}: {error.strerror}") from error
    if mode & 0o077:
        raise KeyFileError(f"the secret key {path} can be read by other users; run: chmod 600 {path}")
    return key


def ensure_key(path: Path) -> bytes:
    """The secret key, made on first use (32 random bytes, mode 0600); KeyFileError as read_key."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_key(path)
    except OSError as error:
        raise KeyFileError(f"cannot make the secret key {path}: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return read_key(path)


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
