"""Matching needs with offers: the public face. Pure values in and out; knows no session, no channel and no sentence.

Text search over characters is the backbone; every other facet only adds to it,
so a wrong guess cannot lose a good text match.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from models.exchange.matching_grams import gram_counts
from models.exchange.matching_index import Postings
from models.exchange.matching_reasons import shared_words
from models.exchange.matching_values import ANYWHERE, FLOOR, Match, NeedText, OfferText, Ranking, Reason, Rules

__all__ = ["FLOOR", "Index", "Match", "NeedText", "OfferText", "Ranking", "Reason", "Rules", "allowed"]

TEXT_HALF = 60.0


def need_words(need: NeedText) -> str:
    """Everything of a need the text search reads."""
    return " ".join((need.text, need.org, need.industry, *need.methods, *need.forms))


def offer_words(offer: OfferText) -> str:
    """Everything of an offer the text search reads."""
    return " ".join((offer.text, offer.org, offer.industry, *offer.methods, *offer.forms))


def serves(offer: OfferText, need: NeedText) -> bool:
    """Whether the offer reaches the need: by place, or online when both sides want that."""
    areas = offer.service_areas
    return (
        not areas
        or not need.city
        or need.city in areas
        or bool(ANYWHERE & set(areas))
        or (offer.online and need.online)
    )


def allowed(need: NeedText, offer: OfferText, rules: Rules) -> bool:
    """The hard rules of the programme: nothing that breaks one of them is ever proposed."""
    if not (need.published and offer.published) or offer.free == 0 or (need.org and need.org == offer.org):
        return False
    if offer.org in need.barred or need.org in offer.barred or (need.only_org and need.only_org != offer.org):
        return False
    rivals = offer.org in need.rivals or need.org in offer.rivals
    if rivals and not (need.rivals_welcome and offer.rivals_welcome):
        return False
    if rules.today and offer.evidence_on and (rules.today - offer.evidence_on).days > 366 * rules.evidence_years:
        return False
    return not rules.region or serves(offer, need)


class Index:
    """All offers, ready to be ranked for any need."""

    def __init__(self, offers: Iterable[OfferText]) -> None:
        self._offers: list[OfferText | None] = []
        self._rows: dict[str, int] = {}
        unique = {offer.id: offer for offer in offers}
        for row, offer in enumerate(unique.values()):
            self._offers.append(offer)
            self._rows[offer.id] = row
        self._texts = Postings([gram_counts(offer_words(offer)) for offer in unique.values()])

    @classmethod
    def build(cls, offers: Iterable[OfferText]) -> Index:
        """An index of these offers; of two with one id the later counts."""
        return cls(offers)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, offer: OfferText) -> None:
        """Take in an offer, in place of the one with the same id if there is one."""
        self.remove(offer.id)
        self._rows[offer.id] = self._texts.add(gram_counts(offer_words(offer)))
        self._offers.append(offer)

    def remove(self, offer_id: str) -> None:
        """Leave an offer out from now on; an unknown id is nothing."""
        row = self._rows.pop(offer_id, None)
        if row is None:
            return
        offer = self._offers[row]
        assert offer is not None
        self._texts.forget(row, gram_counts(offer_words(offer))[0])
        self._offers[row] = None

    def rank(self, need: NeedText, top: int = 10, rules: Rules | None = None) -> Ranking:
        """The best offers that the hard rules allow, each with its reasons and its biggest gap."""
        rules = rules or Rules()
        scores = self._scores(need)
        fits = [row for row in self._rows.values() if allowed(need, self._offer(row), rules)]
        best = sorted(fits, key=lambda row: (-round(float(scores[row]), 1), self._offer(row).id))[:top]
        matches = tuple(self._match(need, self._offer(row), float(scores[row])) for row in best)
        return Ranking(need.id, matches, not matches or matches[0].score < rules.floor)

    def _offer(self, row: int) -> OfferText:
        offer = self._offers[row]
        assert offer is not None
        return offer

    def _scores(self, need: NeedText) -> npt.NDArray[np.float32]:
        codes, counts = gram_counts(need_words(need))
        text = self._texts.scores(codes, np.ones(len(counts), np.float32))
        return 100 * text / (text + TEXT_HALF)

    def _match(self, need: NeedText, offer: OfferText, score: float) -> Match:
        reasons = []
        same = [method for method in offer.methods if method in need.methods]
        if same:
            reasons.append(Reason("method_named", same[0], same[0]))
        if words := shared_words(need.text, offer.text):
            reasons.append(Reason("words", words, words))
        if need.industry and need.industry == offer.industry:
            reasons.append(Reason("industry_same", need.industry, offer.industry))
        gap = None if need.industry == offer.industry else Reason("industry_far", need.industry, offer.industry)
        return Match(offer.id, round(score, 1), tuple(reasons[:2]), gap)
