"""What a run did, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.exit_codes import CommandError, ExitCode
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
    """Its HTML file; None where no source answered."""

    @property
    def missing_sources(self) -> list[str]:
        """Sources whose crawl did not end complete."""
        return [*(report.source for report in self.crawls if report.outcome != "complete"), *self.failures]

    def require_answer(self) -> None:
        """CommandError when no source answered; raised last, after the channels were told of it."""
        if self.failures and not self.crawls:
            source, reason = next(iter(self.failures.items()))
            raise CommandError(f"no source answered: {source}: {reason}", ExitCode.TEMPORARY)
