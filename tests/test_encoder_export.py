"""The exported graph says what the network says; products are in 16 bits only where a processor has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlp.encoder import POOLED, TOKEN_VECTORS
from nlp.training.config import ShapeSettings, TrainingConfig

HEADS = {"sentiment": 3, "headlines": 5}


def test_the_graph_of_one_text_says_what_the_network_says_of_it_alone_and_beside_longer_ones(
    tmp_path: Path,
) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from onnxruntime import InferenceSession

    from nlp.training.export import export_graph
    from nlp.training.network import build_network

    config = TrainingConfig(shape=ShapeSettings(layers=2, width=32, attention_heads=4, max_tokens=24))
    network = build_network(config, 90, HEADS, "cpu").eval()
    export_graph(network, tmp_path / "plain.onnx", tuple(HEADS))
    graph = InferenceSession(tmp_path / "plain.onnx", providers=["CPUExecutionProvider"])
    assert [asked.name for asked in graph.get_inputs()] == ["input_ids"]
    rng = np.random.default_rng(7)
    for length in (3, 9, 24):
        ids = rng.integers(5, 90, (2, length))
        ids[1, length // 2 + 1 :] = 0
        mask = (ids != 0).astype(np.int64)
        with torch.no_grad():
            expected = network(torch.from_numpy(ids), torch.from_numpy(mask))
            states = network.encode(torch.from_numpy(ids), torch.from_numpy(mask))
            pooled = network.pool(states, torch.from_numpy(mask))
        for row, tokens in enumerate(mask.sum(axis=1)):
            *scores, vector, vectors = graph.run(
                [*HEADS, POOLED, TOKEN_VECTORS], {"input_ids": ids[row : row + 1, :tokens]}
            )
            for said, own in zip([*scores, vector], [*expected, pooled], strict=True):
                assert np.abs(said[0] - own[row].numpy()).max() < 1e-4
            assert vectors.shape == (1, tokens, 32)


@pytest.mark.parametrize(
    ("features", "is_16_bit"),
    [
        ({"avx2": True}, False),
        ({"avx512_bf16": True}, True),
        ({"amx_bf16": True}, True),
        ({"bf16": True}, True),
    ],
)
def test_products_are_in_16_bits_only_where_the_processor_has_them(
    features: dict[str, int], is_16_bit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch")
    from nlp.training.precision import choose_autocast

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: features)
    ones = torch.ones(2, 2)
    with choose_autocast(ones.device):
        assert ((ones @ ones).dtype == torch.bfloat16) is is_16_bit
