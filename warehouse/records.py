"""The contract: every record that passes from spiders and nlp to the warehouse, and what each field means."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    StringConstraints,
)

Utc = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
"""A moment with a zone, kept as UTC; a naive time is refused."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=512)]
LONGEST_RUN_ID = 128
RunId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=LONGEST_RUN_ID)]
Money = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4)]

PostKind = Literal["video", "note", "question", "answer", "article", "live", "comment"]
CountName = Literal["views", "likes", "comments", "shares", "collects", "danmaku"]
TimePrecision = Literal["second", "minute", "hour", "day"]
SoldBasis = Literal["30d", "lifetime", "promoted_30d", "unknown"]
SubjectKind = Literal["post", "listing", "board_entry"]
Outcome = Literal["complete", "partial", "blocked", "failed"]
RESERVED_TAGGERS = ("clusters", "brands")
"""Taggers of annotations, or of queries, that the language stage does not run; topic tracking's first."""


class Record(BaseModel):
    """Base of all records: frozen, no unknown field, docstrings under the fields are their descriptions."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Post(Record):
    """One observation of a video, note, question, answer, article, live room or comment."""

    platform: Slug
    """Platform the post is on, e.g. `douyin`; for feeds and other sites the site's own slug."""
    post_id: Identifier
    """The platform's id of the post, always a string: 19-digit ids lose digits as numbers."""
    kind: PostKind
    """What the post is."""
    parent_id: Identifier | None = None
    """Id of the post that a comment or answer belongs to; None for a post of its own."""
    url: str | None = None
    """Address of the post without tokens; None when the platform gives none."""
    title: str | None = None
    """Title as shown; None where the platform has no titles."""
    text: str = ""
    """Body, caption or comment text as shown, personal data masked; empty = not shown."""
    hashtags: tuple[str, ...] = ()
    """Hashtags without the # signs, in order of appearance; empty = none shown."""
    category: str | None = None
    """The platform's own category name."""
    author_key: str | None = None
    """Keyed hash (HMAC-SHA-256) of platform and author id; None when no author is shown."""
    published_at: Utc | None = None
    """When the post was published (UTC); None when not shown."""
    published_precision: TimePrecision | None = None
    """How exact published_at is: relative times such as 3天前 are good to the day."""
    is_ad: bool | None = None
    """True when the platform marks the post as an advert; None when it does not say."""
    query: str | None = None
    """Search word or feed that led to the post, where an import tells it."""
    views: NonNegativeInt | None = None
    """Plays or reads; None = not shown, 0 = shown as zero."""
    likes: NonNegativeInt | None = None
    """Likes; None = not shown."""
    comments: NonNegativeInt | None = None
    """Comments (answers, for a question); None = not shown."""
    shares: NonNegativeInt | None = None
    """Shares or reposts; None = not shown."""
    collects: NonNegativeInt | None = None
    """Saves or favourites; None = not shown."""
    danmaku: NonNegativeInt | None = None
    """Bullet comments; None = not shown."""
    floor_counts: tuple[CountName, ...] = ()
    """Names of the counts above that are floors: 10万+ is kept as 100000 and named here."""
    captured_at: Utc
    """When this observation was made (UTC)."""
    run_id: RunId
    """Run that made this observation."""


class Listing(Record):
    """One observation of a product offer."""

    platform: Slug
    """Platform or shop the offer is on."""
    listing_id: Identifier
    """The platform's id of the offer."""
    url: str | None = None
    """Address of the offer."""
    title: str
    """Title of the offer as shown."""
    text: str = ""
    """Description or selling points as shown; empty = not shown."""
    shop: str | None = None
    """Name of the shop; None when not shown."""
    brand: str | None = None
    """Brand as the platform names it; None when not shown."""
    category_path: tuple[str, ...] = ()
    """Category names from root to leaf; empty = not shown."""
    price: Money | None = None
    """Price asked now, lowest of a range; None when not shown or not on sale."""
    price_high: Money | None = None
    """Highest price of a range; None for a single price."""
    list_price: Money | None = None
    """Struck-out or original price; None when not shown."""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    """ISO 4217 code of the prices; None exactly when there is no price."""
    sold_low: NonNegativeInt | None = None
    """Units sold, lower end: 10万+ is 100000; None when not shown."""
    sold_high: NonNegativeInt | None = None
    """Units sold, upper end; equal to sold_low when exact, None when open (10万+) or not shown."""
    sold_basis: SoldBasis | None = None
    """What the sold count covers; None exactly when sold_low is None."""
    review_count: NonNegativeInt | None = None
    """Number of reviews; None = not shown."""
    rating: Annotated[float, Field(ge=0, le=5)] | None = None
    """Mean rating scaled to 0..5; None = not shown."""
    in_stock: bool | None = None
    """Whether it can be bought; None when the page does not say."""
    query: str | None = None
    """Search word that led to the offer, where one did."""
    captured_at: Utc
    """When this observation was made (UTC)."""
    run_id: RunId
    """Run that made this observation."""


class BoardEntry(Record):
    """One line of a hot board at one moment."""

    platform: Slug
    """Platform of the board."""
    board: Slug
    """Name of the board, e.g. `hot`, `popular`."""
    rank: Annotated[int, Field(ge=1)] | None = None
    """Place on the board from 1; None for a pinned line without a place."""
    title: Annotated[str, StringConstraints(min_length=1)]
    """Title as shown."""
    subject_id: Identifier | None = None
    """The platform's id of the line (sentence id, video id); None when it has none."""
    heat: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """Heat as the platform shows it, in its own unit; None = not shown."""
    label: str | None = None
    """Badge as shown: 新, 热, 沸, 爆 ...; None when there is none."""
    category: str | None = None
    """The platform's own category of the line."""
    is_ad: bool | None = None
    """True for a paid line; None when the platform does not say."""
    url: str | None = None
    """Address the line leads to."""
    captured_at: Utc
    """When the board was read (UTC)."""
    run_id: RunId
    """Run that made this observation."""


class Annotation(Record):
    """One label that one tagger gave to one text."""

    subject_kind: SubjectKind
    """Which core table the text is of."""
    subject_id: Identifier
    """Key of the text there: platform:post_id, platform:listing_id, or a board entry's entry_id."""
    tagger: Slug
    """Name of the tagger."""
    tagger_version: str
    """Version of the tagger, model hash included where a model decides."""
    label: str
    """The label; its meaning is the tagger's."""
    score: Annotated[float, Field(ge=0, le=1)]
    """Calibrated confidence, or weight scaled to 0..1 for keywords."""
    span_start: NonNegativeInt | None = None
    """First character of the evidence in the normalised text; None when the whole text is."""
    span_end: NonNegativeInt | None = None
    """One past the last character of the evidence; None when the whole text is."""


class Rejection(Record):
    """One input that did not become a record, kept with its reason."""

    source: Slug
    """Source whose run met it."""
    run_id: RunId
    """Run that met it."""
    record_kind: str
    """Kind it would have been: posts, listings, board_entries."""
    reason: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    """Reason as a code, e.g. `no_title`, `bad_price`."""
    detail: str = ""
    """What was wrong, in words, without personal data."""
    payload: str = ""
    """The raw payload, cut to 4,000 characters, personal data masked."""
    captured_at: Utc
    """When it was met (UTC)."""


class LandedFile(Record):
    """One file of a landing package."""

    name: str
    """File name inside the package."""
    record_kind: str
    """Kind of record in it, or `responses` for a WARC."""
    rows: NonNegativeInt
    """Number of records in it."""
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of the file's bytes."""


class Search(Record):
    """One search that a run made of its source."""

    query: str
    """The word, as the user gave it."""
    platform: Slug
    """Where it looked."""
    record_kind: Literal["posts", "listings"]
    """What it looked for."""
    asked_at: Utc
    """When its first page came (UTC)."""
    found: NonNegativeInt
    """Items on all its pages, those that did not fit included; 0 = it was asked and found nothing."""


class CrawlReport(Record):
    """What one run of one source asked for and got; written last, it makes the package complete."""

    source: Slug
    """Source of the run: a platform's crawl or an import."""
    run_id: RunId
    """Id of the run; safe to repeat."""
    outcome: Outcome
    """How the run ended."""
    started_at: Utc
    """When it began (UTC)."""
    finished_at: Utc
    """When it ended (UTC)."""
    duration_seconds: Annotated[float, Field(ge=0)]
    """Monotonic seconds between the two."""
    requests_by_status: dict[str, int] = {}
    """Responses by HTTP status, and `error` for those without one."""
    records_by_kind: dict[str, int] = {}
    """Records landed, by kind."""
    skips_by_reason: dict[str, int] = {}
    """Inputs left out on purpose, by reason: repeats, adverts of the page, account tables."""
    rejections_by_reason: dict[str, int] = {}
    """Inputs that did not fit, by reason."""
    robots_decisions: dict[str, int] = {}
    """robots.txt decisions: allowed, disallowed, unavailable, own_key (an official endpoint, with a key)."""
    blocks: tuple[str, ...] = ()
    """Stop signs met, in words."""
    messages: tuple[str, ...] = ()
    """What a person should know of the run."""
    software: str = ""
    """Version of Headwater and of the parsers that made it."""
    files: tuple[LandedFile, ...] = ()
    """Files of the package with their hashes."""
    queries: tuple[Search, ...] = ()
    """Searches answered, those that found nothing too; one that failed is not among them."""


class CheckResult(Record):
    """Outcome of one data-quality check."""

    run_id: RunId
    """Run the check was made in."""
    check: Slug
    """Name of the check."""
    subject: str
    """What was checked: a source, a table, a column."""
    passed: bool
    """Whether it held."""
    is_required: bool
    """True when a failure stops the publication."""
    observed: float | None = None
    """What was measured."""
    expected: str = ""
    """What was asked for, in words."""
    note: str = ""
    """What to do about it."""
    checked_at: Utc
    """When it was made (UTC)."""


RECORD_KINDS: dict[str, type[Record]] = {"posts": Post, "listings": Listing, "board_entries": BoardEntry}
"""File stem in a landing package -> record type; `rejections` land beside them."""
