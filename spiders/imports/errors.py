"""What stops an import as a whole: one plain sentence, fit to be shown to a user."""

from __future__ import annotations

from spiders.errors import SpiderError


class ImportRefused(SpiderError):
    """The file cannot be imported; the message says what was seen and what to do."""
