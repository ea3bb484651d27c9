"""Coupons of goods as Pinduoduo's gateway writes them in; what a good costs with one out."""

from __future__ import annotations

from datetime import datetime

from spiders.fields import pick, read_code
from spiders.page import Json
from spiders.prices import Price, parse_minor_price


def can_have_coupon(item: Json, captured_at: datetime) -> bool:
    """Whether a coupon is left and the moment lies in its time (s since 1970), as far as it is told."""
    begins, ends = (read_code(pick(item, name)) or 0 for name in ("coupon_start_time", "coupon_end_time"))
    is_left = pick(item, "has_coupon") is not False and read_code(pick(item, "coupon_remain_quantity")) != 0
    return is_left and begins <= captured_at.timestamp() and (ends == 0 or captured_at.timestamp() <= ends)


def take_coupon(group: Price | None, item: Json, captured_at: datetime) -> Price | None:
    """The group price less the coupon, where one can be had and the price reaches its least amount."""
    discount = parse_minor_price(pick(item, "coupon_discount"))
    least = parse_minor_price(pick(item, "coupon_min_order_amount"))
    if group is None or discount is None or (least is not None and group.low < least.low):
        return group
    if not can_have_coupon(item, captured_at):
        return group
    return group._replace(low=group.low - discount.low) if group.low > discount.low else group
