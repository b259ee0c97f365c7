"""Characters, pairs and triples of characters as numbers: the alphabet of the text search.

Three code points of 21 bits each fit one 64-bit integer, so a gram is its own key: no hashing, no collisions.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

from models.exchange.matching_terms import terms

Codes = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float32]
Tokens = tuple[Codes, Weights]

LONGEST_TEXT = 2000
SATURATION = 1.2
LENGTH_SHARE = 0.75
MEAN_LENGTH = 60.0

_POINT = (1 << 21) - 1
_NOT_A_WORD = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """One spelling for one text: compatibility forms folded, lower case, every run of marks and blanks one blank."""
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).lower()).strip()


def gram_counts(text: str) -> Tokens:
    """The distinct grams of one to three characters of a text, sorted, and how often each occurs."""
    points = np.frombuffer(clean(text).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)
    points[points == ord(" ")] = 0
    pairs = _joined(points[:-1], points[1:])
    grams = np.concatenate((points, pairs, _joined(pairs[:-1], points[2:])))
    codes, counts = np.unique(grams[grams > 0], return_counts=True)
    return codes, counts.astype(np.float32)


def telling(codes: Codes) -> npt.NDArray[np.bool_]:
    """Which grams hold a character that says something; one made of empty characters only is no evidence."""
    empty = _empty_points()
    told: npt.NDArray[np.bool_] = ~(empty[codes & _POINT] & empty[(codes >> 21) & _POINT] & empty[codes >> 42])
    return told


@cache
def _empty_points() -> npt.NDArray[np.bool_]:
    empty = np.zeros(_POINT + 1, np.bool_)
    empty[[0, *(ord(character) for character in terms("empty_characters"))]] = True
    return empty


def _joined(openings: Codes, endings: Codes) -> Codes:
    """Openings with one more character each; 0 where either side is a blank."""
    joined: Codes = np.where((openings > 0) & (endings > 0), (openings << 21) | endings, 0)
    return joined


def bm25_weights(counts: Weights, length: int) -> Weights:
    """How much each gram says about its text: repeated grams saturate, texts of many characters are discounted."""
    long = 1 - LENGTH_SHARE + LENGTH_SHARE * length / MEAN_LENGTH
    return (counts * (SATURATION + 1) / (counts + SATURATION * long)).astype(np.float32)
