"""Model folder in, the bytes of its files out, each held against the SHA-256 of the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from nlp.errors import ModelError

MANIFEST = "manifest.json"
_FORMAT = 1
_UNSAFE_SUFFIXES = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".joblib", ".ckpt", ".npy"})


@dataclass(frozen=True)
class ModelFiles:
    """A model folder whose every file is as it was shipped."""

    name: str
    content: Mapping[str, bytes]
    """File name -> bytes: what was hashed is what is used, so nothing can be swapped in between."""
    digest: str
    """SHA-256 of the manifest, which covers every file."""


def read_model_files(folder: Path) -> ModelFiles:
    """Read and verify a model folder; ModelError names the file that is missing, altered or unsafe."""
    manifest_bytes = _read_regular(folder / MANIFEST)
    model_name, hashes = _parse_manifest(folder / MANIFEST, manifest_bytes)
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in _UNSAFE_SUFFIXES:
            raise ModelError(f"{path} may hold a pickle, which can run code; remove the file")
    content = {}
    for name, expected in hashes.items():
        if Path(name).name != name:
            raise ModelError(f"{folder / MANIFEST} names a file outside the model folder: {name}")
        found = _read_regular(folder / name)
        actual = hashlib.sha256(found).hexdigest()
        if actual != expected:
            raise ModelError(
                f"model file {folder / name} was altered: SHA-256 is {actual}, the manifest says {expected}; "
                "install the package again or copy the model folder anew"
            )
        content[name] = found
    return ModelFiles(model_name, content, hashlib.sha256(manifest_bytes).hexdigest())


def write_tensors(path: Path, tensors: Mapping[str, NDArray[np.generic]]) -> None:
    """Write a safetensors file.

    The format writes the memory as it lies and calls it rows: an array that lies in columns, as a transposed
    one does, would come back with its values in other places.
    """
    path.write_bytes(save({name: np.ascontiguousarray(values) for name, values in tensors.items()}))


def write_manifest(folder: Path, name: str, files: list[str]) -> None:
    """Write the manifest of the files named, which must lie in the folder."""
    hashes = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in sorted(files)}
    (folder / MANIFEST).write_bytes(_render_manifest(name, hashes))


def _render_manifest(name: str, hashes: Mapping[str, str]) -> bytes:
    body = {"format": _FORMAT, "name": name, "files": dict(hashes)}
    seal = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return (json.dumps({**body, "seal": seal}, indent=1, sort_keys=True) + "\n").encode()


def _parse_manifest(path: Path, content: bytes) -> tuple[str, dict[str, str]]:
    broken = ModelError(f"{path} was altered or is no model manifest; copy the model folder anew")
    try:
        manifest = json.loads(content)
        name, hashes = manifest["name"], dict(manifest["files"])
        rendered = _render_manifest(name, hashes)
    except (ValueError, KeyError, TypeError) as error:
        raise broken from error
    if rendered != content:
        raise broken
    return str(name), hashes


def _read_regular(path: Path) -> bytes:
    if path.is_symlink():
        raise ModelError(f"model file {path} is a link; model files must be the files themselves")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"model file {path} is missing or cannot be read: {error.strerror}") from error
