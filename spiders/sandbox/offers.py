"""The world's products and a search word in, one page of offers with what every gateway tells out."""

from __future__ import annotations

from dataclasses import dataclass

from spiders.sandbox.goods import Product
from spiders.sandbox.wire import SiteRequest


@dataclass(frozen=True)
class Offer:
    """A product as a gateway offers it: prices in fen, sales of the last thirty days and since ever."""

    product: Product
    price_fen: int
    list_price_fen: int
    sold_30d: int
    sold_ever: int

    @property
    def price(self) -> str:
        """The price in yuan."""
        return f"{self.price_fen / 100:.2f}"

    @property
    def category_id(self) -> int:
        """A number for the topic's interest."""
        return 5000 + int(self.product.topic.interest.code)


def find_offers(request: SiteRequest, keyword: str) -> list[Offer]:
    """Offers whose title, text or topic holds the keyword; all for an empty one."""
    found = []
    for product in request.world.products_at(request.moment):
        if keyword and keyword not in f"{product.title} {product.text} {product.topic.tag}":
            continue
        days = min(30.0, (request.moment - product.created_at).total_seconds() / 86400)
        found.append(
            Offer(
                product=product,
                price_fen=int(product.prices_at(request.moment)[0] * 100),
                list_price_fen=int(product.list_price * 100),
                sold_30d=int(product.sold_a_day * days),
                sold_ever=product.sold_at(request.moment),
            )
        )
    return found


def show_floor(count: int) -> str:
    """A sales count as shops show it: exact below 10,000, else 1.2万, and 10万+ from there on."""
    if count >= 100_000:
        return f"{count // 100_000 * 10}万+"
    return f"{count / 10_000:.1f}万" if count >= 10_000 else str(count)
