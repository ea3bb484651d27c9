"""Prepared texts in, two margins a text out, each by the weights of the domains that the text reads like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.calibration import softmax
from nlp.linear import MARGINS, LinearModel


@dataclass(frozen=True)
class DomainLinearModel:
    """A linear model whose weights differ by domain: `好` in a review of shoes is not `好` under a car video.

    Every domain's weights are the shared ones and its own (Daumé 2007). Nobody says of which domain a text
    is, so each counts by how much the text reads like it.
    """

    linear: LinearModel
    """Polarity by each domain, neutrality by each, likeness to each [columns, 3 * domains]; where there is
    one domain only, the two margins [columns, 2].
    """

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[np.generic]]) -> DomainLinearModel:
        """Unpack the shipped file."""
        return cls(LinearModel.from_tensors(tensors))

    def to_tensors(self) -> dict[str, NDArray[np.generic]]:
        """What the shipped file holds."""
        return self.linear.to_tensors()

    def score(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Margins [texts, MARGINS]; each row depends on its own text alone."""
        sums = self.linear.score(texts)
        if sums.shape[1] == len(MARGINS):
            return sums
        kinds = len(MARGINS) + 1
        by_domain = sums.reshape(len(texts), kinds, sums.shape[1] // kinds)
        likeness = softmax(by_domain[:, -1])
        margins: NDArray[np.float64] = (by_domain[:, :-1] * likeness[:, None]).sum(axis=2)
        return margins
