"""JD Union: goods by search word, or the list of what sells now, with the user's own key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from spiders.affiliate_items import read_union_goods
from spiders.errors import PageChanged
from spiders.fields import pick, pick_list, read_code, read_id
from spiders.moments import SHANGHAI
from spiders.official import (
    OfficialSource,
    SignedCall,
    begin_list,
    is_last,
    post_form,
    read_number,
    read_query,
    strip_query,
    write_json,
)
from spiders.order import CrawlOrder
from spiders.page import Json, Page, load_json
from spiders.platform import PageKind, PageRequest, Parsed
from spiders.signing import sign_enclosed

PAGE_SIZE = 30
SEARCH, SELECTED = "jd.union.open.goods.query", "jd.union.open.goods.jingfen.query"
HOT_NOW = 22
"""eliteId of 实时热销榜."""


class JdUnion(OfficialSource):
    """Goods of JD through its own gateway; targets are search words."""

    name = "jd_union"
    platform = "jd"
    title = "JD Union 京东联盟"
    homepage = "https://union.jd.com"
    credentials = ("app_key", "app_secret")
    key_codes = frozenset({"11", "12", "13", "18", "19", "20", "21", "401", "403"})
    limit_codes = frozenset({"5", "6", "7", "8", "408", "429"})
    addresses: ClassVar = {"gateway": "https://api.jd.com"}
    page_kinds: ClassVar = {
        "goods": PageKind(r"/routerjson\b", r'"jd_union_open_goods_(?:jingfen_)?query_respon[cs]e"\s*:')
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """First page for each search word; what sells now without any."""
        for word in order.targets or ("",):
            method = SEARCH if word else SELECTED
            asked: dict[str, str | int] = {"keyword": word} if word else {"eliteId": HOT_NOW}
            query = {"method": method, **asked, "pageIndex": 1, "pageSize": PAGE_SIZE}
            yield PageRequest(
                self.address("gateway", "/routerjson", **query), "goods", begin_list(order, word)
            )

    def sign(self, request: PageRequest, keys: Mapping[str, str], now: datetime, token: str) -> SignedCall:
        """A form with the request as JSON in one field, and `sign`, MD5 over all fields."""
        query = read_query(request.url)
        method = query.pop("method")
        asked = {
            name: int(value) if value.isdecimal() and name != "keyword" else value
            for name, value in query.items()
        }
        fields = {
            "method": method,
            "app_key": keys["app_key"],
            "timestamp": f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            "format": "json",
            "v": "1.0",
            "sign_method": "md5",
            "360buy_param_json": write_json({"goodsReqDTO" if method == SEARCH else "goodsReq": asked}),
        }
        sign = sign_enclosed(fields, keys["app_secret"])
        return post_form(strip_query(request.url), fields | {"sign": sign})

    def parse_goods(self, page: Page) -> Iterator[Parsed]:
        """Listings of the result, which is JSON inside a string, and the next page."""
        result = self._open_result(page)
        items = pick_list(result, "data")
        if (
            "data" not in result
            and read_code(pick(result, "totalCount")) is None
            and not pick(result, "message")
        ):
            raise PageChanged("queryResult.data", page.url)
        yield from self.read_each(page, "listings", items, read_union_goods, self)
        query = read_query(page.url)
        number, size = read_number(query, "pageIndex", 1), read_number(query, "pageSize", PAGE_SIZE)
        if not is_last(number, size, len(items), read_code(pick(result, "totalCount"))):
            yield from self.follow(page, "goods", pageIndex=number + 1)

    def _open_result(self, page: Page) -> dict[str, Json]:
        answer = page.json()
        error = pick(answer, "error_response")
        if error is not None:
            raise self.explain(page, pick(error, "code"), pick(error, "zh_desc") or pick(error, "en_desc"))
        # The gateway spells it `responce`; both spellings are read, in case it is ever put right.
        roots = (
            [name for name in answer if name.endswith(("_responce", "_response"))]
            if isinstance(answer, dict)
            else []
        )
        result = pick(answer, roots[0], "queryResult") if roots else None
        if isinstance(result, str):
            result = load_json(result)
        if not isinstance(result, dict):
            raise PageChanged("jd_union_open_goods_query_responce.queryResult", page.url)
        code = read_id(pick(result, "code")) if isinstance(pick(result, "code"), str | int) else None
        if code != "200":
            raise self.explain(page, code, pick(result, "message"))
        return result
