"""What a run did, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from warehouse.records import CrawlReport


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run from crawl to report."""

    run_id: str
    crawls: list[CrawlReport] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    """Sources that gave nothing -> why."""
    packages_loaded: int = 0
    packages_known: int = 0
    packages_quarantined: int = 0
    texts_tagged: int = 0
    report: str | None = None

    @property
    def missing_sources(self) -> list[str]:
        """Sources whose crawl did not end complete."""
        return [*(report.source for report in self.crawls if report.outcome != "complete"), *self.failures]
