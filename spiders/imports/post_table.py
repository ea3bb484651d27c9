"""Columns of raw values of posts in, valid posts as an Arrow table and reasoned rejections out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from spiders.captions import extract_hashtags
from spiders.imports.board_table import read_truth
from spiders.imports.identifiers import LostDigits, normalise_id
from spiders.imports.landing_rows import (
    ID_LIMIT,
    count_skips,
    make_table,
    read_ids,
    read_platforms,
    reject_rows,
)
from spiders.imports.raw_batch import Row
from spiders.imports.readings import EpochReader, read_counts
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.texts import map_values, read_name, read_text, read_texts
from spiders.item_addresses import ADDRESS_TEMPLATES
from spiders.kept_addresses import clean_address
from spiders.privacy import is_nobody
from warehouse.records import CountName, PostKind

COUNTS: tuple[CountName, ...] = get_args(CountName)
KINDS: frozenset[str] = frozenset(get_args(PostKind))
KNOWN_AUTHORS = 500_000
"""Keys kept at most to save hashing: about 100 MiB."""

_PLAIN_ACCOUNT = re.compile(r"MS4wLj[\w-]+|[1-9][0-9]{1,30}|[0-9a-f]{16}|[0-9a-f]{24}")
_BETWEEN_TAGS = re.compile("[，、;；|]")
_LISTED_TAG = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_NO_TAG = frozenset({"nan", "none", "null", "无", "-"})
_PAIRED_TAGS = {
    "weibo": True,
    "bilibili": True,
    "douyin": False,
    "kuaishou": False,
    "xiaohongshu": False,
    "tiktok": False,
}


@dataclass(frozen=True)
class PostDraft:
    """Raw columns of posts, all of the same length; a column that is not there is None for every row."""

    rows: int
    row: Callable[[int], Row]
    """Row of the file by position, for a rejection's payload."""
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Field of Post -> raw values; author_id stands for the account id, which never leaves this room."""
    platform: str | None = None
    """Platform of all rows, where no column tells."""
    kind: PostKind | None = None
    """Kind of all rows, where no column tells."""
    skips: Mapping[int, str] = field(default_factory=dict)
    """Rows that are none, with the reason."""

    def column(self, name: str) -> Sequence[Any] | None:
        """Raw values of one field, None when the file has none."""
        return self.columns.get(name)


def build_posts(draft: PostDraft, request: ImportRequest) -> Harvest:
    """Raw columns -> posts; rows without id, platform or kind are rejected, bad values left empty."""
    faults: dict[int, str] = dict(draft.skips)
    notes: Counter[str] = Counter()
    ids = read_ids(draft.column("post_id"), draft.rows, faults)
    platforms = read_platforms(
        draft.column("platform"), draft.platform or request.platform, draft.rows, faults
    )
    kinds = _read_kinds(draft, faults)
    texts = _read_texts(draft.column("text"), draft.rows)
    epochs = EpochReader(request, notes)
    captured = epochs.read_captured(draft.column("captured_at"), draft.rows, faults)
    published, precision = epochs.read_published(draft.column("published_at"), draft.rows, captured)
    arrays: dict[str, Any] = {
        "platform": platforms,
        "post_id": ids,
        "kind": kinds,
        "parent_id": _read_parents(draft.column("parent_id"), draft.rows),
        "url": _read_addresses(draft, ids, platforms, kinds),
        "title": _read_texts(draft.column("title"), draft.rows),
        "text": [text or "" for text in texts],
        "hashtags": _read_hashtags(draft.column("hashtags"), texts, platforms),
        "category": _map(draft.column("category"), read_name),
        "author_key": _read_authors(draft.column("author_id"), platforms, request),
        "published_at": published,
        "published_precision": precision,
        "is_ad": _map(draft.column("is_ad"), lambda value: None if value is None else read_truth(value)),
        "query": _map(draft.column("query"), read_text),
        "captured_at": captured,
        "run_id": None,
    }
    floors: dict[int, list[str]] = {}
    for name in COUNTS:
        arrays[name] = read_counts(name, draft.column(name), floors, notes)
    arrays["floor_counts"] = _list_floors(floors, draft.rows)
    return replace(_finish(draft, arrays, faults, notes, request), messages=tuple(epochs.messages))


def _finish(
    draft: PostDraft,
    arrays: Mapping[str, Any],
    faults: Mapping[int, str],
    notes: Counter[str],
    request: ImportRequest,
) -> Harvest:
    table = make_table("posts", arrays, draft.rows, request.run_id, faults)
    return Harvest(
        kind="posts",
        table=table,
        rejected=reject_rows(draft.row, faults),
        skipped=count_skips(faults),
        notes=notes,
    )


def _read_parents(values: Sequence[Any] | None, rows: int) -> list[str | None]:
    if values is None:
        return [None] * rows
    return map_values(values, _read_parent)


def _read_parent(value: object) -> str | None:
    try:
        found = normalise_id(value)
    except LostDigits:
        return None
    return None if found in {None, "0", "-1"} or len(found or "") > ID_LIMIT else found


def _read_kinds(draft: PostDraft, faults: dict[int, str]) -> list[str | None]:
    values = draft.column("kind")
    if values is None:
        return [draft.kind] * draft.rows
    kinds = [value if value in KINDS else draft.kind for value in values]
    if None in kinds:
        for at, kind in enumerate(kinds):
            if kind is None:
                faults.setdefault(at, "bad_kind")
    return list(kinds)


def _read_texts(values: Sequence[Any] | None, rows: int) -> list[str | None]:
    return [None] * rows if values is None else read_texts(values)


def _map(values: Sequence[Any] | None, convert: Callable[[Any], Any]) -> list[Any] | None:
    return None if values is None else map_values(values, convert)


def _read_addresses(
    draft: PostDraft, ids: Sequence[str | None], platforms: Sequence[str | None], kinds: Sequence[str | None]
) -> list[str | None]:
    """The platform's plain address by id where there is one, the same by every route; else the file's own."""
    own = draft.column("url")
    if draft.column("kind") is None and draft.column("platform") is None:
        template = ADDRESS_TEMPLATES.get((platforms[0] or "", draft.kind or "")) if draft.rows else None
        if template is not None and own is None:
            return [
                template.format(post_id) if post_id and post_id[:5] != "made-" else None for post_id in ids
            ]
        if own is None:
            return [None] * draft.rows
    addresses: list[str | None] = []
    for at, post_id in enumerate(ids):
        template = ADDRESS_TEMPLATES.get((platforms[at] or "", kinds[at] or ""))
        if template is not None and post_id and post_id[:5] != "made-":
            addresses.append(template.format(post_id))
        else:
            addresses.append(None if own is None else clean_address(own[at]))
    return addresses


def _read_hashtags(
    values: Sequence[Any] | None, texts: Sequence[str | None], platforms: Sequence[str | None]
) -> list[tuple[str, ...]]:
    """Tags as the file lists them; where it lists none, as the text bears them."""
    tags: list[tuple[str, ...]] = []
    for at, text in enumerate(texts):
        listed = _split_tags(values[at]) if values is not None and values[at] else ()
        if not listed and text and ("#" in text or "＃" in text):
            listed = extract_hashtags(text, paired=_PAIRED_TAGS.get(platforms[at] or ""))
        tags.append(listed)
    return tags


def _split_tags(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        parts = _split_tag_text(value)
    elif isinstance(value, list | tuple):
        parts = [part for part in value if isinstance(part, str)]
    else:
        return ()
    cleaned = (read_text(part.strip().strip("#＃").removesuffix("[话题]").strip()) for part in parts)
    return tuple(dict.fromkeys(tag for tag in cleaned if tag and tag.lower() not in _NO_TAG))


def _split_tag_text(text: str) -> list[str]:
    """Tags in one cell: with a mark between them, with # before each, or as a program shows its list."""
    if text.startswith("[") and text.endswith("]"):
        listed = _LISTED_TAG.findall(text)
        return [one or other for one, other in listed]
    parted = _BETWEEN_TAGS.sub(",", text)
    return parted.split(",") if "," in parted or "#" not in parted else parted.split("#")


def _read_authors(
    values: Sequence[Any] | None, platforms: Sequence[str | None], request: ImportRequest
) -> list[str | None] | None:
    """Accounts -> keys; an account met before in this import is not hashed again."""
    if values is None:
        return None
    known = request.author_keys
    if len(known) > KNOWN_AUTHORS:
        known.clear()
    keys: list[str | None] = []
    for platform, value in zip(platforms, values, strict=True):
        account = value if type(value) is str and _PLAIN_ACCOUNT.fullmatch(value) else _read_parent(value)
        if platform is None or account is None or is_nobody(account):
            keys.append(None)
            continue
        key = known.get((platform, account))
        if key is None:
            key = known[platform, account] = request.pseudonymiser.author_key(platform, account)
        keys.append(key)
    return keys


def _list_floors(floors: Mapping[int, list[str]], rows: int) -> list[list[str]]:
    nothing: list[str] = []
    return [floors.get(at, nothing) for at in range(rows)] if floors else [nothing] * rows
