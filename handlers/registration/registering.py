"""Registering a unit: from its typed name to a card for the right office."""

from __future__ import annotations

import re
from typing import Any

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Contact, File, Form, Text
from bot.engine.routes import button, command, form
from bot.engine.turns import Turn
from handlers import MEMBER
from handlers.oversight.duties import opens
from handlers.registration import answers
from handlers.registration.answers import Code, Coded, in_chain, is_fresh, is_listed, is_new, learns, outside, teaches
from handlers.steps import named_cleanly
from models.base import Refused
from models.registration.awards import CLAIMED, COUNTY, award_of
from models.registration.people import memberships, speaks_for
from models.registration.registering import submit_unit
from models.registration.units import Relation, Side, Standing, Unit, find_unit
from models.system.dialogs import begun

NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[A-Za-z][A-Za-z'.-]+( [A-Za-z][A-Za-z'.-]*)+")


def known_person(asking: Asking) -> dict[str, Any]:
    """One's own name, where it looks like one, and number need not be asked again."""
    person = asking.person
    name = person.name if person.name and NAME.fullmatch(person.name) else None
    return {step: raw for step, raw in {"person_name": name, "phone": person.phone}.items() if raw}


def known_unit(asking: Asking) -> dict[str, Any]:
    """Neither need be what is on record of an own unit."""
    known = known_person(asking)
    if unit_id := asking.subject.get("unit_id"):
        return known | _of_unit(asking, asking.session.get_one(Unit, unit_id), Side(asking.subject["wanted"]))
    return known


def _of_unit(asking: Asking, unit: Unit, side: Side) -> dict[str, Any]:
    known: dict[str, Any] = {"name": unit.name, "side": side.value, "code": unit.credit_code, "industry": unit.industry}
    known["place"] = answers.raw_place(unit)
    if side is Side.INCUBATEE:
        partner = str(unit.relation_unit_id) if unit.relation_unit_id else None
        known |= {"relation": unit.relation, "sponsor" if unit.outside else "partner": partner}
    elif award := award_of(asking.session, unit):
        known |= {"award": award.award, "document": award.document, "proof": award.proof}
    if unit.standing(side) is Standing.RETURNED:
        return known  # what was skipped the first time is not asked again, only shown
    return {step: raw for step, raw in known.items() if raw}


def own_unit(asking: Asking) -> None:
    """A form about a unit on record is for those who speak for it, while it can still be submitted."""
    if not (unit_id := asking.subject.get("unit_id")):
        return
    unit = find_unit(asking.session, asking.person, unit_id)
    if not speaks_for(asking.session, asking.person, unit):
        raise Refused("not_speaker")
    standing = unit.standing(Side(asking.subject["wanted"]))
    if standing not in (Standing.NONE, Standing.RETURNED):
        raise Refused("moved_on", status=f"standing.{standing.value}")


form(
    Form(
        name="register",
        words="trouble",
        prefill=known_unit,
        guard=own_unit,
        review=True,
        finish=submit_unit,
        steps=(
            Text(
                name="name",
                shortest=2,
                longest=60,
                when=lambda values: not values["settled"],
                check=answers.read_name,
                reads=answers.guess_from_name,
            ),
            Choice(
                name="unit",
                of=answers.candidates,
                when=lambda values: bool(values["name"] and values["name"].found and not values["unit_id"]),
                reads=answers.guess_from_unit,
            ),
            Choice(name="side", of=(Side.INCUBATEE, Side.INCUBATOR), when=is_new),
            Choice(name="award", of=CLAIMED, when=lambda values: is_new(values) and values["side"] == Side.INCUBATOR),
            Choice(
                name="county_way",
                of=(Side.INCUBATEE.value, "person"),
                when=lambda values: is_new(values) and values["award"] == COUNTY,
            ),
            Text(name="document", longest=120, optional=True, when=teaches),
            File(
                name="proof",
                optional=True,
                check=named_cleanly,
                when=lambda values: teaches(values) and not is_listed(values),
            ),
            Code(
                name="code",
                longest=60,
                optional=True,
                when=is_fresh,
                check=answers.read_code,
                reads=answers.guess_from_code,
            ),
            Coded(name="place", of=answers.places, when=is_fresh, check=answers.read_place, named=answers.name_place),
            Choice(
                name="county",
                of=answers.counties,
                optional=True,
                when=lambda values: is_fresh(values) and learns(values) and len(str(values["place"] or "")) == 4,
            ),
            Coded(
                name="industry",
                of=answers.industries,
                when=is_fresh,
                check=answers.read_industry,
                named=answers.name_industry,
            ),
            Choice(
                name="relation",
                of=tuple(Relation),
                when=lambda values: learns(values) and not outside(values),
            ),
            Choice(name="partner", of=answers.partners, optional=True, when=in_chain),
            Choice(
                name="sponsor",
                of=answers.sponsors,
                check=answers.read_sponsor,
                when=lambda values: learns(values) and outside(values),
            ),
            Text(name="person_name", shortest=2, longest=40),
            Contact(name="phone"),
        ),
    )
)


def begin_registration(turn: Turn, *, trouble: str = "", name: str = "") -> None:
    """Open the form, with what was said already, or go on with the one that was begun."""
    others = begun(turn.session, turn.person, "register")
    half = next((one for one in others if "unit_id" not in one.notes.get("subject", {})), None)
    if half is not None:
        subject = half.notes["subject"]
        half.notes = {**half.notes, "subject": {"trouble": trouble or subject.get("trouble", "")}}
        turn.session.flush()
        return begin(turn, "register", **half.notes["subject"])
    return begin(turn, "register", answers={"name": name} if name else None, trouble=trouble)


@command("register")
def register(turn: Turn, rest: str) -> None:
    """Register a unit; whoever belongs to one is asked whether they mean another."""
    units = list(dict.fromkeys(one.unit for one in memberships(turn.session, turn.person)))
    if units and not rest:
        return turn.say("register_again", units=units)
    return begin_registration(turn, name=rest)


@button("unit.register")
def register_another(turn: Turn) -> None:
    """Register a unit, be it the second."""
    begin_registration(turn)


@button("unit.fix", roles=MEMBER)
def fix_side(turn: Turn, unit_id: int, side: str) -> None:
    """Take a returned registration up again, or register for the other side, with all that is known filled in."""
    unit = find_unit(turn.session, turn.person, unit_id)
    if review := unit.review.get(side):
        turn.change("unit_fixing", unit=unit, side=Side(side), reason=review["reason"], remark=review["remark"])
    begin(turn, "register", unit_id=unit.id, wanted=side, settled=unit.verified)


@opens("fix_unit")
def fix_unit(turn: Turn, unit_id: int) -> None:
    """What was returned, and why."""
    unit = find_unit(turn.session, turn.person, unit_id)
    returned = [side for side in Side if unit.standing(side) is Standing.RETURNED]
    if not returned:
        raise Refused("moved_on", status="standing.pending")
    review = unit.review.get(returned[0].value, {})
    turn.say(
        "unit_fix", unit=unit, side=returned[0], reason=review.get("reason", "incomplete"), remark=review.get("remark")
    )
