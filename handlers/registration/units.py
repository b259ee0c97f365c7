"""A unit's own card: its standing on both sides, what is on record, and what may be changed."""

from __future__ import annotations

from collections.abc import Callable

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form, Text
from bot.engine.routes import button, command, form
from bot.engine.turns import Turn
from handlers import MEMBER, SEERS
from handlers.registration import answers
from handlers.registration.answers import Coded, Values
from handlers.registration.verifying import office_card
from models.base import Invalid, Refused
from models.registration.awards import award_of
from models.registration.changes import change_unit
from models.registration.guesses import tidy_name
from models.registration.people import acting_unit, memberships, speaks_for
from models.registration.units import Side, Standing, Unit, find_unit


@command("unit", roles=MEMBER)
def own_card(turn: Turn, rest: str) -> None:
    """The unit one speaks for, or the only one belongs to."""
    card(turn, own_unit(turn))


def own_unit(turn: Turn) -> Unit:
    """The unit of the hat one wears, of those one belongs to in any post."""
    units = list(dict.fromkeys(one.unit for one in memberships(turn.session, turn.person)))
    if len(units) == 1:
        return units[0]
    worn = next((unit for unit in units if unit.id == turn.person.hat_id), None)
    return worn or acting_unit(turn.session, turn.person)


@button("unit.show", roles=SEERS)
def show_unit(turn: Turn, unit_id: int) -> None:
    """A unit, to its own people or to the offices."""
    unit = find_unit(turn.session, turn.person, unit_id)
    if any(one.unit_id == unit.id for one in memberships(turn.session, turn.person)):
        return card(turn, unit)
    return office_card(turn, unit)


def card(turn: Turn, unit: Unit) -> None:
    speaks = speaks_for(turn.session, turn.person, unit)
    free = [side for side in Side if unit.standing(side) in (Standing.NONE, Standing.RETURNED)]
    turn.say("unit_card", unit=unit, award=award_of(turn.session, unit), free=free if speaks else [], speaks=speaks)


def own(asking: Asking) -> None:
    unit = find_unit(asking.session, asking.person, asking.subject["unit_id"])
    if not speaks_for(asking.session, asking.person, unit):
        raise Refused("not_speaker")


def is_about(what: str) -> Callable[[Values], bool]:
    return lambda values: bool(values["what"] == what)


def read_new_name(asking: Asking, typed: str) -> str:
    if answers.SENTENCE.search(typed):
        raise Invalid("name_sentence")
    return tidy_name(typed)


form(
    Form(
        name="change_unit",
        guard=own,
        finish=change_unit,
        steps=(
            Choice(name="what", of=("name", "code", "place", "industry")),
            Text(name="name", shortest=2, longest=60, when=is_about("name"), check=read_new_name),
            Text(name="code", longest=60, when=is_about("code"), check=answers.read_code),
            Coded(
                name="place",
                of=answers.places,
                when=is_about("place"),
                check=answers.read_place,
                named=answers.name_place,
            ),
            Choice(
                name="county",
                of=answers.counties,
                optional=True,
                when=lambda values: len(str(values["place"] or "")) == 4,
            ),
            Coded(
                name="industry",
                of=answers.industries,
                when=is_about("industry"),
                check=answers.read_industry,
                named=answers.name_industry,
            ),
        ),
    )
)


@button("unit.change", roles=MEMBER)
def start_change(turn: Turn, unit_id: int) -> None:
    """A new name, code, place or industry."""
    begin(turn, "change_unit", unit_id=unit_id)
