"""How near two industries are: one division of GB/T 4754, kindred work, or only the same part of the economy.

The table `matching_kinship.csv` lists groups of divisions whose work is alike (a process, a chain from supplier to
buyer) and how close that makes them, 0 to 1; the closest group counts. A division alone on its line is a wide one: its
own units are no nearer to each other than that. Knows no need and no offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.exchange import understanding_facts
from models.exchange.understanding_text import normalise
from models.vocabulary import find_industry, industries, tables, trade

HERE = Path(__file__).parent
SAME_SECTOR = 0.3
SUPPLY_CHAIN = 0.35
LEAST_SURE = 0.3
MAKERS = "C"

SECTORS = {
    "farm": "A",
    "industry": "BC",
    "utilities": "D",
    "construction": "E",
    "trade": "FG",
    "services": "HJKLNORST",
    "software": "I",
    "laboratories": "M",
    "education": "P",
    "care": "Q",
}


@cache
def divisions() -> Mapping[str, int]:
    """The two-digit divisions with their places in the table of closeness."""
    return {code: place for place, code in enumerate(code for code in industries() if len(code) == 3)}


@cache
def sector(division: str) -> str:
    """The part of the economy whose quality work is of one kind: a ward is not a foundry."""
    return next(name for name, sections in SECTORS.items() if division[0] in sections)


@cache
def closeness() -> npt.NDArray[np.float32]:
    """Closeness of every two divisions; the last row and column stand for an unknown industry and are 0."""
    places = divisions()
    table = np.zeros((len(places) + 1, len(places) + 1), np.float32)
    for one, row in places.items():
        for other, column in places.items():
            if sector(one) == sector(other):
                table[row, column] = SAME_SECTOR
    for seller, buyer in _chains():
        pair = [places[seller], places[buyer]]
        table[np.ix_(pair, pair)] = np.maximum(table[np.ix_(pair, pair)], SUPPLY_CHAIN)
    own = np.ones(len(places), np.float32)
    for near, members in _groups():
        rows = np.array([places[code] for code in members])
        if len(members) == 1:
            own[rows] = near
        table[np.ix_(rows, rows)] = np.maximum(table[np.ix_(rows, rows)], near)
    known = np.arange(len(places))
    table[known, known] = own
    return table


def supplies(seller: str, buyer: str) -> bool:
    """Whether the one division usually sells to the other."""
    return (seller, buyer) in _chains()


@cache
def _chains() -> frozenset[tuple[str, str]]:
    return frozenset((seller[:3], buyer[:3]) for seller, buyer in trade() if _linked(seller, buyer))


def _linked(seller: str, buyer: str) -> bool:
    """A shop buys from a foundry, but has little to learn from it; makers and their suppliers do."""
    return seller[:3] != buyer[:3] and len(seller) > 2 < len(buyer) and sector(seller) == sector(buyer)


def _groups(folder: Path = HERE) -> list[tuple[float, tuple[str, ...]]]:
    found = []
    for row in tables.rows(folder, "matching_kinship", ("closeness", "divisions")):
        near = row.number("closeness")
        if near is None or not 0 < near < 1:
            raise row.fault("'closeness' must lie between 0 and 1")
        found.append((near, row.all_of("divisions", divisions())))
    return found


def division(typed: str) -> str | None:
    """The two-digit division of an industry given by name, alias, code, or in words of one's own; None when unknown."""
    found = find_industry(typed) if typed.strip() else None
    if found and len(found.id) >= 3:
        return found.id[:3]
    return next(iter(spoken_of(typed)), None)


def stated(typed: str) -> tuple[str, ...]:
    """The divisions of a stated industry: its own, or all of a section (建筑业); none where only 制造业 is told."""
    if own := division(typed):
        return (own,)
    found = find_industry(typed) if typed.strip() else None
    return tuple(code for code in divisions() if found and found.id == code[0] != MAKERS)


def spoken_of(text: str) -> dict[str, str]:
    """The divisions whose trade or product a text names, each with the surest word; a process alone is too common."""
    found: dict[str, str] = {}
    for industry in understanding_facts.industries(normalise(text)):
        if len(industry.id) >= 3 and industry.weight >= LEAST_SURE:
            found.setdefault(industry.id[:3], industry.words[0])
    return found
