"""Names of columns as people and tools write them in; the record field each one means out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from spiders.imports.errors import ImportRefused
from warehouse.records import RECORD_KINDS

OPTIONS = frozenset({"kind", "zone"})
"""Keys of a mapping that are no columns: the record kind of the file, and the zone of its times without one."""

_ANY_KIND: Mapping[str, tuple[str, ...]] = {
    "platform": ("平台", "来源平台", "source_platform"),
    "url": ("链接", "网址", "地址", "link", "href", "address"),
    "title": ("标题", "名称", "题目", "name"),
    "category": ("类目", "分类", "类别", "领域"),
    "captured_at": (
        "抓取时间", "采集时间", "爬取时间", "更新时间", "crawled_at", "crawl_time", "scraped_at", "fetched_at", "collected_at",
        "update_time", "last_modify_ts", "timestamp_collected", "snapshot_time", "captured",
    ),
    "query": ("关键词", "搜索词", "搜索关键词", "keyword", "source_keyword"),
    "is_ad": ("是否广告", "广告", "ad"),
}  # fmt: skip

HEADINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "board_entries": {
        **_ANY_KIND,
        "title": ("标题", "热词", "词条", "话题", "word", "name", "topic", "热搜词"),
        "board": ("榜单", "榜单名", "榜", "board_name", "list"),
        "rank": ("排名", "名次", "序号", "位次", "position", "ranking"),
        "heat": ("热度", "热度值", "热力值", "hot", "hot_value", "score", "指数"),
        "label": ("标签", "角标", "label_name", "badge"),
        "subject_id": ("id", "词条id", "item_id", "sentence_id", "subject"),
        "captured_at": (*_ANY_KIND["captured_at"], "时间", "time", "timestamp", "日期", "date", "datetime"),
    },
    "posts": {
        **_ANY_KIND,
        "post_id": (
            "id", "作品id", "帖子id", "笔记id", "视频id", "评论id", "微博id", "note_id", "video_id", "aweme_id", "comment_id",
            "mid", "item_id",
        ),
        "kind": ("类型", "type", "作品类型", "content_type"),
        "parent_id": ("父id", "parent", "所属id", "thread_id", "reply_to"),
        "text": ("正文", "内容", "文案", "描述", "评论内容", "评论", "content", "text", "desc", "description", "body", "caption", "review"),
        "hashtags": ("话题", "标签", "话题标签", "tags", "tag_list", "hashtag"),
        "author_id": (
            "作者", "昵称", "用户", "博主", "用户名", "作者id", "用户id", "达人", "author", "user", "nickname", "user_id", "username",
            "author_name", "creator_hash",
        ),
        "published_at": (
            "发布时间", "时间", "日期", "发表时间", "创建时间", "评论时间", "time", "date", "datetime", "publish_time", "created_at",
            "create_time", "timestamp", "pubdate", "posted_at",
        ),
        "views": ("播放", "播放量", "播放数", "阅读", "阅读量", "阅读数", "浏览量", "浏览", "观看", "view_count", "plays", "play_count", "reads"),
        "likes": ("点赞", "点赞数", "点赞量", "赞", "获赞", "like_count", "liked_count", "digg_count", "like"),
        "comments": ("评论数", "评论量", "评论条数", "comment_count", "comments_count", "replies"),
        "shares": ("转发", "转发数", "分享", "分享数", "分享量", "转发量", "share_count", "reposts", "repost_count", "shares_count"),
        "collects": ("收藏", "收藏数", "收藏量", "collect_count", "collected_count", "favorites", "favourites", "saves"),
        "danmaku": ("弹幕", "弹幕数", "弹幕量", "danmaku_count"),
    },
    "listings": {
        **_ANY_KIND,
        "listing_id": ("id", "商品id", "宝贝id", "sku", "skuid", "sku_id", "item_id", "goods_id", "product_id", "商品编号", "nid", "asin"),
        "title": ("标题", "商品标题", "商品名称", "商品", "宝贝名称", "宝贝标题", "品名", "名称", "name", "goods_name", "product_name", "item_title"),
        "text": ("描述", "卖点", "商品描述", "详情", "desc", "description", "text"),
        "shop": ("店铺", "店铺名", "店铺名称", "商家", "卖家", "shop_name", "store", "seller", "mall_name", "shop_title"),
        "brand": ("品牌", "品牌名", "brand_name"),
        "category_path": ("类目", "分类", "类别", "商品类目", "category", "category_name", "cat_name"),
        "price": ("价格", "现价", "售价", "到手价", "券后价", "单价", "成交价", "sale_price", "final_price", "view_price", "current_price"),
        "list_price": ("原价", "划线价", "标价", "市场价", "吊牌价", "original_price", "market_price", "reserve_price"),
        "currency": ("币种", "货币", "currency_code"),
        "sold": (
            "销量", "总销量", "累计销量", "已售", "成交量", "付款人数", "sales", "sale_count", "sold_count", "sold_low", "view_sales",
            "sales_count",
        ),
        "sold_30d": ("月销量", "30天销量", "近30天销量", "月销", "monthly_sales", "sales_30d", "volume"),
        "review_count": ("评论数", "评价数", "评价量", "累计评价", "comment_count", "reviews", "comments", "review_counts"),
        "rating": ("评分", "星级", "score", "stars", "rate"),
        "in_stock": ("有货", "是否有货", "stock", "库存", "available"),
        "captured_at": (*_ANY_KIND["captured_at"], "时间", "日期", "time", "date", "datetime", "timestamp"),
    },
}  # fmt: skip
"""Record kind -> record field -> the headings it is known by, its own name first; earlier ones win."""


def fold_heading(name: str) -> str:
    """A heading as it is compared: NFKC, lower case, without blanks, `(个)` and other marks."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return "".join(letter for letter in folded.split("(")[0] if letter.isalnum() or letter == "_").strip("_")


def match_columns(kind: str, names: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Record field -> column of the file, by the user's mapping first, then by heading; each column once.

    ImportRefused when the mapping names a column that the file lacks or a field that the kind lacks.
    """
    available = list(names)
    chosen = {field: name for field, name in mapping.items() if field not in OPTIONS}
    _check_mapping(kind, available, chosen)
    by_heading: dict[str, str] = {}
    for name in available:
        by_heading.setdefault(fold_heading(name), name)
    taken = set(chosen.values())
    for field, aliases in HEADINGS[kind].items():
        for alias in (field, *aliases):
            column = by_heading.get(fold_heading(alias))
            if field not in chosen and column is not None and column not in taken:
                chosen[field] = column
                taken.add(column)
    return chosen


def _check_mapping(kind: str, available: list[str], chosen: Mapping[str, str]) -> None:
    for field, name in chosen.items():
        if field not in HEADINGS[kind]:
            known = ", ".join(sorted(HEADINGS[kind]))
            raise ImportRefused(f"There is no field {field} in {kind}: known are {known}.")
        if name not in available:
            raise ImportRefused(f"The file has no column {name}: it has {', '.join(available[:40])}.")


def record_fields(kind: str) -> frozenset[str]:
    """Names of the fields of a record kind."""
    return frozenset(RECORD_KINDS[kind].model_fields)
