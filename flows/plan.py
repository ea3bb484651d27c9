"""Settings and wishes in, the plan of one run out: who is crawled, where state lives, what is written."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr, TypeAdapter, ValidationError

from flows.exit_codes import CommandError
from flows.secret import ensure_secret_key
from flows.settings import Settings, read_secret
from spiders.moments import SHANGHAI
from spiders.official import OfficialSource
from spiders.order import CrawlOrder, make_user_agent
from spiders.platform import Platform, discover_platforms
from warehouse.records import RunId


class RunPlan(BaseModel):
    """One run, whole: it can be sent to a scheduler as JSON and repeated with the same result."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str
    """Names the run; repeating it does nothing twice."""
    home: Path
    """Where all state lives."""
    orders: tuple[CrawlOrder, ...] = ()
    """One crawl per source; empty loads what has landed already."""
    memory_limit: str = "2GB"
    """Bound of the warehouse's memory."""
    threads: int = 2
    """Threads of the warehouse."""
    model: str = ""
    """Classifier in place of the shipped encoder."""
    model_threads: int = 1
    """Threads of the encoder."""
    abstain_below: float = 0.0
    """Least probability of a sentiment that is written down."""
    as_of: date | None = None
    """Last day of the report, Asia/Shanghai; None = the newest day with documents."""
    report_kind: Literal["weekly", "daily"] = "weekly"
    language: Literal["zh", "en"] = "zh"
    keep_report_days: int = 0
    """After how many days weekly and daily reports are removed; 0 keeps all."""
    wait_seconds: float = 0.0
    """How long to wait for another run that holds the warehouse."""

    @property
    def present(self) -> datetime:
        """Now, or the end of the plan's day where that is later: a demo's days may be still to come."""
        now = datetime.now(UTC)
        if self.as_of is None:
            return now
        return max(now, datetime.combine(self.as_of, time.max, SHANGHAI).astimezone(UTC))


def make_run_id(now: datetime | None = None) -> str:
    """A run id that sorts by time and never repeats: 20261122T031500Z-9f2c."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def check_run_id(run_id: str) -> str:
    """The id; CommandError when it could not name a folder."""
    try:
        return TypeAdapter(RunId).validate_python(run_id)
    except ValidationError as problem:
        raise CommandError(
            f"{run_id!r} is no run id: take letters, digits, dots, dashes and underscores, "
            "and begin with a letter or a digit"
        ) from problem


def make_plan(
    settings: Settings, sources: tuple[str, ...] | None = None, run_id: str | None = None
) -> RunPlan:
    """Plan of a run over the named sources or every enabled one, known posts that are due included."""
    from flows.revisits import add_due_posts

    run_id = check_run_id(run_id) if run_id else make_run_id()
    chosen = enabled_sources(settings) if sources is None else sources
    return RunPlan(
        run_id=run_id,
        home=settings.home,
        orders=tuple(
            add_due_posts(settings, require_targets(make_order(settings, name, run_id))) for name in chosen
        ),
        memory_limit=settings.warehouse.memory_limit,
        threads=settings.warehouse.threads,
        model=settings.model.sentiment,
        model_threads=settings.encoder_threads,
        abstain_below=settings.model.abstain_below,
        report_kind=settings.report.kind,
        language=settings.report.language,
        keep_report_days=settings.report.keep_days,
    )


def enabled_sources(settings: Settings) -> tuple[str, ...]:
    """Names of the sources that headwater.toml switches on."""
    return tuple(sorted(name for name, source in settings.sources.items() if source.enabled))


def make_order(
    settings: Settings, source: str, run_id: str, targets: tuple[str, ...] | None = None
) -> CrawlOrder:
    """The order for one crawl; CommandError when the platform is not known."""
    platform = find_platform(source)
    chosen = settings.sources.get(source)
    addresses = chosen.addresses if chosen else {}
    return CrawlOrder(
        source=source,
        run_id=run_id,
        landing_root=settings.landing_root,
        secret_key_file=ensure_secret_key(settings.home),
        addresses=addresses,
        allow_loopback=tuple(sorted(filter(None, map(name_loopback, addresses.values())))),
        targets=targets if targets is not None else (chosen.targets if chosen else ()),
        browser_path=Path(settings.chromium_path) if settings.chromium_path else None,
        user_agent=make_user_agent(settings.crawl.contact),
        delay_seconds=settings.crawl.delay_seconds,
        deadline_seconds=settings.crawl.deadline_seconds,
        keep_responses=settings.crawl.keep_responses,
        credentials=read_credentials(source, platform),
    )


def find_platform(source: str) -> type[Platform]:
    """The platform of that name; CommandError where there is none."""
    known = discover_platforms()
    if source not in known:
        names = ", ".join(sorted(known))
        raise CommandError(f"the platform {source!r} is not known; known are: {names}")
    return known[source]


def refuse_future(day: date | None) -> None:
    """CommandError for a day that is not yet (Asia/Shanghai): no mart has rows for it."""
    today = datetime.now(SHANGHAI).date()
    if day is not None and day > today:
        raise CommandError(f"{day} is still to come; name a day up to today, {today}")


def require_targets(order: CrawlOrder) -> CrawlOrder:
    """The order; CommandError when its platform has nothing to read until somebody names it."""
    if discover_platforms()[order.source].needs_targets and not (order.targets or order.addresses):
        raise CommandError(
            f"{order.source} needs addresses to read: name them (headwater crawl {order.source} ADDRESS) "
            f"or set sources.{order.source}.targets in headwater.toml"
        )
    return order


def read_credentials(source: str, platform: type[Platform]) -> dict[str, SecretStr]:
    """The user's own keys for an official source, from the environment; CommandError names a missing one."""
    if not issubclass(platform, OfficialSource):
        return {}
    names = dict(zip(platform.credentials, platform.list_variables(), strict=True))
    found = {name: read_secret(variable) for name, variable in names.items()}
    missing = [names[name] for name, value in found.items() if not value]
    if missing:
        raise CommandError(f"{source} needs your own key: set {', '.join(missing)} in the environment")
    return {name: SecretStr(value) for name, value in found.items() if value}


def name_loopback(address: str) -> str | None:
    """host:port of an address on this machine, such as a sandbox's; None for any other.

    Only an address that the settings name may be dialled although it is no public one.
    """
    parts = urlsplit(address)
    try:
        is_loopback = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return None
    return f"{parts.hostname}:{parts.port or 80}" if is_loopback else None
