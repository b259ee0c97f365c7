"""Measures of a ranking against graded pairs: nDCG with gains 2^grade - 1, recall, reciprocal rank, success."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

NAMES = ("nDCG@10", "nDCG@3", "recall@5", "MRR", "success@3")
GOOD = 2

Grades = Mapping[str, int]
Table = npt.NDArray[np.float64]


def gain(grades: Sequence[int], depth: int) -> float:
    """Discounted gain of the first `depth` grades."""
    return float(sum((2**grade - 1) / np.log2(place + 2) for place, grade in enumerate(grades[:depth])))


def of_need(ranked: Sequence[str], grades: Grades) -> tuple[float, ...]:
    """The five measures for one need; NaN where it has no graded offer (nDCG) or no good one (the rest)."""
    got = [grades.get(offer, 0) for offer in ranked]
    ideal = sorted(grades.values(), reverse=True)
    good = sum(grade >= GOOD for grade in ideal)
    shares = [gain(got, depth) / gain(ideal, depth) if gain(ideal, depth) else np.nan for depth in (10, 3)]
    if not good:
        return (*shares, np.nan, np.nan, np.nan)
    first = next((place for place, grade in enumerate(got, 1) if grade >= GOOD), None)
    recall = sum(grade >= GOOD for grade in got[:5]) / good
    return (*shares, recall, 1 / first if first else 0.0, float(first is not None and first <= 3))


def table(ranked: Mapping[str, Sequence[str]], grades: Mapping[str, Grades]) -> Table:
    """One row of measures for each graded need, in the order of the grades; a need without a ranking scores 0."""
    return np.array([of_need(ranked.get(need, ()), pairs) for need, pairs in grades.items()])


def interval(differences: Table, *, draws: int = 2000, seed: int = 7) -> tuple[float, float]:
    """The 95 % interval of the mean of one column, by drawing needs with replacement."""
    places = np.random.default_rng(seed).integers(0, len(differences), (draws, len(differences)))
    low, high = np.percentile(np.nanmean(differences[places], axis=1), [2.5, 97.5])
    return float(low), float(high)
