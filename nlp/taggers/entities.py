"""Texts in -> the brands, products, models and IPs they name out, as `brand:欧莱雅`, with their spans."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.entities import EntityRecogniser, Named, load_recogniser
from nlp.tagger import Label, TaggerSettings

_RULES = "5"
_LEAST_SCORES = {"brand": 0.7, "ip": 0.7, "model": 0.7, "product": 0.6}
"""Kinds that are labelled, and how sure the labeller must be of one that no lexicon lists."""
_NO_PRODUCTS = frozenset((
    "产品", "商品", "东西", "宝贝", "货物", "服务", "牌子", "品牌", "平台", "图片", "照片", "宠粉节",
    "优惠券", "定金", "押金", "电话", "头发",
))  # fmt: skip
"""What the labeller, which learnt from titles of shops, takes for goods in what people write."""


class EntityTagger:
    """Labels a text once with every entity it names; the id of an unlisted one is what the text says."""

    name = "entities"
    subjects = frozenset({"post", "listing", "board_entry"})

    def __init__(self, recogniser: EntityRecogniser) -> None:
        self._recogniser = recogniser
        self.version = f"{_RULES}-{recogniser.version}"

    def tag(self, texts: Sequence[str]) -> list[list[Label]]:
        """Labels `kind:id` in order of appearance; people and plain measures get none."""
        return [_label_all(found) for found in self._recogniser.recognise(texts)]


def _label_all(found: Sequence[Named]) -> list[Label]:
    labels: dict[str, Label] = {}
    for (start, end, kind, score), entity_id, is_listed in found:
        least = _LEAST_SCORES.get(kind)
        if least is None or (not is_listed and (score < least or end - start < 2)):
            continue
        if kind == "product" and entity_id in _NO_PRODUCTS:
            continue
        label = f"{kind}:{entity_id}"
        labels.setdefault(label, Label(label, score, start, end))
    return list(labels.values())


def build_tagger(settings: TaggerSettings) -> EntityTagger:
    """The entity tagger with the shipped competitor sets, and the user's before them."""
    return EntityTagger(load_recogniser(settings.entities, threads=settings.threads))
