"""The offers as columns of numpy: what the hard rules and the facets look at, one row for each offer.

The verdicts of the hard rules here are those of `matching_rules.allowed`, for all offers at once. Knows no score.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from models.exchange.matching_grams import Weights
from models.exchange.matching_industries import divisions
from models.exchange.matching_profiles import ONLINE, Profile
from models.exchange.matching_rules import anywhere, place
from models.exchange.matching_values import NeedText, OfferText, Rules
from models.vocabulary.programme import forms, methods

ANY_TRADE = 0.4
UNKNOWN_TRADE = 0.3
MOST_INDUSTRIES = 4
MOST_METHODS = 8

Column = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


def form_bits(wanted: Mapping[str, str]) -> int:
    """Forms as bits of one number; holding the session online is one of them."""
    names = (*forms(), ONLINE)
    return sum(1 << place for place, name in enumerate(names) if name in wanted)


class Sets:
    """The industries or methods of offers with their weights: many offers have the same ones, which stand here once."""

    def __init__(self, known: Mapping[str, int], most: int, room: int = 16) -> None:
        self._known, self._most = known, most
        self._places: dict[tuple[tuple[int, float], ...], int] = {}
        self._items = np.zeros((most, room), np.intp)
        self._weights = np.zeros((most, room), np.float32)

    def place(self, found: Mapping[str, tuple[float, str]]) -> int:
        """Where the weightiest of what an offer has stand together."""
        best = sorted((item for item in found if item in self._known), key=lambda item: (-found[item][0], item))
        weighed = tuple((self._known[item], found[item][0]) for item in best[: self._most])
        if (place := self._places.setdefault(weighed, len(self._places))) == self._items.shape[1]:
            self._items, self._weights = _doubled(self._items), _doubled(self._weights)
        for slot, (item, weight) in enumerate(weighed):
            self._items[slot, place], self._weights[slot, place] = item, weight
        return place

    def nearest(self, near: Weights) -> Weights:
        """How near the nearest of each set is."""
        used = slice(len(self._places))
        best: Weights = (near.take(self._items[:, used]) * self._weights[:, used]).max(axis=0, initial=0)
        return best


def _doubled(old: Column) -> Column:
    return np.concatenate((old, np.zeros_like(old)), -1)


class Columns:
    """One row for each offer, in the order in which they came; rows are never reused."""

    def __init__(self, room: int = 16) -> None:
        self.size = 0
        self._cells: dict[str, Column] = {
            "open": np.zeros(room, np.bool_),
            "anywhere": np.zeros(room, np.bool_),
            "online": np.zeros(room, np.bool_),
            "rivals_welcome": np.zeros(room, np.bool_),
            "evidence": np.zeros(room, np.int32),
            "forms": np.zeros(room, np.uint32),
            "record": np.zeros(room, np.float32),
            "free_share": np.zeros(room, np.float64),
            "people": np.zeros(room, np.float32),
            "any_trade": np.zeros(room, np.float32),
            "industry": np.zeros(room, np.intp),
            "method": np.zeros(room, np.intp),
        }
        self._sets = {"industry": Sets(divisions(), MOST_INDUSTRIES), "method": Sets(method_places(), MOST_METHODS)}
        self._serving: dict[str, array[int]] = {}
        self._in_city: dict[str, array[int]] = {}
        self._of_org: dict[str, array[int]] = {}
        self._barring: dict[str, array[int]] = {}
        self._rivalling: dict[str, array[int]] = {}

    def __getitem__(self, name: str) -> Column:
        return self._cells[name][..., : self.size]

    def nearest(self, name: str, near: Weights) -> Weights:
        """How near the nearest industry or method of each offer is; one the offer only mentions counts less."""
        found: Weights = self._sets[name].nearest(near).take(self[name])
        return found

    def append(self, offer: OfferText, profile: Profile) -> None:
        """One more offer."""
        row = self.size
        if row == len(self._cells["open"]):
            self._cells = {name: _doubled(old) for name, old in self._cells.items()}
        self.size += 1
        single = {
            "open": offer.published and offer.free != 0,
            "anywhere": anywhere(offer),
            "online": offer.online,
            "rivals_welcome": offer.rivals_welcome,
            "evidence": offer.evidence_on.toordinal() if offer.evidence_on else date.max.toordinal(),
            "forms": form_bits(profile.forms),
            "record": min(1.0, max(0.0, offer.record)),
            "free_share": offer.free_share,
            "people": np.log10(offer.people) if offer.people else np.nan,
            "any_trade": ANY_TRADE if profile.any_trade else 0 if profile.industries else UNKNOWN_TRADE,
            "industry": self._sets["industry"].place(profile.industries),
            "method": self._sets["method"].place(profile.methods),
        }
        for name, value in single.items():
            self._cells[name][row] = value
        self._note_places_and_units(row, offer)

    def close(self, row: int) -> None:
        """Leave an offer out from now on."""
        self._cells["open"][row] = False

    def _note_places_and_units(self, row: int, offer: OfferText) -> None:
        def note(book: dict[str, array[int]], key: str) -> None:
            book.setdefault(key, array("i")).append(row)

        for area in offer.service_areas:
            note(self._serving, place(area))
        note(self._in_city, place(offer.city))
        note(self._of_org, offer.org)
        for org in offer.barred:
            note(self._barring, org)
        for org in offer.rivals:
            note(self._rivalling, org)

    def allowed(self, need: NeedText, rules: Rules) -> Mask:
        """Which rows no hard rule forbids; the same verdicts as `matching_rules.allowed`, for all at once."""
        if not need.published:
            return np.zeros(self.size, np.bool_)
        fits: Mask = self["open"].copy()
        if rules.today:
            fits &= self["evidence"] >= _oldest(rules)
        if rules.region and need.city:
            near = self["anywhere"].copy()
            near[self._rows(self._serving, place(need.city))] = True
            fits &= (near | self["online"]) if need.online else near
        self._keep_apart(need, fits)
        return fits

    def _keep_apart(self, need: NeedText, fits: Mask) -> None:
        if need.only_org:
            theirs = np.zeros(self.size, np.bool_)
            theirs[self._rows(self._of_org, need.only_org)] = True
            fits &= theirs
        if need.org:
            fits[self._rows(self._of_org, need.org)] = False
        for org in need.barred:
            fits[self._rows(self._of_org, org)] = False
        fits[self._rows(self._barring, need.org)] = False
        rivals = np.zeros(self.size, np.bool_)
        rivals[self._rows(self._rivalling, need.org)] = True
        for org in need.rivals:
            rivals[self._rows(self._of_org, org)] = True
        fits &= ~rivals | self["rivals_welcome"] if need.rivals_welcome else ~rivals

    def in_city(self, need: NeedText) -> npt.NDArray[np.int32]:
        """The rows of the need's own city."""
        return self._rows(self._in_city, place(need.city)) if need.city else np.zeros(0, np.int32)

    def of_org(self, org: str) -> npt.NDArray[np.int32]:
        """The rows of one unit."""
        return self._rows(self._of_org, org)

    @staticmethod
    def _rows(book: Mapping[str, array[int]], key: str) -> npt.NDArray[np.int32]:
        return np.array(book.get(key, ()), np.int32)


def _oldest(rules: Rules) -> int:
    assert rules.today is not None
    year, month, day = rules.today.year - rules.evidence_years, rules.today.month, rules.today.day
    if (month, day) == (2, 29):
        month, day = 3, 1
    return date(year, month, day).toordinal()


@cache
def method_places() -> Mapping[str, int]:
    """The methods of the programme with their places in the columns."""
    return {method: place for place, method in enumerate(methods())}
