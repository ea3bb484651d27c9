"""schema.org questions, articles and posts of a page, and what OpenGraph tells alone, in; posts out."""

from __future__ import annotations

from typing import Any

from spiders.fields import pick, read_counts, read_id, read_name, read_published, read_text, require_title
from spiders.page import Json, Page
from spiders.platform import Platform
from spiders.schema_offers import read_interactions
from spiders.schema_records import find_author, find_item_address, find_site_slug, read_hashtags
from spiders.structured_data import StructuredData, as_list, name_of, names_of_type, value_of
from warehouse.records import CountName, Post, PostKind

ARTICLE_TYPES = ("Article", "NewsArticle", "BlogPosting", "TechArticle", "Report")
POSTING_TYPES = ("SocialMediaPosting", "DiscussionForumPosting", "Question")
POST_TYPES = (*ARTICLE_TYPES, *POSTING_TYPES)


def read_posting(item: Json, page: Page, data: StructuredData, platform: Platform) -> Post:
    """A Question, an article or a posting of a page -> a post; its answers are posts of their own."""
    url, types = find_item_address(item, page, data), names_of_type(item)
    title = name_of(pick(item, "headline")) or name_of(pick(item, "name"))
    text = read_text(pick(item, "articleBody") or pick(item, "text") or pick(item, "description"))
    kind: PostKind = "question" if "Question" in types else "article" if types & {*ARTICLE_TYPES} else "note"
    shown: dict[CountName, object] = {"likes": pick(item, "upvoteCount"), **read_interactions(item)}
    if kind == "question":
        shown["comments"] = pick(item, "answerCount")
    site = find_site_slug(page, data)
    return Post(
        platform=site,
        post_id=read_id(value_of(pick(item, "identifier"))) or url or require_title(title),
        kind=kind,
        url=url,
        title=require_title(title or data.properties.get("og:title")),
        text=text,
        hashtags=read_hashtags(item, text),
        category=read_name(name_of(pick(item, "articleSection"))),
        author_key=platform.author_key(find_author(item), site),
        **read_published(pick(item, "datePublished") or pick(item, "dateCreated"), page.captured_at),
        **read_counts(shown),
        captured_at=page.captured_at,
        run_id=page.run_id,
    )


def list_answers(question: Json) -> list[Json]:
    """Answers under a Question, the accepted one first."""
    return [*as_list(pick(question, "acceptedAnswer")), *as_list(pick(question, "suggestedAnswer"))]


def read_answer(item: Json, page: Page, question: Json, data: StructuredData, platform: Platform) -> Post:
    """An Answer -> a post under its question."""
    asked = read_posting(question, page, data, platform)
    answer = read_posting({"headline": asked.title, **item, "@type": "Comment"}, page, data, platform)
    given = (
        read_id(value_of(pick(item, "identifier")))
        or read_id(pick(item, "@id"))
        or read_id(pick(item, "url"))
    )
    numbered = given or f"{asked.post_id}#{list_answers(question).index(item) + 1}"
    return answer.model_copy(update={"post_id": numbered, "kind": "answer", "parent_id": asked.post_id})


def list_shown(data: StructuredData) -> list[tuple[str, dict[str, Any]]]:
    """What OpenGraph alone tells of a page, as (type, item): one product, video or article at most."""
    about = data.properties
    kind = about.get("og:type", "").split(".")[0].split(":")[-1]
    named = {"name": about.get("og:title"), "description": about.get("og:description")}
    if kind == "product" or "product:price:amount" in about:
        return [("Product", {**named, "brand": about.get("product:brand")})]
    if kind == "video":
        return [("VideoObject", {**named, "uploadDate": about.get("video:release_date")})]
    if kind == "article":
        published, author = about.get("article:published_time"), about.get("article:author")
        return [("Article", {**named, "@type": "Article", "datePublished": published, "author": author})]
    return []
