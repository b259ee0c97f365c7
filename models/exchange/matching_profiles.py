"""A need and an offer as matching reads them: tokens for the text search; methods, industries and forms with words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from models.exchange import matching_concepts, matching_industries
from models.exchange.matching_grams import Codes, Weights, bm25_weights, gram_counts
from models.exchange.matching_terms import terms
from models.exchange.matching_values import NeedText, OfferText
from models.exchange.matching_words import Finder
from models.vocabulary.programme import forms, methods

CONCEPT_WORTH = 4.0
TOPIC_WORTH = 2.0
TRADE_NAMED_IN_NEED = 0.6
TRADE_NAMED_IN_OFFER = 0.8

ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Profile:
    """What one text says; each mapping goes from what was meant to (weight, words) or to the words alone.

    `codes` are sorted and distinct; `weights` is the worth of each code (of a need) or how much it says (of an offer).
    """

    codes: Codes
    weights: Weights
    concepts: Mapping[str, str]
    industries: Mapping[str, tuple[float, str]]
    methods: Mapping[str, tuple[float, str]]
    forms: Mapping[str, str]


@lru_cache(maxsize=1024)
def read_need(need: NeedText) -> Profile:
    """A need as matching reads it."""
    said = " ".join((need.text, *need.methods))
    spoken = matching_concepts.spoken_of(f"{said} {need.org}")
    codes, counts = gram_counts(said)
    return Profile(
        *concept_tokens(codes, np.ones(len(counts), np.float32), spoken, CONCEPT_WORTH, TOPIC_WORTH),
        concepts=spoken,
        industries=_industries(need.industry, f"{need.text} {need.org}", TRADE_NAMED_IN_NEED),
        methods=_methods(need.text, need.methods),
        forms=_forms(need.text, need.forms, online=need.online),
    )


@lru_cache(maxsize=4096)
def read_offer(offer: OfferText) -> Profile:
    """An offer as matching reads it."""
    said = " ".join((offer.text, *offer.methods))
    spoken = matching_concepts.spoken_of(said)
    codes, counts = gram_counts(said)
    return Profile(
        *concept_tokens(codes, bm25_weights(counts, len(offer.text)), spoken, 1.0, 1.0),
        concepts=spoken,
        industries=_industries(offer.industry, offer.text, TRADE_NAMED_IN_OFFER),
        methods=_methods(offer.text, offer.methods),
        forms=_forms(offer.text, offer.forms, online=offer.online),
    )


@cache
def concept_codes() -> Mapping[str, int]:
    """Concepts and topics as negative token codes, which never meet a gram; a topic's name starts with a colon."""
    names = (*matching_concepts.concepts(), *(f":{topic}" for topic in matching_concepts.topics()))
    return {name: -1 - place for place, name in enumerate(names)}


def concept_tokens(
    codes: Codes, weights: Weights, spoken: Iterable[str], concept_worth: float, topic_worth: float
) -> tuple[Codes, Weights]:
    """The grams of a text joined by the concepts and topics it speaks of, in the order of codes."""
    known = matching_concepts.concepts()
    worth = {concept_codes()[concept]: concept_worth for concept in spoken}
    worth |= {concept_codes()[f":{known[concept].topic}"]: topic_worth for concept in spoken}
    more = sorted(worth)
    return (
        np.concatenate((np.array(more, np.int64), codes)),
        np.concatenate((np.array([worth[code] for code in more], np.float32), weights)),
    )


def _industries(stated: str, text: str, worth: float) -> dict[str, tuple[float, str]]:
    found = {code: (worth, word) for code, word in matching_industries.spoken_of(text).items()}
    if own := matching_industries.division(stated):
        found[own] = (1.0, stated)
    return found


@cache
def _method_names() -> Finder:
    return Finder((method.zh, method.id) for method in methods().values())


def _methods(text: str, named: Iterable[str]) -> dict[str, tuple[float, str]]:
    found = {method: (0.8, word) for method, word in _method_names().found(text).items()}
    for name in named:
        found |= dict.fromkeys(_method_names().found(name), (1.0, name))
    return found


@cache
def _form_words() -> Finder:
    of_forms = [(word, form.id) for form in forms().values() for word in (form.zh, *form.aliases)]
    return Finder([*of_forms, *((word, ONLINE) for word in terms(ONLINE))])


def _forms(text: str, named: Iterable[str], *, online: bool) -> dict[str, str]:
    found = _form_words().found(" ".join((text, *named)))
    if online:
        found.setdefault(ONLINE, "")
    return found
