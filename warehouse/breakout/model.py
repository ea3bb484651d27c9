"""A verified model file in, calibrated probabilities of a case table out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from warehouse.breakout.boards import Floats
from warehouse.breakout.columns import CaseTable
from warehouse.breakout.trees import Trees
from warehouse.breakout.wording import COLUMNS, WordingState
from warehouse.errors import ModelRefused

SUFFIX = ".safetensors"
_HEADER = "header"


@dataclass(frozen=True)
class BetaCalibration:
    """Beta calibration (Kull et al. 2017): log odds = rise * ln p - fall * ln(1 - p) + shift."""

    rise: float
    fall: float
    shift: float

    def apply(self, margin: Floats) -> Floats:
        """Calibrated probabilities of raw margins."""
        log_p, log_not_p = -np.logaddexp(0, -margin), -np.logaddexp(0, margin)
        odds = self.rise * log_p - self.fall * log_not_p + self.shift
        probability: Floats = np.exp(-np.logaddexp(0, -odds))
        return probability


@dataclass(frozen=True)
class BreakoutModel:
    """The forecast of one platform."""

    platform: str
    board: str
    """Board it was trained on."""
    names: tuple[str, ...]
    """Columns the trees read, in order."""
    trees: Trees
    calibration: BetaCalibration
    wording: WordingState
    trained_from: datetime
    trained_until: datetime
    """No observation at or after this moment was seen in training."""
    threshold: float
    """Probability above which 4 % of the misses of the calibration slice lay."""
    version: str

    @classmethod
    def from_bytes(cls, content: bytes) -> BreakoutModel:
        """Read a model file; ModelRefused when it is none of ours or its parts do not fit each other."""
        try:
            tensors = load(content)
            header = json.loads(read_metadata(content)[_HEADER])
            names = tuple(map(str, header["names"]))
            trees = Trees.from_tensors(tensors)
            wording = WordingState.from_tensors(tensors)
            if int(trees.column.max(initial=0)) >= len(names) or len(wording.weights) != COLUMNS:
                raise ValueError("its trees ask about columns it does not name")
            return cls(
                platform=str(header["platform"]),
                board=str(header["board"]),
                names=names,
                trees=trees,
                calibration=BetaCalibration(
                    **{name: float(value) for name, value in header["calibration"].items()}
                ),
                wording=wording,
                trained_from=datetime.fromisoformat(header["trained_from"]),
                trained_until=datetime.fromisoformat(header["trained_until"]),
                threshold=float(header["threshold"]),
                version=str(header["version"]),
            )
        except (KeyError, TypeError, ValueError, IndexError, SafetensorError) as error:
            raise ModelRefused(
                f"the breakout model cannot be read ({error}); train it again with `headwater train breakout`"
            ) from error

    def to_bytes(self) -> bytes:
        """The model file: tensors, and a header in JSON."""
        header = {
            "platform": self.platform,
            "board": self.board,
            "names": self.names,
            "calibration": asdict(self.calibration),
            "trained_from": self.trained_from.isoformat(),
            "trained_until": self.trained_until.isoformat(),
            "threshold": self.threshold,
            "version": self.version,
        }
        tensors = {
            name: np.ascontiguousarray(values)
            for name, values in {**self.trees.to_tensors(), **self.wording.to_tensors()}.items()
        }
        return save(tensors, metadata={_HEADER: json.dumps(header, sort_keys=True)})

    def forecast(self, table: CaseTable) -> Floats:
        """Calibrated probability of each case [cases]."""
        return self.forecast_values(table.select(self.names))

    def forecast_values(self, values: NDArray[np.float32]) -> Floats:
        """Calibrated probability of each row of [rows, names]."""
        return self.calibration.apply(self.trees.margin(values))


def read_metadata(content: bytes) -> Mapping[str, str]:
    """The text metadata of a whole safetensors file: a JSON header behind its length in eight bytes."""
    length = int.from_bytes(content[:8], "little")
    found: Mapping[str, str] = json.loads(content[8 : 8 + length]).get("__metadata__", {})
    return found


def open_models(files: Mapping[str, bytes]) -> dict[str, BreakoutModel]:
    """Models of a folder's files by platform; files of other kinds are left alone."""
    models = [BreakoutModel.from_bytes(content) for name, content in files.items() if name.endswith(SUFFIX)]
    return {model.platform: model for model in models}


def pick_model(models: Mapping[str, BreakoutModel], platform: str) -> BreakoutModel:
    """The platform's model; ModelRefused names those there are."""
    if platform not in models:
        raise ModelRefused(
            f"no breakout forecast is trained for {platform}; there is one for "
            f"{', '.join(sorted(models)) or 'none'}; "
            f"make one with `headwater train breakout --platform {platform}`"
        )
    return models[platform]


def name_moment(seconds: float) -> datetime:
    """Seconds since 1970 as a UTC time."""
    return datetime.fromtimestamp(seconds, UTC)


def choose_columns(names: Sequence[str], values: NDArray[np.float32]) -> tuple[str, ...]:
    """Columns with at least two different values."""
    with np.errstate(invalid="ignore"):
        low = np.fmin.reduce(values, axis=0)
        high = np.fmax.reduce(values, axis=0)
    return tuple(name for name, least, most in zip(names, low, high, strict=True) if least < most)
