"""Why an offer fits a need and where it falls short, as data that quotes the words of both; never a sentence.

The sentence patterns live with the messages, a file for each language; `worded` lays the words into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice

from models.exchange.matching_columns import ANY_TRADE, method_places
from models.exchange.matching_concepts import words_of
from models.exchange.matching_facets import KIN, WORTH, kinship
from models.exchange.matching_industries import closeness, divisions, sector, supplies
from models.exchange.matching_profiles import Profile, meaning_codes
from models.exchange.matching_rules import anywhere, place
from models.exchange.matching_terms import terms
from models.exchange.matching_values import NeedText, OfferText, Reason
from models.exchange.understanding_methods import as_method
from models.exchange.understanding_text import normalise
from models.vocabulary import Bilingual, cities, forms, industries, label, methods

SHORTEST_QUOTE = 2
LONGEST_QUOTE = 12
SHORTEST_UNKNOWN = 3
MOST_REASONS = 2
WORTH_SAYING = 0.35
SURE_METHOD = 0.55
# What tells an officer most stands first: the method asked for, what cures the trouble, a word of both, words alike.
FIRST = {"method_named": 60.0, "method_implied": 50.0, "words_same": 40.0, "words_alike": 30.0, "method_usual": 20.0}
ASKED_NEAR = 45.0
LINKED = 100.0  # ahead of all: who buys from a unit knows its trouble
QUOTE_WORTH = 4.0
GAP_WORDS = 6.0
WISHED = 2.4  # a form or place asked for in words is missed more than a method guessed from the trouble
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
        *_links(need, offer),
        *_methods(asks, gives),
        *_names(need, offer),
        *_words(need, offer, asks, gives),
        *_industries(asks, gives),
        *_quotes(need, offer),
    ]
    found += [*_forms(asks, gives), *_facts(need, offer)]
    ranked = (reason for _, reason in sorted(found, key=lambda item: -item[0]))
    return tuple(islice(_different(ranked), MOST_REASONS))


def _different(ranked: Iterable[Reason]) -> Iterator[Reason]:
    """Reasons of different families that do not rest on the same words of one side twice."""
    families: set[str] = set()
    quoted: list[tuple[str, str]] = []
    for reason in ranked:
        words = (("need", normalise(reason.need_words)), ("offer", normalise(reason.offer_words)))
        rests_on = [(side, said) for side, said in words if said]
        repeats = any(_within(one, other) for one in rests_on for other in quoted)
        if _family(reason) in families or (repeats and reason.kind != LAST_RESORT):
            continue
        families.add(_family(reason))
        quoted += rests_on
        yield reason


def _within(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two quotes of one side are the same words, or the one stands in the other."""
    return one[0] == other[0] and (one[1] in other[1] or other[1] in one[1])


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


def _links(need: NeedText, offer: OfferText) -> Iterator[Weighed]:
    if need.linked_org and need.linked_org == offer.org:
        yield LINKED, Reason("link")


def _methods(asks: Profile, gives: Profile) -> Iterator[Weighed]:
    for wanted, (asked_weight, need_words) in asks.methods.items():
        if asked_weight < SURE_METHOD:
            continue
        for given, (given_weight, offer_words) in gives.methods.items():
            near = float(kinship(wanted)[method_places()[given]])
            points = WORTH["method"] * asked_weight * given_weight * near
            if wanted != given and near >= KIN:
                first = ASKED_NEAR if asked_weight >= 1 else 0
                yield first + points, Reason("method_near", need_words, offer_words, wanted)
            elif wanted == given:
                cures = "method_implied" if need_words else "method_usual"
                kind = "method_named" if asked_weight >= 1 else cures
                yield FIRST[kind] + points, Reason(kind, need_words, offer_words, wanted)


def _names(need: NeedText, offer: OfferText) -> Iterator[Weighed]:
    """Methods named by both sides that the programme's list does not know."""
    for asked in (name for name in need.methods if not as_method(name)):
        wanted = normalise(asked)
        for given in (name for name in offer.methods if not as_method(name)):
            if wanted and (wanted in normalise(given) or normalise(given) in wanted):
                yield FIRST["method_named"], Reason("method_named", asked, given)


def _words(need: NeedText, offer: OfferText, asks: Profile, gives: Profile) -> Iterator[Weighed]:
    """A known word that stands in both texts, and words of one sense; the names of the units are not quoted."""
    mine, theirs = normalise(need.text), normalise(" ".join((offer.text, *offer.methods)))
    for concept in asks.concepts.keys() & gives.concepts.keys():
        if both := max((word for word in words_of(concept) if word in mine and word in theirs), key=len, default=""):
            yield FIRST["words_same"] + len(both) + _tie(concept), Reason("words_same", both, both)
    for sense in asks.senses.keys() & gives.senses.keys():
        asked, offered = asks.senses[sense], gives.senses[sense]
        if asked in mine and asked != offered:
            yield FIRST["words_alike"] + len(asked) / 10 + _tie(sense), Reason("words_alike", asked, offered)


def _tie(meaning: str) -> float:
    return -meaning_codes()[meaning] / 1e6


def _quotes(need: NeedText, offer: OfferText) -> Iterator[Weighed]:
    words = shared_words(need.text, " ".join((offer.text, *offer.methods)))
    if len(words) >= SHORTEST_UNKNOWN:
        yield QUOTE_WORTH * (len(words) - 1), Reason("words_same", words, words)


def _industries(asks: Profile, gives: Profile) -> Iterator[Weighed]:
    if gives.any_trade:
        yield WORTH["industry"] * ANY_TRADE, Reason("industry_any", "", gives.any_trade)
    own = {code: found for code, found in asks.industries.items() if found[0] == 1}
    for mine, (my_weight, my_words) in (own or asks.industries).items():
        for theirs, (their_weight, their_words) in gives.industries.items():
            near = float(closeness()[divisions()[mine], divisions()[theirs]])
            points = WORTH["industry"] * my_weight * their_weight * near
            if mine == theirs:
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
            yield WISHED * WORTH["form"] + _order(form), Reason("gap_form", asks.forms[form], detail=form)


def _words_gap(need: NeedText, asks: Profile, gives: Profile) -> Iterator[Weighed]:
    mine = normalise(need.text)
    for sense in asks.senses.keys() - gives.senses.keys():
        if asks.senses[sense] not in mine:
            continue
        points = GAP_WORDS + len(asks.senses[sense]) / 10 + _tie(sense)
        yield points, Reason("gap_words", asks.senses[sense])


def _order(form: str) -> float:
    return -list(forms()).index(form) / 1e6 if form in forms() else 0.0


def _reach_gap(need: NeedText, offer: OfferText) -> Iterator[Weighed]:
    if not need.city or place(need.city) == place(offer.city):
        return
    if not anywhere(offer) and place(need.city) not in {place(area) for area in offer.service_areas}:
        yield WISHED * WORTH["form"], Reason("gap_reach", need.city, "、".join(offer.service_areas))
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
