"""How like a text is to the sentences in which people of the field tell of troubles, and which of them it tells of.

A text is set against all the sentences of a trouble together. What these hold in common does not say which of two
neighbours is meant: that is learnt by `benchmarks/train_troubles.py` (multinomial logistic regression over the same
features) and stands in the vocabulary (`telling`). Knows no phrase, no method and no ranking.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from models import vocabulary as v
from models.exchange.understanding_text import Terms, clauses, grams, normalise

UNHEARD = 0.0025  # a chance below which a trouble is as good as not told of


@lru_cache(maxsize=256)
def likeness(text: str) -> Mapping[str, float]:
    """How like the wording of each trouble a normalised text is, about 0 to 1, by n-grams and classes of words."""
    model = _model()
    scores = model.holders.scores(weighed(text))
    return {trouble: score for trouble, score in zip(model.troubles, scores.tolist(), strict=True) if score}


def chances(text: str) -> Mapping[str, float]:
    """How likely a normalised text is to tell of each trouble, those that are not `UNHEARD`, as shares of one."""
    troubles, holders = _telling()
    logits = holders.scores(weighed(text))
    if not logits.any():
        return {}
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    return {troubles[row]: float(shares[row]) for row in np.flatnonzero(shares > UNHEARD).tolist()}


@lru_cache(maxsize=256)
def weighed(text: str) -> Mapping[str, float]:
    """What each feature of a normalised text counts, the rarer the more; the squares of all come to one."""
    rarity = _model().rarity
    counts = Counter(feature for feature in features(text) if feature in rarity)
    weights = {feature: (1 + math.log(count)) * rarity[feature] for feature, count in counts.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {feature: weight / length for feature, weight in weights.items()}


class Holders:
    """Which rows hold each feature and how much, all end to end: an array for each would take ten times the room."""

    def __init__(self, held: Mapping[str, Sequence[tuple[int, float]]], size: int) -> None:
        self._size = size
        self._places = {feature: place for place, feature in enumerate(held)}
        self._starts = [0, *accumulate(map(len, held.values()))]
        self._rows = np.fromiter((row for each in held.values() for row, _ in each), np.int64, self._starts[-1])
        self._shares = np.fromiter((share for each in held.values() for _, share in each), np.float64, self._starts[-1])

    def scores(self, weights: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Of each row, the sum of these features' weights times what it holds of them; no row holds an unknown one."""
        known = [(self._places[feature], weight) for feature, weight in weights.items() if feature in self._places]
        if not known:
            return np.zeros(self._size)
        parts = [slice(self._starts[place], self._starts[place + 1]) for place, _ in known]
        spread = np.repeat([weight for _, weight in known], [part.stop - part.start for part in parts])
        shares = np.concatenate([self._shares[part] for part in parts])
        rows = np.concatenate([self._rows[part] for part in parts])
        return np.bincount(rows, spread * shares, self._size).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True)
class Model:
    """The features of all descriptions: how rare each is, and its share in the wordings of troubles that hold it."""

    troubles: tuple[str, ...]
    rarity: Mapping[str, float]
    holders: Holders


@cache
def _model() -> Model:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in v.descriptions():
        counts[entry.trouble].update(_distinct(normalise(entry.text)))
    for symptom in v.symptoms():
        found = _distinct(normalise(symptom.phrase))
        for trouble, _ in symptom.troubles:
            counts[trouble].update(found)
    spread = Counter(feature for each in counts.values() for feature in each)
    rarity = {feature: math.log(1 + len(counts) / times) for feature, times in spread.items()}
    weights = {
        trouble: {feature: (1 + math.log(count)) * rarity[feature] for feature, count in each.items()}
        for trouble, each in counts.items()
    }
    lengths = {
        trouble: math.sqrt(sum(weight * weight for weight in each.values())) for trouble, each in weights.items()
    }
    mean = sum(lengths.values()) / len(lengths)
    shares: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, (trouble, each) in enumerate(weights.items()):
        # Half way between its own length and the mean: a trouble with few sentences is not favoured for being short.
        length = math.sqrt(lengths[trouble] * mean)
        for feature, weight in each.items():
            shares[feature].append((place, weight / length))
    return Model(tuple(weights), rarity, Holders(shares, len(weights)))


@cache
def _telling() -> tuple[tuple[str, ...], Holders]:
    troubles = tuple(v.troubles())
    rows = {trouble: row for row, trouble in enumerate(troubles)}
    held: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for line in v.telling():
        for gram in line.grams.split():
            held[gram].append((rows[line.trouble], line.weight))
    return troubles, Holders(held, len(troubles))


def _distinct(text: str) -> list[str]:
    # In the order of the text, not of a set, so that sums and thereby answers are the same in every process.
    return list(dict.fromkeys(features(text)))


@lru_cache(maxsize=256)
def features(text: str) -> tuple[str, ...]:
    """The n-grams of a normalised text without its goods, and the classes of its cues: 客人 and 病人 are one."""
    return tuple(_features(text))


def _features(text: str) -> Iterator[str]:
    letters = list(text)
    for hit in goods().find(text):
        # What a unit makes says nothing of its trouble.
        letters[hit.start : hit.end] = " " * (hit.end - hit.start)
    for clause in clauses("".join(letters)):
        for part in clause.split():
            yield from grams(part)
    for cue in cue_words().find(text):
        yield from cue.value


@cache
def cue_words() -> Terms[tuple[str, ...]]:
    """The words of the cues, each with the classes it belongs to."""
    classes: dict[str, list[str]] = defaultdict(list)
    for cue in v.cues().values():
        for word in cue.words:
            classes[normalise(word)].append(cue.id)
    return Terms((word, tuple(ids)) for word, ids in classes.items())


@cache
def goods() -> Terms[None]:
    """The words for what units make, do and are."""
    words = [*v.products(), *(process.term for process in v.processes())]
    words += [alias for industry in v.industries().values() for alias in industry.aliases]
    return Terms((normalise(word), None) for word in words)
