"""Files of texts with judged aspects in -> the weights of the aspect reader out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from nlp.aspect_reader import AspectReader, cut_context, mark_found, measure_moods
from nlp.aspects import ASPECTS, POLARITIES, read_aspects
from nlp.errors import TrainingError
from nlp.evaluate import parse_labels
from nlp.labelled_aspects import JudgedText, read_judged_texts
from nlp.labelled_file import read_rows
from nlp.linear import LinearModel
from nlp.ngrams import hash_ngrams
from nlp.rarity import measure_rarity
from nlp.text import fold_case, normalise_text

BITS = 16
ORDERS = (1, 2, 3)
_LIFTED = 0.5
"""Weight of the lexicon's finds beside n-gram rows of length one."""
_PRESENCE_C, _POLARITY_C, _MOOD_C = 30.0, 1.0, 3.0
_MOST_STEPS = 300
_SILVER_WEIGHT, _PHRASE_WEIGHT = 0.3, 0.1
"""What a judgement of a silver review, or of a clause made of the lexicon, counts beside a marked one.

Clauses that counted whole cost one to two hundredths of the accuracy, in five folds of marked texts.
"""
_FEWEST = 20
"""Texts that must speak of an aspect for it to be learnt; the lexicon decides the others alone."""
_UNLEARNT = 8.0
_THRESHOLDS = np.linspace(0.15, 0.6, 10)
_JUDGED = 0.15
"""How much less sure it may be where a phrase judges the aspect."""
_WITHOUT_PHRASE = 0.15
"""How much surer the model must be without a phrase: then nothing shows where the text says it."""
TEMPLATED = 2_000
"""Short clauses made of the lexicon, so that the model reads plain ones as the lexicon does."""
_TEMPLATES = (
    "{cue}{word}", "{cue}不{word}", "{word}", "{cue}很{word}", "{cue}真的{word}", "{cue}比上一款{word}",
    "{word}了", "{cue}{word}了", "虽然不错但是{word}了",
)  # fmt: skip
MOODS = 20_000
"""Reviews and comments that teach the mood of texts."""
SILVER = 3_000
"""Reviews taken; as many as the texts whose aspects people marked."""
_UNWORDLY = re.compile(r"[\W_\d]+")


def split_judged(rows: Sequence[JudgedText]) -> dict[str, list[JudgedText]]:
    """Train, validation and test texts, 7 to 1 to 2, by the hash of the wording."""
    parts: dict[str, list[JudgedText]] = {"train": [], "validation": [], "test": []}
    for row in rows:
        wording = _UNWORDLY.sub("", fold_case(row.text)) or row.text
        share = int(hashlib.sha256(wording.encode()).hexdigest(), 16) % 10
        parts["test" if share < 2 else "validation" if share < 3 else "train"].append(row)
    return parts


def train_reader(files: Sequence[Path], output: Path, reviews: Sequence[Path] = ()) -> AspectReader:
    """Train on the train texts of the files, choose thresholds on the validation texts, write the folder.

    `reviews` have a text and a label, and teach the mood of texts. Those of the first file also teach the
    aspects that the lexicon finds, where its sign is the label's, so that the model learns to leave the
    lexicon alone on other trades than those of the files.
    """
    train, validation = list[JudgedText](), list[JudgedText]()
    for file in files:
        parts = split_judged(read_judged_texts(file, "text", "aspect").rows)
        train += parts["train"]
        validation += parts["validation"]
    if not train or not validation:
        raise TrainingError("the files have too few texts to train on and to choose thresholds by")
    silver = read_silver(reviews[0]) if reviews else []
    mood = fit_mood(read_reviews(reviews))
    weighed = [(train, 1.0), (write_phrases(TEMPLATED), _PHRASE_WEIGHT), (silver, _SILVER_WEIGHT)]
    fit_reader(weighed, validation, mood).save(output, "headwater-aspects")
    return AspectReader.load(output)


def read_silver(path: Path) -> list[JudgedText]:
    """Reviews with the aspects that the lexicon says and the review's own label confirms; seeded."""
    lexicon = read_aspects()
    texts = [row for row in read_rows(path, ("text", "label")) if row["text"]]
    signs = parse_labels([str(row["label"]) for row in texts], path) - 1
    chosen = np.random.default_rng(0).permutation(len(texts))[:SILVER]
    silver = []
    for number in chosen.tolist():
        judged = JudgedText(normalise_text(str(texts[number]["text"])).text)
        for opinion in lexicon.find_opinions(fold_case(judged.text)):
            sign = POLARITIES.index(opinion.polarity) - 1
            if opinion.is_said and sign in (0, int(signs[number])):
                judged.signs.setdefault(opinion.aspect, []).append(sign)
        silver.append(judged)
    return silver


def read_reviews(files: Sequence[Path]) -> list[tuple[str, int]]:
    """Lower-case texts of files with their polarity as its place in POLARITIES; MOODS at most, seeded."""
    found = []
    for path in files:
        rows = [row for row in read_rows(path, ("text", "label")) if row["text"]]
        labels = parse_labels([str(row["label"]) for row in rows], path)
        found += [(str(row["text"]), label) for row, label in zip(rows, labels.tolist(), strict=True)]
    chosen = np.random.default_rng(0).permutation(len(found))[:MOODS]
    return [(fold_case(normalise_text(found[at][0]).text), found[at][1]) for at in chosen.tolist()]


def fit_mood(reviews: Sequence[tuple[str, int]]) -> LinearModel:
    """A margin for each polarity of a text; all margins are 0 without reviews."""
    if not reviews:
        shape = (1 << BITS, len(POLARITIES))
        empty = np.zeros(shape[0], np.float32)
        return LinearModel(empty, np.zeros(shape, np.float32), np.zeros(shape[1], np.float32), ORDERS)
    design, rarity = _weigh([text for text, _ in reviews])
    wanted = np.array([label for _, label in reviews])
    return _fit_polarity(design, rarity, wanted, np.ones(len(reviews)), _MOOD_C)[0]


def write_phrases(count: int) -> list[JudgedText]:
    """Short clauses of the lexicon's own phrases with what it makes of them; seeded."""
    lexicon = read_aspects()
    cues = sorted(phrase for phrase, named in lexicon.aspects_by_cue.items() if any(not s for _, s in named))
    words = sorted({*lexicon.signs, *(set(lexicon.aspects_by_cue) - set(cues))})
    rng = np.random.default_rng(0)
    phrases = []
    for _ in range(count):
        template = _TEMPLATES[int(rng.integers(len(_TEMPLATES)))]
        cue, word = cues[int(rng.integers(len(cues)))], words[int(rng.integers(len(words)))]
        judged = JudgedText(template.format(cue=cue, word=word))
        for opinion in lexicon.find_opinions(judged.text):
            judged.signs.setdefault(opinion.aspect, []).append(POLARITIES.index(opinion.polarity) - 1)
        phrases.append(judged)
    return phrases


def fit_reader(
    weighed: Sequence[tuple[Sequence[JudgedText], float]],
    validation: Sequence[JudgedText],
    mood: LinearModel,
) -> AspectReader:
    """Logistic regressions over hashed character n-grams, the lexicon's finds and the mood of the texts.

    `weighed`: texts and what a polarity of theirs counts.
    """
    lexicon = read_aspects()
    train = [row for rows, _ in weighed for row in rows]
    row_weights = np.repeat([weight for _, weight in weighed], [len(rows) for rows, _ in weighed])
    folded = [fold_case(row.text) for row in train]
    opinions = [lexicon.find_opinions(text) for text in folded]
    presence, lift = _fit_presence(folded, mark_found(opinions), train)
    pairs = [(row, aspect) for row, judged in enumerate(train) for aspect in judged.polarities]
    contexts = [cut_context(lexicon, folded[row], opinions[row], aspect) for row, aspect in pairs]
    wanted = np.array([POLARITIES.index(train[row].polarities[aspect]) for row, aspect in pairs])
    weights = row_weights[[row for row, _ in pairs]]
    design, rarity = _weigh(contexts)
    shipped = LinearModel.from_tensors(mood.to_tensors())
    moods = measure_moods(shipped, contexts, [folded[row] for row, _ in pairs])
    whole = sparse.csr_matrix(sparse.hstack([design, sparse.csr_matrix(moods)]))
    polarity, mood_lift = _fit_polarity(whole, rarity, wanted, weights, _POLARITY_C)
    even = np.full((3, len(ASPECTS)), 0.5, np.float32)
    reader = AspectReader(lexicon, presence, lift, polarity, shipped, mood_lift, even, "")
    return replace(reader, thresholds=_choose_thresholds(reader, validation))


def _fit_polarity(
    design: sparse.csr_matrix,
    rarity: NDArray[np.float32],
    wanted: NDArray[np.int64],
    weights: NDArray[np.float64],
    cost: float,
) -> tuple[LinearModel, NDArray[np.float32]]:
    """A margin for each polarity over n-grams, and what the columns behind them add to it."""
    learnt = LogisticRegression(C=cost, max_iter=_MOST_STEPS).fit(design, wanted, sample_weight=weights)
    coefficients = np.zeros((len(POLARITIES), design.shape[1]))
    bias = np.full(len(POLARITIES), -_UNLEARNT)
    if len(learnt.classes_) == 2:
        coefficients[learnt.classes_[1]], bias[learnt.classes_] = learnt.coef_[0], (0, learnt.intercept_[0])
    else:
        coefficients[learnt.classes_], bias[learnt.classes_] = learnt.coef_, learnt.intercept_
    grams, rest = np.split(coefficients.T, [1 << BITS])
    return _build_model(rarity, grams, bias), rest.astype(np.float32)


def _fit_presence(
    folded: Sequence[str], found: NDArray[np.float32], rows: Sequence[JudgedText]
) -> tuple[LinearModel, NDArray[np.float32]]:
    design, rarity = _weigh(folded)
    whole = sparse.csr_matrix(sparse.hstack([design, sparse.csr_matrix(_LIFTED * found)]))
    weights = np.zeros((1 << BITS, len(ASPECTS)))
    bias, lift = np.zeros(len(ASPECTS)), np.zeros((len(ASPECTS), len(ASPECTS)), np.float32)
    for number, aspect in enumerate(ASPECTS):
        spoken = np.array([aspect in row.signs for row in rows])
        if spoken.sum() < _FEWEST:
            bias[number], lift[number, number] = -_UNLEARNT / 2, _UNLEARNT
            continue
        learnt = LogisticRegression(C=_PRESENCE_C, max_iter=300).fit(whole, spoken)
        weights[:, number], bias[number] = learnt.coef_[0, : 1 << BITS], learnt.intercept_[0]
        lift[number] = _LIFTED * learnt.coef_[0, 1 << BITS :]
    return _build_model(rarity, weights, bias), lift


def _weigh(texts: Sequence[str]) -> tuple[sparse.csr_matrix, NDArray[np.float32]]:
    """Rows of n-grams by rarity, scaled to length one, and the rarities."""
    found = hash_ngrams(texts, ORDERS, BITS)
    counts = np.bincount(found.columns, minlength=1 << BITS)
    rarity = measure_rarity(counts, found.count)
    values = rarity[found.columns].astype(np.float64)
    norms = np.sqrt(np.bincount(found.rows, values * values, minlength=found.count))
    values = values / np.maximum(norms[found.rows], 1e-9)
    return sparse.csr_matrix((values, (found.rows, found.columns)), (found.count, 1 << BITS)), rarity


def _build_model(
    rarity: NDArray[np.float32], weights: NDArray[np.float64], bias: NDArray[np.float64]
) -> LinearModel:
    return LinearModel(rarity, weights.astype(np.float32), bias.astype(np.float32), ORDERS)


def _choose_thresholds(reader: AspectReader, rows: Sequence[JudgedText]) -> NDArray[np.float32]:
    """One threshold for all aspects, the best mean F1 on the validation texts: each alone has too few."""
    folded = [fold_case(row.text) for row in rows]
    opinions = [reader.lexicon.find_opinions(text) for text in folded]
    shares = reader.estimate_presence(folded, opinions)
    spoken = np.array([[aspect in row.signs for aspect in ASPECTS] for row in rows])
    present = spoken.sum(axis=0) >= 3

    def score(least: float) -> float:
        given = shares >= replace(reader, thresholds=_spread(least)).choose_thresholds(opinions)
        both = (given & spoken).sum(axis=0) * 2 / np.maximum(given.sum(axis=0) + spoken.sum(axis=0), 1)
        return float(both[present].mean())

    return _spread(max(_THRESHOLDS.tolist(), key=score))


def _spread(least: float) -> NDArray[np.float32]:
    steps = np.array([least - _JUDGED, least, least + _WITHOUT_PHRASE], np.float32)
    return np.repeat(steps[:, None], len(ASPECTS), axis=1)
