"""Topics and a plan in, the products on offer and the reviews under them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from spiders.sandbox import identities
from spiders.sandbox.phrases import Grammar, load_grammar
from spiders.sandbox.planted import Plan
from spiders.sandbox.posts import Polarity, draw_cue, draw_polarity
from spiders.sandbox.simulated import SimulatedDays
from spiders.sandbox.topics import Topic

PRODUCTS = 300
REVIEWS_A_DAY = 75.0
NEW_SHARE = 0.15
RATINGS: dict[Polarity, tuple[int, ...]] = {
    "positive": (5, 5, 5, 4),
    "neutral": (4, 3),
    "negative": (1, 1, 2),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant of a product with its price in yuan before any cut."""

    sku: str
    name: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """One product; `price_at` and `sold_at` tell its state at a moment."""

    product_id: str
    slug: str
    topic: Topic
    title: str
    text: str
    brand: str
    shop: str
    list_price: Decimal
    variants: tuple[Variant, ...]
    created_at: datetime
    cut_at: datetime | None
    cut_factor: Decimal
    earlier_sold: int
    sold_a_day: float
    earlier_reviews: int

    def variants_at(self, moment: datetime) -> tuple[Variant, ...]:
        """Variants with the prices asked at a moment."""
        if self.cut_at is None or moment < self.cut_at:
            return self.variants
        return tuple(
            Variant(variant.sku, variant.name, (variant.price * self.cut_factor).quantize(Decimal("0.01")))
            for variant in self.variants
        )

    def prices_at(self, moment: datetime) -> tuple[Decimal, Decimal]:
        """Lowest and highest price in yuan at a moment."""
        prices = [variant.price for variant in self.variants_at(moment)]
        return min(prices), max(prices)

    def sold_at(self, moment: datetime) -> int:
        """Units sold since the product exists."""
        days = max(0.0, (moment - self.created_at).total_seconds() / 86400)
        return self.earlier_sold + int(self.sold_a_day * days)

    def is_in_stock(self, moment: datetime) -> bool:
        """False for about one product in twenty, changing by the day."""
        return identities.hash_number("stock", self.product_id, int(moment.timestamp()) // 86400) % 20 > 0


@dataclass(frozen=True, slots=True)
class Review:
    """One review of a product."""

    review_id: str
    product_id: str
    text: str
    rating: int
    polarity: Polarity
    author_id: str
    published_at: datetime


def write_products(topics: tuple[Topic, ...], plan: Plan, calendar: SimulatedDays) -> tuple[Product, ...]:
    """Three hundred products, as many per topic as planted, the rest spread evenly, in order of creation."""
    random = Random(f"{calendar.seed}:goods")
    grammar = load_grammar("goods")
    counts = {supply.topic: supply.products for supply in plan.supply}
    free = [topic for topic in topics if topic.tag not in counts]
    for number in range(PRODUCTS - sum(counts.values())):
        tag = free[number % len(free)].tag
        counts[tag] = counts.get(tag, 0) + 1
    products = [
        write_product(topic, serial, random, grammar, plan, calendar)
        for topic in topics
        for serial in range(counts[topic.tag])
    ]
    return tuple(sorted(products, key=lambda product: (product.created_at, product.product_id)))


def write_product(
    topic: Topic, serial: int, random: Random, grammar: Grammar, plan: Plan, calendar: SimulatedDays
) -> Product:
    """One product of a topic; its title or its text names the topic."""
    brand = random.choice(grammar.lists["brands"])
    words = topic.draw_words(random) | {"brand": brand, "year": str(calendar.first_day.year)}
    number = identities.hash_number("product", calendar.seed, topic.tag, serial) % 900_000_000 + 100_000_000
    price = random.triangular(topic.price_low, topic.price_high, topic.price_low)
    prices = [
        Decimal(int(price * (1.0 + 0.15 * step))) + Decimal("0.90")
        for step in range(random.choice((1, 1, 2, 3)))
    ]
    names = random.sample(grammar.lists["variant"], len(prices))
    cut = plan.price_cut
    is_new = serial > 0 and random.random() < NEW_SHARE
    created = calendar.begins - timedelta(days=random.randrange(30, 400))
    if is_new:
        created = calendar.begins + timedelta(hours=random.randrange(24 * calendar.days))
    return Product(
        product_id=str(number),
        slug=f"{topic.english.replace(' ', '-')}-{number}",
        topic=topic,
        title=grammar.write("title", random, words),
        text=grammar.write("selling_point", random, words),
        brand=brand,
        shop=random.choice(grammar.lists["shops"]),
        list_price=(max(prices) * Decimal("1.35")).quantize(Decimal("1")),
        variants=tuple(
            Variant(f"{number}{step}", name, asked)
            for step, (name, asked) in enumerate(zip(names, prices, strict=True))
        ),
        created_at=created,
        cut_at=SimulatedDays(0, cut.onset, 1).begins if topic.tag == cut.topic else None,
        cut_factor=Decimal(str(cut.factor)),
        earlier_sold=0 if is_new else int(random.lognormvariate(6.0, 1.6)),
        sold_a_day=random.lognormvariate(1.5, 1.0),
        earlier_reviews=0 if is_new else int(random.lognormvariate(3.5, 1.2)),
    )


def write_reviews(products: tuple[Product, ...], plan: Plan, calendar: SimulatedDays) -> Iterator[Review]:
    """About seventy-five reviews a day over all products, oldest first."""
    random = Random(f"{calendar.seed}:reviews")
    grammar = load_grammar("captions", "opinions")
    weights = [product.sold_a_day + 1.0 for product in products]
    serial = 0
    for index in range(calendar.days):
        count = round(REVIEWS_A_DAY * calendar.factors[index] * random.uniform(0.85, 1.15))
        moments = sorted(calendar.draw_moment(index, random) for _ in range(count))
        for product, moment in zip(random.choices(products, weights=weights, k=count), moments, strict=True):
            if product.created_at > moment:
                continue
            serial += 1
            polarity = draw_polarity(product.topic, moment, plan, random)
            words = product.topic.draw_words(random) | {"cue": draw_cue(polarity, grammar, random)}
            yield Review(
                review_id=str(identities.hash_number("review", calendar.seed, serial) % 10**12),
                product_id=product.product_id,
                text=grammar.write(f"review_{polarity}", random, words),
                rating=random.choice(RATINGS[polarity]),
                polarity=polarity,
                author_id=str(identities.hash_number("buyer", calendar.seed, random.randrange(9000)) % 10**9),
                published_at=moment,
            )
