"""Heat is a share, in weights that a month keeps, and says apart how many speak and how far it spreads."""

from __future__ import annotations

import math
import re
from datetime import date
from pathlib import Path

import pytest

from tests.heat_world import label_entry
from tests.landed_packages import land, make_entry
from tests.trend_world import LAST_DAY, NOON, TAXONOMY, build_world, label, write_post
from warehouse.load import load_packages
from warehouse.records import Post
from warehouse.store import Warehouse
from warehouse.trends import TrendSettings, build_marts

DOCS = Path(__file__).parent.parent / "docs"


def write_liked(number: int, days_ago: float, likes: int, comments: int) -> Post:
    """A post with these counts."""
    return write_post(number, days_ago, likes=likes, comments=comments)


def test_the_weights_of_a_month_are_those_of_the_weeks_before_it(tmp_path: Path) -> None:
    # February is weighed by 28 days to 24 January, March by those to 21 February
    january = [write_liked(number, 40 + number % 12, 99, 9) for number in range(60)]
    february = [write_liked(1000 + number, 9 + number % 12, 99, 99) for number in range(60)]
    today = [write_liked(2000 + number, 0, 5, 10**6) for number in range(60)]
    with build_world(tmp_path, [[*january, *february, *today]], []) as ask:
        weights = ask(
            "select month, comments_weight, likes_cap, n_docs from mart_engagement_weight order by month"
        )
    assert weights == [
        (date(2026, 1, 1), pytest.approx(2.0), 99, 60),
        (date(2026, 2, 1), pytest.approx(2.0), 99, 60),
        (date(2026, 3, 1), pytest.approx(1.0), 99, 60),
    ]


def test_twice_the_authors_move_the_content_score_by_ln_2_and_not_the_spread(tmp_path: Path) -> None:
    few = [write_post(number, 0, views=1000, likes=10) for number in range(20)]
    many = [write_post(100 + number, 0, views=500, likes=5) for number in range(40)]
    labels = [label(post, "hashtags", "少") for post in few]
    labels += [label(post, "hashtags", "多") for post in many]
    with build_world(tmp_path, [[*few, *many]], labels) as ask:
        found = ask(
            "select topic_id, content_score, spread_score from mart_topic_heat_daily "
            "where platform = 'douyin' and day = ?",
            LAST_DAY,
        )
    rows = {name: scores for name, *scores in found}
    assert rows["tag:多"][0] - rows["tag:少"][0] == pytest.approx(math.log(2))
    assert rows["tag:多"][1] == pytest.approx(rows["tag:少"][1])


def test_heat_is_of_counts_not_of_authors_or_ranks_as_the_page_of_metrics_defines_it(tmp_path: Path) -> None:
    alone = [write_post(number, likes=99, author_key="a" * 64) for number in (1, 2)]
    apart = [write_post(number, likes=99) for number in (3, 4)]
    lines = [
        make_entry(f"{word}今天上了热榜", platform="douyin", rank=rank, captured_at=NOON)
        for word, rank in (("榜首", 1), ("榜尾", 50))
    ]
    labels = [label(post, "keywords", "独语") for post in alone]
    labels += [label(post, "keywords", "众说") for post in apart]
    labels += [label_entry(line, line.title[:2]) for line in lines]
    settings = TrendSettings(least_docs=1)
    with build_world(tmp_path, [[*alone, *apart, *lines]], labels, settings=settings) as ask:
        heat = {
            str(topic): share
            for topic, share in ask(
                "select topic_id, heat_share_bp from mart_topic_heat_daily where platform = 'douyin'"
            )
        }
    assert heat["word:独语"] == heat["word:众说"]
    assert heat["word:榜首"] == heat["word:榜尾"]
    # at noon all the same, they are halved alike
    assert heat["word:众说"] / heat["word:榜首"] == pytest.approx(2 * (1 + math.log(100)), rel=1e-6)
    for page, document, share in (
        ("metrics.md", "document", "heat share"),
        ("metrics.zh.md", "内容", "热度份额"),
    ):
        rows = [row.split(" | ") for row in (DOCS / page).read_text(encoding="utf-8").splitlines()]
        defined = {row[0].removeprefix("| "): row[1] for row in rows if len(row) == 4}
        assert "`search_score`" in defined[document]
        assert not re.search("author|作者|presence|在榜", defined[share])


def test_counts_that_no_post_shows_are_unknown_and_counts_of_nought_are_known(tmp_path: Path) -> None:
    hidden = [write_post(number, 0) for number in range(3)]
    shown = [write_post(100 + number, 0, likes=0, views=number or None) for number in range(3)]
    labels = [label(post, "hashtags", "不显示") for post in hidden]
    labels += [label(post, "hashtags", "没人看") for post in shown]
    with build_world(tmp_path, [[*hidden, *shown]], labels) as ask:
        rows = ask(
            "select topic_id, plays, engagement, spread_score from mart_topic_heat_daily "
            "where platform = 'all' order by topic_id"
        )
    assert rows == [("tag:不显示", None, None, None), ("tag:没人看", 3, 0, pytest.approx(math.log(4)))]


def test_counts_that_are_not_shown_make_no_usual_count(tmp_path: Path) -> None:
    shown = [write_post(number, 20 + number % 12, likes=99, comments=9) for number in range(40)]
    hidden = [write_post(100 + number, 20 + number % 12, likes=99) for number in range(60)]
    today = write_post(999, 0)
    with build_world(tmp_path, [[*shown, *hidden, today]], []) as ask:
        assert ask("select comments_weight from mart_engagement_weight where month = '2026-03-01'") == [
            (pytest.approx(2.0),)
        ]


@pytest.mark.parametrize(
    ("comments", "weight"),
    [((9, 9, 9), 2.0), ((0, 0, 9), 4.0), ((0, 0, 0), 4.0), ((9, None, None), 2.0), ((None, None, None), 1.0)],
    ids=["usual", "most posts have none", "none has any", "few show them", "none shows them"],
)
def test_a_count_that_most_posts_lack_weighs_the_most_that_any_may(
    comments: tuple[int | None, ...], weight: float, tmp_path: Path
) -> None:
    settled = [
        write_post(number, 20 + number % 12, likes=99, comments=comments[number % 3]) for number in range(60)
    ]
    with build_world(tmp_path, [[*settled, write_post(999, 0)]], []) as ask:
        assert ask("select comments_weight from mart_engagement_weight where month = '2026-03-01'") == [
            (pytest.approx(weight),)
        ]


def test_one_voice_on_all_platforms_is_no_support_there_either(tmp_path: Path) -> None:
    loud = [write_post(number, 0, author_key="a" * 64) for number in range(9)]
    calm = [write_post(100 + number, 0, platform="weibo") for number in range(12)]
    with build_world(
        tmp_path, [[*loud, *calm]], [label(post, "hashtags", "露营") for post in loud + calm]
    ) as ask:
        rows = ask("select platform, n_docs, n_authors, status from mart_topic_heat_daily order by platform")
    assert rows == [
        ("all", 21, 13, "low_support"),
        ("douyin", 9, 1, "low_support"),
        ("weibo", 12, 12, "ok"),
    ]


def test_the_heat_of_a_week_is_that_of_its_days_also_those_without_the_topic(tmp_path: Path) -> None:
    once = [write_post(number, 3) for number in range(5)]
    daily = [write_post(100 + number, number % 7) for number in range(70)]
    labels = [label(post, "hashtags", "一日") for post in once]
    labels += [label(post, "hashtags", "天天") for post in daily]
    with build_world(tmp_path, [[*once, *daily]], labels) as ask:
        (day,) = ask(
            "select heat_share_bp from mart_topic_heat_daily where platform = 'all' and topic_id = 'tag:一日'"
        )
        weeks = ask("select topic_id, heat_share_bp, heat_rank_diff from v_weekly_trend order by topic_id")
    assert weeks == [
        ("tag:一日", pytest.approx(day[0] / 7), None),
        ("tag:天天", pytest.approx(1e4 - day[0] / 7), 0),
    ]


@pytest.mark.parametrize(
    ("present", "index"),
    [
        (12, 200.0),
        # half of the days: the middle lies between none and a quarter
        (10, 400.0),
        # usually there is none of it, and nothing can be said in parts of that
        (8, None),
    ],
)
def test_what_is_usual_of_a_topic_counts_the_days_without_it(
    present: int, index: float | None, tmp_path: Path
) -> None:
    # four posts on each of twenty days, one of them on the topic on some; two of four today
    posts = [write_post(4 * day + place, day) for day in range(21) for place in range(4)]
    topic = [posts[0], posts[1], *posts[4 : 4 + 4 * present : 4]]
    labels = [label(post, "interests", "08.01") for post in topic]
    with build_world(tmp_path, [posts], labels) as ask:
        assert ask(
            "select heat_share_bp, heat_index from mart_topic_heat_daily "
            "where platform = 'douyin' and topic_id = 'interest:08.01' and day = ?",
            LAST_DAY,
        ) == [(pytest.approx(5000), None if index is None else pytest.approx(index))]


def test_a_day_that_turns_out_to_have_been_read_is_one_without_the_topic(tmp_path: Path) -> None:
    posts = [write_post(4 * day + place, day) for day in range(21) for place in range(4)]
    unread = [post for post in posts if 44 <= int(post.post_id[2:]) < 48]
    topic = [posts[0], posts[1], *posts[4:44:4]]
    labels = [label(post, "interests", "08.01") for post in topic]
    asked = (
        "select heat_index from mart_topic_heat_daily "
        "where platform = 'douyin' and topic_id = 'interest:08.01' and day = ?"
    )
    with build_world(tmp_path, [[post for post in posts if post not in unread]], labels) as ask:
        assert ask(asked, LAST_DAY) == [(pytest.approx(200),)]
    land(tmp_path / "landing", unread, run_id="late")
    with Warehouse.open(tmp_path, least_free_bytes=0) as warehouse:
        load_packages(warehouse, tmp_path / "landing")
        build_marts(warehouse, "run-2", as_of=LAST_DAY, taxonomy=TAXONOMY)
        assert warehouse.connection.execute(asked, [LAST_DAY]).fetchall() == [(pytest.approx(400),)]


def test_shares_of_a_platform_add_up_and_a_single_voice_is_no_support(tmp_path: Path) -> None:
    loud = [write_post(number, 0, author_key="a" * 64) for number in range(10)]
    calm = [write_post(100 + number, 0) for number in range(30)]
    labels = [label(post, "hashtags", "独角戏") for post in loud]
    labels += [label(post, "hashtags", "众人") for post in calm]
    with build_world(tmp_path, [[*loud, *calm]], labels) as ask:
        rows = ask(
            "select topic_id, heat_share_bp, status from mart_topic_heat_daily "
            "where platform = 'douyin' and day = ? order by topic_id desc",
            LAST_DAY,
        )
    assert [(name, status) for name, _, status in rows] == [
        ("tag:独角戏", "low_support"),
        ("tag:众人", "ok"),
    ]
    assert sum(share for _, share, _ in rows) == pytest.approx(1e4, abs=1e-3)
