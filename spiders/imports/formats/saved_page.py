"""One page or JSON answer that somebody's browser saved in, what its platform's parser yields out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from spiders.errors import ImportRefused
from spiders.imports.format import ImportFormat
from spiders.imports.instants import read_file_day
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample
from spiders.imports.saved_pages import (
    GENERIC_PLATFORM,
    SavedPage,
    find_saved_address,
    open_mhtml,
    parse_pages,
    recognise_platform,
)
from spiders.platform import discover_platforms
from spiders.platform_names import find_platform

SIZE_LIMIT = 64 * 1024 * 1024


class SavedPageFormat(ImportFormat):
    """The platform is the one the user names, else the one of the page's address, else any site's."""

    name = "saved_page"
    title = "saved page (.html, .mhtml) or saved JSON answer of a known platform"

    def detect(self, sample: Sample) -> float:
        """Certain for markup; possible for a JSON object that no table format knows."""
        if sample.identity.container in {"html", "mhtml"}:
            return 0.9
        if sample.identity.container != "json_object" or sample.is_mapped:
            return 0.0
        return 0.6 if recognise_platform(sample.head) else 0.31

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """The records of the page. ImportRefused when no parser can be chosen for it."""
        identity = request.identity
        if identity.size > SIZE_LIMIT:
            raise ImportRefused(f"{identity.path.name} is over 64 MiB: no page is.")
        content = identity.path.read_bytes()
        url = None
        if identity.container == "mhtml":
            opened = open_mhtml(content)
            if opened is None:
                raise ImportRefused(f"{identity.path.name} is an MHTML file without a page in it.")
            url, content = opened
        url = url or find_saved_address(sample.head)
        platform = _choose_platform(request, url, sample)
        captured_at: datetime = read_file_day(identity.path) or request.file_moment
        yield from parse_pages([SavedPage(platform, url, content, captured_at)], request)


def _choose_platform(request: ImportRequest, url: str | None, sample: Sample) -> str:
    if request.platform is not None:
        return request.platform
    known = discover_platforms()
    platform = find_platform(url) if url else None
    if platform is not None and platform in known:
        return platform
    recognised = recognise_platform(sample.head)
    if recognised is not None:
        return recognised
    if sample.identity.container == "json_object":
        raise ImportRefused(
            f"{request.identity.path.name} is one JSON object that fits no known format: "
            "if it is a platform's answer, add --platform, e.g. --platform douyin."
        )
    return GENERIC_PLATFORM
