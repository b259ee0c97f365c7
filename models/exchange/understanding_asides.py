"""How much a text sounds like a message that is no quality need, against the sentences in which troubles are told.

A plain count of who says what (naive Bayes over single characters and pairs). Knows no cue and decides nothing.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

from models import vocabulary as v
from models.exchange.understanding_text import clauses, grams, normalise

PRIOR = 3.0  # texts' worth of doubt about how common a gram is
UNHEARD = -1.5
MOST = 2.5  # no single gram says more than this

_WORDS = re.compile(r"[a-z]{2,}|[\u3400-\u9fff]+")


def apartness(text: str) -> float:
    """How a normalised text is worded: above 0 like a message about something else, below like a trouble.

    A text without any known gram is between the two.
    """
    known = _odds()
    found = [known[gram] for gram in dict.fromkeys(_grams(text)) if gram in known]
    return sum(found) / math.sqrt(len(found)) if found else UNHEARD


def nearest(text: str) -> str:
    """The kind of the known message that a normalised text shares most of its grams with."""
    own, odds = set(_grams(text)), _odds()
    kinds: dict[str, float] = {}
    for kind, said in _asides():
        shared = sum(max(0.0, odds[gram]) for gram in own & said) / math.sqrt(len(said))
        kinds[kind] = max(kinds.get(kind, 0.0), shared)
    return max(kinds, key=lambda kind: kinds[kind])


@cache
def _asides() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((entry.kind, frozenset(_grams(normalise(entry.cue)))) for entry in v.asides())


def _grams(text: str) -> Iterator[str]:
    for clause in clauses(text):
        for part in _WORDS.findall(clause):
            yield from [part] if part.isascii() else grams(part)


@cache
def _odds() -> Mapping[str, float]:
    """How much likelier each gram is in an aside than in a trouble, as a logarithm."""
    asides = [found for _, found in _asides()]
    troubles = [set(_grams(normalise(entry.text))) for entry in v.descriptions()]
    here, there = (Counter(gram for each in texts for gram in each) for texts in (asides, troubles))
    odds = {}
    for gram in here.keys() | there.keys():
        common = (here[gram] / len(asides) + there[gram] / len(troubles)) / 2
        one = (here[gram] + PRIOR * common) / (len(asides) + PRIOR)
        other = (there[gram] + PRIOR * common) / (len(troubles) + PRIOR)
        odds[gram] = max(-MOST, min(MOST, math.log(one / other)))
    return odds
