"""Boosted trees as arrays: scikit-learn's in, tensors out and back, and the same margins by NumPy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from warehouse.breakout.boards import Floats

_BLOCK = 20_000


class FittedTrees(Protocol):
    """What is read of a fitted HistGradientBoostingClassifier or HistGradientBoostingRegressor."""

    _predictors: list[list[Any]]
    _baseline_prediction: Floats


@dataclass(frozen=True)
class Trees:
    """An ensemble of binary regression trees; a leaf has no children, and points at itself."""

    column: NDArray[np.int16]
    """Column each node asks about [nodes]."""
    threshold: NDArray[np.float32]
    """A value at most this goes left [nodes]."""
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    """What a leaf adds to the margin [nodes]."""
    root: NDArray[np.int32]
    """Node each tree starts at [trees]."""
    depth: int
    baseline: float

    @classmethod
    def from_fitted(cls, fitted: FittedTrees) -> Trees:
        """Trees of a fitted scikit-learn ensemble, a binary classifier or a regressor, without categories.

        Thresholds are rounded down to single precision, in which the columns are read, so that every
        comparison comes out as scikit-learn's does.
        """
        nodes = [predictors[0].nodes for predictors in fitted._predictors]
        sizes = np.array([len(tree) for tree in nodes])
        root = np.cumsum(sizes) - sizes
        whole = np.concatenate(nodes)
        offset = np.repeat(root, sizes)
        own = np.arange(len(whole))
        is_leaf = whole["is_leaf"].astype(bool)
        return cls(
            column=whole["feature_idx"].astype(np.int16),
            threshold=round_down(whole["num_threshold"]),
            missing_left=whole["missing_go_to_left"].astype(bool),
            left=np.where(is_leaf, own, whole["left"] + offset).astype(np.int32),
            right=np.where(is_leaf, own, whole["right"] + offset).astype(np.int32),
            value=np.where(is_leaf, whole["value"], 0).astype(np.float32),
            root=root.astype(np.int32),
            depth=int(whole["depth"].max()),
            baseline=float(np.ravel(fitted._baseline_prediction)[0]),
        )

    @classmethod
    def add(cls, parts: Sequence[Trees], weights: Sequence[float]) -> Trees:
        """One ensemble whose margin is the weighted sum of the parts' margins."""
        sizes = np.array([len(part.column) for part in parts])
        offsets = np.cumsum(sizes) - sizes
        pairs = list(zip(parts, weights, offsets.tolist(), strict=True))
        return cls(
            column=np.concatenate([part.column for part in parts]),
            threshold=np.concatenate([part.threshold for part in parts]),
            missing_left=np.concatenate([part.missing_left for part in parts]),
            left=np.concatenate([part.left + np.int32(offset) for part, _, offset in pairs]),
            right=np.concatenate([part.right + np.int32(offset) for part, _, offset in pairs]),
            value=np.concatenate([part.value * np.float32(weight) for part, weight, _ in pairs]),
            root=np.concatenate([part.root + np.int32(offset) for part, _, offset in pairs]),
            depth=max(part.depth for part in parts),
            baseline=sum(part.baseline * weight for part, weight, _ in pairs),
        )

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[np.generic]]) -> Trees:
        """Trees of the shipped file; ValueError when they lead outside themselves."""
        trees = cls(
            column=tensors["trees.column"].astype(np.int16),
            threshold=tensors["trees.threshold"].astype(np.float32),
            missing_left=tensors["trees.missing_left"].astype(bool),
            left=tensors["trees.left"].astype(np.int32),
            right=tensors["trees.right"].astype(np.int32),
            value=tensors["trees.value"].astype(np.float32),
            root=tensors["trees.root"].astype(np.int32),
            depth=int(tensors["trees.depth"].astype(np.int64)[0]),
            baseline=float(tensors["trees.baseline"].astype(np.float64)[0]),
        )
        count = len(trees.column)
        for places in (trees.left, trees.right, trees.root):
            if len(places) and (places.min() < 0 or places.max() >= count):
                raise ValueError("a tree leads outside the ensemble")
        return trees

    def to_tensors(self) -> dict[str, NDArray[np.generic]]:
        """Tensors of the shipped file."""
        return {
            "trees.column": self.column,
            "trees.threshold": self.threshold,
            "trees.missing_left": self.missing_left.astype(np.uint8),
            "trees.left": self.left,
            "trees.right": self.right,
            "trees.value": self.value,
            "trees.root": self.root,
            "trees.depth": np.array([self.depth], dtype=np.int64),
            "trees.baseline": np.array([self.baseline]),
        }

    def margin(self, columns: NDArray[np.float32]) -> Floats:
        """Log odds of each row of [rows, columns]; NaN is a missing value."""
        margins = np.full(len(columns), self.baseline)
        is_leaf = self.left == np.arange(len(self.left))
        for start in range(0, len(columns), _BLOCK):
            block = columns[start : start + _BLOCK]
            for root in self.root:
                node = np.full(len(block), root)
                # a row reaches its leaf long before the deepest one does: only those on their way are asked
                moving = np.arange(len(block))
                for _ in range(self.depth):
                    here = node[moving]
                    asked = block[moving, self.column[here]]
                    goes_left = (asked <= self.threshold[here]) | (np.isnan(asked) & self.missing_left[here])
                    there = np.where(goes_left, self.left[here], self.right[here])
                    node[moving] = there
                    moving = moving[~is_leaf[there]]
                    if not len(moving):
                        break
                margins[start : start + len(block)] += self.value[node]
        return margins


def round_down(values: Floats) -> NDArray[np.float32]:
    """The largest single-precision number that is not above each value."""
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    return np.where(single > values, np.nextafter(single, np.float32(-np.inf)), single).astype(np.float32)
