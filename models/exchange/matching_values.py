"""What matching reads and returns: plain frozen values, no rows and no sentences.

The product maps its rows onto NeedText and OfferText; the command line maps file records. Both get the same scores.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

FLOOR = 45.0


@dataclass(frozen=True, slots=True)
class NeedText:
    """What a unit asks for, in its own words, with the facts the hard rules look at.

    `rivals` are units in direct competition, `barred` units with an open conflict or a circle of mentoring,
    `only_org` the single incubator an incubatee from outside the province may be paired with (empty: any), `linked_org`
    the incubator that has confirmed the unit as its supplier or customer.
    """

    id: str
    text: str
    industry: str = ""
    city: str = ""
    methods: tuple[str, ...] = ()
    org: str = ""
    forms: tuple[str, ...] = ()
    online: bool = False
    published: bool = True
    rivals: frozenset[str] = frozenset()
    rivals_welcome: bool = False
    barred: frozenset[str] = frozenset()
    only_org: str = ""
    linked_org: str = ""
    people: int | None = None


@dataclass(frozen=True, slots=True)
class OfferText:
    """What an incubator gives, with the facts the hard rules look at.

    `capacity` is places in all (None: not stated), `taken` the places in use; `record` is the shrunk record, 0 to 1;
    `evidence_on` is the day of the latest proof that the unit practises its method; `group` ties sister units together.
    """

    id: str
    text: str
    industry: str = ""
    city: str = ""
    methods: tuple[str, ...] = ()
    org: str = ""
    service_areas: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    capacity: int | None = None
    taken: int = 0
    online: bool = False
    published: bool = True
    rivals: frozenset[str] = frozenset()
    rivals_welcome: bool = False
    barred: frozenset[str] = frozenset()
    evidence_on: date | None = None
    record: float = 0.5
    group: str = ""
    people: int | None = None

    @property
    def free(self) -> int | None:
        """Places left; None when the offer states no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def free_share(self) -> float:
        """Places left as a share of all, 1 when the offer states no limit: the less loaded of equals goes first."""
        return 1.0 if not self.capacity else (self.free or 0) / self.capacity


@dataclass(frozen=True, slots=True)
class Rules:
    """Which hard rules apply; the caller says what day it is (None: the age of evidence is not judged)."""

    today: date | None = None
    region: bool = True
    evidence_years: int = 3
    floor: float = FLOOR


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer fits or does not: a kind, the words of the need and of the offer it rests on, and a detail."""

    kind: str
    need_words: str = ""
    offer_words: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One offer for one need: score 0 to 100, two reasons, and the biggest gap if there is one."""

    offer_id: str
    score: float
    reasons: tuple[Reason, ...] = ()
    gap: Reason | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Matches best first; `below_floor` when not even the first is good enough: the city office takes over."""

    need_id: str
    matches: tuple[Match, ...]
    below_floor: bool

    def __iter__(self) -> Iterator[Match]:
        return iter(self.matches)

    def __len__(self) -> int:
        return len(self.matches)

    def __getitem__(self, place: int) -> Match:
        return self.matches[place]


def shrunk_record(good: float, counted: int, *, mean: float = 0.5, weight: int = 5) -> float:
    """A record of 0 to 1 drawn towards the mean of the province while few things are counted.

    `good` is the sum of what went well among `counted`: requests answered, sessions confirmed, ratings of 0 to 1.
    """
    return (good + weight * mean) / (counted + weight)
