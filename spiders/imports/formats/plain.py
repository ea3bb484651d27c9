"""Tables that people keep themselves in (any file type, Chinese or English headings), records out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from spiders.imports.drafts import ColumnPick, harvest_posts
from spiders.imports.format import ImportFormat
from spiders.imports.headings import (
    OPTIONS,
    check_mapping,
    find_unit,
    fold_heading,
    match_columns,
    read_headings,
)
from spiders.imports.listing_table import ListingDraft, build_listings
from spiders.imports.made_ids import (
    find_linked_id,
    make_comment_ids,
    make_listing_ids,
    make_post_ids,
)
from spiders.imports.period_sales import place_period_sales
from spiders.imports.post_table import KINDS
from spiders.imports.raw_batch import RawBatch
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.row_platforms import place_by_address, tell_platforms
from spiders.imports.sample import Sample, TableSample
from spiders.imports.tables import read_tables
from spiders.imports.texts import count_values, map_values
from spiders.platform_names import normalise_platform
from spiders.prices import parse_currency
from warehouse.records import PostKind, SoldBasis

_LISTING_SIGNS = frozenset({"price", "sold", "sold_30d", "list_price", "shop", "brand"})
_POST_SIGNS = frozenset(
    {"text", "likes", "comments", "shares", "collects", "views", "danmaku", "published_at", "hashtags"}
)
_LIFETIME_HEADINGS = frozenset(map(fold_heading, ("总销量", "累计销量", "已售", "sale_count", "sold_count")))
_COMMENT_IDS = ("评论id", "评价id", "comment_id", "review_id")
_COMMENT_HEADINGS = frozenset(
    {*_COMMENT_IDS, "评论内容", "评价内容", "评论正文", "评论时间", "评价时间", "review"}
)
"""Under these in the place of a post's id, text or time stands a comment."""
_COMMENTED_HEADINGS = (
    "作品id", "视频id", "笔记id", "帖子id", "微博id", "商品id", "宝贝id", "note_id", "video_id", "aweme_id",
    "商品编号", "bv号", "goods_id", "product_id", "item_id", "sku",
)  # fmt: skip
"""What a comment stands under, where no column is called so."""
_PRODUCT_HEADINGS = frozenset(
    {"商品id", "宝贝id", "商品编号", "sku", "skuid", "sku_id", "goods_id", "product_id", "listing_id"}
)
"""Ids that only offers have: their own name beside is enough, as in a shop's figures of its products."""
_CURRENCIES = frozenset({"usd", "cny", "rmb", "eur", "hkd", "jpy", "gbp", "krw", "twd", "$", "us$", "€", "£"})
_VIDEO_PLATFORMS = frozenset({"douyin", "kuaishou", "bilibili", "tiktok"})
_KIND_WORDS: Mapping[str, PostKind] = {
    "视频": "video", "短视频": "video", "笔记": "note", "图文": "note", "normal": "note", "动态": "note",
    "微博": "note", "评论": "comment", "问题": "question", "提问": "question", "回答": "answer",
    "文章": "article", "直播": "live",
    "post": "note", "image": "note", "reply": "comment", "review": "comment",
}  # fmt: skip


class Plain(ImportFormat):
    """Any table whose headings say what its columns are, or whose columns a mapping names."""

    name = "plain"
    title = "plain table of posts or product listings (headings or --map say which column is what)"

    def detect(self, sample: Sample) -> float:
        """Never surer than a format of its own; a mapping of columns or a kind settles it."""
        if not sample.is_table or sample.mapping.get("kind") == "board_entries":
            return 0.0
        if sample.is_mapped:
            return 0.9
        tables = [table for table in sample.tables if table.rows]
        best = max((max(_count_signs(table, sample.mapping).values()) for table in tables), default=0)
        return min(0.5, 0.2 + 0.1 * best) if best else 0.0

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Every table, each as what its headings make of it."""
        kinds = {table.name: _find_kind(table, request.mapping) for table in sample.tables if table.rows}
        told = tell_platforms(request, sample, "taobao")
        shares = _share_mapping(request, sample, kinds)
        found: Counter[str] = Counter()
        for batch in read_tables(request.identity):
            kind = kinds.get(batch.table)
            if kind is None:
                yield Harvest(skipped={"table_without_records": batch.rows}, rejected=batch.bad_rows)
                continue
            read = _read_listings if kind == "listings" else _read_posts
            share = shares.get(batch.table)
            asked = request if share is None else replace(request, mapping=share)
            harvest = read(batch, told.by_table.get(batch.table), asked)
            if harvest.table is not None:
                found.update(count_values(harvest.table["platform"]))
            yield harvest
        yield Harvest(messages=told.describe(found))


def _count_signs(table: TableSample, mapping: Mapping[str, str]) -> dict[str, int]:
    columns = table.columns
    listing = match_columns("listings", columns, _fields_of("listings", mapping, columns)).keys()
    post = match_columns("posts", columns, _fields_of("posts", mapping, columns))
    # a review beside what its writer paid: no offer is without a name
    is_review = not {"title", "text"} & listing and _are_comments(post, columns)
    signs = {
        "listings": 2 * len({"price", "sold", "sold_30d"} & listing) + len(listing & _LISTING_SIGNS)
        if not is_review and ("price" in listing or {"sold", "title"} <= listing)
        else 0,
        "posts": len(post.keys() & _POST_SIGNS) if {"text", "title"} & post.keys() else 0,
    }
    return signs if any(signs.values()) else {**signs, "listings": int(_are_products(columns, mapping))}


def _are_products(columns: Collection[str], mapping: Mapping[str, str]) -> bool:
    named = match_columns("listings", columns, _fields_of("listings", mapping, columns))
    return "title" in named and (
        "listing_id" in mapping or fold_heading(named.get("listing_id", "")) in _PRODUCT_HEADINGS
    )


def _fields_of(kind: str, mapping: Mapping[str, str], columns: Collection[str]) -> dict[str, str]:
    """The part of a mapping that fits kind and file, while the kind is still being found out."""
    known = read_headings(kind)
    return {field: column for field, column in mapping.items() if field in known and column in columns}


def _find_kind(table: TableSample, mapping: Mapping[str, str]) -> str | None:
    if "kind" in mapping:
        return mapping["kind"]
    signs = _count_signs(table, mapping)
    best = max(signs, key=lambda kind: signs[kind])
    return best if signs[best] else None


def _share_mapping(
    request: ImportRequest, sample: Sample, kinds: Mapping[str, str | None]
) -> dict[str, Mapping[str, str]]:
    """Of a workbook with several tables: table -> the part of the mapping that is about it.

    ImportRefused where some column or field is of none of them.
    """
    tables = [(table, kind) for table in sample.tables if (kind := kinds.get(table.name))]
    if len(tables) < 2:
        return {}
    options = {field: value for field, value in request.mapping.items() if field in OPTIONS}
    shares = {table.name: _fields_of(kind, request.mapping, table.columns) for table, kind in tables}
    placed = {field for share in shares.values() for field in share}
    columns = dict.fromkeys(name for table, _ in tables for name in sorted(table.columns))
    for field, name in request.mapping.items():
        if field not in placed:
            has = [kind for table, kind in tables if name in table.columns]
            knows = [kind for _, kind in tables if field in read_headings(kind)]
            kind = next(iter(has or knows), tables[0][1])
            check_mapping(kind, columns, {field: name}, request.identity.path.name)
    return {name: options | share for name, share in shares.items()}


def _pick(kind: str, batch: RawBatch, request: ImportRequest) -> ColumnPick:
    check_mapping(kind, batch.names, request.mapping, request.identity.path.name)
    columns = match_columns(kind, batch.names, request.mapping)
    return ColumnPick(batch, {field: (column,) for field, column in columns.items()})


def _read_posts(batch: RawBatch, platform: str | None, request: ImportRequest) -> Harvest:
    pick = _pick("posts", batch, request)
    named_comments = _are_comments(pick.source, batch.names)
    are_comments = named_comments or "parent_id" in pick.columns
    if named_comments:
        _leave_works_title(pick, request.mapping)
    if are_comments:
        _find_commented(pick, batch, request.mapping)
    if "kind" in pick.columns:
        pick.columns["kind"] = [_read_kind(str(cell or "").strip().lower()) for cell in pick.columns["kind"]]
    place_by_address(pick, request, platform)
    if "post_id" not in pick.columns:
        (make_comment_ids if are_comments else make_post_ids)(pick)
    return harvest_posts(pick, request, platform, "comment" if are_comments else _guess_kind(pick, platform))


def _guess_kind(pick: ColumnPick, platform: str | None) -> PostKind | None:
    """What posts are whose kind neither a cell nor an address tells: videos where only videos are.

    Where rows are of several platforms, each gets its own in the column of kinds.
    """
    named = {fold_heading(heading) for heading in pick.source.values()}
    is_video = any("视频" in name or "video" in name for name in named)

    def guess(slug: str | None) -> PostKind:
        return "video" if is_video or slug in _VIDEO_PLATFORMS else "note"

    names = pick.columns.get("platform")
    if names is None:
        return guess(platform)
    slugs = map_values(names, lambda name: normalise_platform(str(name)) if name else platform)
    told = pick.columns.get("kind") or [None] * len(slugs)
    pick.columns["kind"] = [kind or guess(slug) for kind, slug in zip(told, slugs, strict=True)]
    return None


def _are_comments(source: Mapping[str, str], headings: Iterable[str]) -> bool:
    if not {fold_heading(heading) for heading in headings}.isdisjoint(_COMMENT_IDS):
        return True
    named = (fold_heading(source.get(field, "")) for field in ("post_id", "text", "published_at"))
    return not _COMMENT_HEADINGS.isdisjoint(named)


def _find_commented(pick: ColumnPick, batch: RawBatch, mapping: Mapping[str, str]) -> None:
    """The id of a comment, and of the work or product that it stands under, which may pass for its own."""
    by_heading = {fold_heading(name): name for name in reversed(batch.names)}

    def take(field: str, headings: Iterable[str]) -> None:
        column = next((by_heading[heading] for heading in headings if heading in by_heading), None)
        if column is not None and field not in mapping:
            pick.columns[field] = batch.values(column)
            pick.use(column)

    if "post_id" not in mapping and fold_heading(pick.source.get("post_id", "")) in _COMMENTED_HEADINGS:
        del pick.columns["post_id"]
    take("post_id", _COMMENT_IDS)
    if "parent_id" not in pick.columns:
        take("parent_id", _COMMENTED_HEADINGS)
    _fill_parents(pick)


def _fill_parents(pick: ColumnPick) -> None:
    """Where no cell names what a comment stands under, the link beside it leads there."""
    addresses = pick.columns.get("url")
    if addresses is None:
        return
    linked = map_values(addresses, find_linked_id)
    told = pick.columns.get("parent_id", [None] * len(linked))
    pick.columns["parent_id"] = [
        link if parent is None or parent == "" else parent for parent, link in zip(told, linked, strict=True)
    ]


def _leave_works_title(pick: ColumnPick, mapping: Mapping[str, str]) -> None:
    """The title in a table of comments is that of the work: no comment says it."""
    if "title" not in mapping and {"text", "title"} <= pick.columns.keys() and "kind" not in pick.columns:
        del pick.columns["title"]
        pick.leave(pick.source.pop("title"))


def _read_kind(word: str) -> str | None:
    return word if word in KINDS else _KIND_WORDS.get(word)


def _read_listings(batch: RawBatch, platform: str | None, request: ImportRequest) -> Harvest:
    pick = _pick("listings", batch, request)
    if "title" not in pick.columns and "text" in pick.columns:
        pick.columns["title"] = pick.columns.pop("text")
    place_by_address(pick, request, platform)
    if "listing_id" not in pick.columns:
        make_listing_ids(pick)
    told = place_period_sales(pick)
    unit = find_unit(pick.source.get("price", ""))
    # any three letters pass for a currency's code: 价格(min)
    currency = parse_currency(unit) if not unit.isascii() or unit in _CURRENCIES else None
    if currency is not None and "currency" not in pick.columns:
        pick.columns["currency"] = [currency] * batch.rows
    heading = fold_heading(pick.source.get("sold", ""))
    basis: SoldBasis = "lifetime" if heading in _LIFETIME_HEADINGS else "unknown"
    skips = pick.blank_skipped_rows()
    draft = ListingDraft(batch.rows, batch.row, pick.columns, basis, platform, skips)
    harvest = build_listings(draft, request)
    return replace(
        harvest,
        rejected=batch.bad_rows + harvest.rejected,
        left_aside=pick.left_aside,
        messages=harvest.messages + pick.messages + told,
    )
