"""The installation's secret key: made once, readable by its owner only, the key of every author's hash."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from flows.exit_codes import CommandError

KEY_BYTES = 32
KEY_FILE = "secret.key"


def ensure_secret_key(home: Path) -> Path:
    """Path of the key file, made when absent; CommandError when it is not one of ours."""
    path = home / KEY_FILE
    home.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write_key(path)
    read_secret_key(path)
    return path


def _write_key(path: Path) -> None:
    """Write a new key whole or not at all; of two who write at once the first counts."""
    building = path.with_name(f".{KEY_FILE}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(building, path)
    finally:
        building.unlink(missing_ok=True)


def find_key_file(home: Path) -> Path | None:
    """Path of the key file; None where there is none yet. CommandError when it is not one of ours."""
    path = home / KEY_FILE
    if not path.exists():
        return None
    read_secret_key(path)
    return path


def find_secret_key(home: Path) -> bytes:
    """The installation's key, or one drawn for this call where there is none yet; nothing is written."""
    path = find_key_file(home)
    return read_secret_key(path) if path else secrets.token_bytes(KEY_BYTES)


def read_secret_key(path: Path) -> bytes:
    """The key of the file; CommandError when it is damaged."""
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise CommandError(
            f"{path} is not a Headwater key; restore it from a backup, or move it away for new author hashes"
        )
    return key
