"""Prepared texts in, a short hash of each out: by it a model tells which texts its weights learnt from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.encoder_text import duplicate_key

LEARNT_FILE = "learnt.safetensors"
"""File of a model folder with the sorted hashes of the labelled texts that the encoder was fine-tuned on."""
LEARNT = "hashes"
_BYTES = 4
_FEWEST_JUDGED = 200
"""Texts new to the encoder from which on they alone judge; fewer say less than many learnt ones."""


def hash_texts(prepared: Sequence[str]) -> NDArray[np.uint32]:
    """Hash of each text's letters [texts]; of 160,000 learnt texts one in 27,000 others is taken for one."""
    digests = (
        hashlib.blake2b(duplicate_key(text).encode(), digest_size=_BYTES).digest() for text in prepared
    )
    return np.frombuffer(b"".join(digests), dtype="<u4").astype(np.uint32)


def choose_judged(is_learnt: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Texts by which members are compared [texts]: those that the encoder never learnt a label of, where
    there are enough of them, else all.

    Of a text it learnt the encoder's vectors give the label away, so that the regression over them would
    seem better than it is on new texts and silence the others.
    """
    if int((~is_learnt).sum()) < _FEWEST_JUDGED:
        return np.ones(len(is_learnt), dtype=bool)
    return ~is_learnt
