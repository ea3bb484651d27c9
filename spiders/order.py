"""What a crawl is asked to do: one source, its addresses, its visits, its limits; JSON on both ends."""

from __future__ import annotations

from importlib.metadata import metadata
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    SerializationInfo,
    field_serializer,
)

from warehouse.records import RunId, Slug, Utc

EVERY_ADDRESS = "base"
"""Key that stands for every base address a platform has."""

WITH_CREDENTIALS = {"with_credentials": True}
"""Serialization context of the one JSON with credentials: what the crawl process reads on stdin."""


def make_user_agent(contact: str = "") -> str:
    """Product, version and, where the package names one, its homepage: `Headwater/0.1.0 (+https://...)`."""
    about = metadata("headwater")
    homepage = next(
        (url.split(",", 1)[1].strip() for url in about.get_all("Project-URL") or [] if "," in url), ""
    )
    about_us = "; ".join(part for part in (f"+{homepage}" if homepage else "", contact) if part)
    return f"Headwater/{about['Version']}" + (f" ({about_us})" if about_us else "")


def _check_base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError(f"not a plain http or https address: {url}")
    return url.rstrip("/")


BaseAddress = Annotated[str, AfterValidator(_check_base)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Visit(_Frozen):
    """One reading of a source: at a simulated moment, or now."""

    moment: Utc | None = None
    """Moment the source shows; None = the crawler's own clock decides each page's captured_at."""
    addresses: dict[str, BaseAddress] = {}
    """Base addresses for this visit only; `base` stands for every name the platform has."""


class CrawlOrder(_Frozen):
    """One crawl of one source."""

    source: Slug
    """Name of the platform."""
    run_id: RunId
    """Id of the run; the same order with the same id resumes or returns what there is."""
    landing_root: Path
    """Folder of the landing packages."""
    secret_key_file: Path
    """The installation's key for author pseudonyms."""
    addresses: dict[str, BaseAddress] = {}
    """Base addresses by name instead of the live ones; `base` stands for every name the platform has."""
    allow_loopback: tuple[str, ...] = ()
    """host:port pairs that may be dialled although they are no public addresses."""
    visits: tuple[Visit, ...] = (Visit(),)
    """Readings to make, in order."""
    targets: tuple[str, ...] = ()
    """Addresses, ids or feeds the user gave; what they mean is the platform's."""
    revisits: tuple[str, ...] = ()
    """Ids of known posts whose engagement is read again."""
    revisits_only: bool = False
    """Whether nothing but the revisits is read."""
    page_budget: PositiveInt = 10
    """Pages of one paged list to read at most, per visit."""
    total_pages: PositiveInt = 5_000
    """Pages of the whole run at most."""
    browser_path: Path | None = None
    """Chromium to drive; None looks for one."""
    delay_seconds: Annotated[float, Field(ge=0)] = 2.0
    """Least pause between requests to one host; none for hosts in allow_loopback."""
    page_seconds: PositiveFloat = 30.0
    """Hard limit for one page, rendering included."""
    deadline_seconds: PositiveFloat = 900.0
    """Hard limit for the run."""
    keep_responses: bool = True
    """Whether the package holds the responses as fetched, so that a later parser can read them again."""
    user_agent: str = Field(default_factory=make_user_agent)
    """Product, version and contact, sent with every request."""
    credentials: dict[str, SecretStr] = {}
    """Keys of the user's own app for an official interface, by the names the source asks for."""

    @field_serializer("credentials", when_used="json")
    def _write_credentials(
        self, credentials: dict[str, SecretStr], about: SerializationInfo
    ) -> dict[str, str]:
        """Nothing, unless the context asks: an order is kept by schedulers, its secrets must not be."""
        if about.context != WITH_CREDENTIALS:
            return {}
        return {name: secret.get_secret_value() for name, secret in credentials.items()}

    def find_addresses(self, visit: Visit) -> dict[str, str]:
        """Base addresses that hold for a visit; the visit's own win."""
        return {**self.addresses, **visit.addresses}
