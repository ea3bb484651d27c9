"""A seed, a first day and a number of days in, a small world of posts, boards and goods out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from spiders.sandbox.boards import BoardTimeline, BoardWriter, ShownLine
from spiders.sandbox.comments import WorldComment, WorldDanmaku, write_comments, write_danmaku
from spiders.sandbox.goods import Product, Review, write_products, write_reviews
from spiders.sandbox.planted import Plan, PlantedTrend, plant_trends
from spiders.sandbox.posts import PLATFORM_SHARES, PostPlatform, PostWriter, WorldPost
from spiders.sandbox.simulated import SimulatedDays
from spiders.sandbox.topics import Topic, load_topics

DEFAULT_SEED = 7
DEFAULT_FIRST_DAY = date(2026, 10, 19)
DEFAULT_DAYS = 30
POPULAR_HOURS = 26
SHORTEST_WORLD = 14


class WorldTooShort(ValueError):
    """Fewer days than planted trends need."""


@dataclass(frozen=True)
class World:
    """Everything the sandbox serves. Same arguments, same world; parts are written when first asked for."""

    seed: int = DEFAULT_SEED
    first_day: date = DEFAULT_FIRST_DAY
    days: int = DEFAULT_DAYS

    def __post_init__(self) -> None:
        if self.days < SHORTEST_WORLD:
            raise WorldTooShort(
                f"a world needs at least {SHORTEST_WORLD} days to hold its trends, not {self.days}"
            )

    @cached_property
    def calendar(self) -> SimulatedDays:
        """Days, with the promotion day and the half-seen day."""
        return SimulatedDays(self.seed, self.first_day, self.days)

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Topics that the world speaks of."""
        return load_topics()

    @cached_property
    def plan(self) -> Plan:
        """Everything planted: trends, a turn of sentiment, supply, a price cut."""
        return plant_trends(self.topics, self.calendar)

    @property
    def planted(self) -> tuple[PlantedTrend, ...]:
        """The planted trends with their truth."""
        return self.plan.trends

    @property
    def begins(self) -> datetime:
        """First moment (UTC)."""
        return self.calendar.begins

    @property
    def ends(self) -> datetime:
        """Last second (UTC); what is served where no moment is asked for."""
        return self.calendar.ends

    @cached_property
    def _posts(self) -> dict[str, tuple[WorldPost, ...]]:
        return {
            platform: tuple(PostWriter(platform, self.topics, self.plan, self.calendar).write_posts())
            for platform in PLATFORM_SHARES
        }

    @cached_property
    def _posts_by_id(self) -> Mapping[tuple[str, str], WorldPost]:
        return {(post.platform, post.post_id): post for posts in self._posts.values() for post in posts}

    def posts_between(
        self, start: datetime, end: datetime, platform: PostPlatform | None = None
    ) -> tuple[WorldPost, ...]:
        """Posts published in [start, end), oldest first, of one platform or of all."""
        sources = self._posts.values() if platform is None else (self._posts[platform],)
        found = [post for posts in sources for post in posts if start <= post.published_at < end]
        return tuple(sorted(found, key=lambda post: (post.published_at, post.platform, post.serial)))

    def post(self, platform: PostPlatform, post_id: str, moment: datetime) -> WorldPost | None:
        """A post by its id, None when there is none yet."""
        found = self._posts_by_id.get((platform, post_id))
        return found if found and found.published_at <= moment else None

    def popular_at(self, moment: datetime, platform: PostPlatform = "bilibili") -> tuple[WorldPost, ...]:
        """Posts of the last 26 hours, those that gather views fastest first.

        A crawl at the same hour of each day therefore meets every post at least once.
        """
        posts = self.posts_between(moment - timedelta(hours=POPULAR_HOURS), moment, platform)
        return tuple(
            sorted(posts, key=lambda post: (-post.grown_share(moment) * post.final_views, post.serial))
        )

    def comments_of(self, post: WorldPost, moment: datetime) -> tuple[WorldComment, ...]:
        """Comments that are under the post at a moment, oldest first."""
        shown = post.counts_at(moment)["comments"]
        return write_comments(post, self.plan, self.seed)[:shown] if shown else ()

    def danmaku_of(self, post: WorldPost, moment: datetime) -> tuple[WorldDanmaku, ...]:
        """Bullet comments of the post at a moment, oldest first."""
        return write_danmaku(post, moment, self.seed)

    @cached_property
    def boards(self) -> Mapping[str, BoardTimeline]:
        """The hot board of each platform that has one."""
        return BoardWriter(self.topics, self.plan, self.calendar).write_timelines()

    def board_at(
        self, moment: datetime, platform: str = "douyin", board: str = "hot"
    ) -> tuple[ShownLine, ...]:
        """The fifty lines of a board at a moment, hottest first; nothing for a board that does not exist."""
        timeline = self.boards.get(platform) if board == "hot" else None
        return timeline.lines_at(moment) if timeline else ()

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """All products, oldest first."""
        return write_products(self.topics, self.plan, self.calendar)

    def products_at(self, moment: datetime) -> tuple[Product, ...]:
        """Products on offer at a moment."""
        return tuple(product for product in self.products if product.created_at <= moment)

    @cached_property
    def reviews(self) -> tuple[Review, ...]:
        """All reviews of the world, oldest first."""
        return tuple(write_reviews(self.products, self.plan, self.calendar))

    @cached_property
    def _reviews_by_product(self) -> Mapping[str, tuple[Review, ...]]:
        grouped: dict[str, list[Review]] = {}
        for review in self.reviews:
            grouped.setdefault(review.product_id, []).append(review)
        return {product_id: tuple(reviews) for product_id, reviews in grouped.items()}

    def reviews_of(self, product: Product, moment: datetime) -> tuple[Review, ...]:
        """Reviews under a product at a moment, oldest first."""
        reviews = self._reviews_by_product.get(product.product_id, ())
        return tuple(review for review in reviews if review.published_at <= moment)
