"""Crawls of official interfaces against the sandbox's gateways, with its keys."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from spiders.official import OfficialSource
from spiders.platform import discover_platforms, find_platform
from spiders.sandbox.signatures import SANDBOX_APP, SANDBOX_TOKEN, SANDBOX_WORD
from tests.sandbox_crawl import WORLD, Landed, crawl_sandbox

MOMENT = WORLD.ends - timedelta(hours=3)
WORD = WORLD.plan.supply[1].topic
SOURCES = sorted(
    name for name, platform in discover_platforms().items() if issubclass(platform, OfficialSource)
)
SHOPS = {
    "pdd_ddk": "pinduoduo",
    "jd_union": "jd",
    "taobao_tbk": "taobao",
    "douyin_alliance": "douyin",
    "kuaishou_cps": "kuaishou",
}
SERVED_AS = SHOPS | {"douyin_open": "douyin", "tiktok_research": "tiktok", "weibo_api": "weibo"}
VALUES = {
    "app_key": SANDBOX_APP,
    "client_id": SANDBOX_APP,
    "client_key": SANDBOX_APP,
    "app_secret": SANDBOX_WORD,
    "client_secret": SANDBOX_WORD,
    "sign_secret": SANDBOX_WORD,
    "access_token": SANDBOX_TOKEN,
    "adzone_id": "110000000",
}


def find_source(name: str) -> type[OfficialSource]:
    source = find_platform(name)
    assert issubclass(source, OfficialSource)
    return source


def crawl(folder: Path, name: str, *targets: str, **changes: str) -> Landed:
    keys = {key: VALUES[key] for key in find_source(name).credentials} | changes
    return crawl_sandbox(
        folder,
        name,
        MOMENT,
        targets=targets,
        served_as=SERVED_AS[name],
        credentials=keys,
        page_budget=50,
    )
