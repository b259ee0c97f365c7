"""Learns which words tell one trouble from its neighbours: `python -m benchmarks.train_troubles [--write]`.

Multinomial logistic regression (scikit-learn, the extra `train`) over the features that likeness is made of. It reads
the symptoms and descriptions of the vocabulary, and sentences that three more authors wrote about every trouble without
seeing either. The table shows each half judged by what the other taught. `--write` puts the weights into the
vocabulary; those that are small, or of a feature in a single text, are left out.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.evaluate_matching import DATA
from benchmarks.learning import Told, Weights, learn, write
from models import vocabulary as v
from models.exchange.understanding_likeness import Holders, weighed
from models.exchange.understanding_text import normalise
from models.vocabulary.tables import DATA as LISTS

LOOSE = 3.0  # how little weights are held back: scikit-learn's C
LEAST = 0.25  # a smaller weight is left out


def of_the_vocabulary() -> Iterator[Told]:
    """The sentences and symptoms of the vocabulary."""
    yield from (Told(each.text, each.trouble) for each in v.descriptions())
    for symptom in v.symptoms():
        whole = sum(weight for _, weight in symptom.troubles)
        yield from (Told(symptom.phrase, trouble, weight / whole) for trouble, weight in symptom.troubles)


def of_others() -> Iterator[Told]:
    """The sentences of authors who had seen nothing but the names of the troubles."""
    with (DATA / "told_of_troubles.csv").open(encoding="utf-8", newline="") as stream:
        yield from (Told(row["text"], row["trouble"]) for row in csv.DictReader(stream))


def taught_by(given: Sequence[Told]) -> Weights:
    """What each feature says for each trouble."""
    return learn(given, lambda text: weighed(normalise(text)), loose=LOOSE, least=LEAST)


def judged(weights: Weights, given: Sequence[Told]) -> tuple[float, float]:
    """The shares of texts whose trouble is the first, and one of the first three, that the weights speak for."""
    troubles = list(v.troubles())
    held: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for (trouble, feature), weight in weights.items():
        held[feature].append((troubles.index(trouble), weight))
    holders, places = Holders(held, len(troubles)), []
    for one in given:
        best = np.argsort(-holders.scores(weighed(normalise(one.text))), kind="stable").tolist()
        places.append(best.index(troubles.index(one.of)))
    return sum(place < 1 for place in places) / len(places), sum(place < 3 for place in places) / len(places)


def main(given: Sequence[str]) -> None:
    """Learn, show how well one half is judged by the other, and keep the weights if told to."""
    own, others = list(of_the_vocabulary()), list(of_others())
    print(f"{'judged':<44}{'first':>7}{'of three':>10}")
    sentences = [Told(each.text, each.trouble) for each in v.descriptions()]
    for name, taught, asked in (
        ("others by the vocabulary", own, others),
        ("the vocabulary's sentences by others", others, sentences),
    ):
        first, three = judged(taught_by(taught), asked)
        print(f"{name:<44}{first:7.3f}{three:10.3f}")
    if "--write" in given:
        write(taught_by([*own, *others]), LISTS / "telling.csv", "trouble")


if __name__ == "__main__":
    main(sys.argv[1:])
