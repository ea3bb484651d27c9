"""The stages of a run as plain functions: a plan in, rows and files out; Prefect only wraps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flows.plan import RunPlan
from flows.progress import track_step
from nlp.pipeline import annotate_table, build_taggers
from nlp.tagger import TaggerSettings
from nlp.taxonomy import read_taxonomy_table
from spiders.crawl import CrawlOrder, run_crawl
from warehouse.enrich import count_pending, read_pending, write_annotations
from warehouse.load import LoadResult, load_packages
from warehouse.publish import publish, published_path
from warehouse.records import CrawlReport
from warehouse.reports.report import ReportFiles, write_report
from warehouse.store import Warehouse
from warehouse.trends import build_marts

ENRICH_BATCH_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did, in numbers."""

    run_id: str
    crawls: list[CrawlReport] = field(default_factory=list)
    packages_loaded: int = 0
    packages_known: int = 0
    packages_quarantined: int = 0
    texts_tagged: int = 0
    report: str | None = None

    @property
    def missing_sources(self) -> list[str]:
        """Sources whose crawl did not end complete."""
        return [report.source for report in self.crawls if report.outcome != "complete"]


def open_warehouse(plan: RunPlan) -> Warehouse:
    """The writer's warehouse of the plan; LockHeld when another run has it."""
    return Warehouse.open(
        plan.home, memory_limit=plan.memory_limit, threads=plan.threads, wait_seconds=plan.wait_seconds
    )


def crawl_source(order: CrawlOrder) -> CrawlReport:
    """Crawl one source in a process of its own and land what it gave."""
    with track_step(f"crawl {order.source}") as advance:
        return run_crawl(order, on_progress=advance)


def load_landing(plan: RunPlan) -> LoadResult:
    """Load every landing package that the ledger does not know."""
    with open_warehouse(plan) as warehouse, track_step("load") as advance:
        return load_packages(warehouse, plan.home / "landing", on_progress=advance)


def enrich_subjects(plan: RunPlan) -> int:
    """Tag every text that a tagger of today has not seen; the number of texts tagged."""
    settings = TaggerSettings(
        model_folder=Path(plan.model) if plan.model else None,
        threads=plan.model_threads,
        user_dictionary=user_file(plan.home, "words.txt"),
        taxonomy=user_file(plan.home, "taxonomy.yaml"),
        cues=user_file(plan.home, "cues.yaml"),
    )
    taggers = build_taggers(settings)
    tagged = 0
    with open_warehouse(plan) as warehouse, track_step("tag texts") as advance:
        pending = count_pending(warehouse, taggers)
        advance(0, pending)
        for batch in read_pending(warehouse, taggers, batch_size=ENRICH_BATCH_ROWS):
            missing = [tagger for tagger in taggers if tagger.name in batch.taggers]
            write_annotations(warehouse, annotate_table(batch.subjects, missing))
            tagged += batch.subjects.num_rows
            advance(tagged, pending)
    return tagged


def user_file(home: Path, name: str) -> Path | None:
    """A file of the user's own in the home, when there is one."""
    path = home / name
    return path if path.exists() else None


def build_trends(plan: RunPlan) -> Path:
    """Build the marts and publish the read-only file; its stable path."""
    with open_warehouse(plan) as warehouse:
        with track_step("trends") as advance:
            build_marts(
                warehouse,
                plan.run_id,
                as_of=plan.as_of,
                on_progress=advance,
                taxonomy=read_taxonomy_table(user_file(plan.home, "taxonomy.yaml")),
            )
        with track_step("publish"):
            return publish(warehouse)


def write_reports(plan: RunPlan) -> ReportFiles:
    """Write the report of the plan from the published file."""
    with track_step("report"):
        return write_report(
            published_path(plan.home),
            plan.home / "reports" / f"{plan.report_kind}-{plan.run_id}",
            kind=plan.report_kind,
            language=plan.language,
            as_of=plan.as_of,
        )
