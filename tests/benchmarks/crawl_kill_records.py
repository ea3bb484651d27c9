"""What the world planted, what a crawl acknowledged and what its package holds, for the kills to compare."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import zstandard

from spiders.order import CrawlOrder
from spiders.outbox import Outbox, locate_outbox
from spiders.sandbox.world import World

WORLD = World(seed=11, days=18)
PRODUCTS = 40
KEYS = {"posts": "post_id", "listings": "listing_id", "board_entries": "title"}
SITE = re.compile(r"http://127\.0\.0\.1:[0-9]+|127\.0\.0\.1(?::[0-9]+)?")
Lines = dict[str, list[str]]


def read_package(order: CrawlOrder) -> Lines:
    """A package's lines by kind."""
    package = order.landing_root / order.source / order.run_id
    lines = {}
    for path in sorted(package.glob("*.jsonl.zst")):
        with zstandard.open(path, "rt", encoding="utf-8") as file:
            lines[path.name.split(".")[0]] = [
                SITE.sub("http://sandbox", line.replace(f'"{order.run_id}"', '"RUN"')) for line in file
            ]
    return lines


def check_planted(source: str, lines: Lines, order: CrawlOrder) -> list[str]:
    """Whether an undisturbed crawl has what the world holds, and nothing else."""
    moments = [visit.moment for visit in order.visits if visit.moment]
    found = {
        kind: sorted((line["captured_at"], line[KEYS[kind]]) for line in map(json.loads, lines.get(kind, [])))
        for kind in KEYS
    }
    stamps = {moment: moment.isoformat().replace("+00:00", "Z") for moment in moments}
    planted: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KEYS}
    for moment, stamp in stamps.items():
        if source == "bilibili":
            posts = WORLD.popular_at(moment)
            planted["posts"] += [(stamp, post.post_id) for post in posts]
            planted["board_entries"] += [(stamp, post.title) for post in posts]
        elif source == "douyin":
            lines_shown = WORLD.board_at(moment)
            rising = [line for line in lines_shown if not line.is_pinned][-5:]
            planted["board_entries"] += [(stamp, line.title) for line in (*lines_shown, *rising)]
        else:
            products = WORLD.products_at(moment)[:PRODUCTS]
            planted["listings"] += [(stamp, product.product_id) for product in products]
            planted["posts"] += [
                (stamp, review.review_id)
                for product in products
                for review in WORLD.reviews_of(product, moment)
            ]
    return [
        f"{source} {kind}: {len(found[kind])} found, {len(planted[kind])} planted"
        for kind in KEYS
        if sorted(map(_strip, found[kind])) != sorted(planted[kind])
    ]


def _strip(pair: tuple[str, str]) -> tuple[str, str]:
    """Ids of reviews carry a prefix in the page, and in the records."""
    return pair[0], pair[1].rpartition("#review-")[2] or pair[1]


def read_acknowledged(order: CrawlOrder) -> dict[str, str]:
    """Digest of the records of each page that the outbox holds as done, by address."""
    path = locate_outbox(order)
    if not path.exists():
        return {}
    outbox = Outbox(path)
    try:
        requests = {
            seq: json.loads(text)[0]
            for seq, text in outbox._database.execute("select seq, request from pages where state = 'done'")
        }
        return {requests[page.seq]: _digest(page.records) for page in outbox.read_done()}
    finally:
        outbox.close()


def _digest(records: Any) -> str:
    return hashlib.sha256(json.dumps(records).encode()).hexdigest()
