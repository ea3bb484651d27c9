"""A trained network in, the ONNX graph that is shipped out: weights in 8 bits, vectors beside scores."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from nlp.encoder import POOLED, TOKEN_VECTORS
from nlp.training.network import EncoderNetwork, ShippedGraph

OPSET = 17


def export_graph(network: EncoderNetwork, path: Path, head_names: tuple[str, ...]) -> None:
    """Write the fp32 graph: input_ids and attention_mask [texts, tokens] -> scores of the heads named
    [texts, classes], `pooled` [texts, three widths] and `token_vectors` [texts, tokens, width].

    The tracing exporter with plain attention is used: it is the one whose graphs quantise.
    """
    network = network.float().cpu().eval()
    network.core.set_attn_implementation("eager")
    ids = torch.tensor([[2, 7, 8, 9, 3], [2, 7, 3, 0, 0]])
    mask = (ids != 0).long()
    axes = {0: "texts", 1: "tokens"}
    outputs = [*head_names, POOLED, TOKEN_VECTORS]
    torch.onnx.export(
        ShippedGraph(network, head_names),
        (ids, mask),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=outputs,
        dynamic_axes={
            "input_ids": axes,
            "attention_mask": axes,
            **{name: {0: "texts"} for name in outputs},
            TOKEN_VECTORS: axes,
        },
        opset_version=OPSET,
        dynamo=False,
    )


def quantize_graph(source: Path, target: Path) -> None:
    """Write the graph with 8-bit weights, one scale a column; activations are quantised as they come."""
    quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def export_quantized(network: EncoderNetwork, path: Path, head_names: tuple[str, ...]) -> None:
    """Write the shipped graph of a network."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        export_graph(network, plain, head_names)
        quantize_graph(plain, path)
