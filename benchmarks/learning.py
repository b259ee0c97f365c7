"""Which words tell one thing from its neighbours: multinomial logistic regression (scikit-learn, the extra `train`).

The weights are kept as a table that an officer can read; small ones, and those of a feature in a single text, are left
out. Knows neither troubles nor sessions.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

TEXTS = 2  # a feature is in
Weights = Mapping[tuple[str, str], float]  # by what is told and feature


@dataclass(frozen=True)
class Told:
    """A text, what it tells of, and for how much it counts: one of two troubles counts for half of each."""

    text: str
    of: str
    counts: float = 1.0


def learn(
    given: Sequence[Told], weighed: Callable[[str], Mapping[str, float]], *, loose: float, least: float
) -> Weights:
    """What each feature of `weighed` says for each thing told, to a tenth; `loose` is scikit-learn's C."""
    said = [dict(weighed(one.text)) for one in given]
    columns = DictVectorizer()
    table = columns.fit_transform(said)
    model = LogisticRegression(C=loose, max_iter=800, fit_intercept=False)
    model.fit(table, [one.of for one in given], sample_weight=[one.counts for one in given])
    features, texts = columns.get_feature_names_out(), Counter(feature for each in said for feature in each)
    found: dict[tuple[str, str], float] = {}
    for row, column in np.argwhere(np.abs(model.coef_) >= least).tolist():
        if texts[features[column]] >= TEXTS:
            found[model.classes_[row], features[column]] = round(float(model.coef_[row, column]), 1)
    return found


def write(weights: Weights, path: Path, of: str) -> None:
    """Keep the weights, a line for each thing told (the column `of`) and weight, the strongest first."""
    lines: dict[tuple[str, float], list[str]] = defaultdict(list)
    for (told, feature), weight in weights.items():
        lines[told, weight].append(feature)
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow((of, "weight", "grams", "source"))
        for (told, weight), grams in sorted(lines.items(), key=lambda line: (line[0][0], -line[0][1])):
            out.writerow((told, weight, " ".join(sorted(grams)), "colloquial"))
