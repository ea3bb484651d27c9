"""`python -m tests.benchmarks.parsers --json`: counts, prices and times written and read again.

Plain seeded loops, so that a million round trips and 200,000 mutilated texts take half a minute. Counts are
written exactly and rounded, prices alone and as ranges, times as epochs, wall clocks and relative words.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from email.utils import format_datetime

from spiders.counts import Count, parse_count, parse_count_range
from spiders.errors import BadValue
from spiders.moments import EARLIEST, SHANGHAI, parse_moment_shown
from spiders.prices import Price, parse_minor_price, parse_price
from tests.benchmarks.machine import describe_machine
from tests.shown_values import format_count, format_price

CAPTURED = datetime(2026, 11, 22, 4, 30, 20, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 12, 30, 20, tzinfo=SHANGHAI)
CURRENCIES = ("CNY", "USD", "HKD", "JPY", "EUR", "GBP", "TWD", "KRW", "THB", "SGD")
WORDS_AROUND = (("", ""), ("已售", "件"), ("", "人付款"), ("播放", "次"), (" ", "热度"), ("点赞 ", ""))
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
FRAGMENTS = (
    *"0123456789.,+-~—至到万亿千百十wWkK¥￥$元起约券原价昨天前今周月日年:：T Z/#()（）零〇两半几٣½①∞",
    *(
        "\ud800",
        "\x00",
        "\u202e",
        "\u200d",
        "🔥",
        "NaN",
        "1e9",
        "已售",
        "小时前",
        "GMT",
        "+0800",
        "2026-",
        "Nov ",
    ),
)
Trial = Callable[[random.Random], tuple[object, object, object]]
"""A chance -> what was written, what it stands for, what was read."""


def try_count(chance: random.Random) -> tuple[object, object, object]:
    """A count written exactly, in the way one of the platforms does."""
    value = int(10 ** chance.uniform(0, 12))
    before, after = chance.choice(WORDS_AROUND)
    form = chance.randrange(5)
    text = (
        f"{value}"
        if form == 0
        else f"{value:,}"
        if form == 1
        else format_count(value).replace("万", "w")
        if form == 2
        else format_count(value).translate(FULL_WIDTH)
        if form == 3
        else format_count(value)
    )
    shown = f"{before}{text}{after}"
    return shown, Count(value, False), parse_count(shown)


def try_rounded_count(chance: random.Random) -> tuple[object, object, object]:
    """A count written with at most two decimals: it is read as what the digits say, never more."""
    value, decimals = int(10 ** chance.uniform(4, 12)), chance.randrange(3)
    unit = 10**8 if value >= 10**8 else 10_000
    rounded = (Decimal(value) / unit).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN) * unit
    is_floor = chance.random() < 0.3
    shown = format_count(value, decimals) + ("+" if is_floor else "")
    return shown, Count(int(rounded), is_floor), parse_count(shown)


def try_price(chance: random.Random) -> tuple[object, object, object]:
    """A price or a range with a currency."""
    low = Decimal(chance.randrange(10 ** chance.randint(1, 11))).scaleb(-chance.randrange(3))
    high = low + Decimal(chance.randrange(1, 10**6)).scaleb(-2) if chance.random() < 0.3 else None
    price = Price(low, high, chance.choice(CURRENCIES))
    shown = format_price(price)
    return shown, price, parse_price(shown)


def try_yuan(chance: random.Random) -> tuple[object, object, object]:
    """A price in yuan as a shop writes it, or in fen."""
    fen = chance.randrange(1, 10 ** chance.randint(2, 10))
    yuan = Decimal(fen) / 100
    form = chance.randrange(5)
    if form == 0:
        return fen, yuan, read_low(parse_minor_price(fen))
    shown = (f"¥{yuan:.2f}", f"￥{yuan:,.2f}", f"{yuan:.2f}元", f"到手价：¥ {yuan:.2f}起")[form - 1]
    return shown, yuan, read_low(parse_price(shown, "CNY"))


def read_low(price: Price | None) -> Decimal | None:
    """The lower end of a price."""
    return None if price is None else price.low


def try_moment(chance: random.Random) -> tuple[object, object, object]:
    """A moment between 2000 and the capture, written in full."""
    span = int((CAPTURED - EARLIEST).total_seconds())
    moment = EARLIEST + timedelta(seconds=chance.randrange(span))
    wall, seconds = moment.astimezone(SHANGHAI), int(moment.timestamp())
    form = chance.randrange(9)
    shown: object = (
        lambda: seconds,
        lambda: str(seconds * 1000),
        lambda: f"{wall:%Y-%m-%d %H:%M:%S}",
        lambda: wall.isoformat(),
        lambda: f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        lambda: f"{wall.year}年{wall.month}月{wall.day}日 {wall:%H:%M:%S}",
        lambda: f"{wall:%Y%m%d%H%M%S}",
        lambda: f"{wall:%a %b %d %H:%M:%S %z %Y}",
        lambda: format_datetime(moment.replace(tzinfo=UTC), usegmt=True),
    )[form]()
    found = parse_moment_shown(shown, CAPTURED)
    return shown, moment, found and found.moment


def try_relative_moment(chance: random.Random) -> tuple[object, object, object]:
    """A moment of the last days, written in relation to the capture or without its year."""
    number, form = chance.randrange(1, 60), chance.randrange(5)
    day = NOON.date() - timedelta(days=chance.randrange(1, 300))
    hour, minute = chance.randrange(12), chance.randrange(60)
    shown, meant = (
        (f"{number}分钟前", NOON - timedelta(minutes=number)),
        (f"{number}小时前", NOON - timedelta(hours=number)),
        (f"{number}天前", join(NOON.date() - timedelta(days=number), 0, 0)),
        (f"昨天 {hour:02}:{minute:02}", join(NOON.date() - timedelta(days=1), hour, minute)),
        (f"{day:%m-%d} {hour:02}:{minute:02}", join(day, hour, minute)),
    )[form]
    found = parse_moment_shown(shown, CAPTURED)
    return shown, meant.astimezone(UTC), found and found.moment


def join(day: object, hour: int, minute: int) -> datetime:
    """A wall clock of Shanghai."""
    return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00").replace(tzinfo=SHANGHAI)


def try_hostile_text(chance: random.Random) -> tuple[object, object, object]:
    """Fragments in any order: a value, nothing, or BadValue with its reason, and no other error."""
    shown = "".join(chance.choice(FRAGMENTS) for _ in range(chance.randint(1, 12)))
    for read in (
        parse_count,
        parse_count_range,
        lambda text: parse_price(text, "CNY"),
        parse_minor_price,
        lambda text: parse_moment_shown(text, CAPTURED),
    ):
        try:
            read(shown)
        except BadValue:
            continue
    return shown, None, None


TRIALS: dict[str, tuple[Trial, float]] = {
    "counts": (try_count, 0.2),
    "counts_rounded": (try_rounded_count, 0.1),
    "prices": (try_price, 0.15),
    "prices_in_yuan": (try_yuan, 0.15),
    "moments": (try_moment, 0.25),
    "moments_relative": (try_relative_moment, 0.15),
    "hostile_texts": (try_hostile_text, 0.2),
}
"""Each trial with its share of the number asked for; round trips are 1.0 together, hostile texts besides."""


def run_trials(number: int, seed: int) -> dict[str, object]:
    """Run them all; how many, how many differ, what was not caught, and the first examples of each."""
    results: dict[str, object] = {}
    begun = time.perf_counter()
    trips = differing = uncaught = 0
    for name, (attempt, share) in TRIALS.items():
        chance = random.Random(f"{seed} {name}")
        faults: Counter[str] = Counter()
        examples: list[str] = []
        for _ in range(round(number * share)):
            try:
                shown, meant, found = attempt(chance)
            except Exception as error:  # noqa: BLE001 - what is not caught is what is counted
                faults["uncaught"] += 1
                examples.append(f"{type(error).__name__}: {error}"[:200])
                continue
            if meant != found:
                faults["differing"] += 1
                examples.append(f"{shown!r} means {meant!r}, read as {found!r}")
        times = round(number * share)
        trips += times if name != "hostile_texts" else 0
        differing, uncaught = differing + faults["differing"], uncaught + faults["uncaught"]
        results[name] = {"times": times, **faults, **({"examples": examples[:5]} if examples else {})}
    return {
        "round_trips": trips,
        "differing": differing,
        "uncaught": uncaught,
        "seconds": round(time.perf_counter() - begun, 1),
        "by_trial": results,
    }


def main() -> None:
    """Run and print; exit code 1 when anything differs or is not caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--json", action="store_true", help="add the machine")
    options = parser.parse_args()
    result = run_trials(options.times, options.seed)
    report = {"benchmark": "parsers", "machine": describe_machine(), "results": result}
    print(json.dumps(report if options.json else result, ensure_ascii=False, indent=2))
    sys.exit(1 if result["differing"] or result["uncaught"] else 0)


if __name__ == "__main__":
    main()
