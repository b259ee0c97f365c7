"""How the registration forms read a unit's name, code, place and industry, and what they guess from them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.engine.forms import Asking, Choice, Options, Text
from models import vocabulary
from models.base import Invalid
from models.exchange.troubles import Trouble
from models.registration import credit_codes, guesses
from models.registration.awards import code_claimed, listed_awards
from models.registration.guesses import OUTSIDE, tidy_name
from models.registration.known_units import Sought, active_incubators, seek, with_code
from models.registration.registering import likely_relation, side_of
from models.registration.roster_names import clean, parse
from models.registration.units import Relation, Side, Unit
from models.system.dialogs import open_dialog

Values = dict[str, Any]
MAKERS = "C"  # the section of manufacturing, where most units of the programme are
LONG = 30  # characters with a comma or question mark among them that are no name any more
SENTENCE = re.compile(r"[\uff0c\u3002\uff1f\uff1b,;?]")  # a name holds no comma, full stop or question mark


@dataclass(frozen=True, kw_only=True)
class Coded(Choice):
    """A choice whose values are codes of a long list; `named` says a code in the reader's language."""

    named: Callable[[Asking, str], str]
    other: bool = True

    def show(self, asking: Asking, value: Any) -> str:
        return self.named(asking, str(value))


# the unit's name


def read_name(asking: Asking, typed: str) -> Sought:
    """The typed name, looked up; a trouble told instead is kept for the need that follows."""
    if is_told(tidy_name(typed)):
        _keep_trouble(asking, typed)
        raise Invalid("name_sentence")
    return seek(asking.session, typed)


def is_told(typed: str) -> bool:
    """Whether words are a sentence or a trouble rather than a name."""
    if parse(clean(typed)).formal:
        return False
    marks = len(SENTENCE.findall(typed))
    return marks > 1 or (marks > 0 and len(typed) > LONG) or bool(Trouble(typed).understood.troubles)


def _keep_trouble(asking: Asking, typed: str) -> None:
    dialog = open_dialog(asking.session, asking.person)
    if dialog is not None and dialog.form == "register" and "trouble" in dialog.notes.get("subject", {}):
        dialog.notes = {**dialog.notes, "subject": {"trouble": typed}}


def candidates(asking: Asking) -> Options:
    """The units and winners a typed name may mean, and none of them."""
    sought: Sought = asking.values["name"]
    label = asking.words.label
    units = [(f"unit:{unit.id}", label("unit.registered").format(name=unit.name)) for unit in sought.units]
    winners = [(f"award:{name}", label("unit.winner").format(name=name)) for name in sought.winners]
    return [*units, *winners, ("none", label("unit.none"))]


def guess_from_name(asking: Asking, sought: Sought) -> Values:
    """What a name alone gives away; nothing while it may still be another unit's."""
    if sought.sure and sought.units:
        return {"unit": f"unit:{sought.units[0].id}"}
    if sought.sure:
        return {"unit": f"award:{sought.winners[0]}"} | about_winner(asking, sought.winners[0])
    return {} if sought.found else about_name(asking, sought.name)


def guess_from_unit(asking: Asking, chosen: str) -> Values:
    """What the unit that was picked from the list gives away."""
    if chosen.startswith("award:"):
        return about_winner(asking, chosen.removeprefix("award:"))
    return about_name(asking, asking.values["name"].name) if chosen == "none" else {}


def about_name(asking: Asking, name: str) -> Values:
    """A unit that nobody lists most likely wants to learn."""
    industry = guesses.industry_of_name(name)
    found = {"side": Side.INCUBATEE.value, "place": guesses.place_of_name(name), "industry": industry}
    if industry:
        found["relation"] = likely_relation(asking.session, industry).value
    return {step: raw for step, raw in found.items() if raw}


def about_winner(asking: Asking, name: str) -> Values:
    """A winner most likely wants to teach; the roster knows its award, city and industry."""
    award = next(iter(listed_awards(name)), None)
    found = about_name(asking, name) | {"side": Side.INCUBATOR.value}
    if award is not None:
        city = next((code for code, city in vocabulary.cities().items() if city.zh == award.city), None)
        industry = vocabulary.find_industry(award.industry)
        document = " ".join(part for part in (str(award.year or ""), award.grade) if part)
        found |= {"award": code_claimed(award), "document": document}
        found |= {"place": found.get("place") or city or "", "industry": industry.code[:3] if industry else ""}
    return {step: raw for step, raw in found.items() if raw}


# code, place, industry


class Code(Text):
    """A credit code; who does not know it, or has it not at hand, skips it by saying so."""

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        typed = str(super().accept(asking, kind, value))
        unknown = re.fullmatch(asking.words.label("reply.unknown_words"), typed.strip(" 。.!！~"), re.IGNORECASE)
        return None if unknown and self.optional else typed


def read_code(asking: Asking, typed: str) -> str:
    """A credit code in its one spelling; what is wrong is named by its digit."""
    found = credit_codes.check(typed)
    if isinstance(found, credit_codes.Problem):
        raise Invalid(f"code_{found.kind}", problem=found)
    if isinstance(found, credit_codes.OldCode):
        raise Invalid("code_old")
    other = with_code(asking.session, found.code)
    if other is not None and other.id != asking.subject.get("unit_id"):
        raise Invalid("code_known", unit=other)
    return found.code


def guess_from_code(asking: Asking, code: str) -> Values:
    place = guesses.place_of_region(code[2:8])
    return {"place": place} if place else {}


def read_place(asking: Asking, raw: str) -> str:
    """A county's or city's code, or OUTSIDE with the words typed."""
    if raw in vocabulary.cities() or raw in vocabulary.all_districts() or raw.startswith(OUTSIDE):
        return raw
    place = guesses.place_of_words(raw)
    if place is None:
        raise Invalid("place", typed=raw[:40])
    return f"{OUTSIDE}:{raw[:20]}" if place == OUTSIDE else place


def places(asking: Asking) -> Options:
    cities = [(code, vocabulary.label(city, asking.words.language)) for code, city in vocabulary.cities().items()]
    return [*cities, (OUTSIDE, asking.words.label("place.outside"))]


def name_place(asking: Asking, code: str) -> str:
    """A place in words: city and county, or what was typed outside the province."""
    if code.startswith(OUTSIDE):
        return code.partition(":")[2] or asking.words.label("place.outside")
    city = vocabulary.label(vocabulary.cities()[code[:4]], asking.words.language)
    county = vocabulary.all_districts().get(code)
    return f"{city} {vocabulary.label(county, asking.words.language)}" if county else city


def counties(asking: Asking) -> Options:
    found = vocabulary.districts(str(asking.values["place"])[:4]).values()
    return [(county.id, vocabulary.label(county, asking.words.language)) for county in found]


def read_industry(asking: Asking, raw: str) -> str:
    code = guesses.read_industry(raw)
    if code is None:
        raise Invalid("industry", typed=raw[:40])
    return code


def industries(asking: Asking) -> Options:
    """What the name speaks for first, then the industries Zhejiang's clusters are in."""
    sought = asking.values.get("name")
    likely = guesses.industries_in(sought.name) if sought else []
    clusters = [code for code, one in vocabulary.industries().items() if one.level == 2 and one.examples]
    clusters.sort(key=lambda code: not code.startswith(MAKERS))
    return [(code, name_industry(asking, code)) for code in dict.fromkeys([*likely, *clusters])]


def name_industry(asking: Asking, code: str) -> str:
    return vocabulary.label(vocabulary.industries()[code], asking.words.language)


# partners and awards


def partners(asking: Asking) -> Options:
    own = asking.subject.get("unit_id")
    return [(str(unit.id), unit.name) for unit in active_incubators(asking.session) if unit.id != own]


def sponsors(asking: Asking) -> Options:
    return [*partners(asking), ("none", asking.words.label("sponsor.none"))]


def read_sponsor(asking: Asking, raw: str) -> str:
    """Outside the province only a supplier or customer of an incubator may take part (notice, part two)."""
    if raw == "none":
        raise Invalid("outside_needs_partner")
    return raw


# which steps are asked


def is_new(values: Values) -> bool:
    """Whether a unit is registered, rather than joined."""
    return not str(values["unit"] or "").startswith("unit:")


def is_listed(values: Values) -> bool:
    """Whether the unit was picked from the award roster, so that no certificate is needed."""
    return str(values["unit"] or "").startswith("award:")


def is_fresh(values: Values) -> bool:
    """Whether nobody has verified the unit's name, code, place and industry yet."""
    return is_new(values) and not values["settled"]


def teaches(values: Values) -> bool:
    return is_new(values) and values["side"] is not None and side_of(values) is Side.INCUBATOR


def learns(values: Values) -> bool:
    return is_new(values) and values["side"] is not None and side_of(values) is Side.INCUBATEE


def outside(values: Values) -> bool:
    return str(values["place"] or "").startswith(OUTSIDE)


def in_chain(values: Values) -> bool:
    return learns(values) and not outside(values) and values["relation"] == Relation.CHAIN


def raw_place(unit: Unit) -> str:
    """A unit's place as the form's raw answer."""
    if unit.city is None:
        return f"{OUTSIDE}:{unit.county}" if unit.county else OUTSIDE
    return unit.county or unit.city
