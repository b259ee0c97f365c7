"""What a unit's name or a few typed words give away: where it lies, what it makes. Knows no unit and no sentence."""

from __future__ import annotations

from functools import cache

from models import vocabulary
from models.registration import roster_words as lexicon
from models.registration.roster_names import clean, parse, squeezed
from models.registration.roster_talk import hear

OUTSIDE = "outside"
SHOWN = 5  # industries proposed for a text
_MAKERS = "C"  # where a short word may mean several things, a unit of this programme usually makes it


def tidy_name(typed: str) -> str:
    """A typed unit name without the courtesies around it (we are …, the quality department of …)."""
    plain = clean(typed)
    bare = hear(plain).whole
    if squeezed(bare) == squeezed(plain) or len(bare) < 2:
        return typed.strip()
    whole = parse(plain)
    if whole.formal and not parse(bare).formal:  # a courtesy at the end has taken the legal form along
        return lexicon.stripped(whole.text.removesuffix(whole.tail), lexicon.longest_first("before"), ())
    return bare


def place_of_name(name: str) -> str | None:
    """Where the places in a unit's name lie: a county's or city's code, OUTSIDE with its words, None for no place."""
    names = parse(clean(name)).places
    place = _place(names)
    return f"{OUTSIDE}:{''.join(names)}" if place == OUTSIDE else place


def place_of_words(typed: str) -> str | None:
    """The place meant by typed words such as a county, city and county, or another province; None for none of them."""
    text = squeezed(clean(typed))
    known = {name: name for name in lexicon.home()} | _english()
    found = [place for name, place in known.items() if name in text]
    found = [one for one in found if not any(one != other and one in other for other in found)]
    far = [place for place in lexicon.words("place") if place in text and place not in lexicon.home()]
    return _place((*far, *found))


def place_of_region(region: str) -> str | None:
    """The place of the six digits of a credit code's region."""
    if region in vocabulary.all_districts():
        return region
    if region[:4] in vocabulary.cities():
        return region[:4]
    return None if region.startswith("33") else OUTSIDE


def split_place(place: str) -> tuple[str | None, str | None]:
    """City and county of a place: no city outside the province, whose county is the words that were typed."""
    if place.startswith(OUTSIDE):
        return None, place.partition(":")[2][:20] or None
    return place[:4], place if len(place) == 6 else None


def _place(names: tuple[str, ...]) -> str | None:
    cities = {city.zh: code for code, city in vocabulary.cities().items()}
    named = {cities[name] for name in names if name in cities}
    if not named and names and names[0] not in lexicon.home():
        return OUTSIDE  # 上海普陀 is not the 普陀 of 舟山
    counties = [one for one in vocabulary.all_districts().values() if one.zh in names]
    agreeing = [one for one in counties if one.city in named] or counties
    if agreeing:
        return agreeing[-1].id
    return min(named, default=None)


@cache
def _english() -> dict[str, str]:
    cities, districts = vocabulary.cities().values(), vocabulary.all_districts().values()
    return {squeezed(clean(one.en)): one.zh for one in cities} | {squeezed(clean(one.en)): one.zh for one in districts}


def industry_of_name(name: str) -> str | None:
    """The two-digit industry that the words of the trade in a unit's name speak for."""
    parts = parse(clean(name))
    found = industries_in(parts.rest) or industries_in(parts.core)
    return found[0] if found else None


def industries_in(text: str) -> list[str]:
    """Up to five two-digit industries named in a text, the most telling word first: the longer, then the later."""
    text = squeezed(clean(text))
    found: dict[str, tuple[int, bool, int]] = {}
    for word, code in _words():
        if (at := text.rfind(word)) >= 0:
            found[code] = max(found.get(code, (0, False, 0)), (len(word), code.startswith(_MAKERS), at))
    return sorted(found, key=lambda code: found[code], reverse=True)[:SHOWN]


def read_industry(typed: str) -> str | None:
    """The two-digit industry of a typed code, name or words of the trade; None when it is none."""
    exact = vocabulary.find_industry(typed.strip())
    if exact is not None and exact.level >= 2:
        return exact.code[:3]
    found = industries_in(typed)
    return found[0] if found else None


@cache
def _words() -> tuple[tuple[str, str], ...]:
    divisions = [one for one in vocabulary.industries().values() if one.level == 2]
    words = [(word, one.code) for one in divisions for word in (one.zh, *one.aliases, *_parts(one.en))]
    return tuple((squeezed(clean(word)), code) for word, code in words)


def _parts(english: str) -> list[str]:
    return [part for part in english.replace(" and ", ",").split(",") if len(part.strip()) > 4]
