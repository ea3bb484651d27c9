"""CSV exports of 4CAT datasets in (Douyin, TikTok, RedNote), posts out."""

from __future__ import annotations

from collections.abc import Iterator

from spiders.imports.drafts import ColumnPick, Fields, harvest_posts
from spiders.imports.format import ImportFormat
from spiders.imports.raw_batch import RawBatch
from spiders.imports.request import Harvest, ImportRequest
from spiders.imports.sample import Sample, TableSample
from spiders.imports.tables import read_tables

_SHARED: Fields = {
    "post_id": ("id",),
    "text": ("body",),
    "published_at": ("unix_timestamp",),
    "hashtags": ("hashtags",),
}
_DOUYIN: Fields = {
    **_SHARED,
    "author_id": ("author_user_id",),
    "is_ad": ("author_is_ad_fake",),
    "likes": ("digg_count",),
    "comments": ("comment_count",),
    "shares": ("share_count",),
    "collects": ("collect_count",),
}
_TIKTOK: Fields = {
    **_SHARED,
    "author_id": ("author",),
    "is_ad": ("is_ad",),
    "views": ("plays",),
    "likes": ("likes",),
    "comments": ("comments",),
    "shares": ("shares",),
    "url": ("tiktok_url",),
}
_REDNOTE: Fields = {**_SHARED, "author_id": ("author",), "title": ("title",), "likes": ("likes",)}


class FourCat(ImportFormat):
    """A dataset as 4CAT exports it: one row an item, missing values empty or `Unknown`."""

    name = "fourcat"
    title = "4CAT: CSV export of a Douyin, TikTok or RedNote dataset"

    def detect(self, sample: Sample) -> float:
        """By the mapped columns of each platform."""
        return 0.95 if _find_shape(sample.first_table) else 0.0

    def read(self, request: ImportRequest, sample: Sample) -> Iterator[Harvest]:
        """Every batch of the file."""
        platform, fields = _find_shape(sample.first_table) or ("douyin", _DOUYIN)
        for batch in read_tables(request.identity):
            pick = ColumnPick(batch, fields)
            pick.columns = {
                name: [None if cell == "Unknown" else cell for cell in cells]
                for name, cells in pick.columns.items()
            }
            pick.columns["kind"] = _read_kinds(batch)
            pick.use("subject", "image_urls", "image_url", "video_url")
            yield harvest_posts(pick, request, platform, "video")


def _find_shape(table: TableSample) -> tuple[str, Fields] | None:
    if not table.has("id", "body", "unix_timestamp"):
        return None
    if table.has("digg_count", "subject"):
        return "douyin", _DOUYIN
    if table.has("tiktok_url", "plays"):
        return "tiktok", _TIKTOK
    if table.has("title", "likes", "author_avatar_url"):
        return "xiaohongshu", _REDNOTE
    return None


def _read_kinds(batch: RawBatch) -> list[str]:
    subjects, videos = batch.values("subject"), batch.values("video_url")
    images = batch.values("image_urls") if "image_urls" in batch.names else batch.values("image_url")
    kinds = []
    for subject, video, image in zip(subjects, videos, images, strict=True):
        if subject == "Stream":
            kinds.append("live")
        else:
            kinds.append("note" if image and not video else "video")
    return kinds
