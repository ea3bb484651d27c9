"""A file of texts with judged aspects, one row or one column an aspect, in -> texts with ours out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from nlp.aspects import ASPECTS, POLARITIES
from nlp.errors import EvaluationError
from nlp.labelled_file import read_cell, read_columns, read_label, read_rows
from nlp.text import normalise_text

_TEXT_COLUMNS = ("text", "reviewbody", "review", "content", "sentence")
_POLARITY_COLUMNS = ("polarity", "label", "sentiment", "sentiment_value")
_SIGNS = {
    **dict.fromkeys(("-1", "neg", "negative", "负面", "负向", "消极", "差评"), -1),
    **dict.fromkeys(("0", "neu", "neutral", "中性", "中立"), 0),
    **dict.fromkeys(("1", "pos", "positive", "正面", "正向", "积极", "好评"), 1),
}
_ABSENT = "-2"
"""What sets with a column for each aspect write where a text does not speak of it."""

ASPECTS_BY_NAME: Mapping[str, str] = {
    **{aspect: aspect for aspect in ASPECTS},
    **dict.fromkeys(("功效", "效果", "性能", "动力", "油耗", "功效效果"), "efficacy"),
    **dict.fromkeys(
        ("质量", "做工", "质量做工", "配置", "environment_cleaness", "卫生"), "quality"
    ),
    **dict.fromkeys(("材质", "成分", "安全", "安全性", "材质成分安全"), "material"),
    **dict.fromkeys(("外观", "颜值", "外观颜值", "内饰", "environment_decoration", "dish_look"), "look"),
    **dict.fromkeys(
        (
            "尺码", "版型", "适配", "空间", "舒适性", "舒适", "environment_space", "environment_noise",
            "dish_portion", "尺码版型适配",
        ),
        "fit",
    ),
    **dict.fromkeys(("味道", "气味", "口感", "口味", "dish_taste", "味道气味"), "taste"),
    **dict.fromkeys(
        ("价格", "性价比", "价格性价比", "price_level", "price_cost_effective", "price_discount"), "price"
    ),
    **dict.fromkeys(("包装",), "packaging"),
    **dict.fromkeys(("物流", "快递", "配送", "service_wait_time", "service_serving_speed"), "delivery"),
    **dict.fromkeys(("服务", "客服", "售后", "客服售后", "service_waiters_attitude"), "service"),
    **dict.fromkeys(("正品", "信任", "正品信任"), "authenticity"),
    **dict.fromkeys(
        (
            "操控", "便利", "使用便利", "易用性", "service_parking_convenience", "location_easy_to_find",
            "location_traffic", "location_distance_from_business_district",
        ),
        "ease",
    ),
    **dict.fromkeys(("耐用", "耐用性", "寿命"), "durability"),
}  # fmt: skip
"""Names that known sets give to aspects, and which of ours each is nearest to."""
_UNMAPPED = frozenset({"dish_recommendation"})


@dataclass
class JudgedText:
    """One text and what somebody says it judges."""

    text: str
    signs: dict[str, list[int]] = field(default_factory=dict)
    """Aspect -> signs given to it: several where several names of the file are one aspect of ours."""

    @property
    def polarities(self) -> dict[str, str]:
        """Aspect -> polarity: that of most of its signs, else that of their sum."""
        return {aspect: _agree(signs) for aspect, signs in self.signs.items()}


class JudgedTexts(NamedTuple):
    """The usable texts of a file, and what was left out."""

    rows: list[JudgedText]
    unknown: dict[str, int]
    """Aspects of the file that are none of ours, with their rows."""
    skipped: int
    """Rows without a text, or whose aspect or polarity is empty."""


def read_judged_texts(
    path: Path,
    text_column: str,
    aspect_column: str,
    polarity_column: str = "",
    names: Mapping[str, tuple[str, ...]] | None = None,
) -> JudgedTexts:
    """Texts with their aspects.

    Rows of one text are joined. A file without the aspect column has a column for each aspect, with -1, 0 or
    1 and -2 or nothing where the text does not speak of it; beside an aspect column -2 alone says so.
    """
    known = {**{name: (aspect,) for name, aspect in ASPECTS_BY_NAME.items()}, **(names or {})}
    if wrong := {target for targets in (names or {}).values() for target in targets} - set(ASPECTS):
        raise EvaluationError(f"the map names {min(wrong)!r}, which is none of {', '.join(ASPECTS)}")
    text_column, columns, pair = _choose_columns(path, text_column, aspect_column, polarity_column, known)
    texts: dict[str, JudgedText] = {}
    unknown: dict[str, int] = {}
    skipped = 0
    for number, row in enumerate(read_rows(path, (text_column, *(columns or pair))), start=1):
        raw = read_cell(row[text_column]).replace("\\\\n", "\n").replace("\\n", "\n")
        said = [(column, read_label(row[column])) for column in columns or pair]
        if not raw.strip() or not (columns or all(label for _, label in said)):
            skipped += 1
            continue
        judged = texts.setdefault(raw, JudgedText(normalise_text(raw).text))
        for name, label in said if columns else [(said[0][1], said[1][1])]:
            sign = _read_sign(label, f"{path} row {number}")
            if sign is not None:
                _add_sign(judged, name, sign, known, unknown)
    if not any(judged.signs for judged in texts.values()):
        raise EvaluationError(f"{path} has no aspect of ours; say which is which with --map FILE.yaml")
    return JudgedTexts(list(texts.values()), unknown, skipped)


def _choose_columns(
    path: Path, text: str, aspect: str, polarity: str, known: Mapping[str, tuple[str, ...]]
) -> tuple[str, list[str], tuple[str, str]]:
    """The text's column, those that are an aspect each, and else those of aspect and polarity."""
    found = read_columns(path)
    if text not in found:
        text = next((column for column in _TEXT_COLUMNS if column in found), text)
    if not polarity:
        polarity = next((column for column in _POLARITY_COLUMNS if column in found), "polarity")
    columns = [column for column in found if column in known or column in _UNMAPPED]
    return text, [] if aspect in found else columns, (aspect, polarity)


def _add_sign(
    judged: JudgedText,
    name: str,
    sign: int,
    known: Mapping[str, tuple[str, ...]],
    unknown: dict[str, int],
) -> None:
    aspects = known.get(name)
    if aspects is None:
        unknown[name] = unknown.get(name, 0) + 1
    for aspect in aspects or ():
        judged.signs.setdefault(aspect, []).append(sign)


def _read_sign(label: str, place: str) -> int | None:
    name = label.lower()
    if name in ("", _ABSENT, "none"):
        return None
    if name not in _SIGNS:
        raise EvaluationError(f"{place}: {label!r} is no polarity; use positive, neutral and negative")
    return _SIGNS[name]


def _agree(signs: list[int]) -> str:
    for sign in (-1, 0, 1):
        if 2 * signs.count(sign) > len(signs):
            return POLARITIES[sign + 1]
    total = sum(signs)
    return POLARITIES[(total > 0) - (total < 0) + 1]
