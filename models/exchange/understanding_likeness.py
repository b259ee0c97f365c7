"""How like a text is to the sentences in which people of the field tell of troubles: by trouble, and one by one.

By trouble a text is set against all its sentences together; one by one against the few sentences most like it. Knows
no phrase, no method and no ranking.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

from models import vocabulary as v
from models.exchange.understanding_text import Terms, clauses, grams, normalise

NEIGHBOURS = 8


@lru_cache(maxsize=256)
def likeness(text: str) -> Mapping[str, float]:
    """How like the wording of each trouble a normalised text is, about 0 to 1, by n-grams and classes of words."""
    model = _model()
    counts = Counter(feature for feature in features(text) if feature in model.rarity)
    if not counts:
        return {}
    weights = np.array([(1 + math.log(count)) * model.rarity[feature] for feature, count in counts.items()])
    held = model.holders.of(counts)
    shares = np.concatenate([model.shares[part] for part in held])
    spread = np.repeat(weights / math.sqrt((weights * weights).sum()), [part.stop - part.start for part in held])
    scores = np.bincount(model.holders.rows(held), spread * shares, minlength=len(model.troubles))
    return {trouble: score for trouble, score in zip(model.troubles, scores.tolist(), strict=True) if score}


class Holders:
    """Which rows hold each feature, all lists end to end: an array for each would take ten times the room."""

    def __init__(self, held: Mapping[str, Sequence[int]]) -> None:
        self._places = {feature: place for place, feature in enumerate(held)}
        self._starts = [0, *accumulate(map(len, held.values()))]
        self._rows = np.fromiter(chain.from_iterable(held.values()), np.int64, self._starts[-1])

    def __contains__(self, feature: str) -> bool:
        return feature in self._places

    def of(self, features: Iterable[str]) -> list[slice]:
        """Where the rows of each of these stand; all of them are known."""
        places = [self._places[feature] for feature in features]
        return [slice(self._starts[place], self._starts[place + 1]) for place in places]

    def rows(self, parts: Iterable[slice]) -> npt.NDArray[np.int64]:
        """The rows that stand there, one list after the other."""
        return np.concatenate([self._rows[part] for part in parts])


@dataclass(frozen=True, slots=True)
class Model:
    """The features of all descriptions: how rare each is, and its `shares` in the wordings of troubles that hold it."""

    troubles: tuple[str, ...]
    rarity: Mapping[str, float]
    holders: Holders
    shares: npt.NDArray[np.float64]


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
    holders = Holders({feature: [place for place, _ in held] for feature, held in shares.items()})
    return Model(tuple(weights), rarity, holders, np.array([share for held in shares.values() for _, share in held]))


def nearest(text: str) -> list[tuple[str, float]]:
    """The troubles of the sentences most like a normalised text, each sentence with its likeness (cosine, 0 to 1)."""
    told = _sentences()
    known = [feature for feature in _distinct(text) if feature in told.holders]
    if not known:
        return []
    weights = np.array([told.squares[feature] for feature in known])
    held = told.holders.of(known)
    spread = np.repeat(weights, [part.stop - part.start for part in held])
    shared = np.bincount(told.holders.rows(held), spread, minlength=len(told.troubles))
    scores = shared / (math.sqrt(weights.sum()) * told.lengths)
    most = min(NEIGHBOURS, len(scores))
    likely = np.flatnonzero(scores >= np.partition(scores, -most)[-most])
    # Equal scores in the order of the file, so that one text always gets one answer.
    best = likely[np.argsort(-scores[likely], kind="stable")][:most]
    return [(told.troubles[row], float(scores[row])) for row in best.tolist() if scores[row] > 0]


@dataclass(frozen=True, slots=True)
class Sentences:
    """All descriptions: the trouble and length of each, which of them hold each feature, its rarity squared."""

    troubles: tuple[str, ...]
    lengths: npt.NDArray[np.float64]
    holders: Holders
    squares: Mapping[str, float]


@cache
def _sentences() -> Sentences:
    holders: dict[str, list[int]] = defaultdict(list)
    entries = v.descriptions()
    for row, entry in enumerate(entries):
        for feature in _distinct(normalise(entry.text)):
            holders[feature].append(row)
    squares = {feature: math.log(1 + len(entries) / len(rows)) ** 2 for feature, rows in holders.items()}
    sums = np.zeros(len(entries))
    for feature, rows in holders.items():
        sums[rows] += squares[feature]
    return Sentences(
        tuple(entry.trouble for entry in entries),
        np.sqrt(np.maximum(sums, 1e-9)),
        Holders(holders),
        squares,
    )


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
