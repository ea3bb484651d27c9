"""A settings file in; what it says, as TOML has it, out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from flows.exit_codes import CommandError

SETTINGS_FILE = "headwater.toml"


def read_settings_file(file: Path) -> dict[str, Any]:
    """Tables and keys of the file; CommandError where it is not there or cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as problem:
        raise CommandError(f"{file} is not valid TOML: {problem}") from problem
    except UnicodeDecodeError as problem:
        raise CommandError(f"{file} is not UTF-8 text; save it as UTF-8") from problem
    except FileNotFoundError as problem:
        raise CommandError(f"the settings file {file} does not exist") from problem
    except OSError as problem:
        raise CommandError(f"{file} cannot be read: {problem.strerror}") from problem
