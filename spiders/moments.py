"""Times as shown (epoch numbers, `昨天 12:30`, `3天前`, `08-15`) in; UTC moments with their precision out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from spiders.errors import BadMoment
from spiders.numerals import FULL_WIDTH, NOT_SHOWN
from warehouse.records import TimePrecision

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Zone of every wall clock on Chinese platforms; no fixed +8, because of summer time 1986-1991."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_EARLIEST_SECONDS = int(EARLIEST.timestamp())
_NOT_SHOWN = NOT_SHOWN | {"0", "1"}
_DAY = timedelta(days=1)
_PREFIX = re.compile(r"^(?:编辑于|发布于|发表于|更新于|创建于|回答于|修改于|最后编辑于)\s*[:：]?\s*")
_REGION = re.compile(
    r"(?:\s+(?:(?:来自|IP属地[:：]?)\s*)?|\s*[·•]\s*)(?!\S*前$)[\u4e00-\u9fff]{2,8}$|\s*IP属地[:：]?\s*[\u4e00-\u9fff]{2,8}$|\s*来自\s*\S+$"
)
_AUDIENCE = re.compile(
    r"\s*(?:(?:转赞|点赞|评论|转发)人数超过\s*[0-9]+[千万]?\+?|@\S+\s*(?:等[0-9]+人\s*)?(?:转发|转赞|评论|赞)过.*)$"
)
"""What Weibo writes behind the time of a status in its search: how many, or which acquaintance, liked it."""

CLOCK = (
    r"(?P<half>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间)?\s*"
    r"(?P<hour>[0-9]{1,2})[:时点](?P<minute>[0-9]{2}|[0-9](?=分))"
    r"(?:[:分](?P<second>[0-9]{2}|[0-9](?=秒))秒?|分)?(?:\s*(?P<meridiem>[AaPp][Mm]))?"
)
"""A time of day as shown: 15:20, 下午 3:20:11, 3:20 PM, 20时13分10秒; its parts go to `read_hour`."""
_AGO = re.compile(
    r"(?P<number>[0-9]{1,4}|半|一|两|三|几)\s*个?(?P<unit>秒钟?|分钟?|小时|钟头|天|日|周|星期|礼拜|月|年)(?:之?前|以前)"
)
_AGO_ENGLISH = re.compile(
    r"(?P<number>[0-9]{1,4})\s*(?P<unit>s|sec|m|min|h|hr|d|w|mo|y)[a-z]*(?:\s+ago)", re.IGNORECASE
)
_NAMED_DAY = re.compile(
    rf"(?P<day>今天|今日|昨天|昨日|大前天|前天|周[一二三四五六日天]|星期[一二三四五六日天])\s*(?:{CLOCK})?"
)
_MONTH_DAY = re.compile(rf"(?P<month>[0-9]{{1,2}})(?:[-/]|月)(?P<day>[0-9]{{1,2}})日?\s*(?:{CLOCK})?")
_FULL_DATE = re.compile(
    rf"(?P<year>[0-9]{{4}})(?:[-/.]|年)(?P<month>[0-9]{{1,2}})(?:[-/.]|月)(?P<day>[0-9]{{1,2}})日?(?:\s*(?:{CLOCK}))?"
)
_EPOCH = re.compile(r"-?[0-9]+|[0-9]{9,13}\.[0-9]{1,9}")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:")
_COMPACT = re.compile(r"(?P<date>(?:19|20)[0-9]{6})(?P<clock>[0-9]{4}(?:[0-9]{2})?)?")
_WEIBO = "%a %b %d %H:%M:%S %z %Y"
_WEEKDAYS = {name: index for index, name in enumerate("一二三四五六日")} | {"天": 6}
_NUMBERS = {"一": 1, "两": 2, "三": 3}
_STEPS: dict[str, tuple[timedelta, TimePrecision]] = {
    "秒": (timedelta(seconds=1), "second"),
    "分": (timedelta(minutes=1), "minute"),
    "小时": (timedelta(hours=1), "hour"),
    "天": (_DAY, "day"),
}
_MORNING = frozenset({"凌晨", "清晨", "早上", "早晨", "上午"})
_NIGHT = frozenset({"晚上", "晚间"})
_UNIT_NAMES = {
    "秒": "秒", "秒钟": "秒", "分": "分", "分钟": "分",
    "小时": "小时", "钟头": "小时", "天": "天", "日": "天",
    "s": "秒", "sec": "秒", "m": "分", "min": "分", "h": "小时", "hr": "小时", "d": "天",
}  # fmt: skip


class ShownMoment(NamedTuple):
    """A time that was shown: the UTC moment, and how exact it is."""

    moment: datetime
    precision: TimePrecision


def parse_moment_shown(value: object, captured_at: datetime) -> ShownMoment | None:
    """A time as shown -> ShownMoment, relative ones counted from `captured_at` on Shanghai's calendar.

    None when not shown (None, empty, 0 or 1 as Douyin writes unknown) and when shown too coarsely for a day
    (2周前, 3个月前). BadMoment for anything else, and for moments before 2000 or over a day past
    `captured_at`. A day of precision is that day's midnight in Shanghai.
    """
    if type(value) is int:
        return _read_epoch(value, value, captured_at)
    if value is None:
        return None
    if isinstance(value, str):
        return _parse_text(value, captured_at)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadMoment("a time without a zone", value)
        return _check(value, "second", value, captured_at)
    if isinstance(value, float):
        if value != value:
            return None
        if abs(value) < 1e18:
            return _read_epoch(int(value), value, captured_at)
    raise BadMoment(f"a {type(value).__name__}", value)


def _read_epoch(number: int, raw: object, captured_at: datetime) -> ShownMoment | None:
    if number in (0, 1):
        return None
    digits = len(str(number))
    for least, divisor in ((18, 10**9), (15, 10**6), (12, 10**3), (9, 1)):
        if digits >= least:
            seconds, rest = divmod(number, divisor)
            break
    else:
        raise BadMoment("too few digits for a time", raw)
    if not _EARLIEST_SECONDS <= seconds < 10**10:
        raise BadMoment("a time out of range", raw)
    moment = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=rest * 10**6 // divisor)
    return _check(moment, "second", raw, captured_at)


def _check(moment: datetime, precision: TimePrecision, raw: object, captured_at: datetime) -> ShownMoment:
    if not EARLIEST <= moment <= captured_at + _DAY:
        raise BadMoment("a time before 2000 or in the future", raw)
    return ShownMoment(moment.astimezone(UTC), precision)


def _parse_text(shown: str, captured_at: datetime) -> ShownMoment | None:
    if len(shown) > 80:
        raise BadMoment("too long", shown)
    text = shown.strip()
    if len(text) == 19 and text[4] == "-" and text[10] == " " and text[16] == ":":
        try:
            return _check(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI), "second", shown, captured_at)
        except ValueError as error:
            raise BadMoment("no such time", shown) from error
    text = text.translate(FULL_WIDTH)
    if text.lower() in _NOT_SHOWN:
        return None
    if _EPOCH.fullmatch(text) and not _COMPACT.fullmatch(text):
        return _read_epoch(int(text.partition(".")[0]), shown, captured_at)
    text = _strip_words(text)
    try:
        for read in _READERS:
            found = read(text, captured_at)
            if found is not None:
                return None if found is _COARSE else _check(found.moment, found.precision, shown, captured_at)
    except BadMoment:
        raise
    except (ValueError, OverflowError) as error:
        raise BadMoment("no such time", shown) from error
    raise BadMoment("no time", shown)


def _strip_words(text: str) -> str:
    return _REGION.sub("", _PREFIX.sub("", _AUDIENCE.sub("", text))).strip()


def find_reference(shown: str) -> TimePrecision | Literal["year"] | None:
    """What must be known of the moment of capture to read a time as shown; None for one that stands alone.

    3分钟前 and 刚刚 want its minute, 2小时前 its hour, 昨天 and 3天前 its day, 11-26 its year.
    """
    text = _strip_words(shown.strip().translate(FULL_WIDTH))
    if _MONTH_DAY.fullmatch(text):
        return "year"
    if _NAMED_DAY.fullmatch(text):
        return "day"
    ago = _read_ago(text, EARLIEST)
    return "minute" if ago and ago.precision == "second" else ago and ago.precision


_COARSE = ShownMoment(EARLIEST, "day")


def _read_ago(text: str, captured_at: datetime) -> ShownMoment | None:
    if text in {"刚刚", "刚才", "just now", "Just now"}:
        return ShownMoment(captured_at, "minute")
    found = _AGO.fullmatch(text) or _AGO_ENGLISH.fullmatch(text)
    if found is None:
        return None
    unit = _UNIT_NAMES.get(found["unit"].lower())
    if unit is None or found["number"] == "几":
        return _COARSE
    step, precision = _STEPS[unit]
    if found["number"] == "半":
        return ShownMoment(captured_at - step / 2, "minute" if unit == "小时" else precision)
    moment = captured_at - int(_NUMBERS.get(found["number"], found["number"])) * step
    if precision == "day":
        moment = _at_midnight(moment.astimezone(SHANGHAI).date())
    return ShownMoment(moment.replace(microsecond=0), precision)


def _read_named_day(text: str, captured_at: datetime) -> ShownMoment | None:
    found = _NAMED_DAY.fullmatch(text)
    if found is None:
        return None
    today = captured_at.astimezone(SHANGHAI).date()
    name = found["day"]
    if name[0] in "周星":
        back = (today.weekday() - _WEEKDAYS[name[-1]]) % 7
        moment = _join(today - back * _DAY, found)
        return moment if moment.moment <= captured_at else _join(today - (back + 7) * _DAY, found)
    return _join(today - {"今": 0, "昨": 1, "前": 2, "大": 3}[name[0]] * _DAY, found)


def _read_month_day(text: str, captured_at: datetime) -> ShownMoment | None:
    found = _MONTH_DAY.fullmatch(text)
    if found is None:
        return None
    # no later than the end of the day of capture: 11月28日 read on the 27th is last year's
    today = captured_at.astimezone(SHANGHAI).date()
    this_year = today.year
    for year in range(this_year, this_year - 9, -1):
        try:
            shown = _join(date(year, int(found["month"]), int(found["day"])), found)
        except ValueError:
            continue
        if shown.moment.astimezone(SHANGHAI).date() <= today:
            return shown
    raise ValueError(text)


def _read_full_date(text: str, captured_at: datetime) -> ShownMoment | None:
    found = _FULL_DATE.fullmatch(text)
    return _join(date(int(found["year"]), int(found["month"]), int(found["day"])), found) if found else None


def _read_compact(text: str, captured_at: datetime) -> ShownMoment | None:
    found = _COMPACT.fullmatch(text)
    if found is None:
        return None
    if found["clock"] is None:
        return ShownMoment(_at_midnight(datetime.strptime(text, "%Y%m%d").date()), "day")
    wall = datetime.strptime(text, "%Y%m%d%H%M%S" if len(text) == 14 else "%Y%m%d%H%M")
    return ShownMoment(wall.replace(tzinfo=SHANGHAI), "second" if len(text) == 14 else "minute")


def _read_iso(text: str, captured_at: datetime) -> ShownMoment | None:
    if _ISO.match(text) is None:
        return None
    moment = datetime.fromisoformat(re.sub(r"\s+(?=[+-]|Z$)", "", text))
    return ShownMoment(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI), "second")


def _read_english(text: str, captured_at: datetime) -> ShownMoment | None:
    if not text[:1].isalpha() and not re.match(r"[0-9]{1,2} [A-Z][a-z]{2} ", text):
        return None
    if text[3:4] == " ":
        return ShownMoment(datetime.strptime(text, _WEIBO), "second")
    moment = parsedate_to_datetime(text)
    return ShownMoment(moment if moment.tzinfo else moment.replace(tzinfo=UTC), "second")


_READERS: tuple[Callable[[str, datetime], ShownMoment | None], ...] = (
    _read_ago,
    _read_named_day,
    _read_full_date,
    _read_month_day,
    _read_compact,
    _read_iso,
    _read_english,
)


def _at_midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _join(day: date, found: re.Match[str]) -> ShownMoment:
    if found["hour"] is None:
        return ShownMoment(_at_midnight(day), "day")
    hour = read_hour(int(found["hour"]), found["half"], found["meridiem"])
    clock = time(hour, int(found["minute"]), int(found["second"] or 0))
    return ShownMoment(
        datetime.combine(day, clock, SHANGHAI), "minute" if found["second"] is None else "second"
    )


def read_hour(hour: int, half: str | None, meridiem: str | None) -> int:
    """An hour and the half of the day named with it -> hour of 24; ValueError where they do not fit.

    晚上12点 is one: people mean the beginning of the next day by it, or the end of lunch.
    """
    if meridiem is not None and not 1 <= hour <= 12:
        raise ValueError(f"{hour} {meridiem}")
    if (half in _NIGHT and hour == 12) or (half in _MORNING and hour > 12):
        raise ValueError(f"{half} {hour}")
    is_late = half in _NIGHT or half in {"下午", "傍晚"} or (half == "中午" and hour < 3)
    is_late = is_late or (meridiem or "").lower() == "pm"
    if is_late and hour < 12:
        return hour + 12
    return 0 if hour == 12 and (half in _MORNING or (meridiem or "").lower() == "am") else hour
