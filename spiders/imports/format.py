"""What an import format is; every one in `spiders/imports/formats/` is found, with no list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cache
from typing import ClassVar

from spiders.imports import formats
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample


class ImportFormat(ABC):
    """One kind of file that people hold: how to know it, and how to read it."""

    name: ClassVar[str]
    """Name on the command line; the stem of the module's file."""
    title: ClassVar[str]
    """What it is, in a few words."""

    @abstractmethod
    def detect(self, sample: Sample) -> float:
        """How sure it is that the file is of this format: 0 is no, 1 is certain."""

    @abstractmethod
    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Read the file. ImportRefused when it is damaged or lacks what only the user can tell."""


@cache
def discover_formats() -> dict[str, ImportFormat]:
    """Every format by name, in the order of the names."""
    found: dict[str, ImportFormat] = {}
    for module_name in sorted(module.name for module in pkgutil.iter_modules(formats.__path__)):
        module = importlib.import_module(f"{formats.__name__}.{module_name}")
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, ImportFormat)
                and value.__module__ == module.__name__
            ):
                found[value.name] = value()
    return found
