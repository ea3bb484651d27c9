"""The crawl process in; its resident memory now, for the limit that ends a leaking crawl, out."""

from __future__ import annotations

import psutil
from scrapy.extensions.memusage import MemoryUsage


def measure_resident_bytes() -> int:
    """Resident bytes of this process now."""
    return int(psutil.Process().memory_info().rss)


class ResidentMemory(MemoryUsage):
    """Scrapy's memory limit on what the crawl itself holds.

    Scrapy reads ru_maxrss, which on Linux outlives fork and exec: a crawl started by a large process, such as
    one that has the language model loaded, would end at its first check for memory that it never had.
    """

    def get_virtual_size(self) -> int:
        """Bytes compared with the limit."""
        return measure_resident_bytes()
