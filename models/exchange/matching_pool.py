"""A plan that pairs all open needs with all offers under capacity: the officer's draft, never an act.

Every pair keeps the hard rules and reaches the floor; a pinned pair stays as it is; who stays alone is told why.
As an office may recommend an incubator of another region, a pin may reach beyond an offer's area, and only that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from models.exchange.matching import Index
from models.exchange.matching_assignment import NOBODY, Assignment
from models.exchange.matching_rules import allowed
from models.exchange.matching_values import NeedText, OfferText, Rules

Goal = Literal["score", "served"]
Why = Literal["no_offer", "below_floor", "full", "pin_refused"]

SERVED_BONUS = 1_000_000.0


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """A need and the offer the plan gives it, with their score."""

    need_id: str
    offer_id: str
    score: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A need the plan leaves alone: no offer is allowed, none is good enough, or the good ones went to others.

    `offer_id` is the best one it could have had (empty when there is none); `taken_by` the needs that hold its places.
    """

    need_id: str
    why: Why
    offer_id: str = ""
    score: float = 0.0
    taken_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Pairs and unmatched needs, each in the order of need ids, and what one more place of an offer would add."""

    pairs: tuple[PlannedPair, ...]
    unmatched: tuple[Unmatched, ...]
    wanted_places: Mapping[str, float]

    @property
    def total(self) -> float:
        """The sum of the scores of all pairs."""
        return round(sum(pair.score for pair in self.pairs), 1)


def plan(
    needs: Iterable[NeedText],
    offers: Iterable[OfferText],
    *,
    capacity: Mapping[str, int] | None = None,
    pinned: Mapping[str, str] | None = None,
    excluded: Iterable[tuple[str, str]] = (),
    goal: Goal = "score",
    rules: Rules | None = None,
) -> Plan:
    """Pair needs with offers, for the best sum of points above the floor or for the most needs served.

    `capacity` gives free places by offer id (default: what the offer says); `pinned` goes from need id to offer id;
    `excluded` are pairs of need and offer that may not be.
    """
    rules = rules or Rules()
    asked = [need for _, need in sorted({need.id: need for need in needs}.items())]
    given = [offer for _, offer in sorted({offer.id: offer for offer in offers}.items())]
    anywhere = replace(rules, region=False)
    fixed, refused = _pins(pinned or {}, asked, given, anywhere)
    places = _places(given, capacity or {}, fixed, len(asked))
    free = [need for need in asked if need.id not in fixed and need.id not in refused]
    scores = _scores(Index.build(given), free, rules)
    _strike_out(scores, free, given, frozenset(excluded))
    assignment = Assignment(_values(scores, places, goal, rules.floor), places)
    pairs = _pairs(assignment, free, given, scores) + _pinned_pairs(fixed, asked, given, anywhere)
    alone = _alone(assignment, free, given, scores, rules.floor, fixed) + [
        Unmatched(need, "pin_refused") for need in refused
    ]
    worth = {given[column].id: float(price) for column, price in enumerate(assignment.prices) if price > 0}
    return Plan(
        tuple(sorted(pairs, key=lambda pair: pair.need_id)),
        tuple(sorted(alone, key=lambda one: one.need_id)),
        dict(sorted(worth.items(), key=lambda item: (-item[1], item[0]))),
    )


def plan_pool(pool: Mapping[str, Any]) -> Plan:
    """The same with all arguments in one value, as another process gets them."""
    return plan(**pool)


def _pins(
    pinned: Mapping[str, str], needs: Sequence[NeedText], offers: Sequence[OfferText], rules: Rules
) -> tuple[dict[str, str], set[str]]:
    """The pins that stand, and the needs whose pin breaks a hard rule or names an unknown offer."""
    known = {offer.id: offer for offer in offers}
    fixed, refused = {}, set()
    for need in needs:
        if (wanted := pinned.get(need.id)) is None:
            continue
        if wanted in known and allowed(need, known[wanted], rules):
            fixed[need.id] = wanted
        else:
            refused.add(need.id)
    return fixed, refused


def _places(
    offers: Sequence[OfferText], capacity: Mapping[str, int], fixed: Mapping[str, str], everybody: int
) -> npt.NDArray[np.int64]:
    used = Counter(fixed.values())
    free = [capacity.get(offer.id, everybody if offer.free is None else offer.free) for offer in offers]
    return np.array([max(0, n - used[offer.id]) for n, offer in zip(free, offers, strict=True)], np.int64)


def _scores(index: Index, needs: Sequence[NeedText], rules: Rules) -> npt.NDArray[np.float64]:
    """Scores of all needs (rows) with all offers (columns, in the order of the index); -1 where a rule forbids."""
    table = np.zeros((len(needs), len(index)))
    for row, need in enumerate(needs):
        table[row] = index.scores(need, rules)
    return np.round(table, 1)


def _strike_out(
    scores: npt.NDArray[np.float64],
    needs: Sequence[NeedText],
    offers: Sequence[OfferText],
    excluded: frozenset[tuple[str, str]],
) -> None:
    rows = {need.id: row for row, need in enumerate(needs)}
    columns = {offer.id: column for column, offer in enumerate(offers)}
    for need_id, offer_id in excluded:
        if need_id in rows and offer_id in columns:
            scores[rows[need_id], columns[offer_id]] = -1


def _values(
    scores: npt.NDArray[np.float64], places: npt.NDArray[np.int64], goal: Goal, floor: float
) -> npt.NDArray[np.float64]:
    """What a pair adds to the plan, in tenths of a point and therefore exact; -inf where it may not be."""
    points = np.round((scores - floor) * 10) + 1
    if goal == "served":
        points += SERVED_BONUS
    return np.where((scores >= max(floor, 0.0)) & (places > 0), points, -np.inf)


def _pairs(
    assignment: Assignment, needs: Sequence[NeedText], offers: Sequence[OfferText], scores: npt.NDArray[np.float64]
) -> list[PlannedPair]:
    return [
        PlannedPair(needs[row].id, offers[column].id, float(scores[row, column]))
        for row, column in enumerate(assignment.column_of.tolist())
        if column != NOBODY
    ]


def _pinned_pairs(
    fixed: Mapping[str, str], needs: Sequence[NeedText], offers: Sequence[OfferText], rules: Rules
) -> list[PlannedPair]:
    index = Index.build(offers)
    column = {offer.id: place for place, offer in enumerate(offers)}
    return [
        PlannedPair(need.id, fixed[need.id], round(float(index.scores(need, rules)[column[fixed[need.id]]]), 1), True)
        for need in needs
        if need.id in fixed
    ]


def _alone(
    assignment: Assignment,
    needs: Sequence[NeedText],
    offers: Sequence[OfferText],
    scores: npt.NDArray[np.float64],
    floor: float,
    fixed: Mapping[str, str],
) -> list[Unmatched]:
    found = []
    for row, column in enumerate(assignment.column_of.tolist()):
        if column != NOBODY:
            continue
        best = int(scores[row].argmax()) if len(offers) else NOBODY
        if best == NOBODY or scores[row, best] < 0:
            found.append(Unmatched(needs[row].id, "no_offer"))
            continue
        holders = [needs[other].id for other in assignment.rows_of[best]]
        holders += [need_id for need_id, offer_id in fixed.items() if offer_id == offers[best].id]
        why: Why = "below_floor" if scores[row, best] < floor else "full"
        found.append(Unmatched(needs[row].id, why, offers[best].id, float(scores[row, best]), tuple(sorted(holders))))
    return found
