"""Matching needs with offers: the public face. Pure values in and out; knows no session, no channel and no sentence.

Text search over characters is the backbone; every other facet only adds to it,
so a wrong guess cannot lose a good text match.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from models.exchange import matching_facets
from models.exchange.matching_columns import Columns
from models.exchange.matching_grams import Weights
from models.exchange.matching_index import Postings, last_of_best
from models.exchange.matching_profiles import read_need, read_offer
from models.exchange.matching_reasons import gap, reasons, worded
from models.exchange.matching_rules import allowed
from models.exchange.matching_values import FLOOR, Match, NeedText, OfferText, Ranking, Reason, Rules, shrunk_record

__all__ = [
    "FLOOR",
    "Index",
    "Match",
    "NeedText",
    "OfferText",
    "Ranking",
    "Reason",
    "Rules",
    "allowed",
    "shrunk_record",
    "worded",
]

SHOWN = 3
LOOKED_AT = 10
PROBLEMS_SHARE = 0.4
MUCH_WORSE = 10.0

Scored = tuple[OfferText, float]


class Index:
    """All offers, ready to be ranked for any need; kept in step by `add` and `remove`."""

    def __init__(self, offers: Iterable[OfferText] = ()) -> None:
        unique = {offer.id: offer for offer in offers}
        readings = [read_offer(offer) for offer in unique.values()]
        self._offers = list(unique.values())
        self._profiles = [reading.profile for reading in readings]
        self._rows = {offer.id: row for row, offer in enumerate(self._offers)}
        self._texts = Postings([reading.tokens for reading in readings])
        self._columns = Columns()
        for offer, profile in zip(self._offers, self._profiles, strict=True):
            self._columns.append(offer, profile)

    @classmethod
    def build(cls, offers: Iterable[OfferText]) -> Index:
        """An index of these offers; of two with one id the later counts."""
        return cls(offers)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, offer_id: str) -> bool:
        return offer_id in self._rows

    def add(self, offer: OfferText) -> None:
        """Take in an offer, in place of the one with the same id if there is one."""
        self.remove(offer.id)
        reading = read_offer(offer)
        self._rows[offer.id] = self._texts.add(reading.tokens)
        self._columns.append(offer, reading.profile)
        self._offers.append(offer)
        self._profiles.append(reading.profile)

    def remove(self, offer_id: str) -> None:
        """Leave an offer out from now on; an unknown id is nothing."""
        row = self._rows.pop(offer_id, None)
        if row is not None:
            self._columns.close(row)
            self._texts.forget(row, read_offer(self._offers[row]).tokens[0])

    def scores(self, need: NeedText, rules: Rules) -> Weights:
        """The score of every row, 0 to 100 with one decimal; -1 where a hard rule forbids the pair.

        A need with several problems is weighed as a whole and problem by problem.
        """
        return self._scores(need, rules, {})

    def _scores(self, need: NeedText, rules: Rules, scored: dict[NeedText, Weights]) -> Weights:
        score = self._score(need, scored)
        if problems := read_need(need).problems:
            each = [self._score(problem, scored) for problem in problems]
            score = (1 - PROBLEMS_SHARE) * score + PROBLEMS_SHARE * np.mean(each, axis=0, dtype=np.float32)
        return np.where(self._columns.allowed(need, rules), np.round(score, 1), np.float32(-1))

    def _score(self, need: NeedText, scored: dict[NeedText, Weights]) -> Weights:
        """The score of every row for one text, problems and hard rules apart; `scored` keeps it for who asks again."""
        if need not in scored:
            asks = read_need(need)
            text = self._texts.scores(*asks.tokens)
            scored[need] = matching_facets.total(text, self._columns, need, asks.profile)
        return scored[need]

    def scores_of(self, need: NeedText, offer_ids: Iterable[str], rules: Rules) -> dict[str, float]:
        """The scores of some offers alone, by id; an unknown one and one that a hard rule forbids are left out."""
        rows = {offer_id: self._rows[offer_id] for offer_id in offer_ids if offer_id in self}
        scores = self.scores(need, rules) if rows else ()
        return {offer_id: float(scores[row]) for offer_id, row in rows.items() if scores[row] >= 0}

    def points(self, need: NeedText, offer_id: str) -> dict[str, float]:
        """How the score of one pair is made: the points of each facet for the need as a whole."""
        asks, row = read_need(need), self._rows[offer_id]
        parts = matching_facets.parts(self._texts.scores(*asks.tokens), self._columns, need, asks.profile)
        return {name: round(float(points[row]), 1) for name, points in parts.items()}

    def best(self, need: NeedText, top: int, rules: Rules) -> list[Scored]:
        """The best allowed offers with their scores; of equals the less loaded first, then by id."""
        return self._best(need, top, rules, {})

    def _best(self, need: NeedText, top: int, rules: Rules, scored: dict[NeedText, Weights]) -> list[Scored]:
        score = self._scores(need, rules, scored)
        if not top or not len(score):
            return []
        rows = np.flatnonzero(score >= max(0.0, last_of_best(score, top)))
        free = self._columns["free_share"][rows].tolist()
        found = zip(score[rows].tolist(), free, (self._offers[row] for row in rows.tolist()), strict=True)
        ranked = sorted(found, key=lambda item: (-item[0], -item[1], item[2].id))
        return [(offer, points) for points, _, offer in ranked[:top]]

    def rank(self, need: NeedText, top: int = 10, rules: Rules | None = None) -> Ranking:
        """The best offers that the hard rules allow, each with two reasons and its biggest gap."""
        rules = rules or Rules()
        scored: dict[NeedText, Weights] = {}
        found = _varied(self._best(need, max(top, LOOKED_AT), rules, scored), rules.floor)
        found = self._serving_each(need, found, rules, scored)[:top]
        matches = tuple(self._match(need, offer, score) for offer, score in found)
        return Ranking(need.id, matches, not matches or matches[0].score < rules.floor)

    def match(self, need: NeedText, offer_id: str, rules: Rules) -> Match | None:
        """How one offer fits a need; None where it is unknown or a hard rule forbids the pair."""
        if offer_id not in self:
            return None
        row = self._rows[offer_id]
        score = float(self.scores(need, rules)[row])
        return self._match(need, self._offers[row], score) if score >= 0 else None

    def _serving_each(
        self, need: NeedText, found: list[Scored], rules: Rules, scored: dict[NeedText, Weights]
    ) -> list[Scored]:
        """The best offer for each problem among the first three, unless it is much worse as a whole."""
        for problem in read_need(need).problems:
            shown = found[:SHOWN]
            for wanted, _ in self._best(problem, 1, rules, scored):
                place = next((place for place, (offer, _) in enumerate(found) if offer.id == wanted.id), 0)
                if place >= SHOWN and found[place][1] >= shown[-1][1] - MUCH_WORSE:
                    found.insert(SHOWN - 1, found.pop(place))
        return found

    def _match(self, need: NeedText, offer: OfferText, score: float) -> Match:
        asks, gives = read_need(need).profile, self._profiles[self._rows[offer.id]]
        return Match(offer.id, round(score, 1), reasons(need, offer, asks, gives), gap(need, offer, asks, gives))


def _varied(found: Sequence[Scored], floor: float) -> list[Scored]:
    """Not all of the first three from one group: the third makes way for the best of another that is good enough."""
    ranked = list(found)
    groups = {offer.group for offer, _ in ranked[:SHOWN]}
    if len(ranked) <= SHOWN or len(groups) > 1 or groups == {""}:
        return ranked
    others = (place for place, (offer, score) in enumerate(ranked) if offer.group not in groups and score >= floor)
    if (other := next(others, None)) is not None:
        ranked.insert(SHOWN - 1, ranked.pop(other))
    return ranked
