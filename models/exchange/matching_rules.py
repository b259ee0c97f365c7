"""The hard rules of the programme for a pair of a need and an offer: what breaks one of them is never proposed."""

from __future__ import annotations

from models.exchange.matching_terms import terms
from models.exchange.matching_values import NeedText, OfferText, Rules


def place(name: str) -> str:
    """A city as people write it, with or without the word for city."""
    name = name.strip()
    return next((name.removesuffix(end) for end in terms("city_suffix") if name.endswith(end) and len(name) > 2), name)


def anywhere(offer: OfferText) -> bool:
    """Whether the offer names no limit of place."""
    return not offer.service_areas or any(area in terms("anywhere") for area in offer.service_areas)


def serves(need: NeedText, offer: OfferText) -> bool:
    """Whether the offer reaches the need: by place, or online when both sides want that."""
    if anywhere(offer) or not need.city or (offer.online and need.online):
        return True
    return place(need.city) in {place(area) for area in offer.service_areas}


def too_old(offer: OfferText, rules: Rules) -> bool:
    """Whether the proof that the unit practises its method is older than the rules allow."""
    if rules.today is None or offer.evidence_on is None:
        return False
    last = rules.today.year - rules.evidence_years, rules.today.month, rules.today.day
    return (offer.evidence_on.year, offer.evidence_on.month, offer.evidence_on.day) < last


def kept_apart(need: NeedText, offer: OfferText) -> bool:
    """Whether the two may not be paired: one unit, a conflict, rivals who did not both tick, another's supplier."""
    if need.org and need.org == offer.org:
        return True
    if offer.org in need.barred or need.org in offer.barred or (need.only_org and need.only_org != offer.org):
        return True
    rivals = offer.org in need.rivals or need.org in offer.rivals
    return rivals and not (need.rivals_welcome and offer.rivals_welcome)


def allowed(need: NeedText, offer: OfferText, rules: Rules) -> bool:
    """Whether every hard rule holds: published, a free place, not kept apart, fresh evidence, within reach."""
    if not (need.published and offer.published) or offer.free == 0 or too_old(offer, rules):
        return False
    return not kept_apart(need, offer) and (serves(need, offer) or not rules.region)
