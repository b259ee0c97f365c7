"""Whether a text sounds like a message that is no quality need, and like which kind of one. Knows no sentence.

Five signs are weighed: how it is worded (naive Bayes over single characters and pairs), how firm a trouble is in it,
how alike it is to what is told of troubles, whether it names a method, and whether it has words of another matter. The
weights are learnt by `benchmarks/train_asides.py` and stand in the vocabulary (`wording`, `wording_signs`).
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from models import vocabulary as v
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
    own, odds = set(wording(text)), v.wording()
    kinds: dict[str, float] = {}
    for kind, said in _asides():
        shared = sum(max(0.0, odds.get(gram, 0.0)) for gram in own & said) / math.sqrt(len(said) or 1)
        kinds[kind] = max(kinds.get(kind, 0.0), shared)
    return max(kinds, key=lambda kind: kinds[kind])


@cache
def _asides() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((entry.kind, frozenset(_grams(normalise(entry.cue)))) for entry in v.asides())


def _grams(text: str) -> Iterator[str]:
    for clause in clauses(text):
        for part in _CHINESE.findall(clause):
            yield from grams(_NUMBER.sub("#", part))
