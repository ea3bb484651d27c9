"""An outbox, or an earlier package's responses, in; a landing package with records, WARC and report out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from spiders.errors import BadPayload, Blocked, PackageError, PageChanged, SourceFailed, UnknownPlatform
from spiders.landing import LandingWriter, read_report
from spiders.official import OfficialSource
from spiders.order import CrawlOrder
from spiders.outbox import UNKNOWN_TARGET, DonePage, Outbox
from spiders.platform import Platform, find_platform
from spiders.privacy import Pseudonymiser
from spiders.reading import read_page
from spiders.warc import WARC_NAME, open_private, pack_page, read_pages
from warehouse.records import CrawlReport, Outcome, Search


def land_outbox(
    order: CrawlOrder,
    outbox: Outbox,
    started_at: datetime,
    message: str = "",
    finished_at: datetime | None = None,
) -> CrawlReport:
    """Makes the package of a run from its outbox; `message` says why the run ended early, if it did.

    It finishes now, unless it was stopped before, at `finished_at`.
    """
    finished = max(finished_at or datetime.now(UTC), started_at)
    writer = LandingWriter(order.landing_root, order.source, order.run_id)
    source = find_platform(order.source)
    skips, queries = _land_pages(writer, outbox.read_done(), source, keep_responses=order.keep_responses)
    states, lost, blocks = outbox.count_states(), outbox.count_lost(), outbox.list_counts("block")
    if states["pending"]:
        lost = {**lost, "not_finished": states["pending"]}
    report = CrawlReport(
        source=order.source,
        run_id=order.run_id,
        outcome=_judge(states["done"], lost, blocks, message),
        started_at=started_at,
        finished_at=finished,
        duration_seconds=(finished - started_at).total_seconds(),
        requests_by_status=outbox.list_counts("status"),
        skips_by_reason=dict(sorted({**skips, **lost}.items())),
        robots_decisions=outbox.list_counts("robots"),
        queries=queries,
        blocks=tuple(f"{block} ({number})" if number > 1 else block for block, number in blocks.items()),
        messages=tuple([*([message] if message else []), *outbox.list_notes()][:100]),
        software=f"headwater {version('headwater')}",
    )
    writer.complete(report)
    return read_report(writer.folder)


def replay(package: Path, landing_root: Path, new_run_id: str, pseudonymiser: Pseudonymiser) -> CrawlReport:
    """Parses a package's responses again with today's parsers, into a package of its own.

    The records keep the run id of the run that made the observations, so that nothing differs where no parser
    changed. PackageError when the package has no responses.
    """
    earlier = read_report(package)
    named = next((landed.name for landed in earlier.files if landed.record_kind == "responses"), WARC_NAME)
    responses = package / named
    if not responses.is_file():
        raise PackageError(f"{package} holds no responses to parse again")
    started = datetime.now(UTC)
    platform = find_platform(earlier.source)(pseudonymiser)
    writer = LandingWriter(landing_root, earlier.source, new_run_id)
    failures: Counter[str] = Counter()
    notes: list[str] = []

    def read_again() -> Iterable[DonePage]:
        for number, page in enumerate(read_pages(responses), 1):
            try:
                records = read_page(platform, page).records
            except (BadPayload, Blocked, PageChanged, SourceFailed, UnknownPlatform) as error:
                failures["page_changed" if isinstance(error, PageChanged) else "bad_payload"] += 1
                notes.append(str(error))
                records = []
            query = page.context.get("query")
            yield DonePage(
                number,
                int(page.context.get("visit", "0")),
                records,
                pack_page(page, number),
                (query, page.captured_at) if query else None,
            )

    skips, queries = _land_pages(writer, read_again(), type(platform))
    finished = datetime.now(UTC)
    writer.complete(
        earlier.model_copy(
            update={
                "run_id": new_run_id,
                "outcome": "partial" if failures else earlier.outcome,
                "started_at": started,
                "finished_at": finished,
                "duration_seconds": (finished - started).total_seconds(),
                "skips_by_reason": dict(sorted({**skips, **failures}.items())),
                "rejections_by_reason": {},
                "queries": queries,
                "messages": (f"replay of {earlier.run_id}", *notes[:100]),
                "software": f"headwater {version('headwater')}",
                "files": (),
            }
        )
    )
    return read_report(writer.folder)


def _land_pages(
    writer: LandingWriter, pages: Iterable[DonePage], source: type[Platform], *, keep_responses: bool = True
) -> tuple[Mapping[str, int], tuple[Search, ...]]:
    """Writes records and responses in order of discovery; of a visit's repeats the first is kept.

    Repeats by reason, and the searches in the order they were made.
    """
    seen: set[str] = set()
    skips: Counter[str] = Counter()
    asked: dict[tuple[int, str], datetime] = {}
    found: Counter[tuple[int, str]] = Counter()
    number = 0
    responses = writer.open_folder() / WARC_NAME
    with open_private(responses) if keep_responses else nullcontext() as warc:
        for page in pages:
            number += 1
            if warc is not None:
                warc.write(page.response)
            if page.search is not None:
                query, moment = page.search
                asked.setdefault((page.visit, query), moment)
                found[page.visit, query] += len(page.records)
            for record in page.records:
                key = f"{page.visit} {record.key}"
                if record.key and key in seen:
                    skips["repeat"] += 1
                    continue
                seen.add(key)
                writer.add_line(record.kind, record.line, record.reason)
    if keep_responses:
        writer.add_file(WARC_NAME, "responses", number)
    platform = source.platform if issubclass(source, OfficialSource) else source.name
    searches = (
        Search(
            query=query,
            platform=platform,
            record_kind=source.searches,
            asked_at=moment,
            found=found[visit, query],
        )
        for (visit, query), moment in asked.items()
    )
    return skips, tuple(searches)


def _judge(done: int, lost: Mapping[str, int], blocks: Mapping[str, int], message: str) -> Outcome:
    """How a run ended: blocked and failed only when nothing came of it, partial when something is missing.

    Targets that name no page alone are no failure: that is for what another try may mend.
    """
    if not lost and not message:
        return "complete"
    if done or (not message and lost.keys() == {UNKNOWN_TARGET}):
        return "partial"
    return "blocked" if blocks or "robots_disallowed" in lost or "robots_unavailable" in lost else "failed"
