"""Model files: what is written is what is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from nlp.linear import LinearModel
from nlp.model_files import write_tensors


def test_an_array_that_lies_in_columns_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    transposed = np.arange(12, dtype=np.int8).reshape(3, 4).T
    write_tensors(path, {"transposed": transposed, "part": transposed[1:3]})
    read = load_file(path)
    assert read["transposed"].tolist() == transposed.tolist()
    assert read["part"].tolist() == transposed[1:3].tolist()


def test_a_linear_model_scores_as_before_it_was_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    # Coefficients come from a regression as [classes, columns].
    weights = rng.normal(size=(3, 64)).T.astype(np.float32)
    model = LinearModel(np.ones(64, np.float32), weights, np.zeros(3, np.float32), (1, 2))
    path = tmp_path / "linear.safetensors"
    write_tensors(path, model.to_tensors())
    texts = ["味道很好", "质量太差了", ""]
    read = LinearModel.from_tensors(load_file(path))
    assert np.allclose(read.score(texts), model.score(texts), atol=0.1)
    assert not np.allclose(read.score(texts)[0], read.score(texts)[1], atol=0.1)
