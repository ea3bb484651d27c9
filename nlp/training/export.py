"""A trained network in, the shipped ONNX graph out: fused, weights in 8 bits, vectors beside scores."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from transformers import BertConfig

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
        ShippedGraph(network, head_names).eval(),
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


def fuse_graph(source: Path, target: Path, core: BertConfig) -> None:
    """Write the graph with ONNX Runtime's own nodes for attention, biases and normalisation.

    A text is read alone, so what a node costs beside its products counts: a tenth of the time.
    """
    options = FusionOptions("bert")
    # The fused embedding answers no vectors of single tokens.
    options.enable_embed_layer_norm = False
    fused = optimize_model(
        str(source),
        model_type="bert",
        num_heads=core.num_attention_heads,
        hidden_size=core.hidden_size,
        optimization_options=options,
        opt_level=0,
    )
    fused.save_model_to_file(str(target))


def quantize_graph(source: Path, target: Path) -> None:
    """Write the graph with 8-bit weights, one scale a column; activations are quantised as they come."""
    quantize_dynamic(
        source,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        # Shapes and types are not inferred through the fused nodes.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def export_quantized(network: EncoderNetwork, path: Path, head_names: tuple[str, ...]) -> None:
    """Write the shipped graph of a network."""
    with tempfile.TemporaryDirectory() as folder:
        plain, fused = Path(folder) / "plain.onnx", Path(folder) / "fused.onnx"
        export_graph(network, plain, head_names)
        fuse_graph(plain, fused, network.core.config)
        quantize_graph(fused, path)
