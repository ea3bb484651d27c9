"""A trained network in, the shipped ONNX graph out: one text a run, weights in 8 bits."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from nlp.encoder import POOLED, TOKEN_VECTORS
from nlp.training.network import EncoderNetwork, ShippedGraph

OPSET = 17


def export_graph(network: EncoderNetwork, path: Path, head_names: tuple[str, ...]) -> None:
    """Write the fp32 graph of one text: input_ids [1, tokens] -> scores of the heads named [1, classes],
    `pooled` [1, three widths] and `token_vectors` [1, tokens, width].

    The tracing exporter is used: it is the one whose graphs quantise.
    """
    network = network.float().cpu().eval()
    tokens = {1: "tokens"}
    torch.onnx.export(
        ShippedGraph(network, head_names).eval(),
        (torch.tensor([[2, 7, 8, 9, 3]]),),
        str(path),
        input_names=["input_ids"],
        output_names=[*head_names, POOLED, TOKEN_VECTORS],
        dynamic_axes={"input_ids": tokens, TOKEN_VECTORS: tokens},
        opset_version=OPSET,
        dynamo=False,
    )


def quantize_graph(source: Path, target: Path) -> None:
    """Write the graph with 8-bit weights, one scale a column; activations are quantised as they come."""
    quantize_dynamic(
        source,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
    )


def export_quantized(network: EncoderNetwork, path: Path, head_names: tuple[str, ...]) -> None:
    """Write the shipped graph of a network."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        export_graph(network, plain, head_names)
        quantize_graph(plain, path)
