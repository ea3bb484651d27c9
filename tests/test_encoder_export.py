"""The exported graph says what the network says; products are in 16 bits only where a processor has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlp.encoder import POOLED, TOKEN_VECTORS
from nlp.training.config import ShapeSettings, TrainingConfig

HEADS = {"sentiment": 3, "headlines": 5}


def test_the_fused_graph_says_what_the_network_says_of_long_short_and_padded_texts(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    onnx = pytest.importorskip("onnx")
    from onnxruntime import InferenceSession

    from nlp.training.export import export_graph, fuse_graph
    from nlp.training.network import build_network

    config = TrainingConfig(shape=ShapeSettings(layers=2, width=32, attention_heads=4, max_tokens=24))
    network = build_network(config, 90, HEADS, "cpu").eval()
    export_graph(network, tmp_path / "plain.onnx", tuple(HEADS))
    fuse_graph(tmp_path / "plain.onnx", tmp_path / "fused.onnx", network.core.config)
    kinds = {node.op_type for node in onnx.load(tmp_path / "fused.onnx").graph.node}
    assert {"Attention", "BiasGelu", "SkipLayerNormalization"} <= kinds
    fused = InferenceSession(tmp_path / "fused.onnx", providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(7)
    for length in (3, 9, 24):
        ids = rng.integers(5, 90, (2, length))
        mask = np.ones_like(ids)
        mask[1, length // 2 + 1 :] = 0
        found = fused.run([*HEADS, POOLED, TOKEN_VECTORS], {"input_ids": ids, "attention_mask": mask})
        with torch.no_grad():
            expected = network(torch.from_numpy(ids), torch.from_numpy(mask))
        for scores, own in zip(found, expected, strict=False):
            assert np.abs(scores - own.numpy()).max() < 1e-4
        assert found[3].shape == (2, length, 32)


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
