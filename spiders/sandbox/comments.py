"""A post in, the comments and bullet comments under it out, written only when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from spiders.sandbox import identities
from spiders.sandbox.phrases import load_grammar
from spiders.sandbox.planted import Plan
from spiders.sandbox.posts import Polarity, WorldPost, draw_cue, draw_polarity

MAX_DANMAKU = 200


@dataclass(frozen=True, slots=True)
class WorldComment:
    """One comment; `parent_id` is the comment it answers, None at the top level."""

    comment_id: str
    text: str
    author_id: str
    published_at: datetime
    polarity: Polarity
    likes: int
    parent_id: str | None

    @property
    def author_name(self) -> str:
        """The author's invented nickname."""
        return identities.make_author_name(self.author_id)


@dataclass(frozen=True, slots=True)
class WorldDanmaku:
    """One bullet comment: its place in the video (seconds), when it was sent, and what it says."""

    danmaku_id: str
    position: float
    sent_at: datetime
    text: str
    sender: str


def write_comments(post: WorldPost, plan: Plan, seed: int) -> tuple[WorldComment, ...]:
    """All comments that the post will ever have, oldest first; the j-th is seen once j are counted."""
    random = Random(f"{seed}:comments:{post.platform}:{post.post_id}")
    grammar = load_grammar("captions", "opinions")
    comments: list[WorldComment] = []
    for number in range(post.final_comments):
        moment = post.published_at + timedelta(hours=post.hours_until((number + 1) / post.final_comments))
        polarity = draw_polarity(post.topic, moment, plan, random)
        if post.topic is None or random.random() < 0.2:
            text, polarity = grammar.write("comment_general", random, {"tag": "", "item": ""}), "neutral"
        else:
            words = post.topic.draw_words(random) | {"cue": draw_cue(polarity, grammar, random)}
            text = grammar.write(f"comment_{polarity}", random, words)
        parent = random.choice(comments).comment_id if comments and random.random() < 0.15 else None
        comments.append(
            WorldComment(
                comment_id=str(
                    identities.hash_number("comment", seed, post.post_id, number) % 10**12 + 10**12
                ),
                text=text,
                author_id=str(
                    identities.hash_number("voice", seed, random.randrange(20_000)) % 10**9 + 10**6
                ),
                published_at=moment,
                polarity=polarity,
                likes=int(random.paretovariate(0.9)) - 1,
                parent_id=parent,
            )
        )
    return tuple(comments)


def write_danmaku(post: WorldPost, moment: datetime, seed: int) -> tuple[WorldDanmaku, ...]:
    """The bullet comments that the post has at a moment, oldest first, at most 200."""
    random = Random(f"{seed}:danmaku:{post.post_id}")
    grammar = load_grammar("captions", "opinions")
    values = post.topic.draw_words(random) if post.topic else {"tag": "这期", "word": "有意思", "item": ""}
    final = int(post.final_views * post.rates[3])
    lines = []
    for number in range(min(post.counts_at(moment)["danmaku"], MAX_DANMAKU)):
        sent = post.published_at + timedelta(hours=post.hours_until((number + 1) / final))
        serial = identities.hash_number("danmaku", post.post_id, number)
        lines.append(
            WorldDanmaku(
                danmaku_id=str(serial % 10**18),
                position=round(random.uniform(0, 240), 3),
                sent_at=sent,
                text=grammar.write("danmaku", random, values),
                sender=f"{serial % 2**32:08x}",
            )
        )
    return tuple(lines)
