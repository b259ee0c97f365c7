"""The simple systems that matching is compared with: rapidfuzz on whole texts, and two plain text searches."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from rapidfuzz import fuzz

Scorer = Callable[[str, Sequence[str]], list[float]]
Grams = Counter[str]


def grams(text: str, sizes: Sequence[int]) -> Grams:
    """How often each run of so many characters occurs; no run crosses a mark or a blank."""
    folded = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", text).lower())
    return Counter(word[i : i + n] for word in folded.split() for n in sizes for i in range(len(word) - n + 1))


def w_ratio(need: str, offers: Sequence[str]) -> list[float]:
    return [fuzz.WRatio(need, offer) for offer in offers]


def partial_ratio(need: str, offers: Sequence[str]) -> list[float]:
    return [fuzz.partial_ratio(need, offer) for offer in offers]


class Bm25:
    """BM25 over pairs of characters, k1 = 1.2 and b = 0.75."""

    def __init__(self, offers: Sequence[str]) -> None:
        self._grams = [grams(offer, (2,)) for offer in offers]
        self._holders = Counter(gram for counts in self._grams for gram in counts)
        self._lengths = [counts.total() for counts in self._grams]
        self._mean = sum(self._lengths) / max(1, len(offers))

    def __call__(self, need: str, offers: Sequence[str]) -> list[float]:
        asked = grams(need, (2,))
        return [self._score(asked, counts, length) for counts, length in zip(self._grams, self._lengths, strict=True)]

    def _score(self, asked: Grams, counts: Grams, length: int) -> float:
        long = 1.2 * (0.25 + 0.75 * length / self._mean)
        total = len(self._grams)
        return sum(
            math.log1p((total - self._holders[gram] + 0.5) / (self._holders[gram] + 0.5))
            * (counts[gram] * 2.2 / (counts[gram] + long))
            for gram in asked
            if gram in counts
        )


class TfIdf:
    """Cosine of TF-IDF vectors over runs of one to three characters, counts in logarithms."""

    def __init__(self, offers: Sequence[str]) -> None:
        counted = [grams(offer, (1, 2, 3)) for offer in offers]
        self._holders = Counter(gram for counts in counted for gram in counts)
        self._total = len(offers)
        self._vectors = [self._vector(counts) for counts in counted]

    def __call__(self, need: str, offers: Sequence[str]) -> list[float]:
        asked = self._vector(grams(need, (1, 2, 3)))
        return [sum(weight * vector.get(gram, 0.0) for gram, weight in asked.items()) for vector in self._vectors]

    def _vector(self, counts: Grams) -> Mapping[str, float]:
        weighed = {
            gram: (1 + math.log(count)) * (1 + math.log((1 + self._total) / (1 + self._holders[gram])))
            for gram, count in counts.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {gram: weight / length for gram, weight in weighed.items()}


def peers(offers: Sequence[str]) -> dict[str, Scorer]:
    """The peers by name, ready to score needs against these offers."""
    return {
        "WRatio": w_ratio,
        "partial_ratio": partial_ratio,
        "BM25, pairs": Bm25(offers),
        "TF-IDF, 1-3": TfIdf(offers),
    }
