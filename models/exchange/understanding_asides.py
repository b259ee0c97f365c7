"""Whether a text sounds like a message that is no quality need, and like which kind of one. Knows no sentence.

Five signs are weighed: how it is worded (naive Bayes over single characters and pairs), how firm a trouble is in it,
how alike it is to what is told of troubles, whether it names a method, and whether it has words of another matter. The
weights are learnt by `benchmarks/train_asides.py` and stand in the vocabulary (`wording`, `wording_signs`).
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from models import vocabulary as v
from models.exchange.understanding_likeness import Holders
from models.exchange.understanding_text import clauses, grams, normalise
from models.exchange.understanding_troubles import Evidence

UNHEARD = -1.5
FIRM, ALIKE = 2.0, 0.1  # a score and a likeness that are high
# To refuse a true need is the worse fault: what is not sure is asked about, and what is not likely is taken for a need.
SURE, LIKELY = 2.0, 0.5

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_NUMBER = re.compile(r"[零一二两三四五六七八九十百千万]+")  # which one it is says nothing


def foreign(text: str, told: Evidence, *, named: bool, cue: bool) -> float:
    """How surely a normalised text is no quality need, given what it tells of troubles and what else was found in it.

    The middle is 0. Nothing is known of how other languages than Chinese word it.
    """
    said, weights = wording(text), v.wording_signs()
    if not (said or cue):
        return 0.0
    found = {"worded": apartness(said, v.wording()), **signs(told, named=named, cue=cue)}
    return weights["always"] + sum(weights[sign] * value for sign, value in found.items())


def signs(told: Evidence, *, named: bool, cue: bool) -> dict[str, float]:
    """The signs beside the wording, each about 0 to 1."""
    trouble = {"trouble": min(told.firm, FIRM) / FIRM, "alike": told.alike / ALIKE}
    return {**trouble, "method": float(named), "cue": float(cue)}


def apartness(said: Iterable[str], odds: Mapping[str, float]) -> float:
    """How a text is worded: above 0 like a message about something else, below like a trouble."""
    found = [odds[gram] for gram in said if gram in odds]
    return sum(found) / math.sqrt(len(found)) if found else UNHEARD


def wording(text: str) -> tuple[str, ...]:
    """The Chinese characters and pairs of a normalised text, each once, in its order; every number is a #."""
    return tuple(dict.fromkeys(_grams(text)))


def nearest(text: str) -> str:
    """The kind of the known message that a normalised text shares most of its grams with."""
    told = _asides()
    known = {gram: v.wording()[gram] for gram in wording(text) if gram in v.wording()}
    return told.kinds[int(np.argmax(told.holders.scores(known)))]


@dataclass(frozen=True, slots=True)
class Asides:
    """The known messages: the kind of each, and which of them hold each gram that no trouble is told in."""

    kinds: tuple[str, ...]
    holders: Holders


@cache
def _asides() -> Asides:
    odds, kinds = v.wording(), list(dict.fromkeys(entry.kind for entry in v.asides()))
    entries = sorted(v.asides(), key=lambda entry: kinds.index(entry.kind))  # of equals the kind that is told of first
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row, entry in enumerate(entries):
        said = wording(normalise(entry.cue))
        for gram in said:
            if odds.get(gram, 0.0) > 0:
                holders[gram].append((row, 1 / math.sqrt(len(said))))
    return Asides(tuple(entry.kind for entry in entries), Holders(holders, len(entries)))


def _grams(text: str) -> Iterator[str]:
    for clause in clauses(text):
        for part in _CHINESE.findall(clause):
            yield from grams(_NUMBER.sub("#", part))
