"""A settings file in; what it says, as TOML has it, or in words what is wrong with it, out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic_core import ErrorDetails

from flows.exit_codes import CommandError

SETTINGS_FILE = "headwater.toml"
AS_TABLE = "write a table: a line such as [report], and its keys below"
AS_TEXT = "write a text in quotes"
AS_SWITCH = "write true or false, without quotes"
AS_WHOLE_NUMBER = "write a whole number"
AS_NUMBER = "write a number"
REASONS = {
    "extra_forbidden": "is not a known setting",
    "tuple_type": 'write a list in square brackets, as ["花西子", "完美日记"]',
    "dict_type": AS_TABLE,
    "model_type": AS_TABLE,
    "model_attributes_type": AS_TABLE,
    "string_type": AS_TEXT,
    "path_type": AS_TEXT,
    "bool_type": AS_SWITCH,
    "bool_parsing": AS_SWITCH,
    "int_type": AS_WHOLE_NUMBER,
    "int_parsing": AS_WHOLE_NUMBER,
    "int_from_float": AS_WHOLE_NUMBER,
    "float_type": AS_NUMBER,
    "float_parsing": AS_NUMBER,
    "literal_error": "choose one of these: {expected}",
    "greater_than_equal": "write a number of at least {ge}",
    "less_than_equal": "write a number of at most {le}",
    "less_than": "write a number below {lt}",
}
"""Kind of misfit, as Pydantic has it -> what to write instead."""


def explain_misfit(misfit: ErrorDetails) -> str:
    """What to write instead of a value that does not fit."""
    reason = REASONS.get(misfit["type"])
    if reason is None:
        return misfit["msg"].removeprefix("Value error, ")
    return reason.format_map(misfit.get("ctx", {}))


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
