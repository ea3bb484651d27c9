"""Prices as shown (`¥1,299.00`, `￥9.9起`, `券后 ¥19.9 原价 199`) in; exact decimals with a currency out."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import NamedTuple

from spiders.errors import BadPrice
from spiders.numerals import CHINESE_DIGITS, FULL_WIDTH, NOT_SHOWN, read_chinese_number

MAX_PRICE = Decimal(10) ** 13
"""Larger amounts are faults; the contract holds 18 digits, 4 of them decimals."""

OFF_SHELF = frozenset({"-1", "-1.0", "-1.00"})
"""What JD shows as the price of what is no longer on sale."""
_NOT_SHOWN = NOT_SHOWN | OFF_SHELF | {"暂无报价", "暂无价格"}
_CURRENCIES = (
    ("HKD", r"HK\$|港币|港元"),
    ("TWD", r"NT\$|(?:新)?台币|(?:新)?臺幣|新台幣"),
    ("SGD", r"(?<![A-Za-z])S\$|SG\$|新加坡元|新元"),
    ("AUD", r"(?<![A-Za-z])A\$|AU\$|澳元"),
    ("CAD", r"(?<![A-Za-z])C\$|CA\$|加元"),
    ("USD", r"US\s*\$|美元|美金"),
    ("JPY", r"JP[¥￥]|円|日元|日币"),
    ("EUR", r"€|欧元"),
    ("GBP", r"£|英镑"),
    ("KRW", r"₩|韩元|韩币"),
    ("THB", r"฿|泰铢"),
    # The yuan last: its 元 ends the names of most others.
    ("CNY", r"人民币|RMB|CN[¥￥]|元|块钱|块"),
)
_MARKS = tuple((code, re.compile(rf"{code}|{marks}", re.IGNORECASE)) for code, marks in _CURRENCIES)
_ISO_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_ANY_MARK = re.compile(
    "|".join(f"{code}|{marks}" for code, marks in _CURRENCIES) + r"|[¥￥$]|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])",
    re.IGNORECASE,
)
_DOLLARS = frozenset({"USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD"})
_STRUCK = re.compile(
    r"(?:原价|划线价|市场价|吊牌价|专柜价|日常价|建议零售价|参考价|官方价|门市价)\s*[:：]?\s*"
)
_WORDS = re.compile(
    r"券后价?|预估到手价?|到手价?|活动价|促销价|秒杀价|拼团价|拼单价|团购价|折后价?|会员价|现价|售价|价格|单价|优惠价|特价|预估|"
    r"预售价|补贴价|百亿补贴价?|直播价|代发价|批发价|含税|包邮|约|左右|仅需|仅|低至|最低|from|起售|起|"
    r"(?:/|每)\s*(?:件|个|斤|份|盒|瓶|套|双|包|袋|箱|罐|桶|支|只|条|台|部|本|把|对|副|床|提)|(?<![0-9]),|,(?![0-9])|[:;|\s]+"
)
_BRACKETS = re.compile(r"\(\s*\)")
_SPOKEN = re.compile(
    r"(?<![0-9.零〇一二两三四五六七八九十百千万])"
    r"(?:(?P<digits>[0-9]{1,7})|(?P<words>[零〇一二两三四五六七八九十百千万]+))\s*(?P<unit>块钱?|元)"
    r"(?:(?P<tenths>[0-9]{1,2}|[一二两三四五六七八九半])(?P<jiao>[毛角])?(?=$|[\s,;:()~—–/-]|起|包邮|左右|至|到))?"
)
"""9块9, 9元9角, 三块五, 二十九块: whole yuan, and what follows their word as tenths or hundredths."""
_AMOUNT = r"[0-9][0-9.,]*[0-9]|[0-9]"
_GROUPS = re.compile(
    r"(?<![0-9.,])(?P<head>[0-9]{1,3})(?:(?P<space>(?: [0-9]{3})+)|(?P<mark>(?:['’][0-9]{3})+))(?![0-9])"
)
"""Thousands apart by blanks (1 299,00) or by apostrophes (1'299.00)."""
_DECIMAL_COMMA = re.compile(r",[0-9]{1,2}(?![0-9])")
_WITH_COMMA = frozenset(
    {"EUR", "BRL", "ARS", "CLP", "COP", "CZK", "DKK", "HUF", "IDR", "ISK", "NOK", "PLN", "RON", "RUB", "SEK",
     "TRY", "UAH", "VND"}
)  # fmt: skip
"""Currencies of lands that write a comma before decimals, so that a point or blank parts thousands (CLDR)."""
_UNIT = r"(?:\s*([万亿wW千kK])(?![A-Za-z]))?"
_PRICES = re.compile(rf"({_AMOUNT}){_UNIT}(?:\s*(?:-|~|—|–|至|到)\s*({_AMOUNT}){_UNIT})?")
_PROMOTION = re.compile(r"(?<![0-9.])0\s*元购|免费|零元|免单")
_UNITS = {"": 1, "千": 1000, "k": 1000, "w": 10_000, "万": 10_000, "亿": 10**8}
_FOUR_PLACES = Decimal("0.0001")


class Price(NamedTuple):
    """A price asked: `low` of a range or the only one, `high` of a range, the struck-out one shown beside."""

    low: Decimal
    high: Decimal | None
    currency: str
    list_price: Decimal | None = None


def parse_price(value: object, currency: str | None = None) -> Price | None:
    """A price as shown, in whole units (yuan) -> Price; None when not shown or -1 (off the shelf).

    `currency` is an ISO 4217 code for amounts that carry no mark, and decides what `$` and `¥` mean. BadPrice
    for negative amounts, 0元购, text without an amount, and an amount whose currency is unknown.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _parse_text(value, currency)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadPrice(f"a {type(value).__name__}", value)
    if isinstance(value, float | Decimal) and math.isnan(value):
        return None
    if value == -1:
        return None
    if currency is None:
        raise BadPrice("no currency", value)
    return Price(_check(Decimal(str(value)), value), None, currency)


def parse_currency(name: object) -> str | None:
    """A currency as people write it (`人民币`, `RMB`, `¥`, `US$`) -> ISO 4217 code; None when it is none."""
    text = name.strip().translate(FULL_WIDTH).replace("￥", "¥") if isinstance(name, str) else ""
    if re.fullmatch(r"[A-Za-z]{3}", text) and text.upper() != "RMB":
        return text.upper()
    return _find_currency(text) or _read_sign(text, None)


def parse_minor_price(value: object, currency: str = "CNY") -> Price | None:
    """A price in hundredths (fen, cents), as whole number or digits -> Price; None when not shown or -1."""
    if value is None or value == -1:
        return None
    if isinstance(value, str) and value.strip().translate(FULL_WIDTH).lower() in _NOT_SHOWN:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip().isdecimal():
        raise BadPrice("no whole number of hundredths", value)
    return Price(_check(Decimal(int(value)) / 100, value), None, currency)


def _check(amount: Decimal, raw: object) -> Decimal:
    if not amount.is_finite() or not 0 <= amount < MAX_PRICE:
        raise BadPrice("negative" if amount.is_finite() and amount < 0 else "too large", raw)
    exponent = amount.as_tuple().exponent
    return (
        amount
        if isinstance(exponent, int) and -4 <= exponent <= 0
        else amount.quantize(_FOUR_PLACES, ROUND_HALF_EVEN)
    )


@lru_cache(maxsize=16_384)
def _parse_text(shown: str, currency: str | None) -> Price | None:
    if len(shown) > 120:
        raise BadPrice("too long", shown)
    text = shown.strip().translate(FULL_WIDTH).replace("￥", "¥")
    if text.lower() in _NOT_SHOWN:
        return None
    if _PROMOTION.search(text):
        raise BadPrice("a promotion, no price", shown)
    found_currency = _find_currency(text) or _read_sign(text, currency)
    if found_currency is None:
        raise BadPrice("no currency", shown)
    if found_currency == "CNY":
        text = _SPOKEN.sub(_write_spoken, text)
    asked, struck = _split_struck(_join_groups(text, found_currency))
    price = _read_amounts(asked or struck, found_currency, shown)
    if asked and struck:
        price = price._replace(list_price=_read_amounts(struck, found_currency, shown).low)
    return price


def _write_spoken(found: re.Match[str]) -> str:
    """An amount as it is spoken, in digits; as it stands where it is none."""
    yuan = int(found["digits"]) if found["digits"] else read_chinese_number(found["words"])
    if yuan is None:
        return found[0]
    tenths = found["tenths"] or ""
    if tenths and found["jiao"] and len(tenths) > 1:
        return found[0]
    if tenths and not tenths.isascii():
        tenths = str(CHINESE_DIGITS.get(tenths, 5))
    return f"{yuan}.{tenths}元" if tenths else f"{yuan}元"


def _join_groups(text: str, currency: str) -> str:
    """Amounts in text without the blanks and apostrophes between their thousands.

    A blank parts thousands only where the currency's lands write so, or decimals behind a comma follow;
    anywhere else 199 299 are two prices.
    """

    def join(found: re.Match[str]) -> str:
        is_two = (
            found["space"] and currency not in _WITH_COMMA and not _DECIMAL_COMMA.match(text, found.end())
        )
        return found[0] if is_two else re.sub(r"[ '’]", "", found[0])

    return _GROUPS.sub(join, re.sub(r"\s", " ", text))


def _split_struck(text: str) -> tuple[str, str]:
    """Text -> (asked part, struck-out part); the struck-out price may stand before or after the one asked."""
    found = _STRUCK.search(text)
    if found is None:
        return text, ""
    before, after = text[: found.start()], text[found.end() :]
    if re.search(r"[0-9]", before):
        return before, after
    struck = re.match(rf"[¥$\s]*(?:{_AMOUNT}){_UNIT}元?", after)
    return ("", after) if struck is None else (after[struck.end() :].strip(), struck[0])


def _find_currency(text: str) -> str | None:
    for code, marks in _MARKS:
        if marks.search(text):
            return code
    iso = _ISO_CODE.search(text)
    return iso[0] if iso else None


def _read_sign(text: str, currency: str | None) -> str | None:
    if "$" in text:
        return currency if currency in _DOLLARS else "USD"
    if "¥" in text:
        return currency if currency in {"CNY", "JPY"} else "CNY"
    return currency


def _read_amounts(text: str, currency: str, shown: str) -> Price:
    bare = _BRACKETS.sub(" ", _WORDS.sub(" ", _ANY_MARK.sub(" ", text))).strip()
    found = _PRICES.fullmatch(re.sub(r"\s*-\s*", "-", bare))
    if found is None:
        raise BadPrice("negative" if bare.startswith("-") else "no price", shown)
    low_unit, high_unit = (found[2] or "").lower(), (found[4] or "").lower()
    if found[3] is None:
        return Price(
            _check(_read_decimal(found[1], currency, shown) * _UNITS[low_unit], shown), None, currency
        )
    low = _check(_read_decimal(found[1], currency, shown) * _UNITS[low_unit or high_unit], shown)
    high = _check(_read_decimal(found[3], currency, shown) * _UNITS[high_unit], shown)
    if low > high:
        raise BadPrice("range upside down", shown)
    return Price(low, high if high > low else None, currency)


def _read_decimal(digits: str, currency: str, shown: str) -> Decimal:
    """Digits with separators -> Decimal; 1,299.00, 1.299,00, 12,50, 1,299 and 1.299 € are told apart."""
    if currency in _WITH_COMMA and re.fullmatch(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+", digits):
        return Decimal(digits.replace(".", ""))
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", digits):
        return Decimal(digits)
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", digits):
        return Decimal(digits.replace(",", ""))
    if re.fullmatch(
        r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]+,[0-9]{1,2}", digits
    ):
        return Decimal(digits.replace(".", "").replace(",", "."))
    raise BadPrice("separators that fit no amount", shown)
