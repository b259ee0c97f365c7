"""Whether a typed name surely means an entry: the leftover characters decide. Knows no list and no score."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum

from models.registration import roster_sounds as sounds
from models.registration import roster_words as lexicon
from models.registration.roster_names import SHARES, STOCK, NameParts, parse
from models.registration.roster_talk import Heard
from models.registration.roster_trades import Trades, trades_of, trades_said


class Sameness(IntEnum):
    """How surely a typed name means an entry; what is NONE may still be proposed and asked about."""

    NONE = 0
    BRAND = 1  # the brand alone, or the brand with some of the entry's own words
    CORE = 2  # everything but places and legal form
    TEXT = 3  # every character


@dataclass(frozen=True, slots=True)
class Entry:
    """A name of the list (or a former name or other spelling of it), taken apart; `home` is its city where known."""

    name: str
    parts: NameParts
    home: str
    alias: bool
    key: str  # what one knows it by: the brand, or place and trade where it has none
    said: str  # the sounds of its core
    said_key: str
    industry: str

    @classmethod
    def of(cls, name: str, parts: NameParts, home: str = "", industry: str = "", *, alias: bool = False) -> "Entry":
        key = parts.brand or "".join(parts.places[-1:]) + parts.core
        return cls(name, parts, home, alias, key, sounds.sounds(parts.core), sounds.sounds(key), industry)

    @property
    def trades(self) -> Trades:
        """What its name and its industry speak of."""
        return trades_of(*self.parts.words, self.industry)


def sameness(typed: NameParts, entry: Entry) -> Sameness:
    """How surely a typed name means an entry."""
    own = entry.parts
    if typed.text == own.text:
        return Sameness.TEXT
    if typed.tail != own.tail or not _places_agree(typed, entry) or not _forms_agree(typed, own):
        return Sameness.NONE
    if typed.core == own.core:
        return _same_core(typed, own)
    if typed.group and not (own.holding and typed.holding):
        return Sameness.NONE  # 天能集团 is not 天能电池集团
    fits = _short_name_completed(typed, own) or (not typed.formal and own.brand and _only_own_words(typed, entry))
    return Sameness.BRAND if fits else Sameness.NONE


def contradicts(typed: NameParts, entry: Entry, heard: Heard) -> bool:
    """Whether what is said beside a name speaks against the entry: another place, or 久盛 that makes floors."""
    places = parse("".join((*heard.places, entry.parts.brand or entry.parts.core))).places
    if not all(_is_near(place, entry.parts.places, entry.home) for place in places):
        return True
    if typed.core != entry.parts.brand or not heard.makes:
        return False
    own = [word for word in entry.parts.words if lexicon.lines(word)]
    named = any(word in made for word in own for made in heard.makes)
    return not named and not entry.trades.may_be(trades_said(*heard.makes))


def says_little(brand: str) -> bool:
    """Whether a brand alone could be anybody: an everyday word (长城) or one that begins with a place (舟山港)."""
    return brand in lexicon.words("common") or bool(lexicon.leading_place(brand)[0])


def _same_core(typed: NameParts, own: NameParts) -> Sameness:
    if not own.brand:
        # 中心医院 says nothing without its city.
        return Sameness.CORE if own.places[-1:] and own.places[-1:] == typed.places[-1:] else Sameness.NONE
    bare = not own.words and not typed.group and not typed.formal and not typed.places
    return Sameness.NONE if bare and says_little(own.brand) else Sameness.CORE


def _places_agree(typed: NameParts, entry: Entry) -> bool:
    own = entry.parts.places
    if not all(_is_near(place, own, entry.home) for place in typed.places):
        return False
    if not entry.parts.brand and typed.places and own and own[-1] not in typed.places:
        return False
    return not (typed.formal and typed.places and own and set(typed.places).isdisjoint(own))


def _is_near(place: str, own: Collection[str], home: str) -> bool:
    """Whether a place typed before a name may be said of this unit: its own places, its city, that city's districts."""
    if place in own or place in ("浙江", home):
        return True
    cities: Mapping[str, str] = lexicon.home()
    city = cities.get(place)
    counties = [one for one in own if cities.get(one, one) != one]
    if city is None or (counties and city != place):
        return False  # 海宁供电 is not 海盐供电
    return city == home or any(city == p or cities.get(p) == place for p in own if p != "浙江")


def _forms_agree(typed: NameParts, own: NameParts) -> bool:
    """Whether group, holding and legal form fit; of two registered names only one thing may differ, place or form."""
    if (typed.group and not own.group) or (typed.holding and not own.holding):
        return False
    if typed.legal == STOCK and own.legal != SHARES:
        return False  # 巨石股份 is not 巨石集团有限公司
    if not typed.formal or not own.legal:
        return True
    if typed.group != own.group or typed.holding != own.holding:
        return False
    return (set(typed.places) != set(own.places)) + (typed.legal != own.legal) <= 1


def _short_name_completed(typed: NameParts, own: NameParts) -> bool:
    """Whether a registered name only adds words that say nothing new to a name the list holds in short."""
    if own.legal or typed.group or not typed.core.startswith(own.core):
        return False
    added = typed.core[len(own.core) :]
    cut = len(typed.words) == 1 and len(typed.brand) < len(own.core)  # 金盾压力 was cut within 压力容器
    return cut or added in lexicon.words("bland")


def _only_own_words(typed: NameParts, entry: Entry) -> bool:
    """Whether a short name is the entry's brand, or the brand with words of the entry in their order."""
    own = entry.parts
    if typed.core == own.brand:
        return not says_little(own.brand)
    if typed.core.startswith(own.brand):
        rest = typed.core[len(own.brand) :]
    elif own.brand.startswith(typed.brand) and len(typed.brand) >= 3:
        return own.rest.startswith(typed.rest)  # 嘉利特泵业 of 嘉利特荏原泵业
    else:
        return False  # two characters of a longer brand (万向 of 万向钱潮, 荏原 of 嘉利特荏原) are often another firm
    if rest in lexicon.words("goods"):
        # 双童吸管: what it makes, and no line of business of its own; 久盛地板 is not 久盛电气.
        return not says_little(own.brand) and not entry.trades.lines.isdisjoint(lexicon.groups("goods")[rest])
    if says_little(own.brand) and not lexicon.lines(own.rest) <= lexicon.lines(rest):
        return False  # 长江汽车 may be another than 长江汽车电子
    return own.rest.startswith(rest) or _in_order(lexicon.trades_in(rest) or (rest,), own.rest)


def _in_order(words: Collection[str], text: str) -> bool:
    for word in words:
        _, found, text = text.partition(word)
        if not found:
            return False
    return True
