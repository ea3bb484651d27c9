"""Alimama's 淘宝客 (TBK) through the TOP gateway: items by search word, with the user's own key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from spiders.affiliate_items import read_tbk_item, unwrap
from spiders.errors import PageChanged
from spiders.fields import pick, read_code
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
)
from spiders.order import CrawlOrder
from spiders.page import Page
from spiders.platform import PageKind, PageRequest, Parsed
from spiders.signing import sign_enclosed

PAGE_SIZE = 100
SEARCH = "taobao.tbk.dg.material.optional.upgrade"
MATERIAL = 80309
"""material_id of the whole catalogue."""
NOTHING_FOUND = "50001"


class TaobaoTbk(OfficialSource):
    """Items of Taobao and Tmall through Alimama's interface; targets are search words."""

    name = "taobao_tbk"
    platform = "taobao"
    title = "Alimama TBK 淘宝客"
    homepage = "https://pub.alimama.com"
    credentials = ("app_key", "app_secret", "adzone_id")
    key_codes = frozenset({"11", "12", "13", "21", "22", "24", "25", "26", "27", "28", "29", "30", "31"})
    limit_codes = frozenset({"7", "8", "9"})
    addresses: ClassVar = {"gateway": "https://eco.taobao.com"}
    page_kinds: ClassVar = {
        "items": PageKind(
            r"/router/rest\b", r'"tbk_(?:dg_material_optional(?:_upgrade)?|item_info_get)_response"'
        )
    }

    def requests(self, order: CrawlOrder) -> Iterator[PageRequest]:
        """First page for each search word; the best selling items without any."""
        for word in order.targets or ("",):
            asked = {"q": word} if word else {"sort": "total_sales_des"}
            query: dict[str, str | int] = {"method": SEARCH, **asked, "material_id": MATERIAL}
            url = self.address("gateway", "/router/rest", **query, page_no=1, page_size=PAGE_SIZE)
            yield PageRequest(url, "items", begin_list(order, word))

    def sign(self, request: PageRequest, keys: Mapping[str, str], now: datetime, token: str) -> SignedCall:
        """A form with `sign`, MD5 over all fields."""
        fields = {
            **read_query(request.url),
            "app_key": keys["app_key"],
            "adzone_id": keys["adzone_id"],
            "timestamp": f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            "format": "json",
            "v": "2.0",
            "sign_method": "md5",
        }
        sign = sign_enclosed(fields, keys["app_secret"])
        return post_form(strip_query(request.url), fields | {"sign": sign})

    def parse_items(self, page: Page) -> Iterator[Parsed]:
        """Listings of any of the three methods' answers, and the next page."""
        answer = page.json()
        error = pick(answer, "error_response")
        if error is not None and str(pick(error, "sub_code")) == NOTHING_FOUND:
            return
        if error is not None:
            raise self.explain(page, pick(error, "code"), pick(error, "sub_msg") or pick(error, "msg"))
        root = (
            next((name for name in answer if name.startswith("tbk_")), "") if isinstance(answer, dict) else ""
        )
        listed = pick(answer, root, "result_list")
        items = unwrap(pick(answer, root, "results") if listed is None else listed)
        total = read_code(pick(answer, root, "total_results"))
        if not isinstance(pick(answer, root), dict) or (items is None and total is None):
            raise PageChanged("tbk_dg_material_optional_upgrade_response.result_list", page.url)
        yield from self.read_each(page, "listings", items or [], read_tbk_item, self)
        query = read_query(page.url)
        number, size = read_number(query, "page_no", 1), read_number(query, "page_size", PAGE_SIZE)
        if not is_last(number, size, len(items or []), total):
            yield from self.follow(page, "items", page_no=number + 1)
