"""A file's own names of types, categories or aspects in -> ours out, as a YAML file says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nlp.errors import EvaluationError
from nlp.lexicon import LexiconError, read_yaml


def read_map(path: Path | None) -> dict[str, tuple[str, ...]]:
    """Name in the file -> names of ours; none for `null` or an empty list. Empty without a file."""
    if path is None:
        return {}
    try:
        content, _ = read_yaml(path)
    except LexiconError as error:
        raise EvaluationError(str(error)) from error
    if not isinstance(content, Mapping) or not content:
        raise EvaluationError(f"{path} must map names in your file to ours, one a line: `亲子: '12'`")
    return {str(name): _list_names(value) for name, value in content.items()}


def name_types(names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Types of entities by their name in lower case; one without a kind counts as `other`."""
    return {name.lower(): (kinds or ("other",))[0] for name, kinds in names.items()}


def _list_names(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
