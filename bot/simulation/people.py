"""Who lives the year: contacts of factories and of winners, colleagues they bring in, and officers. Invented, by seed.

Every person draws from a stream of their own, so that one more person changes nobody else's luck.
"""

from __future__ import annotations

import tomllib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bot.simulation.phones import Screen
from models import vocabulary
from models.registration.people import Role
from models.registration.roster import FOLDER
from models.registration.roster_awards import eligibility, read_awards
from models.vocabulary import District

STOCK: dict[str, Any] = tomllib.loads((Path(__file__).parent / "stock.toml").read_text(encoding="utf-8"))
FACTORY, WINNER, COLLEAGUE, OFFICER = "factory", "winner", "colleague", "officer"
ROSTER = FOLDER / "award_roster.csv"
SEATS_OF_CITY, SEATS_OF_PROVINCE = 2, 2
UNITS_OF_CITY, UNITS_OF_SEAT = 20, 800  # how many units make a city, and keep one of the association busy


@dataclass(frozen=True)
class Firm:
    """A made-up unit: its name, where it lies, what it makes (`trade` is a table of the stock)."""

    name: str
    county: str
    trade: dict[str, Any]


@dataclass
class Traits:
    """What somebody is like: shares between 0 and 1, and `delay`, the hours in which half of their letters are read."""

    diligence: float
    delay: float
    nonsense: float
    typing: float


@dataclass
class Person:
    """Somebody with a phone. `silent` are the stretches in which nothing reaches them but a telephone call."""

    number: int
    kind: str
    name: str
    phone: str
    random: Random
    traits: Traits
    firm: Firm | None = None
    office: tuple[Role, str | None] | None = None
    arrives: datetime | None = None
    first_words: str = "/start"
    silent: list[tuple[datetime, datetime]] = field(default_factory=list)
    unread: deque[Screen] = field(default_factory=deque)
    fresh: deque[Screen] = field(default_factory=deque)
    pages: list[tuple[Screen, list[tuple[str, str]]]] = field(default_factory=list)  # lists not yet worked off
    wishes: deque[str] = field(default_factory=deque)
    diary: dict[str, datetime] = field(default_factory=dict)
    visited: Counter[str] = field(default_factory=Counter)
    tries: Counter[str] = field(default_factory=Counter)
    asked: str = ""  # the question answered last, and how often it came again
    repeats: int = 0
    acts_left: int = 0
    events: int = 0
    unit: str = ""  # in which the present indicator is counted
    shift: tuple[float, float] | None = None  # the baseline just written: its mean, and the way to go (+1, -1)
    last_buttons: tuple[tuple[str, str], ...] = ()
    numbers: list[str] = field(default_factory=list)  # telephone numbers on the last sheet
    pair_in_mind: str = ""
    post: str = ""  # which colleague is wanted most
    last_id: str = ""
    recovered: int = 0

    @property
    def chat(self) -> str:
        return str(self.number)

    def is_silent(self, now: datetime) -> bool:
        """Whether nothing in the chat reaches this person now."""
        return any(since <= now < until for since, until in self.silent)

    def wake_up(self, now: datetime) -> bool:
        """A telephone call ends a silence; whether there was one."""
        over = [(since, until) for since, until in self.silent if since <= now < until]
        self.silent = [one for one in self.silent if one not in over]
        self.recovered += len(over)
        return bool(over)


def name_of(random: Random) -> str:
    """A name such as 王建国."""
    given = "".join(random.choice(STOCK["given"]) for _ in range(random.choice((1, 2, 2, 2))))
    return f"{random.choice(STOCK['surnames'])}{given}"


def phone_of(number: int) -> str:
    """A mobile number that nobody else has."""
    return f"139{number:08d}"


def person(seed: int, number: int, kind: str, **more: Any) -> Person:
    """Somebody with a name, a number and a temper of their own."""
    random = Random(f"{seed}:{number}")
    busy = kind == OFFICER
    traits = Traits(
        diligence=1.0 if busy else random.betavariate(7, 2),
        delay=0.4 if busy else min(30.0, random.lognormvariate(0.9, 0.9)),
        nonsense=0.0 if busy else random.choice((0.0, 0.0, 0.01, 0.02, 0.05, 0.15)),
        typing=random.choice((0.0, 0.05, 0.1, 0.5)),
    )
    return Person(number, kind, name_of(random), phone_of(number), random, traits, **more)


def cities_of(units: int) -> list[str]:
    """The cities of a province of so many units: all eleven of a real one, fewer of a small one."""
    return list(vocabulary.cities())[: max(1, units // UNITS_OF_CITY)]


def officers(seed: int, units: int) -> list[Person]:
    """Two in each city, in the association one for every thousand units or so, two in the province."""
    offices: list[tuple[Role, str | None]] = []
    for city in cities_of(units):
        offices += [(Role.CITY, city)] * SEATS_OF_CITY
    offices += [(Role.ASSOCIATION, None)] * (1 + units // UNITS_OF_SEAT) + [(Role.PROVINCE, None)] * SEATS_OF_PROVINCE
    return [person(seed, 100 + n, OFFICER, office=office) for n, office in enumerate(offices)]


def contacts(seed: int, kind: str, count: int, *, units: int, start: datetime, until: datetime) -> Iterator[Person]:
    """The contacts of so many units, winners early in the year and factories all through its first three quarters."""
    cities = cities_of(units)
    counties = [county for county in vocabulary.all_districts().values() if county.city in cities]
    names = winners(seed) if kind == WINNER else iter(())
    first = 10_000 if kind == WINNER else 20_000
    length = (until - start) * (0.35 if kind == WINNER else 0.7)
    for n in range(count):
        one = person(seed, first + n, kind)
        random = one.random
        one.firm = next(names, None) or firm_of(random, n, counties)
        share = random.random() ** 1.6 if kind == WINNER else (random.random() + random.random()) / 2
        one.arrives = start + length * share
        if kind == FACTORY and random.random() < 0.25:
            one.first_words = random.choice(STOCK["greetings"])
        if random.random() < (0.06 if kind == WINNER else 0.14):
            since = one.arrives + (until - one.arrives) * random.random()
            days = random.choice((25, 45, 90, 400))
            one.silent.append((since, since + timedelta(days=days)))
        yield one


def winners(seed: int) -> Iterator[Firm]:
    """Real winners of the roster, in an order of the seed's; they teach what their trade teaches."""
    random = Random(f"{seed}:winners")
    awards = read_awards(ROSTER)
    listed = [name for name, held in awards.items() if any(eligible(one.award, name) for one in held)]
    for name in random.sample(listed, len(listed)):
        yield Firm(name, "", random.choice(STOCK["trade"]))


def eligible(award: str, name: str) -> bool:
    """Whether an award makes its holder an incubator without anybody's judgement."""
    return eligibility(award, name=name) == "eligible"


def firm_of(random: Random, n: int, counties: Sequence[District]) -> Firm:
    """A firm called by its county, a brand that nobody else has, and its trade."""
    county = random.choice(counties)
    trade = random.choice(STOCK["trade"])
    first, second = STOCK["brand_first"], STOCK["brand_second"]
    brand = first[n % len(first)] + second[n // len(first) % len(second)]
    return Firm(f"{county.zh}{brand}{random.choice(trade['suffixes'])}有限公司", county.zh, trade)
