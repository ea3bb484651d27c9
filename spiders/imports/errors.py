"""What stops an import as a whole: one plain sentence, fit to be shown to a user."""

from __future__ import annotations

from spiders.errors import ImportRefused

__all__ = ["ImportRefused"]
