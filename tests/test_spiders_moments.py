"""How times are read: on Shanghai's calendar, counted from when the page was captured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.errors import BadMoment
from spiders.moments import SHANGHAI, find_reference, parse_moment_shown
from tests.shown_values import SHOWN_NOWHERE

CAPTURED = datetime(2026, 1, 1, 4, 30, 20, tzinfo=UTC)
"""12:30:20 on New Year's Day in Shanghai, a Thursday."""

SHOWN = [
    ("刚刚", "2026-01-01T12:30:20", "minute"),
    ("30秒前", "2026-01-01T12:29:50", "second"),
    ("3分钟前", "2026-01-01T12:27:20", "minute"),
    ("半小时前", "2026-01-01T12:00:20", "minute"),
    ("2小时前", "2026-01-01T10:30:20", "hour"),
    ("3天前", "2025-12-29T00:00:00", "day"),
    ("今天 09:05", "2026-01-01T09:05:00", "minute"),
    ("昨天 12:30", "2025-12-31T12:30:00", "minute"),
    ("昨天", "2025-12-31T00:00:00", "day"),
    ("前天", "2025-12-30T00:00:00", "day"),
    ("大前天 12:30", "2025-12-29T12:30:00", "minute"),
    ("3 分钟前", "2026-01-01T12:27:20", "minute"),
    ("3 天前", "2025-12-29T00:00:00", "day"),
    ("2 小时前 · 浙江", "2026-01-01T10:30:20", "hour"),
    ("周三", "2025-12-31T00:00:00", "day"),
    ("周四 13:00", "2025-12-25T13:00:00", "minute"),
    ("12-31", "2025-12-31T00:00:00", "day"),
    ("12-31 23:10", "2025-12-31T23:10:00", "minute"),
    ("08-15", "2025-08-15T00:00:00", "day"),
    ("8月15日", "2025-08-15T00:00:00", "day"),
    ("02-29", "2024-02-29T00:00:00", "day"),
    ("2025-08-15", "2025-08-15T00:00:00", "day"),
    ("2025年8月15日 12:30", "2025-08-15T12:30:00", "minute"),
    ("2025/8/5 9:05", "2025-08-05T09:05:00", "minute"),
    ("2025/8/5 下午 3:20:11", "2025-08-05T15:20:11", "second"),
    ("2025年8月5日 上午12:30", "2025-08-05T00:30:00", "minute"),
    ("2025-08-05 12:05 AM", "2025-08-05T00:05:00", "minute"),
    ("2025/8/5 3:20 PM", "2025-08-05T15:20:00", "minute"),
    ("2025-08-05 下午15:20", "2025-08-05T15:20:00", "minute"),
    ("2025年8月5日20时13分10秒", "2025-08-05T20:13:10", "second"),
    ("2025年8月5日 8时3分", "2025-08-05T08:03:00", "minute"),
    ("昨天 下午3点20", "2025-12-31T15:20:00", "minute"),
    ("昨天 晚上11:05", "2025-12-31T23:05:00", "minute"),
    ("今天 中午12:10", "2026-01-01T12:10:00", "minute"),
    ("2025-08-15 12:30:11", "2025-08-15T12:30:11", "second"),
    ("2025-08-15T12:30:11+08:00", "2025-08-15T12:30:11", "second"),
    ("2025-08-15T04:30:11Z", "2025-08-15T12:30:11", "second"),
    ("Sat Dec 23 17:12:54 +0800 2023", "2023-12-23T17:12:54", "second"),
    ("Sat, 23 Dec 2023 09:12:54 GMT", "2023-12-23T17:12:54", "second"),
    ("编辑于 3天前 浙江", "2025-12-29T00:00:00", "day"),
    ("发布于 昨天 12:30 IP属地：上海", "2025-12-31T12:30:00", "minute"),
    ("今天 03:55 转赞人数超过40", "2026-01-01T03:55:00", "minute"),
    ("今天03:55转赞人数超过40", "2026-01-01T03:55:00", "minute"),
    ("8分钟前 转赞人数超过2000", "2026-01-01T12:22:20", "minute"),
    ("12月25日 21:02 点赞人数超过1万", "2025-12-25T21:02:00", "minute"),
    ("12月25日 21:02 @阿信 赞过", "2025-12-25T21:02:00", "minute"),
    ("12月25日 21:02 @阿信等3人 转赞过", "2025-12-25T21:02:00", "minute"),
    ("20250815", "2025-08-15T00:00:00", "day"),
    (1750000000, "2025-06-15T23:06:40", "second"),
    ("1750000000", "2025-06-15T23:06:40", "second"),
    ("1750000000.0", "2025-06-15T23:06:40", "second"),
    ("1750000000123.0", "2025-06-15T23:06:40.123", "second"),
    (1750000000123, "2025-06-15T23:06:40.123", "second"),
    (1750000000123456, "2025-06-15T23:06:40.123456", "second"),
    (1.75e9, "2025-06-15T23:06:40", "second"),
]


@pytest.mark.parametrize(("shown", "shanghai", "precision"), SHOWN)
def test_times_as_platforms_show_them(shown: object, shanghai: str, precision: str) -> None:
    found = parse_moment_shown(shown, CAPTURED)
    assert found is not None
    assert (found.moment.astimezone(SHANGHAI).replace(tzinfo=None), found.precision) == (
        datetime.fromisoformat(shanghai),
        precision,
    )


@pytest.mark.parametrize(
    "shown", [None, *SHOWN_NOWHERE, 0, 1, "0", "1", "2周前", "半年前", "3个月前", "1年前", float("nan")]
)
def test_not_shown_or_too_coarse_is_none(shown: object) -> None:
    assert parse_moment_shown(shown, CAPTURED) is None


@pytest.mark.parametrize(
    "shown",
    ["abc", "2020-11-0", "2025-02-30", "今天 24:00",
     "13-40", "1988-07-01", "2027-05-01", "2026-01-02 23:00:00", -5, 99,
     10**12 * 9, True, [1], datetime(2025, 1, 1), "x" * 90, "1.5"],
)  # fmt: skip
def test_what_is_no_time_or_cannot_be_true_is_an_error(shown: object) -> None:
    with pytest.raises(BadMoment) as caught:
        parse_moment_shown(shown, CAPTURED)
    assert caught.value.reason == "bad_time"


@pytest.mark.parametrize(
    ("shown", "reference"),
    [
        ("刚刚", "minute"), ("30秒前", "minute"), ("3分钟前", "minute"), ("2小时前", "hour"),
        ("3天前", "day"), ("昨天 12:30", "day"), ("编辑于 周三 上海", "day"), ("11-26", "year"),
        ("11月26日 08:00", "year"), ("2025-11-26", None), ("1750000000", None), ("没有时间", None),
    ],
)  # fmt: skip
def test_what_a_time_as_shown_is_counted_from(shown: str, reference: str | None) -> None:
    assert find_reference(shown) == reference


moments = st.datetimes(datetime(2000, 1, 2), datetime(2035, 1, 1)).map(
    lambda wall: wall.replace(tzinfo=SHANGHAI)
)


@pytest.mark.parametrize(
    ("shown", "captured", "shanghai"),
    [
        ("11月28日", "2026-11-27T10:00:00", "2025-11-28T00:00:00"),
        ("11-28", "2026-11-27T23:59:59", "2025-11-28T00:00:00"),
        ("11-27", "2026-11-27T00:00:00", "2026-11-27T00:00:00"),
        # another day in Shanghai than in London
        ("11-28", "2026-11-28T00:30:00", "2026-11-28T00:00:00"),
        ("01-01", "2026-12-31T10:00:00", "2026-01-01T00:00:00"),
    ],
)
def test_a_day_without_its_year_is_never_tomorrow(shown: str, captured: str, shanghai: str) -> None:
    read = parse_moment_shown(shown, datetime.fromisoformat(captured).replace(tzinfo=SHANGHAI))
    assert read is not None
    assert read.moment == datetime.fromisoformat(shanghai).replace(tzinfo=SHANGHAI)


@given(moments)
def test_what_is_written_is_read_back(moment: datetime) -> None:
    whole = moment.replace(microsecond=0).astimezone(UTC)
    captured = whole + timedelta(days=400)
    wall = whole.astimezone(SHANGHAI)
    seconds = int(whole.timestamp())
    for written in (
        wall.strftime("%Y-%m-%d %H:%M:%S"),
        wall.isoformat(),
        whole.strftime("%Y-%m-%dT%H:%M:%SZ"),
        wall.strftime("%a %b %d %H:%M:%S %z %Y"),
        wall.strftime("%Y年%m月%d日 %H:%M:%S"),
        seconds,
        str(seconds),
        seconds * 1000,
    ):
        found = parse_moment_shown(written, captured)
        assert found is not None and (found.moment, found.precision) == (whole, "second"), written


@given(st.integers(0, 800), moments)
def test_a_day_without_its_year_is_the_last_such_day(days_ago: int, moment: datetime) -> None:
    day = (moment - timedelta(days=days_ago)).date()
    try:
        found = parse_moment_shown(f"{day:%m-%d}", moment)
    except BadMoment:
        return
    assert found is not None
    assert found.moment <= moment + timedelta(days=1)
    assert f"{found.moment.astimezone(SHANGHAI):%m-%d}" == f"{day:%m-%d}"


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats()))
def test_anything_is_a_moment_none_or_bad_moment(value: object) -> None:
    try:
        found = parse_moment_shown(value, CAPTURED)
    except BadMoment:
        return
    assert found is None or found.moment <= CAPTURED + timedelta(days=1)
