"""How prices are read: exact decimals, a currency always, never a guess."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.errors import BadPrice
from spiders.prices import Price, parse_currency, parse_minor_price, parse_price
from tests.shown_values import SHOWN_NOWHERE, format_price

D = Decimal
READ = [
    ("52.90", Price(D("52.90"), None, "CNY")),
    ("¥1,299.00", Price(D("1299.00"), None, "CNY")),
    ("￥9.9起", Price(D("9.9"), None, "CNY")),
    ("１９．９元", Price(D("19.9"), None, "CNY")),
    ("25.80 - 91.80", Price(D("25.80"), D("91.80"), "CNY")),
    ("¥25.80-¥91.80", Price(D("25.80"), D("91.80"), "CNY")),
    ("29.9~59.9元", Price(D("29.9"), D("59.9"), "CNY")),
    ("券后 ¥19.9 原价 199", Price(D("19.9"), None, "CNY", D("199"))),
    ("原价￥199 现价￥99", Price(D("99"), None, "CNY", D("199"))),
    ("到手价：¥ 128.00", Price(D("128.00"), None, "CNY")),
    ("¥1.2万", Price(D("12000.0"), None, "CNY")),
    ("99元/件", Price(D("99"), None, "CNY")),
    ("0.00", Price(D("0.00"), None, "CNY")),
    ("$12", Price(D("12"), None, "USD")),
    ("US $5.50", Price(D("5.50"), None, "USD")),
    ("HK$ 88", Price(D("88"), None, "HKD")),
    ("US$ 5", Price(D("5"), None, "USD")),
    ("CA$ 5", Price(D("5"), None, "CAD")),
    ("S$5", Price(D("5"), None, "SGD")),
    ("19.9美元", Price(D("19.9"), None, "USD")),
    ("1999日元", Price(D("1999"), None, "JPY")),
    ("88港元", Price(D("88"), None, "HKD")),
    ("12欧元", Price(D("12"), None, "EUR")),
    ("99 台币", Price(D("99"), None, "TWD")),
    ("9.9包邮", Price(D("9.9"), None, "CNY")),
    ("€1.299,00", Price(D("1299.00"), None, "EUR")),
    ("1.299 €", Price(D("1299"), None, "EUR")),
    ("1.299.000 €", Price(D("1299000"), None, "EUR")),
    ("0.299 €", Price(D("0.299"), None, "EUR")),
    ("1.299", Price(D("1.299"), None, "CNY")),
    ("€1.299,00 - €2.499,00", Price(D("1299.00"), D("2499.00"), "EUR")),
    ("1 299,00 €", Price(D("1299.00"), None, "EUR")),
    ("1\u202f299,00\xa0€", Price(D("1299.00"), None, "EUR")),
    ("12 499 SEK", Price(D("12499"), None, "SEK")),
    ("CHF 1'299.00", Price(D("1299.00"), None, "CHF")),
    ("CHF 1’299’000", Price(D("1299000"), None, "CHF")),
    ("12,50 €", Price(D("12.50"), None, "EUR")),
    ("USD 12.00", Price(D("12.00"), None, "USD")),
    ("9块9", Price(D("9.9"), None, "CNY")),
    ("9块95", Price(D("9.95"), None, "CNY")),
    ("9元9包邮", Price(D("9.9"), None, "CNY")),
    ("9元9角", Price(D("9.9"), None, "CNY")),
    ("三块五", Price(D("3.5"), None, "CNY")),
    ("三块半", Price(D("3.5"), None, "CNY")),
    ("二十九块九毛", Price(D("29.9"), None, "CNY")),
    ("十块", Price(D("10"), None, "CNY")),
    ("9块9-19块9", Price(D("9.9"), D("19.9"), "CNY")),
    ("原价19块9 现价9块9", Price(D("9.9"), None, "CNY", D("19.9"))),
    ("29.9元(券后)", Price(D("29.9"), None, "CNY")),
    ("9.9元左右", Price(D("9.9"), None, "CNY")),
    ("9.9元/袋", Price(D("9.9"), None, "CNY")),
    ("直播价 59.9", Price(D("59.9"), None, "CNY")),
    (59.9, Price(D("59.9"), None, "CNY")),
    (0.1 + 0.2, Price(D("0.3000"), None, "CNY")),
    (128, Price(D("128"), None, "CNY")),
]


@pytest.mark.parametrize(("shown", "price"), READ)
def test_prices_of_a_chinese_shop(shown: object, price: Price) -> None:
    assert parse_price(shown, "CNY") == price


@pytest.mark.parametrize("shown", [None, "暂无报价", "-1", "-1.00", -1, float("nan"), *SHOWN_NOWHERE])
def test_not_shown_or_off_the_shelf_is_none(shown: object) -> None:
    assert parse_price(shown, "CNY") is None


@pytest.mark.parametrize("shown", SHOWN_NOWHERE)
def test_fen_that_are_not_shown_are_none(shown: str) -> None:
    assert parse_minor_price(shown) is None


@pytest.mark.parametrize(
    "shown",
    [
        "0元购",
        "免费",
        "$",
        "¥",
        "面议",
        "¥-5",
        -5,
        1e30,
        float("inf"),
        "1e5",
        "1,29,9",
        True,
        [1],
        "9" * 130,
        "20-10",
        "199 299",
        "20元2件",
        "19元9折",
        "一元购",
        "9.9元/500g",
        "¥19.9/2件",
        "¥199 ¥299",
        "€199 €299",
        "1'29",
    ],
)
def test_what_is_no_price_is_an_error_with_a_reason(shown: object) -> None:
    with pytest.raises(BadPrice) as caught:
        parse_price(shown, "CNY")
    assert caught.value.reason == "bad_price"


def test_an_amount_without_any_currency_is_refused() -> None:
    with pytest.raises(BadPrice):
        parse_price("52.90")
    with pytest.raises(BadPrice):
        parse_price(52.9)


def test_the_sign_is_read_by_the_hint_where_it_is_shared() -> None:
    assert parse_price("¥500", "JPY") == Price(D(500), None, "JPY")
    assert parse_price("$5", "HKD") == Price(D(5), None, "HKD")
    assert parse_price("¥500") == Price(D(500), None, "CNY")


@pytest.mark.parametrize(
    ("name", "code"),
    [("人民币", "CNY"), ("RMB", "CNY"), ("￥", "CNY"), ("元", "CNY"), ("usd", "USD"), ("US$", "USD"),
     ("$", "USD"), ("美元", "USD"), ("HKD", "HKD"), ("港币", "HKD"), ("", None), ("积分", None),
     (None, None), (5, None)],
)  # fmt: skip
def test_currencies_by_all_their_names(name: object, code: str | None) -> None:
    assert parse_currency(name) == code


@pytest.mark.parametrize(
    ("fen", "yuan"),
    [(1990, "19.9"), (1990.0, "19.9"), ("1990", "19.9"), (0, "0"), (None, None), ("-1", None), (-1, None)],
)
def test_fen_are_hundredths(fen: object, yuan: str | None) -> None:
    price = parse_minor_price(fen)
    assert (price.low if price else None) == (D(yuan) if yuan else None)


@pytest.mark.parametrize("fen", ["19.90", -5, 19.9, True, "abc"])
def test_fen_are_whole(fen: object) -> None:
    with pytest.raises(BadPrice):
        parse_minor_price(fen)


amounts = st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False)


@given(amounts, amounts, st.sampled_from(["CNY", "USD", "JPY", "EUR", "HKD", "GBP"]))
def test_what_is_written_is_read_back(first: Decimal, second: Decimal, currency: str) -> None:
    low, high = sorted((first, second))
    price = Price(low, high if high > low else None, currency)
    assert parse_price(format_price(price)) == price
    assert parse_price(f"¥{low:,}") == Price(low, None, "CNY")


@given(st.text(max_size=60))
def test_any_text_is_a_price_none_or_bad_price(text: str) -> None:
    try:
        price = parse_price(text, "CNY")
    except BadPrice:
        return
    assert price is None or (price.low >= 0 and (price.high is None or price.high > price.low))
