"""Answers of Douyin and Kuaishou that users saved: refusals stop, ends are empty, twins read alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.douyin_payloads import write_snake_case
from spiders.errors import Blocked, PageChanged, SourceFailed, UnknownPlatform
from spiders.nested import find_items
from spiders.parse import parse_saved
from spiders.privacy import Pseudonymiser
from warehouse.records import Post

KEY = Pseudonymiser(b"headwater-fixture-key-0123456789")
MOMENT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
SEARCH = "https://www.douyin.com/aweme/v1/web/general/search/single/?keyword=x"
COMMENTS = "https://www.douyin.com/aweme/v1/web/comment/list/?aweme_id=1"
GRAPHQL = "https://www.kuaishou.com/graphql"


def read(platform: str, body: object, url: str = "") -> list[object]:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return list(parse_saved(platform, content, url or None, MOMENT, KEY))


@pytest.mark.parametrize(
    ("platform", "url", "body"),
    [
        ("douyin", SEARCH, ""),
        ("douyin", SEARCH, "blocked"),
        ("douyin", SEARCH, {"status_code": 2154, "data": None, "has_more": 0}),
        (
            "douyin",
            SEARCH,
            {"status_code": 0, "data": [], "search_nil_info": {"search_nil_type": "verify_check"}},
        ),
        ("kuaishou", GRAPHQL, {"data": {"visionSearchPhoto": {"result": 2}}}),
        ("kuaishou", GRAPHQL, {"data": {"visionVideoDetail": None}}),
        ("kuaishou", GRAPHQL, {"errors": [{"message": "x"}], "data": {}}),
        ("kuaishou", GRAPHQL, {"data": {"captchaConfig": {"url": "https://captcha.zt.kuaishou.com/"}}}),
        ("kuaishou", "https://www.kuaishou.com/rest/v/search/feed", {"result": 400002}),
    ],
)
def test_refusals_are_stop_signs(platform: str, url: str, body: object) -> None:
    with pytest.raises(Blocked):
        read(platform, body, url)


def test_the_end_of_a_list_is_empty_and_a_filtered_video_is_the_sources_answer() -> None:
    assert read("douyin", {"status_code": 0, "comments": None, "has_more": 0, "total": 0}, COMMENTS) == []
    assert read("douyin", {"status_code": 0, "data": [], "has_more": 0}, SEARCH) == []
    gone = {"status_code": 0, "aweme_detail": None, "filter_detail": {"filter_reason": "author_deleted"}}
    with pytest.raises(SourceFailed, match="author_deleted"):
        read("douyin", gone, "https://www.douyin.com/aweme/v1/web/aweme/detail/?aweme_id=1")
    with pytest.raises(PageChanged):
        read("douyin", {"status_code": 0, "cards": [1]}, SEARCH)
    with pytest.raises(PageChanged):
        read("kuaishou", {"data": {"visionProfile": {"result": 1, "userProfile": {}}}}, GRAPHQL)


def test_the_camel_case_twin_of_an_aweme_gives_the_same_post() -> None:
    snake = {
        "aweme_id": "7575123456789012345",
        "desc": "第一次做拼豆 #拼豆",
        "create_time": 1763700000,
        "author": {"sec_uid": "MS4w"},
        "statistics": {"digg_count": 3, "comment_count": "1.2万", "play_count": 0},
        "text_extra": [{"hashtag_name": "拼豆"}],
    }
    camel = {
        "awemeId": "7575123456789012345",
        "desc": "第一次做拼豆 #拼豆",
        "createTime": 1763700000,
        "authorInfo": {"secUid": "MS4w"},
        "stats": {"diggCount": 3, "commentCount": "1.2万", "playCount": 0},
        "textExtra": [{"hashtagName": "拼豆"}],
        "music": "$undefined",
    }
    (first,) = read("douyin", {"status_code": 0, "aweme_list": [snake]})
    (second,) = read("douyin", {"statusCode": 0, "awemeList": [camel]}, SEARCH)
    assert isinstance(first, Post) and first == second and first.views is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.lists(st.sampled_from(["data", "wrap", "result"]), max_size=3))
def test_a_member_is_found_in_whatever_wrapping(value: object, wrapping: list[str]) -> None:
    wrapped: object = {"wanted": [value]}
    for name in wrapping:
        wrapped = [{name: wrapped}]
    assert find_items(wrapped, "wanted") == [value]


@given(JSON)
def test_renaming_members_twice_changes_nothing(value: object) -> None:
    once = write_snake_case(value)
    assert write_snake_case(once) == once


@pytest.mark.parametrize(
    ("platform", "body", "error", "told"),
    [
        ("bilibili", {"code": -352, "message": "风控", "data": {"v_voucher": "v"}}, Blocked, "-352"),
        ("bilibili", {"code": -404, "message": "啥都木有"}, SourceFailed, "-404"),
        ("douyin", {"status_code": 8}, Blocked, "8"),
        ("kuaishou", {"result": 2001, "captchaConfig": {"url": "https://c.example"}}, Blocked, "2001"),
        ("weibo", {"ok": -100, "url": "https://passport.example/signin"}, Blocked, "-100"),
        ("zhihu", {"error": {"need_login": True, "code": 40353}}, Blocked, "40353"),
        ("xiaohongshu", {"success": False, "code": -510000, "msg": "x"}, SourceFailed, "-510000"),
        ("taobao", {"ret": ["FAIL_SYS_TOKEN_EMPTY::令牌为空"], "data": {}}, Blocked, "TOKEN_EMPTY"),
        ("pinduoduo", {"error_code": 54001, "verify_auth_token": "t"}, Blocked, "54001"),
    ],
)
def test_a_refusal_that_was_saved_without_its_address_says_what_it_is(
    platform: str, body: object, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        read(platform, body)


@pytest.mark.parametrize(
    "platform", ["bilibili", "douyin", "kuaishou", "weibo", "zhihu", "xiaohongshu", "jd"]
)
@pytest.mark.parametrize("body", [{"a": 1}, [1, 2], {"data": {"x": []}}])
def test_what_no_parser_knows_is_said_to_be_unknown(platform: str, body: object) -> None:
    with pytest.raises(UnknownPlatform):
        read(platform, body)


def test_answers_under_a_comment_and_lists_at_their_end_need_no_address() -> None:
    reply = {"cid": "100", "text": "同意", "create_time": 1763724000, "digg_count": 2, "reply_id": "99"}
    replies = {"status_code": 0, "comments": [reply], "cursor": 3, "has_more": 0}
    (found,) = read("douyin", replies)
    assert isinstance(found, Post) and (found.post_id, found.parent_id) == ("100", None)
    (named,) = read("douyin", replies, COMMENTS.replace("?aweme_id=1", "reply/?comment_id=99&item_id=7"))
    assert isinstance(named, Post) and named.parent_id == "7"
    assert read("douyin", {"status_code": 0, "comments": None, "cursor": 0, "has_more": 0}) == []


def test_json_where_a_page_was_expected_is_a_changed_page() -> None:
    with pytest.raises(PageChanged):
        read("kuaishou", {"data": {"x": 1}}, "https://www.kuaishou.com/?isHome=1")
