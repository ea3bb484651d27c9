"""Training state in, one safetensors file out, and back: an interrupted run goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file


def save_checkpoint(
    path: Path, network: torch.nn.Module, optimizer: torch.optim.Optimizer, step: int, identity: str
) -> None:
    """Write weights, optimizer moments and step atomically; `identity` names the run that may resume."""
    tensors = {
        f"network.{name}": tensor.detach().contiguous() for name, tensor in network.state_dict().items()
    }
    for number, state in optimizer.state_dict()["state"].items():
        for name, tensor in state.items():
            tensors[f"optimizer.{number}.{name}"] = tensor.detach().contiguous()
    partial = path.with_suffix(".partial")
    save_file(tensors, str(partial), metadata={"step": str(step), "identity": identity})
    partial.replace(path)


def load_checkpoint(
    path: Path, network: torch.nn.Module, optimizer: torch.optim.Optimizer, identity: str
) -> int:
    """Put a saved state back and return its step; 0 when there is none or it belongs to another run."""
    if not path.exists():
        return 0
    with safe_open(str(path), framework="pt") as file:
        metadata = file.metadata()
        if metadata["identity"] != identity:
            return 0
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    network.load_state_dict(_strip(tensors, "network."))
    states: dict[int, dict[str, torch.Tensor]] = {}
    for name, tensor in _strip(tensors, "optimizer.").items():
        number, _, field = name.partition(".")
        states.setdefault(int(number), {})[field] = tensor
    current = optimizer.state_dict()
    optimizer.load_state_dict({"state": states, "param_groups": current["param_groups"]})
    return int(metadata["step"])


def describe_run(settings: object, seed: int) -> str:
    """A run's identity: its settings and seed as JSON."""
    return json.dumps({"settings": repr(settings), "seed": seed, "torch": torch.__version__}, sort_keys=True)


def _strip(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
