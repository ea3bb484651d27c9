"""Files of categorised texts in -> the interest head and its scores on unseen texts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp

from nlp.character_features import WordClusters
from nlp.entity_labeller import EntityLabeller
from nlp.interest_head import CODES, InterestHead
from nlp.linear import LinearModel
from nlp.ngrams import hash_ngrams
from nlp.rarity import measure_rarity
from nlp.segment import Segmenter
from nlp.tagger import Tagger
from nlp.training.categorised import SOURCES, Categorised, read_parts
from nlp.word_company import CompanyModel, count_clusters, find_company, weigh_company

BITS, ORDERS = 17, (1, 2, 3)
_COST, _BALANCE = 3.0, 0.3
"""C of the regression, and how far a rare class is lifted (0: not, 1: to equal weight); by validation F1."""
_FILE_BALANCE = 0.5
_OPEN_WEIGHT = 0.3
"""Weight of a text of an open category beside one on average. On validation texts .1, .3, .6 and 1 differ by
.003 of the F measure that counts strays; .3 has the highest F1 on the files."""
_FOUND_WEIGHT = 0.5
"""Weight of the lexicon's finds beside n-gram rows of length one."""
_COMPANY_WEIGHT = 0.7
"""Weight of the clusters of words beside n-gram rows of length one; by validation F1 among 0, .7 and 1."""
_FEWEST = 20.0
_ITERATIONS = 40
_ADD = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
_FIRST, _NEVER = 0.5, 1.01
_RECALL_SHARE = 0.5
"""What recall counts beside precision, the square of the F measure's beta. On validation texts 0.25, 0.5 and
1 gave mean F1 .662, .672, .681 and precision .663, .656, .592 on captions, where the lexicon has .667."""


def train_head(folder: Path, output: Path, lexicon: Tagger) -> InterestHead:
    """Choose thresholds on the validation texts, train on these and the train texts, write the model folder.

    The clusters of words are those of the shipped entity labeller.
    """
    parts = read_parts(folder, lexicon)
    clusters = EntityLabeller.load().clusters
    chosen = choose_thresholds(fit_head(parts["train"], clusters), parts["validation"])
    whole = fit_head(parts["train"].join(parts["validation"]), clusters)
    replace(whole, add_from=chosen.add_from).save(output, "headwater-interests")
    return InterestHead.load(output)


def compare_head(head: InterestHead, rows: Categorised) -> dict[str, dict[str, dict[str, float]]]:
    """File -> `lexicon` and `with_head` -> what `FileCounts.score` says of them."""
    added = head.choose_added(head.estimate(rows.texts, rows.found, Segmenter()), rows.found)
    given = {"lexicon": rows.found, "with_head": rows.found | added}
    return {
        name: {way: count_file(rows, table, number).score() for way, table in given.items()}
        for number, (name, _, _) in enumerate(SOURCES)
    }


@dataclass(frozen=True)
class FileCounts:
    """What labels did to the texts of one file."""

    texts: int
    """Texts whose category stands for interests or for none."""
    wanted: int
    """Those that have an interest."""
    labelled: int
    right: int
    open_texts: int
    """Texts of categories that hold several things, none among them."""
    strays: int
    """Those given an interest that their category does not hold."""

    def score(self) -> dict[str, float]:
        """Precision, recall and F1 as `headwater evaluate interests` counts them, and the share of strays."""
        return {
            "precision": self.right / max(self.labelled, 1),
            "recall": self.right / max(self.wanted, 1),
            "f1": 2 * self.right / max(self.labelled + self.wanted, 1),
            "texts": self.texts,
            "open_strays": self.strays / max(self.open_texts, 1),
            "open_texts": self.open_texts,
        }

    def weigh(self) -> float:
        """F measure that counts a stray as a wrong label, and precision for more than recall."""
        precision = self.right / max(self.labelled + self.strays, 1)
        recall = self.right / max(self.wanted, 1)
        return (1 + _RECALL_SHARE) * precision * recall / max(_RECALL_SHARE * precision + recall, 1e-9)


def count_file(rows: Categorised, given: NDArray[np.bool_], number: int) -> FileCounts:
    """Counts of the file with this number in SOURCES; given: interests [texts, CODES]."""
    inside = rows.source == number
    closed, opened = inside & ~rows.is_open, inside & rows.is_open
    right = (given & rows.wanted[:, :-1]).any(axis=1)
    strays = (given & ~rows.wanted[:, :-1]).any(axis=1)
    return FileCounts(
        texts=int(closed.sum()),
        wanted=int((closed & ~rows.wanted[:, -1]).sum()),
        labelled=int((closed & given.any(axis=1)).sum()),
        right=int((closed & right).sum()),
        open_texts=int(opened.sum()),
        strays=int((opened & strays).sum()),
    )


def fit_head(train: Categorised, clusters: WordClusters) -> InterestHead:
    """The regression on some texts; it adds nothing before it has thresholds."""
    rarity, rows = build_rows(train.texts)
    used = np.flatnonzero(rarity)
    company_rarity, company = build_company(train.texts, clusters)
    found = sparse.csr_array(train.found.astype(np.float32) * _FOUND_WEIGHT)
    ones = sparse.csr_array(np.ones((len(train.texts), 1), np.float32))
    design = sparse.csr_array(sparse.hstack([rows[:, used], company, found, ones]))
    weights = fit_regression(design, narrow_wanted(train), weigh_rows(train))
    ends = np.cumsum([len(used), company.shape[1], found.shape[1]])
    by_used, words, lift, bias = np.split(weights, ends)
    grams = np.zeros((len(rarity), weights.shape[1]), np.float32)
    grams[used] = by_used
    model = LinearModel(rarity, grams, bias[0], ORDERS)
    shipped = LinearModel.from_tensors(model.to_tensors())
    never = np.full(len(CODES), _NEVER, np.float32)
    by_company = CompanyModel(clusters, company_rarity, words * np.float32(_COMPANY_WEIGHT))
    return InterestHead(shipped, by_company, lift * np.float32(_FOUND_WEIGHT), never, "unsaved")


def build_company(
    texts: Sequence[str], clusters: WordClusters
) -> tuple[NDArray[np.float32], sparse.csr_array]:
    """Rarity of each cluster of words, and rows of length _COMPANY_WEIGHT as CompanyModel has them."""
    rows, columns = find_company(texts, clusters, Segmenter())
    size = count_clusters(clusters)
    counts = np.bincount(columns, minlength=size)
    rarity = np.where(counts == 0, 0, np.log((1 + len(texts)) / (1 + counts))).astype(np.float32)
    values = (weigh_company(rows, columns, rarity, len(texts)) * _COMPANY_WEIGHT).astype(np.float32)
    return rarity, sparse.csr_array((values, (rows, columns)), shape=(len(texts), size))


def build_rows(texts: Sequence[str]) -> tuple[NDArray[np.float32], sparse.csr_array]:
    """Rarity of each hashed n-gram, 0 for one of a single text, and rows of length one as LinearModel has."""
    found = hash_ngrams(texts, ORDERS, BITS)
    counts = np.bincount(found.columns, minlength=1 << BITS)
    rarity = np.where(counts < 2, np.float32(0), measure_rarity(counts, len(texts)))
    values = rarity[found.columns].astype(np.float64)
    norm = np.sqrt(np.bincount(found.rows, values * values, minlength=found.count))
    scaled = (values / np.where(norm == 0, 1, norm)[found.rows]).astype(np.float32)
    place = (found.rows, found.columns)
    return rarity, sparse.csr_array((scaled, place), shape=(found.count, 1 << BITS))


def narrow_wanted(rows: Categorised) -> NDArray[np.bool_]:
    """Of several right interests those that the lexicon finds, where it finds any of them; none no more."""
    wanted = rows.wanted.copy()
    agreed = wanted[:, :-1] & rows.found
    wanted[agreed.any(axis=1), :-1] = agreed[agreed.any(axis=1)]
    wanted[agreed.any(axis=1), -1] = False
    return wanted


def weigh_rows(rows: Categorised) -> NDArray[np.float64]:
    """Weight of each text: more in a rare class and in a small file, less if its category is open; one on
    average over the others."""
    closed = ~rows.is_open
    shares = narrow_wanted(rows)[closed].astype(np.float64)
    shares /= shares.sum(axis=1, keepdims=True)
    sizes = shares.sum(axis=0)
    rare = shares @ (sizes.mean() / np.maximum(sizes, _FEWEST)) ** _BALANCE
    totals = np.maximum(np.bincount(rows.source[closed], rare, minlength=len(SOURCES)), 1.0)
    by_file = (totals.mean() / totals) ** _FILE_BALANCE
    weights = np.full(len(rows.texts), _OPEN_WEIGHT)
    weights[closed] = rare
    weights *= by_file[rows.source]
    return np.asarray(weights / weights[closed].mean())


def fit_regression(
    design: sparse.csr_array, wanted: NDArray[np.bool_], row_weights: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Weights [features, classes] of greatest penalised likelihood that the class is one of the wanted.

    Multinomial logistic regression with ambiguous labels (Jin and Ghahramani 2002); the last row, the bias,
    is not penalised.
    """
    shape = (design.shape[1], wanted.shape[1])
    transposed = sparse.csr_array(design.T)
    outside = np.where(wanted, 0.0, -np.inf)

    def measure(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = values.reshape(shape).astype(np.float32)
        logs = log_softmax((design @ weights).astype(np.float64), axis=1)
        allowed = logs + outside
        total = logsumexp(allowed, axis=1)
        gap = (np.exp(logs) - np.exp(allowed - total[:, None])) * row_weights[:, None]
        penalised = weights.astype(np.float64)
        penalised[-1] = 0
        slope: NDArray[np.float64] = transposed @ gap.astype(np.float32) + penalised / _COST
        return float(-(row_weights @ total) + (penalised**2).sum() / (2 * _COST)), slope.ravel()

    start = np.zeros(shape[0] * shape[1])
    found = minimize(
        measure, start, jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS, "maxcor": 5}
    )
    return np.asarray(found.x.reshape(shape), np.float32)


def choose_thresholds(head: InterestHead, rows: Categorised) -> InterestHead:
    """Thresholds of highest mean F measure over the files, one interest's after the other, twice.

    Precision counts for more than recall (_RECALL_SHARE), as what the head adds has no span to show for it.
    """
    shares = head.estimate(rows.texts, rows.found, Segmenter())

    def judge(candidate: InterestHead) -> float:
        given = rows.found | candidate.choose_added(shares, rows.found)
        return sum(count_file(rows, given, number).weigh() for number in range(len(SOURCES)))

    best = replace(head, add_from=np.full(len(CODES), _FIRST, np.float32))
    for column in 2 * list(range(len(CODES))):
        moved = [best]
        for add in (*_ADD, _NEVER):
            add_from = best.add_from.copy()
            add_from[column] = add
            moved.append(replace(best, add_from=add_from))
        best = max(moved, key=judge)
    return best
