"""Characters, pairs and triples of characters as numbers: the alphabet of the text search.

Three code points of 21 bits each fit one 64-bit integer, so a gram is its own key: no hashing, no collisions, no dictionary.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float32]

_NOT_A_WORD = re.compile(r"[\W_]+")
_LONGEST = 2000


def clean(text: str) -> str:
    """One spelling for one text: compatibility forms folded, lower case, every run of marks and blanks one blank."""
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text[:_LONGEST]).lower()).strip()


def gram_counts(text: str) -> tuple[Codes, Weights]:
    """The distinct grams of one to three characters of a text, sorted, and how often each occurs."""
    points = np.frombuffer(clean(text).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)
    points[points == 32] = 0
    grams = []
    for size in (1, 2, 3):
        runs = (
            np.lib.stride_tricks.sliding_window_view(points, size) if len(points) >= size else np.zeros((0, size), int)
        )
        runs = runs[(runs > 0).all(axis=1)]
        code = np.zeros(len(runs), np.int64)
        for place in range(size):
            code = (code << 21) | runs[:, place]
        grams.append(code)
    codes, counts = np.unique(np.concatenate(grams), return_counts=True)
    return codes, counts.astype(np.float32)
