"""Why an offer fits a need and where it falls short, as data that quotes the words of both; never a sentence.

The sentence patterns live with the messages, a file for each language; `worded` lays the words into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice

from models.exchange.matching_columns import method_places
from models.exchange.matching_concepts import concepts
from models.exchange.matching_facets import ANY_TRADE, WORTH, kinship
from models.exchange.matching_industries import closeness, divisions, sector, supplies
from models.exchange.matching_profiles import Profile
from models.exchange.matching_rules import anywhere, place
from models.exchange.matching_terms import terms
from models.exchange.matching_values import NeedText, OfferText, Reason
from models.exchange.understanding_text import normalise
from models.vocabulary import Bilingual, cities, forms, industries, label, methods

SHORTEST_QUOTE = 2
LONGEST_QUOTE = 12
MOST_REASONS = 2
WORTH_SAYING = 0.35
QUOTE_WORTH = 4.0
CONCEPT_POINTS = 12.0
GOOD_RECORD = 0.7
NEAR_TRADE = 0.45
LAST_RESORT = "offered"  # what an offer has at all, said where nothing else is known

Weighed = tuple[float, Reason]


def worded(patterns: Mapping[str, str], reason: Reason, lang: str = "zh") -> str:
    """The reason as a sentence: the pattern of its kind with the words of both sides laid in, unescaped.

    A detail that is a method or a form, and words that are the programme's name of one, of a trade or of a city, are
    said in the reader's language; the patterns may name other details.
    """
    named = methods().get(reason.detail) or forms().get(reason.detail)
    detail = label(named, lang) if named else patterns.get(reason.detail, reason.detail)
    need, offer = (_said(words, lang) for words in (reason.need_words, reason.offer_words))
    return patterns[reason.kind].format(need=need, offer=offer, detail=detail)


def _said(words: str, lang: str) -> str:
    return label(_named()[words], lang) if words in _named() else words


@cache
def _named() -> dict[str, Bilingual]:
    """What the programme has a Chinese name for, by that name."""
    lists: tuple[Mapping[str, Bilingual], ...] = (methods(), forms(), industries(), cities())
    return {entry.zh: entry for entries in lists for entry in entries.values()}


def reasons(need: NeedText, offer: OfferText, asks: Profile, gives: Profile) -> tuple[Reason, ...]:
    """The two weightiest reasons of different kinds; facts about reach and places fill in where little is known."""
    found = [
        *_methods(asks, gives),
        *_names(need, offer),
        *_concepts(need, offer, asks, gives),
        *_industries(asks, gives),
        *_quotes(need, offer),
    ]
    found += [*_forms(asks, gives), *_facts(need, offer)]
    ranked = (reason for _, reason in sorted(found, key=lambda item: -item[0]))
    return tuple(islice(_different(ranked), MOST_REASONS))


def _different(ranked: Iterable[Reason]) -> Iterator[Reason]:
    """Reasons of different families that do not rest on the same words of one side twice."""
    families: set[str] = set()
    quoted: set[tuple[str, str]] = set()
    for reason in ranked:
        words = {("need", normalise(reason.need_words)), ("offer", normalise(reason.offer_words))}
        rests_on = {(side, said) for side, said in words if said}
        if _family(reason) in families or (rests_on & quoted and reason.kind != LAST_RESORT):
            continue
        families.add(_family(reason))
        quoted |= rests_on
        yield reason


def gap(need: NeedText, offer: OfferText, asks: Profile, gives: Profile) -> Reason | None:
    """The biggest thing the offer lacks, by the points it costs; None when nothing is known to be missing."""
    found = [
        *_method_gap(need, asks, gives),
        *_industry_gap(asks, gives),
        *_form_gap(asks, gives),
        *_reach_gap(need, offer),
    ]
    found += _words_gap(need, asks, gives)
    return max(found, key=lambda item: item[0])[1] if found else None


def _family(reason: Reason) -> str:
    return reason.kind.partition("_")[0]


def _methods(asks: Profile, gives: Profile) -> Iterator[Weighed]:
    said = ((wanted, *found) for wanted, found in asks.methods.items() if found[0] >= WORTH_SAYING)
    for wanted, asked_weight, need_words in said:
        for given, (given_weight, offer_words) in gives.methods.items():
            near = float(kinship(wanted)[method_places()[given]])
            points = WORTH["method"] * asked_weight * given_weight * near
            if not near:
                continue
            if wanted != given:
                yield points, Reason("method_near", need_words, offer_words, wanted)
            elif asked_weight >= 1:
                yield points + WORTH["method"], Reason("method_named", need_words, offer_words, wanted)
            elif need_words:
                yield points, Reason("method_implied", need_words, offer_words, wanted)
            else:
                yield points, Reason("method_usual", "", offer_words, wanted)


def _names(need: NeedText, offer: OfferText) -> Iterator[Weighed]:
    """Methods named by both sides that the programme's list does not know."""
    for asked in need.methods:
        wanted = normalise(asked)
        for given in offer.methods:
            if wanted and (wanted in normalise(given) or normalise(given) in wanted):
                yield 2 * WORTH["method"], Reason("method_named", asked, given)


def _concepts(need: NeedText, offer: OfferText, asks: Profile, gives: Profile) -> Iterator[Weighed]:
    for concept in asks.concepts.keys() & gives.concepts.keys():
        mine, theirs = asks.concepts[concept], gives.concepts[concept]
        points = CONCEPT_POINTS + len(mine) / 10 + _tie(concept)
        if both := _said_by_both(concept, need.text, offer.text):
            yield points + 0.5, Reason("words_same", both, both)
        else:
            yield points, Reason("words_same" if mine == theirs else "words_alike", mine, theirs)


def _said_by_both(concept: str, asked: str, offered: str) -> str:
    """The longest word for a concept that stands in both texts."""
    mine, theirs = normalise(asked), normalise(offered)
    return max((word for word in concepts()[concept].words if word in mine and word in theirs), key=len, default="")


def _tie(concept: str) -> float:
    return list(concepts()).index(concept) / 1e6


def _quotes(need: NeedText, offer: OfferText) -> Iterator[Weighed]:
    if words := shared_words(need.text, " ".join((offer.text, *offer.methods))):
        yield QUOTE_WORTH * (len(words) - 1), Reason("words_same", words, words)


def _industries(asks: Profile, gives: Profile) -> Iterator[Weighed]:
    if gives.any_trade:
        yield WORTH["industry"] * ANY_TRADE, Reason("industry_any", "", gives.any_trade)
    for mine, (my_weight, my_words) in asks.industries.items():
        for theirs, (their_weight, their_words) in gives.industries.items():
            near = float(closeness()[divisions()[mine], divisions()[theirs]])
            points = WORTH["industry"] * my_weight * their_weight * near
            if near == 1:
                kind = "industry_same" if their_weight == 1 else "industry_served"
                yield points, Reason(kind, my_words, their_words)
            elif near >= NEAR_TRADE:
                yield points, Reason("industry_near", my_words, their_words)
            elif supplies(mine, theirs):
                yield points, Reason("industry_buys", my_words, their_words)
            elif supplies(theirs, mine):
                yield points, Reason("industry_sells", my_words, their_words)


def _forms(asks: Profile, gives: Profile) -> Iterator[Weighed]:
    for form in sorted(asks.forms.keys() & gives.forms.keys()):
        if asks.forms[form]:
            yield WORTH["form"] + 1, Reason("form_has", asks.forms[form], gives.forms[form], form)


def _facts(need: NeedText, offer: OfferText) -> Iterator[Weighed]:
    if need.city and place(need.city) == place(offer.city):
        yield WORTH["travel"], Reason("city_same", need.city, offer.city)
    if offer.record >= GOOD_RECORD:
        yield WORTH["record"], Reason("record_good", detail=str(round(offer.record * 100)))
    if offer.service_areas:
        yield 0.5, Reason("reach", need.city, "、".join(offer.service_areas))
    if offer.free:
        yield 0.4, Reason("places", detail=str(offer.free))
    yield 0.1, Reason(LAST_RESORT, offer_words="、".join((*offer.methods, *offer.forms)[:3]) or offer.org)


def _method_gap(need: NeedText, asks: Profile, gives: Profile) -> Iterator[Weighed]:
    named = any(weight >= 1 for weight, _ in asks.methods.values())
    if not asks.methods or (need.methods and not named):
        return
    wanted, (weight, need_words) = max(asks.methods.items(), key=lambda item: (item[1][0], item[0]))
    had = (
        given_weight * float(kinship(wanted)[method_places()[given]])
        for given, (given_weight, _) in gives.methods.items()
    )
    lost = weight * (1 - max(had, default=0.0))
    if lost >= WORTH_SAYING:
        yield WORTH["method"] * lost, Reason("gap_named" if weight >= 1 else "gap_method", need_words, detail=wanted)


def _industry_gap(asks: Profile, gives: Profile) -> Iterator[Weighed]:
    stated = [(code, words) for code, (weight, words) in asks.industries.items() if weight == 1]
    own = [(code, words) for code, (weight, words) in gives.industries.items() if weight == 1]
    if not stated or not own or gives.any_trade:
        return
    near = max(
        float(closeness()[divisions()[stated[0][0]], divisions()[code]]) * w
        for code, (w, _) in gives.industries.items()
    )
    if near < NEAR_TRADE:
        kind = "gap_industry" if sector(stated[0][0]) == sector(own[0][0]) else "gap_sector"
        yield WORTH["industry"] * (1 - near), Reason(kind, stated[0][1], own[0][1])


def _form_gap(asks: Profile, gives: Profile) -> Iterator[Weighed]:
    for form in sorted(asks.forms.keys() - gives.forms.keys()):
        if asks.forms[form]:
            yield 2 * WORTH["form"] + _order(form), Reason("gap_form", asks.forms[form], detail=form)


def _words_gap(need: NeedText, asks: Profile, gives: Profile) -> Iterator[Weighed]:
    said = normalise(need.text)
    for concept in asks.concepts.keys() - gives.concepts.keys():
        if asks.concepts[concept] not in said:
            continue
        points = CONCEPT_POINTS / 2 + len(asks.concepts[concept]) / 10 + _tie(concept)
        yield points, Reason("gap_words", asks.concepts[concept])


def _order(form: str) -> float:
    return -list(forms()).index(form) / 1e6 if form in forms() else 0.0


def _reach_gap(need: NeedText, offer: OfferText) -> Iterator[Weighed]:
    if not need.city or place(need.city) == place(offer.city):
        return
    if not anywhere(offer) and place(need.city) not in {place(area) for area in offer.service_areas}:
        yield 2 * WORTH["form"], Reason("gap_reach", need.city, "、".join(offer.service_areas))
    elif offer.city:
        yield WORTH["travel"], Reason("gap_travel", need.city, offer.city)


def shared_words(one: str, other: str) -> str:
    """The longest run of 2 to 12 characters both texts use, at least two of them telling; the first of the longest."""
    best = ""
    for start in range(len(one)):
        size = max(len(best) + 1, SHORTEST_QUOTE)
        while size <= LONGEST_QUOTE and start + size <= len(one):
            run = one[start : start + size]
            if not run.isalnum() or run not in other:
                break
            if _telling(run):
                best = run
            size += 1
    return best


def _telling(run: str) -> bool:
    filled = sum(character not in terms("empty_characters") for character in run)
    return filled >= SHORTEST_QUOTE and run not in terms("empty_words")
