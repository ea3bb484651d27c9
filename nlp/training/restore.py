"""A model folder's 8-bit graph in, the network with those weights out: where a further training starts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from nlp.errors import TrainingError
from nlp.model_files import read_model_files
from nlp.training.network import EncoderNetwork
from nlp.training.towers import TOWER

_QUANTIZED, _SCALE = "_quantized", "_scale"
_EXPORTED = "network."
"""What the exported wrapper puts before the names of the network it wraps."""


def restore_network(network: EncoderNetwork, folder: Path) -> None:
    """Set the core's and the shared heads' weights in place from a folder that `headwater train` wrote.

    Value = step * (code - zero point), so weights come back as they run. What the graph does not hold (the
    masked-token head, heads that are new) stays as it was. ModelError when the folder was altered,
    TrainingError when its network has another shape.
    """
    graph = onnx.load_from_string(read_model_files(folder).content["model.onnx"]).graph
    if any(entry.name.startswith(TOWER) for entry in graph.initializer):
        raise TrainingError(f"{folder} holds several networks; training goes on from a model of one tower")
    tensors = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    found: dict[str, NDArray[np.float32]] = {
        name: tensor for name, tensor in tensors.items() if tensor.dtype == np.float32 and "." in name
    }
    for name in tensors:
        if name.endswith(f".weight{_QUANTIZED}"):
            plain = name.removesuffix(_QUANTIZED)
            weight = _dequantize(tensors, plain)
            found[plain] = weight.T if ".heads." in f".{plain}" else weight
    for node in graph.node:
        weights = [
            name for name in node.input if name.startswith("onnx::MatMul") and name.endswith(_QUANTIZED)
        ]
        if node.op_type == "MatMulInteger" and weights:
            # Traced products lose the parameter's name; the output still bears the layer's path.
            layer = node.output[0].split("/MatMul_output")[0].strip("/").replace("/", ".")
            found[f"{layer}.weight"] = _dequantize(tensors, weights[0].removesuffix(_QUANTIZED)).T
    _load(network, {name.removeprefix(_EXPORTED): tensor for name, tensor in found.items()}, folder)


def _dequantize(tensors: dict[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    codes = tensors[name + _QUANTIZED].astype(np.float32)
    zero = tensors[f"{name}_zero_point"].astype(np.float32)
    weights: NDArray[np.float32] = (codes - zero) * tensors[name + _SCALE].astype(np.float32)
    return weights


def _load(network: EncoderNetwork, found: dict[str, NDArray[np.float32]], folder: Path) -> None:
    state = network.state_dict()
    core = [name for name in state if name.startswith("core.") and name not in found]
    wrong = [name for name in found if name in state and tuple(state[name].shape) != tuple(found[name].shape)]
    if core or wrong:
        raise TrainingError(
            f"{folder} holds another network than the config says: {', '.join((core + wrong)[:3])}"
        )
    with torch.no_grad():
        for name, tensor in found.items():
            if name in state:
                state[name].copy_(torch.tensor(tensor))
