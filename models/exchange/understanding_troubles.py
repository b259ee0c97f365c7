"""Which troubles a text tells of: by phrases, by cues that stand together, by likeness and what was learnt from others.

Knows no method and no ranking; gives each trouble a score and the words it rests on.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from models import vocabulary as v
from models.exchange.understanding_likeness import UNHEARD, chances, cue_words, goods, likeness
from models.exchange.understanding_text import Hit, Terms, clauses, normalise, sounds
from models.vocabulary.entries import Weights

PHRASE = {2: 0.8, 3: 1.0}
LONG_PHRASE = 1.2
TOGETHER = 0.6
LIKENESS = 20.0
CHANCE = 0.7
HINT = 2.5
REACH = 14
OUTSIDE = 0.4
SOUNDS_ALIKE = 0.7
WEAK = 1.5

_GONE = re.compile(r"(?:没有?|无|未|不|也没|并不|不存在)$")
_BAD = re.compile(r"投诉|退货|不良|故障|事故|差错|漏|乱|报废|返工|索赔|异常|脏|浪费|错|坏|complaint|defect")


@dataclass(slots=True)
class Evidence:
    """Scores of troubles (or of a method hinted at) with the words they rest on.

    `firm` is the best of them without likeness, `alike` the greatest likeness alone.
    """

    scores: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    words: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    firm: float = 0.0
    alike: float = 0.0

    def add(self, about: str, score: float, *words: str) -> None:
        self.scores[about] += score
        self.words[about].extend(word for word in words if word not in self.words[about])


def weigh(text: str, section: str = "") -> Evidence:
    """The troubles of a normalised text; those foreign to the industry's section count less."""
    told = _weighed(text)
    found = Evidence(dict(told.scores), told.words, told.firm, told.alike)
    for about in found.scores if section else ():
        known = v.troubles().get(about)
        if known and known.sections and section not in known.sections:
            found.scores[about] *= OUTSIDE
    return found


@lru_cache(maxsize=256)
def _weighed(text: str) -> Evidence:
    found = Evidence()
    told = _by_phrase(text, found)
    _by_cues(told, found)
    found.firm = max(found.scores.values(), default=0.0)
    if found.firm < WEAK:
        _by_sound(told, found)
    alike = likeness(told)
    found.alike = max(alike.values(), default=0.0)
    for trouble, score in alike.items():
        found.scores[trouble] += LIKENESS * score
    for trouble, chance in chances(told).items():
        found.scores[trouble] += CHANCE * math.log(chance / UNHEARD)
    return found


def spoken_of(text: str) -> Mapping[str, float]:
    """The troubles whose words stand in a normalised text, 0 to 1 each; likeness and the denied are left out."""
    found = Evidence()
    _by_cues(_by_phrase(text, found), found)
    return {about: min(1.0, score) for about, score in found.scores.items() if about in v.troubles()}


def _by_phrase(text: str, found: Evidence) -> str:
    """Add what the phrases tell; give back the text without those it denies (没有投诉)."""
    told = text
    for hit in _phrases().find(text):
        if _BAD.search(hit.term) and _GONE.search(text[: hit.start]):
            told = told[: hit.start] + " " * len(hit.term) + told[hit.end :]
        else:
            _add_phrase(found, hit.term, hit.value, 1.0)
    for hint in _hints().find(told):
        found.add(hint.value, HINT, hint.term)
    return told


def _add_phrase(found: Evidence, phrase: str, troubles: Weights, factor: float) -> None:
    score = factor * PHRASE.get(len(phrase), LONG_PHRASE) / len(troubles) ** 0.7
    for trouble, weight in troubles:
        found.add(trouble, score * weight, phrase)


def _by_cues(text: str, found: Evidence) -> None:
    seen: set[frozenset[str]] = set()
    for clause in clauses(text):
        for left, right in _close(cue_words().find(clause)):
            for pair in [frozenset((first, second)) for first in left.value for second in right.value]:
                if pair not in seen and (meaning := _together().get(pair)):
                    seen.add(pair)
                    for trouble, weight in meaning:
                        found.add(trouble, TOGETHER * weight, left.term, right.term)


def _close(hits: Sequence[Hit[tuple[str, ...]]]) -> Iterator[tuple[Hit[tuple[str, ...]], Hit[tuple[str, ...]]]]:
    for place, left in enumerate(hits):
        for right in hits[place + 1 :]:
            if right.start - left.start > REACH:
                break
            yield left, right


def _by_sound(text: str, found: Evidence) -> None:
    spelt = {hit.start for hit in _phrases().find(text)}
    for hit in _sounding().find(sounds(text)):
        if hit.start not in spelt:
            _add_phrase(found, text[hit.start : hit.end], hit.value, SOUNDS_ALIKE)


def covered(text: str) -> Iterator[tuple[int, int]]:
    """Where the vocabulary knows the words of a normalised text: spans of phrases, hints, cues and goods."""
    for table in (_phrases(), _hints(), cue_words(), goods()):
        for hit in table.find(text):
            yield hit.start, hit.end


@cache
def _phrases() -> Terms[Weights]:
    return Terms((normalise(symptom.phrase), symptom.troubles) for symptom in v.symptoms())


@cache
def _sounding() -> Terms[Weights]:
    return Terms((sounds(phrase), means) for phrase, means in _phrases().values.items() if len(phrase) > 3)


@cache
def _hints() -> Terms[str]:
    return Terms((normalise(alias.text), alias.method) for alias in v.method_aliases() if not alias.is_name)


@cache
def _together() -> Mapping[frozenset[str], Weights]:
    return {frozenset((entry.first, entry.second)): entry.troubles for entry in v.combinations()}
