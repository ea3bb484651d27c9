"""Every platform against its fixtures: page in, expected records out; and what holds for all platforms."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from spiders.errors import BadPayload, Blocked, PageChanged, SourceFailed
from spiders.imports.saved_pages import recognise_platform
from spiders.order import CrawlOrder
from spiders.page import Page, decode_body
from spiders.parse import SAVED_RUN_ID, parse_saved
from spiders.platform import PageRequest, Platform, discover_platforms
from spiders.privacy import Pseudonymiser
from warehouse.records import BoardEntry, Listing, Post, Rejection

FIXTURES = Path(__file__).parent / "fixtures"
KEY = b"headwater-fixture-key-0123456789"
PLATFORMS = discover_platforms()
CASES = sorted(path.parent for name in PLATFORMS for path in (FIXTURES / name).glob("*/meta.json"))


def read_case(case: Path) -> tuple[Page, bytes]:
    meta = json.loads((case / "meta.json").read_text(encoding="utf-8"))
    body = next(case.glob("page.*")).read_bytes()
    moment = datetime.fromisoformat(meta["captured_at"])
    return Page(meta["url"] or "", 200, {}, body, moment, SAVED_RUN_ID, meta.get("context", {})), body


def describe(parsed: Post | Listing | BoardEntry | Rejection | PageRequest) -> dict[str, Any]:
    """What a fixture's expected.json holds of it: the type and every member that is not empty."""
    if isinstance(parsed, PageRequest):
        return {"record": "PageRequest", "url": parsed.url, "kind": parsed.kind}
    members = {"record": type(parsed).__name__, **parsed.model_dump(mode="json")}
    return {name: value for name, value in members.items() if value not in (None, [], "")}


def make_platform(name: str) -> Platform:
    return PLATFORMS[name](Pseudonymiser(KEY))


def make_order(name: str) -> CrawlOrder:
    folder = Path("/nowhere")
    return CrawlOrder(
        source=name,
        run_id="r",
        landing_root=folder,
        secret_key_file=folder,
        addresses={"base": "https://site.example"},
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_fixture_gives_exactly_what_is_expected(case: Path) -> None:
    page, _ = read_case(case)
    found = [describe(parsed) for parsed in make_platform(case.parent.name).parse(page)]
    assert found == json.loads((case / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_saved_page_is_recognised_without_its_address(case: Path) -> None:
    page, body = read_case(case)
    platform = make_platform(case.parent.name)
    named = platform.recognise(page) if page.url else None
    unnamed = platform.recognise(Page("", 200, {}, body, page.captured_at, SAVED_RUN_ID))
    assert named in (None, unnamed)
    records = list(parse_saved(case.parent.name, body, None, page.captured_at, Pseudonymiser(KEY)))
    assert len(records) == len(
        [parsed for parsed in platform.parse(page) if not isinstance(parsed, PageRequest)]
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_saved_page_is_taken_for_no_other_platforms(case: Path) -> None:
    _, body = read_case(case)
    found = recognise_platform(decode_body(body, {}))
    # Pages of any site are told by their address, and a status of Weibo's interface by its twin on weibo.com.
    other = {"shop": None, "weibo_api": "weibo"}
    assert found in {case.parent.name, other.get(case.parent.name, case.parent.name)}


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_page_kind_of_a_platform_has_a_fixture_and_a_parser(name: str) -> None:
    platform = make_platform(name)
    covered = {platform.recognise(read_case(case)[0]) for case in CASES if case.parent.name == name}
    assert covered == set(platform.page_kinds)
    for kind in platform.page_kinds:
        assert callable(getattr(platform, f"parse_{kind}"))


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platform_says_what_it_is_and_asks_only_the_addresses_it_is_given(name: str) -> None:
    platform = PLATFORMS[name]
    assert platform.name == name == platform.__module__.rsplit(".", 1)[-1]
    assert platform.title and platform.homepage.startswith("https://") and platform.routes
    assert platform.__doc__
    reader, order = platform(Pseudonymiser(KEY), {"base": "https://site.example"}), make_order(name)
    requests = list(reader.requests(order))
    if not requests:
        links = tuple(read_case(case)[0].url for case in CASES if case.parent.name == name)
        requests = list(reader.requests(order.model_copy(update={"targets": links})))
    assert bool(requests) == bool({"crawl", "official"} & set(platform.routes))
    assert all(request.url.startswith("https://site.example/") for request in requests)
    assert all(request.needs_browser <= platform.needs_browser for request in requests)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if (case / "page.json").exists()],
    ids=lambda case: f"{case.parent.name}/{case.name}",
)
def test_an_answer_without_its_list_has_changed_and_an_empty_or_html_one_is_a_stop_sign(case: Path) -> None:
    page, _ = read_case(case)
    platform = make_platform(case.parent.name)
    for body in (b'{"code": 0, "status_code": 0, "data": {"other": 1}}', b"[]"):
        with pytest.raises((PageChanged, Blocked, SourceFailed)):
            list(platform.parse(Page(page.url, 200, {}, body, page.captured_at, SAVED_RUN_ID)))
    for body in (b"", b"<html><body>login</body></html>"):
        with pytest.raises(Blocked):
            list(platform.parse(Page(page.url, 200, {}, body, page.captured_at, SAVED_RUN_ID)))
    with pytest.raises(BadPayload):
        list(platform.parse(Page(page.url, 200, {}, b"{" * 9, page.captured_at, SAVED_RUN_ID)))


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if (case / "page.json").exists()],
    ids=lambda case: f"{case.parent.name}/{case.name}",
)
def test_any_member_may_be_missing_or_of_another_type_and_nothing_is_uncaught(case: Path) -> None:
    page, body = read_case(case)
    platform = make_platform(case.parent.name)
    whole = json.loads(body)
    for strange in (None, [], {}, "", "x", -1, 1.5, True, [[1]], {"a": {"b": 1}}):
        for mutated in mutate(whole, strange):
            changed = Page(page.url, 200, {}, json.dumps(mutated).encode(), page.captured_at, SAVED_RUN_ID)
            try:
                list(platform.parse(changed))
            except (PageChanged, Blocked, BadPayload, SourceFailed):
                continue


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if (case / "page.json").exists()],
    ids=lambda case: f"{case.parent.name}/{case.name}",
)
def test_a_number_in_quotation_marks_is_the_same_number_or_refused(case: Path) -> None:
    page, body = read_case(case)
    platform = make_platform(case.parent.name)

    def read_records(whole: Any) -> list[dict[str, Any]]:
        changed = Page(
            page.url, 200, {}, json.dumps(whole).encode(), page.captured_at, SAVED_RUN_ID, page.context
        )
        return [found for found in map(describe, platform.parse(changed)) if found["record"] != "Rejection"]

    whole = json.loads(body)
    known = read_records(whole)
    for quoted in quote_numbers(whole):
        try:
            found = read_records(quoted)
        except (PageChanged, Blocked, BadPayload, SourceFailed):
            continue
        assert [record for record in found if record not in known] == []


def quote_numbers(value: Any) -> list[Any]:
    """The value with one of its whole numbers as text, for each of them, of two members of each array."""
    if isinstance(value, dict):
        return [{**value, name: quoted} for name, member in value.items() for quoted in quote_numbers(member)]
    if isinstance(value, list):
        return [
            [*value[:place], quoted, *value[place + 1 :]]
            for place, member in enumerate(value[:2])
            for quoted in quote_numbers(member)
        ]
    return [str(value)] if isinstance(value, int) and not isinstance(value, bool) else []


def mutate(value: Any, strange: object) -> list[Any]:
    """The value with one member replaced, for each member, at most two of each array."""
    if isinstance(value, dict):
        return [
            strange,
            *(
                {**value, name: changed}
                for name, member in value.items()
                for changed in mutate(member, strange)
            ),
        ]
    if isinstance(value, list):
        return [
            strange,
            *(
                [*value[:place], changed, *value[place + 1 :]]
                for place, member in enumerate(value[:2])
                for changed in mutate(member, strange)
            ),
        ]
    return [strange]


@pytest.mark.parametrize(
    ("code", "is_block"),
    [(-352, True), (-412, True), (-799, True), (-101, True), (-404, False), (-500, False), (62002, False)],
)
def test_bilibili_codes_are_stop_signs_or_errors_of_the_source(code: int, is_block: bool) -> None:
    body = json.dumps({"code": code, "message": "x", "data": {"v_voucher": "voucher_1"}}).encode()
    page = Page(
        "https://api.bilibili.com/x/web-interface/popular?pn=1",
        200,
        {},
        body,
        datetime.fromisoformat("2026-11-22T04:30:00Z"),
        "r",
    )
    with pytest.raises(Blocked if is_block else SourceFailed):
        list(make_platform("bilibili").parse(page))


def test_an_empty_douyin_board_a_captcha_and_an_empty_router_are_stop_signs() -> None:
    moment = datetime.fromisoformat("2026-11-22T04:30:00Z")
    for url, body in (
        (
            "https://www.douyin.com/aweme/v1/web/hot/search/list/",
            '{"status_code": 0, "data": {"word_list": []}}',
        ),
        (
            "https://www.douyin.com/aweme/v1/web/hot/search/list/",
            '{"status_code": 8, "data": {"word_list": []}}',
        ),
        ("https://www.iesdouyin.com/share/video/1/", "<title>验证码中间页</title>"),
        ("https://www.iesdouyin.com/share/video/1/", "<script>window._ROUTER_DATA = {}</script>"),
    ):
        with pytest.raises(Blocked):
            list(make_platform("douyin").parse(Page(url, 200, {}, body.encode(), moment, "r")))


def test_a_kuaishou_page_with_neither_state_nor_rank_has_changed() -> None:
    moment = datetime.fromisoformat("2026-11-22T04:30:00Z")
    page = Page(
        "https://www.kuaishou.com/?isHome=1", 200, {}, b"<html><div id=app></div></html>", moment, "r"
    )
    with pytest.raises(PageChanged, match="rank-name"):
        list(make_platform("kuaishou").parse(page))
