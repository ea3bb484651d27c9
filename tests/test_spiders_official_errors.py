"""What official interfaces answer instead of items: documented errors, ended tokens, echoed secrets."""

from __future__ import annotations

import gzip
import json
import secrets
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from spiders.crawl import run_crawl
from spiders.errors import Blocked, SourceFailed
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageRequest, find_platform
from spiders.privacy import Pseudonymiser

MOMENT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
SECRET = "word/of+the=app&7f3a"
REFUSED, USED_UP = "the key was refused", "the quota of the key is used up"


def top_error(code: int, sub_code: str, text: str) -> dict[str, Any]:
    return {"error_response": {"code": code, "msg": "error", "sub_code": sub_code, "sub_msg": text}}


def jd_result(code: int, text: str) -> dict[str, Any]:
    result = json.dumps({"code": code, "message": text})
    return {"jd_union_open_goods_query_responce": {"code": "0", "queryResult": result}}


def read(source: str, answer: object, url: str = "", **context: str) -> list[Any]:
    body = json.dumps(answer, ensure_ascii=False).encode()
    page = Page(
        url, 200, {}, body, MOMENT, "r", {"kind": next(iter(find_platform(source).page_kinds)), **context}
    )
    return list(find_platform(source)(Pseudonymiser(b"headwater-fixture-key-0123456789")).parse(page))


@pytest.mark.parametrize(
    ("source", "answer", "sign"),
    [
        ("taobao_tbk", top_error(25, "isv.sign-check-failure", "签名错误"), REFUSED),
        ("taobao_tbk", top_error(29, "isv.appkey-not-exists", "appkey不存在"), REFUSED),
        ("taobao_tbk", top_error(7, "accesscontrol.limited-by-api-access-count", "调用次数超限"), USED_UP),
        ("pdd_ddk", {"error_response": {"error_code": 10019, "error_msg": "access_token已过期"}}, REFUSED),
        ("pdd_ddk", {"error_response": {"error_code": 70031, "error_msg": "调用过于频繁"}}, USED_UP),
        ("jd_union", {"error_response": {"code": "12", "zh_desc": "无效签名"}}, REFUSED),
        ("jd_union", jd_result(403, "无访问权限"), REFUSED),
        ("douyin_open", {"data": {"error_code": 2190008, "description": "access_token过期"}}, REFUSED),
        ("douyin_open", {"data": {"error_code": 2190001, "description": "quota已用完"}}, USED_UP),
        ("douyin_alliance", {"code": 40003, "msg": "签名校验失败", "data": None}, REFUSED),
        ("kuaishou_cps", {"result": 24, "error_msg": "access_token无效或已过期"}, REFUSED),
        ("tiktok_research", {"data": {}, "error": {"code": "access_token_invalid", "message": "x"}}, REFUSED),
        ("tiktok_research", {"error": {"code": "daily_quota_limit_exceeded", "message": "x"}}, USED_UP),
        ("weibo_api", {"error": "expired_token", "error_code": 21327, "request": "/2"}, REFUSED),
        ("weibo_api", {"error": "User requests out of rate limit", "error_code": 10023}, USED_UP),
    ],
)
def test_keys_refused_and_quotas_used_up_are_stop_signs_that_say_what_to_do(
    source: str, answer: object, sign: str
) -> None:
    with pytest.raises(Blocked) as stop:
        read(source, answer)
    assert stop.value.sign.startswith(sign)
    assert (f"HEADWATER_{source.upper()}_" in stop.value.sign) == (sign == REFUSED)


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("taobao_tbk", top_error(15, "isv.invalid-parameter", "参数不合法")),
        ("pdd_ddk", {"error_response": {"error_code": 50001, "error_msg": "业务服务错误"}}),
        ("jd_union", jd_result(400, "参数错误")),
        ("douyin_open", {"data": {"error_code": 2100005, "description": "参数不合法"}}),
        ("douyin_alliance", {"code": 50002, "msg": "业务参数错误"}),
        ("kuaishou_cps", {"result": 26, "error_msg": "业务参数错误"}),
        ("tiktok_research", {"data": {}, "error": {"code": "invalid_params", "message": "x"}}),
        ("weibo_api", {"error": "target weibo does not exist!", "error_code": 20101}),
    ],
)
def test_other_errors_lose_the_page_not_the_host(source: str, answer: object) -> None:
    with pytest.raises(SourceFailed, match="code"):
        read(source, answer)


def test_a_search_without_results_is_an_empty_list_and_no_error() -> None:
    assert read("taobao_tbk", top_error(15, "50001", "无结果")) == []
    assert read("jd_union", jd_result(200, "success")) == []
    assert read("pdd_ddk", {"goods_search_response": {"goods_list": [], "total_count": 0}}) == []
    assert read("kuaishou_cps", {"result": 1, "data": {"itemList": [], "pageIndex": "7"}}, left="9") == []


def test_a_list_goes_on_until_its_end_or_its_page_budget() -> None:
    url = "https://gw-api.pinduoduo.com/api/router?type=pdd.ddk.goods.search&keyword=a&page=2&page_size=100"
    goods = [{"goods_id": number, "goods_name": "拼豆"} for number in range(100)]
    listed = {"goods_search_response": {"goods_list": goods, "total_count": 250, "list_id": "l2"}}
    (onward,) = [found for found in read("pdd_ddk", listed, url, left="2") if isinstance(found, PageRequest)]
    assert onward.url == url.replace("page=2", "page=3") + "&list_id=l2" and onward.context["left"] == "1"
    for left, page in (("1", 2), ("2", 3)):
        ended = read("pdd_ddk", listed, url.replace("page=2", f"page={page}"), left=left)
        assert not [found for found in ended if isinstance(found, PageRequest)]


class Gateway:
    """Douyin on loopback: its first token ends early; its answers repeat secrets, gzipped unasked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                gateway.calls.append((self.path, body))
                tokens = sum(path.startswith("/oauth") for path, _ in gateway.calls)
                self.answer(
                    {"data": {"error_code": 0, "access_token": f"token-number-{tokens}", "expires_in": 7200}}
                )

            def do_GET(self) -> None:
                token = self.headers.get("access-token", "")
                gateway.calls.append((self.path, token))
                item = {
                    "rank": 1,
                    "title": f"回声 {token} {SECRET}",
                    "share_url": "/share/video/7572034411092837681/",
                }
                ended = {"data": {"error_code": 2190008, "description": "access_token过期"}}
                self.answer(
                    ended if token == "token-number-1" else {"data": {"error_code": 0, "list": [item]}}
                )

            def answer(self, value: object) -> None:
                body = gzip.compress(json.dumps(value, ensure_ascii=False).encode())
                self.send_response(404 if self.path == "/robots.txt" else 200)
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.pair = f"127.0.0.1:{self.server.server_port}"


@pytest.mark.process
def test_a_token_that_ended_is_renewed_once_and_what_an_answer_repeats_is_masked(tmp_path: Path) -> None:
    key_file = tmp_path / "secret.key"
    key_file.write_text(secrets.token_hex(32))
    key_file.chmod(0o600)
    gateway = Gateway()
    threading.Thread(target=gateway.server.serve_forever, args=(0.05,), daemon=True).start()
    order = CrawlOrder.model_validate(
        {
            "source": "douyin_open",
            "run_id": "run-1",
            "landing_root": tmp_path / "landing",
            "secret_key_file": key_file,
            "addresses": {"base": f"http://{gateway.pair}"},
            "allow_loopback": [gateway.pair],
            "credentials": {"client_key": "app-1", "client_secret": SECRET},
        }
    )
    try:
        report = run_crawl(order)
    finally:
        gateway.server.shutdown()
        gateway.server.server_close()
    assert report.outcome == "complete" and report.records_by_kind == {"board_entries": 1, "posts": 1}
    billboard, token = "/data/extern/billboard/hot_video/", "/oauth/client_token/"
    asked = [path for path, _ in gateway.calls if path != "/robots.txt"]
    assert asked == [token, billboard, token, billboard]
    assert json.loads(dict(gateway.calls)[token]) == {
        "client_key": "app-1",
        "client_secret": SECRET,
        "grant_type": "client_credential",
    }
    kept = gzip.decompress((tmp_path / "landing/douyin_open/run-1/responses.warc.gz").read_bytes())
    assert "回声 *** ***".encode() in kept
    assert SECRET.encode() not in kept and b"token-number" not in kept
