"""Needs that are alike: shown before one is submitted, and gathered into groups that a class or a visit could serve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from models.exchange.matching_concepts import Spoken
from models.exchange.matching_grams import Tokens, Weights, bm25_weights, gram_counts
from models.exchange.matching_index import Postings
from models.exchange.matching_industries import closeness, divisions, sector
from models.exchange.matching_profiles import Profile, meaning_worth, read_need, with_meanings
from models.exchange.matching_reasons import shared_words
from models.exchange.matching_rules import place
from models.exchange.matching_values import NeedText
from models.exchange.understanding_text import normalise

ALIKE = 0.12
CLASS_SIZE = 5


@dataclass(frozen=True, slots=True)
class Similar:
    """A need that resembles the asked one: 0 to 1, and the words they share or mean alike."""

    need_id: str
    likeness: float
    words: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Unmatched needs of one kind in one area: the common concept or method, its city, and the needs in order."""

    kind: str
    city: str
    need_ids: tuple[str, ...]
    words: tuple[str, ...]


class Pool:
    """Needs among which those like another one are looked for; read once, however many ask."""

    def __init__(self, needs: Iterable[NeedText]) -> None:
        self.needs = [need for _, need in sorted({need.id: need for need in needs}.items())]
        self._postings = Postings([_given(need) for need in self.needs])

    def similar(self, need: NeedText, *, top: int = 5) -> list[Similar]:
        """The needs of others most like this one, best first; 1 is the likeness of a text with itself."""
        likeness = self._likeness(need)
        alike = [(-likeness[row], self.needs[row].id, self.needs[row]) for row in np.flatnonzero(likeness >= ALIKE)]
        others = [one for one in sorted(alike) if not need.org or one[2].org != need.org]
        return [Similar(id, round(-float(unlike), 2), _common(need, other)) for unlike, id, other in others[:top]]

    def _likeness(self, need: NeedText) -> Weights:
        asked, mine = read_need(need).tokens, read_need(need).profile
        itself = self._postings.score_of(_given(need), *asked)
        if itself <= 0:
            return np.zeros(len(self.needs), np.float32)
        trades = np.array([_closeness(tuple(mine.industries), trade) for trade in self._trades], np.float32)
        share: Weights = np.clip(self._postings.scores(*asked) / itself, 0, 1) * trades
        return share

    @cached_property
    def _trades(self) -> list[tuple[str, ...]]:
        return [tuple(read_need(need).profile.industries) for need in self.needs]


def similar(need: NeedText, needs: Iterable[NeedText], *, top: int = 5) -> list[Similar]:
    """The same among needs that are looked through once; the need itself is left out."""
    return Pool(other for other in needs if other.id != need.id).similar(need, top=top)


@lru_cache(maxsize=1024)
def _given(need: NeedText) -> Tokens:
    codes, counts = gram_counts(normalise(" ".join((need.text, *need.methods))))
    profile = read_need(need).profile
    worth = meaning_worth(Spoken(profile.concepts, profile.senses))
    return with_meanings((codes, bm25_weights(counts, len(need.text))), worth)


@lru_cache(maxsize=16_384)
def _closeness(mine: tuple[str, ...], trade: tuple[str, ...]) -> float:
    """1 for one trade, down to a half for trades that have nothing in common; 1 where either is unknown."""
    pairs = [(one, other) for one in mine for other in trade]
    near = (float(closeness()[divisions()[one], divisions()[other]]) if one != other else 1.0 for one, other in pairs)
    return 0.5 + 0.5 * max(near, default=1.0)


def _common(need: NeedText, other: NeedText) -> str:
    mine, theirs = read_need(need).profile.senses, read_need(other).profile.senses
    alike = sorted((mine[sense] for sense in mine.keys() & theirs.keys()), key=lambda word: (-len(word), word))
    return alike[0] if alike else shared_words(need.text, other.text)


def clusters(needs: Iterable[NeedText], *, at_least: int = CLASS_SIZE) -> list[Cluster]:
    """Groups of unmatched needs in one city and one part of the economy that share a method or a concept.

    A need joins the largest group it fits; what is left of a smaller group counts only if it is still large enough.
    """
    asked = [need for _, need in sorted({need.id: need for need in needs}.items())]
    groups: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for need in asked:
        profile = read_need(need).profile
        for kind, words in _kinds(profile).items():
            groups[place(need.city), _sector(profile), kind][need.id] = words
    found: list[Cluster] = []
    placed: set[str] = set()
    while groups:
        (city, branch, kind), members = max(groups.items(), key=lambda item: (len(item[1]), _reversed(item[0])))
        if len(members) < at_least:
            break
        found.append(Cluster(kind, city, tuple(members), tuple(dict.fromkeys(members.values()))))
        placed |= members.keys()
        del groups[city, branch, kind]
        for rest in groups.values():
            for need_id in placed & rest.keys():
                del rest[need_id]
    return found


def groups(needs: Sequence[NeedText]) -> list[Cluster]:
    """The groups within a city, and then those of several cities (without a city) among the needs that are left."""
    near = clusters(needs)
    placed = {need_id for group in near for need_id in group.need_ids}
    return near + clusters(replace(need, city="") for need in needs if need.id not in placed)


def _kinds(profile: Profile) -> dict[str, str]:
    """What a need may be gathered under, with its words for it: its methods and its concepts."""
    return {name: words for name, (_, words) in profile.methods.items()} | dict(profile.concepts)


def _sector(profile: Profile) -> str:
    stated = [code for code, (weight, _) in profile.industries.items() if weight == 1]
    return sector(stated[0]) if stated else ""


def _reversed(key: tuple[str, ...]) -> tuple[int, ...]:
    """A sort key that puts the alphabetically first on top, so that equal groups always come in one order."""
    return tuple(-ord(character) for part in key for character in part)
