"""What users name as targets: addresses of browsers and apps, ids, and what names no page at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders.crawl import run_crawl
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageRequest, find_platform
from spiders.privacy import Pseudonymiser
from tests.loopback_sites import Site, answer_popular, make_order, serve

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
DETAIL = "https://api.bilibili.com/x/web-interface/view/detail?bvid="
SHARE = "https://www.iesdouyin.com/share/"
SHORT = "https://v.douyin.com/iRNBho5m/"
COPIED = f"7.43 复制打开抖音，看看【阿毛的作品】春日露营清单 {SHORT} 03/14 H@I.vF"


def list_urls(source: str, *targets: str) -> list[str]:
    """Addresses that a crawl of the targets begins with."""
    nowhere = Path("/nowhere")
    order = CrawlOrder(
        source=source, run_id="r", landing_root=nowhere, secret_key_file=nowhere, targets=targets
    )
    return [request.url for request in find_platform(source)(KEY).list_first_pages(order)]


@pytest.mark.parametrize(
    ("source", "target", "url"),
    [
        ("bilibili", "BV1GJ411x7h7", f"{DETAIL}BV1GJ411x7h7"),
        ("bilibili", "https://www.bilibili.com/video/BV1GJ411x7h7", f"{DETAIL}BV1GJ411x7h7"),
        (
            "bilibili",
            "https://www.bilibili.com/video/BV1GJ411x7h7/?spm_id_from=333.1007.tianma",
            f"{DETAIL}BV1GJ411x7h7",
        ),
        (
            "bilibili",
            "https://www.bilibili.com/list/watchlater?oid=1&bvid=BV1GJ411x7h7&p=2",
            f"{DETAIL}BV1GJ411x7h7",
        ),
        ("bilibili", "【猫粮测评】 https://b23.tv/BV1GJ411x7h7?share=1", f"{DETAIL}BV1GJ411x7h7"),
        ("bilibili", "【猫粮测评-哔哩哔哩】 https://b23.tv/x1Yz2Ab", "https://b23.tv/x1Yz2Ab"),
        ("bilibili", "av170001", f"{DETAIL}BV17x411w7KC"),
        ("bilibili", "AV170001", f"{DETAIL}BV17x411w7KC"),
        ("bilibili", "170001", f"{DETAIL}BV17x411w7KC"),
        ("bilibili", "https://www.bilibili.com/video/av170001/?p=1", f"{DETAIL}BV17x411w7KC"),
        ("douyin", "7300000000000000000", f"{SHARE}video/7300000000000000000/"),
        ("douyin", "https://www.douyin.com/video/7300000000000000000", f"{SHARE}video/7300000000000000000/"),
        ("douyin", "https://www.douyin.com/note/7300000000000000000", f"{SHARE}note/7300000000000000000/"),
        (
            "douyin",
            "https://www.douyin.com/discover?modal_id=7300000000000000000",
            f"{SHARE}video/7300000000000000000/",
        ),
        (
            "douyin",
            "https://www.douyin.com/user/MS4wLjABAAAA12345678901234567890?from_tab=main&modal_id=7300000000000000000",
            f"{SHARE}video/7300000000000000000/",
        ),
        ("douyin", SHORT, SHORT),
        ("douyin", COPIED, SHORT),
    ],
)
def test_the_address_bar_and_the_apps_link_name_the_same_page_as_the_id(
    source: str, target: str, url: str
) -> None:
    assert list_urls(source, target) == [url]


@pytest.mark.parametrize(
    ("led_to", "found"),
    [
        ("https://www.bilibili.com/video/BV1GJ411x7h7?p=1&share_source=copy_web", f"{DETAIL}BV1GJ411x7h7"),
        ("https://live.bilibili.com/2233", "no_video"),
    ],
)
def test_a_link_copied_from_bilibili_leads_to_the_video_as_its_id_does(led_to: str, found: str) -> None:
    moment = datetime(2026, 11, 15, tzinfo=UTC)
    page = Page(led_to, 200, {}, b"<html></html>", moment, "r", {"kind": "short_link", "budget": "7"})
    [read] = find_platform("bilibili")(KEY).parse(page)
    assert found == (read.url if isinstance(read, PageRequest) else read.reason)  # type: ignore[union-attr]
    assert not isinstance(read, PageRequest) or read.context == {"budget": "7"}


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("bilibili", "https://space.bilibili.com/2233"),
        ("bilibili", "https://www.bilibili.com/bangumi/play/ep779774"),
        ("bilibili", "av0"),
        ("bilibili", "露营"),
        ("douyin", "https://www.douyin.com/user/MS4wLjABAAAA"),
        ("douyin", "露营"),
        ("weibo_api", "https://weibo.com/u/1234567890"),
        ("tiktok", "https://www.tiktok.com/@bead.lab"),
        ("xiaohongshu", "65f0000000000000000000ff0"),
        ("feeds", "/zhihu/daily"),
        # these read their boards whatever is named
        ("kuaishou", "https://www.kuaishou.com/short-video/3xabcdefghijklm"),
        ("weibo", "https://weibo.com/1234567890/AbCdEfGhI"),
        ("zhihu", "https://www.zhihu.com/question/19550225"),
    ],
)
def test_what_names_no_page_is_told_from_what_does(source: str, target: str) -> None:
    nowhere = Path("/nowhere")
    order = CrawlOrder(
        source=source, run_id="r", landing_root=nowhere, secret_key_file=nowhere, targets=(target,)
    )
    platform = find_platform(source)(KEY)
    assert platform.list_unknown_targets(order) == [target]
    assert platform.list_unknown_targets(order.model_copy(update={"revisits_only": True})) == []


@pytest.mark.process
def test_a_target_that_names_no_page_is_named_in_the_report_and_what_could_be_read_lands(
    tmp_path: Path, key_file: Path
) -> None:
    site = Site(answer_popular)
    with serve(site):
        report = run_crawl(make_order(tmp_path, key_file, site, targets=("popular", "露营", "拼豆")))
    assert (report.outcome, report.records_by_kind) == ("partial", {"board_entries": 30, "posts": 30})
    assert report.skips_by_reason == {"repeat": 2, "unknown_target": 2}
    assert [message.split(" (")[0] for message in report.messages] == [
        "target not understood: 露营",
        "target not understood: 拼豆",
    ]


@pytest.mark.process
def test_a_crawl_whose_only_target_names_no_page_is_not_complete_nor_worth_another_try(
    tmp_path: Path, key_file: Path
) -> None:
    site = Site(answer_popular)
    with serve(site):
        report = run_crawl(make_order(tmp_path, key_file, site, targets=("露营",)))
    assert (report.outcome, report.skips_by_reason) == ("partial", {"unknown_target": 1})
    assert report.messages[0].startswith("target not understood: 露营")
    assert site.hits == []
