"""A need and an offer as matching reads them: tokens for the text search; methods, industries and forms with words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import sqrt

import numpy as np

from models.exchange import matching_concepts, matching_industries, understanding_methods
from models.exchange.matching_concepts import Spoken
from models.exchange.matching_grams import Tokens, bm25_weights, gram_counts, telling
from models.exchange.matching_terms import terms
from models.exchange.matching_values import NeedText, OfferText
from models.exchange.understanding import understand
from models.exchange.understanding_likeness import likeness
from models.exchange.understanding_result import Found
from models.exchange.understanding_text import Terms, normalise
from models.exchange.understanding_troubles import spoken_of as spoken_troubles
from models.vocabulary import forms, symptoms, troubles

SENSE_WORTH = 2.0
CONCEPT_WORTH = 2.0
TOPIC_WORTH = 2.0
TROUBLE_WORTH = 8.0
FEW_TROUBLES, EACH_MORE = 2.0, 0.2
WORDING_WORTH = 100.0
MOST_ALIKE = 12
TRADE_NAMED_IN_NEED = 0.65
TRADE_NAMED_IN_OFFER = 0.65
TRADE_OF_UNSTATED = 0.85
INFERRED = 0.9
MENTIONED = 0.8
SURE_TROUBLE = 0.3
CHIEF = 0.7
MOST_METHODS = 8

ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a text was understood to say; each mapping goes from what was meant to (weight, words) or to words alone."""

    concepts: Mapping[str, str]
    senses: Mapping[str, str]
    industries: Mapping[str, tuple[float, str]]
    methods: Mapping[str, tuple[float, str]]
    forms: Mapping[str, str]
    any_trade: str = ""  # the words by which an offer says that it suits whatever trade


@dataclass(frozen=True, slots=True)
class Reading:
    """A profile and the tokens of the text: the worth of each (of a need), or how much each says (of an offer).

    `problems` are the separate problems of a need as needs of their own; empty when it has only one.
    """

    profile: Profile
    tokens: Tokens
    problems: tuple[NeedText, ...] = ()


@lru_cache(maxsize=16_384)
def read_need(need: NeedText) -> Reading:
    """A need as matching reads it: the methods it names and those its troubles call for."""
    said = normalise(" ".join((need.text, *need.methods)))
    spoken = matching_concepts.spoken_of(f"{said} {normalise(need.org)}")
    codes = gram_counts(said)[0]
    codes = codes[telling(codes)]
    understood = understand(need.text, need.industry, need.methods)
    wished = {form.id: form.words[0] for form in understood.forms}
    profile = Profile(
        concepts=spoken.concepts,
        senses=spoken.senses,
        industries=_industries(need.industry, f"{need.text} {need.org}", TRADE_NAMED_IN_NEED),
        methods={
            method.id: (1.0, next(iter(method.words), ""))
            if method.named
            else (INFERRED * sqrt(method.weight), _cause(method.id, understood.troubles, said))
            for method in understood.methods[:MOST_METHODS]
        },
        forms=wished | _forms(" ".join(need.forms)) | _online(said, online=need.online),
    )
    plain = np.ones(len(codes), np.float32)
    worth = meaning_worth(spoken, SENSE_WORTH, CONCEPT_WORTH, TOPIC_WORTH)
    worth |= {f"!{about}": TROUBLE_WORTH * sqrt(share) for about, share in understood.likely.items()}
    worth |= _wording(need.text, WORDING_WORTH) if len(codes) else {}
    tokens = with_meanings((codes, plain), worth)
    problems = tuple(replace(need, text=problem.text, methods=()) for problem in understood.problems)
    return Reading(profile, tokens, problems)


def _cause(method: str, told: Iterable[Found], said: str) -> str:
    """The words of the surest trouble of a text that a method is a chief cure of; empty where there is none."""
    for trouble in told:
        cures = dict(troubles()[trouble.id].methods)
        words = [word for word in trouble.words if word in _phrases() and word in said]
        if words and trouble.weight >= SURE_TROUBLE and cures.get(method, 0) >= CHIEF * max(cures.values()):
            return max(words, key=len)
    return ""


@cache
def _phrases() -> frozenset[str]:
    """What tells of a trouble by itself; cues do so only together, and would be odd to quote."""
    return frozenset(normalise(symptom.phrase) for symptom in symptoms())


def read_offer(offer: OfferText) -> Reading:
    """An offer as matching reads it: only the methods it names; what it might also cure is not guessed."""
    said = normalise(" ".join((offer.text, *offer.methods)))
    spoken = matching_concepts.spoken_of(said)
    codes, counts = gram_counts(said)
    offered = normalise(" ".join((offer.text, *offer.forms)))
    profile = Profile(
        concepts=spoken.concepts,
        senses=spoken.senses,
        industries=_trades_of(offer),
        methods=_offered_methods(offer),
        forms=_forms(offered) | _online(offered, online=offer.online),
        any_trade=next((hit.term for hit in _any_trade_words().find(offered)), ""),
    )
    worth = meaning_worth(spoken) | _cures(offer) | _wording(offer.text)
    return Reading(profile, with_meanings((codes, bm25_weights(counts, len(offer.text))), worth))


def _cures(offer: OfferText) -> dict[str, float]:
    """The troubles an offer speaks of; whose text speaks of many says less of each."""
    told = dict(spoken_troubles(normalise(offer.text)))
    many = 1 + EACH_MORE * max(0.0, sum(told.values()) - FEW_TROUBLES)
    for name in offer.methods:
        for about, share in _cured_by(name).items():
            told[about] = min(1.0, told.get(about, 0.0) + share)
    return {f"!{about}": share / many for about, share in told.items()}


@lru_cache(maxsize=1024)
def _cured_by(name: str) -> Mapping[str, float]:
    return spoken_troubles(normalise(name))


def _wording(text: str, worth: float = 1.0) -> dict[str, float]:
    """The troubles a text is worded most like, named or not, each with its likeness."""
    alike = likeness(normalise(text))
    most = sorted(alike, key=lambda about: (-alike[about], about))[:MOST_ALIKE]
    return {f"~{about}": worth * alike[about] for about in most}


@cache
def meaning_codes() -> Mapping[str, int]:
    """Senses, concepts, :topics, !troubles and their ~wordings as negative token codes, which never meet a gram."""
    topics = (f":{topic}" for topic in matching_concepts.topics())
    names = (
        *matching_concepts.senses(),
        *matching_concepts.concepts(),
        *topics,
        *(f"{sign}{trouble}" for sign in "!~" for trouble in troubles()),
    )
    return {name: -1 - place for place, name in enumerate(names)}


def meaning_worth(spoken: Spoken, sense: float = 1.0, concept: float = 1.0, topic: float = 1.0) -> dict[str, float]:
    """What the senses and concepts a text speaks of, and their topics, are worth."""
    known = matching_concepts.concepts()
    fields = {f":{known[each].topic}": topic for each in spoken.concepts} | dict.fromkeys(spoken.concepts, concept)
    return fields | dict.fromkeys(spoken.senses, sense)


def with_meanings(grams: Tokens, worth: Mapping[str, float]) -> Tokens:
    """The grams of a text joined by what it means, each with its worth, in the order of codes."""
    more = sorted((meaning_codes()[name], value) for name, value in worth.items())
    return (
        np.concatenate((np.array([code for code, _ in more], np.int64), grams[0])),
        np.concatenate((np.array([value for _, value in more], np.float32), grams[1])),
    )


def _industries(typed: str, text: str, worth: float) -> dict[str, tuple[float, str]]:
    spoken = matching_industries.spoken_of(text).items()
    found = {code: (worth, word) for code, word in spoken if word not in terms("any_firm")}
    return found | dict.fromkeys(matching_industries.stated(typed), (1.0, typed))


def _trades_of(offer: OfferText) -> dict[str, tuple[float, str]]:
    """The trades of an offer; where nobody stated one, the name of the unit speaks too, and all that is named more."""
    if matching_industries.stated(offer.industry):
        return _industries(offer.industry, offer.text, TRADE_NAMED_IN_OFFER)
    return _industries("", f"{offer.text} {offer.org}", TRADE_OF_UNSTATED)


def _offered_methods(offer: OfferText) -> dict[str, tuple[float, str]]:
    found = {method: (MENTIONED, words) for method, words in understanding_methods.named(normalise(offer.text))}
    for name in offer.methods:
        if method := understanding_methods.as_method(name):
            found[method] = (1.0, name)
    return found


def _forms(text: str) -> dict[str, str]:
    return {hit.value: hit.term for hit in reversed(_form_words().find(text))}


def _online(text: str, *, online: bool) -> dict[str, str]:
    hits = _online_words().find(text)
    return {ONLINE: hits[0].term if hits else ""} if hits or online else {}


@cache
def _form_words() -> Terms[str]:
    return Terms((normalise(word), form.id) for form in forms().values() for word in (form.zh, *form.aliases))


@cache
def _any_trade_words() -> Terms[str]:
    return Terms((normalise(word), "any_trade") for word in terms("any_trade"))


@cache
def _online_words() -> Terms[str]:
    return Terms((word, ONLINE) for word in terms(ONLINE))
