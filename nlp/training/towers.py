"""Several 8-bit graphs of one tokenizer in, one graph out: scores averaged, vectors of the last."""

from __future__ import annotations

from collections.abc import Sequence

import onnx
from onnx import helper

from nlp.encoder import POOLED, TOKEN_VECTORS
from nlp.errors import TrainingError

TOWER = "tower"
"""What the names of a joined graph begin with, before the tower's number."""
_INPUTS = ("input_ids", "attention_mask")


def join_towers(graphs: Sequence[bytes]) -> bytes:
    """One graph that runs each of the graphs on the same ids.

    A head's scores are the mean of the towers' (what a committee of networks says before the softmax); the
    pooled and the token vectors are the last one's. Weights stay in their codes.
    TrainingError when the graphs do not answer the same heads.
    """
    models = [onnx.load_from_string(graph) for graph in graphs]
    outputs = [output.name for output in models[0].graph.output]
    for model in models[1:]:
        if (other := [output.name for output in model.graph.output]) != outputs:
            raise TrainingError(f"towers answer different heads: {', '.join(outputs)}; {', '.join(other)}")
    towers = [
        onnx.compose.add_prefix(model, f"{TOWER}{number}/", rename_inputs=False).graph
        for number, model in enumerate(models)
    ]
    nodes = [node for tower in towers for node in tower.node]
    for name in outputs:
        parts = [f"{TOWER}{number}/{name}" for number in range(len(towers))]
        if name in (POOLED, TOKEN_VECTORS):
            nodes.append(helper.make_node("Identity", parts[-1:], [name]))
        else:
            nodes.append(helper.make_node("Mean", parts, [name]))
    graph = helper.make_graph(
        nodes,
        "towers",
        [entry for entry in towers[0].input if entry.name in _INPUTS],
        list(models[-1].graph.output),
        [tensor for tower in towers for tensor in tower.initializer],
    )
    joined = helper.make_model(
        graph,
        opset_imports=models[0].opset_import,
        ir_version=models[0].ir_version,
        producer_name="headwater",
    )
    onnx.checker.check_model(joined)
    written: bytes = joined.SerializeToString()
    return written
