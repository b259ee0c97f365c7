"""Officers look at registrations: what was filled in, what the roster says, who it may be already; yes, or back."""

from __future__ import annotations

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form, Text
from bot.engine.routes import button, command, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import OFFICE
from handlers.oversight.duties import opens
from handlers.steps import reasons
from models.base import Refused
from models.registration import changes, freezing, registering
from models.registration.awards import award_of, listed_awards, near_winners
from models.registration.people import Role, speakers
from models.registration.units import Side, Standing, Unit, find_unit

VERIFIERS = frozenset({Role.CITY, Role.ASSOCIATION})
LISTED = 5


@command("verify", roles=VERIFIERS)
def list_waiting(turn: Turn, rest: str) -> None:
    """Registrations that wait for this officer's office, the oldest first."""
    waiting = registering.waiting_for(turn.session, turn.person)
    turn.say("units_waiting", waiting=waiting[:LISTED], more=max(0, len(waiting) - LISTED))


@button("unit.check", roles=VERIFIERS)
def open_check(turn: Turn, unit_id: int, side: str) -> None:
    show(turn, unit_id, Side(side))


@opens("verify_incubatee")
def check_incubatee(turn: Turn, unit_id: int) -> None:
    show(turn, unit_id, Side.INCUBATEE)


@opens("verify_incubator")
def check_incubator(turn: Turn, unit_id: int) -> None:
    show(turn, unit_id, Side.INCUBATOR)


def show(turn: Turn, unit_id: int, side: Side) -> None:
    """The card of a registration, with its facts and the two answers."""
    unit = registering.find_for_office(turn.session, turn.person, unit_id, side)
    if unit.standing(side) is not Standing.PENDING:
        raise Refused("moved_on", status=f"standing.{unit.standing(side).value}")
    turn.say(
        "unit_check",
        unit=unit,
        side=side,
        contacts=speakers(turn.session, unit),
        award=award_of(turn.session, unit) if side is Side.INCUBATOR else None,
        listed=listed_awards(unit.name)[:1],
        winners=near_winners(unit.name)[:2],
        alike=registering.look_alikes(turn.session, unit),
        facts=registering.facts_of(turn.session, unit),
    )


@button("unit.verify", roles=VERIFIERS)
def verify(turn: Turn, unit_id: int, side: str, facts: str = "") -> None:
    """In order as it was shown: the side becomes active."""
    unit = registering.verify(turn.session, turn.person, unit_id, Side(side), facts=facts)
    waiting = registering.waiting_for(turn.session, turn.person)
    turn.change("unit_check_done", unit=unit, side=Side(side), waiting=waiting)


@button("unit.proof", roles=VERIFIERS)
def show_proof(turn: Turn, unit_id: int) -> None:
    """The certificate that was sent in."""
    unit = find_unit(turn.session, turn.person, unit_id)
    award = award_of(turn.session, unit)
    if award is None or not award.proof:
        raise Refused("not_found")
    turn.say("unit_proof", extra={"file": award.proof, "protected": True}, unit=unit)


def own_to_return(asking: Asking) -> None:
    subject = asking.subject
    unit = registering.find_for_office(asking.session, asking.person, subject["unit_id"], Side(subject["side"]))
    if unit.standing(Side(subject["side"])) is not Standing.PENDING:
        raise Refused("moved_on", status=f"standing.{unit.standing(Side(subject['side'])).value}")


form(
    Form(
        name="return_unit",
        roles=VERIFIERS,
        guard=own_to_return,
        finish=registering.return_unit,
        steps=(Choice(name="reason", of=reasons("return")), Text(name="remark", optional=True, longest=100)),
    )
)


@button("unit.return", roles=VERIFIERS)
def start_return(turn: Turn, unit_id: int, side: str) -> None:
    """Send back, with a reason."""
    begin(turn, "return_unit", unit_id=unit_id, side=side)


# changes of a verified unit


@opens("verify_change")
def check_change(turn: Turn, unit_id: int) -> None:
    """What a unit wants changed, old beside new."""
    unit, change = changes.find_change(turn.session, turn.person, unit_id)
    turn.say("change_check", unit=unit, change=change, contacts=speakers(turn.session, unit))


@button("change.agree", roles=VERIFIERS)
def agree_change(turn: Turn, unit_id: int, new: str = "") -> None:
    settle_change(turn, unit_id, new, agreed=True)


@button("change.refuse", roles=VERIFIERS)
def refuse_change(turn: Turn, unit_id: int, new: str = "") -> None:
    settle_change(turn, unit_id, new, agreed=False)


def settle_change(turn: Turn, unit_id: int, new: str, *, agreed: bool) -> None:
    """Decide about what was shown (`new`); what the unit wants instead by now is shown first."""
    if changes.find_change(turn.session, turn.person, unit_id)[1]["new"] != new:
        turn.flash("flash.change_anew")
        return check_change(turn, unit_id)
    unit = changes.settle_change(turn.session, turn.person, unit_id, agreed=agreed)
    return turn.change("change_settled", unit=unit, agreed=agreed)


# freezing, and the yearly look at the award


def own_to_freeze(asking: Asking) -> None:
    unit = find_unit(asking.session, asking.person, asking.subject["unit_id"])
    standing = unit.standing(Side(asking.subject["side"]))
    if standing is not Standing.ACTIVE:
        raise Refused("moved_on", status=f"standing.{standing.value}")


form(
    Form(
        name="freeze_unit",
        roles=frozenset({Role.ASSOCIATION}),
        guard=own_to_freeze,
        finish=freezing.freeze,
        steps=(Text(name="reason", shortest=4, longest=200),),
    )
)


@button("unit.freeze", roles={Role.ASSOCIATION})
def start_freeze(turn: Turn, unit_id: int, side: str) -> None:
    """Stop new pairs, with a reason the unit will read."""
    begin(turn, "freeze_unit", unit_id=unit_id, side=side)


@button("unit.thaw", roles={Role.ASSOCIATION})
def thaw(turn: Turn, unit_id: int, side: str) -> None:
    """Let new pairs be formed again."""
    unit = freezing.thaw(turn.session, turn.person, unit_id, Side(side))
    turn.change("unit_card_changed", unit=unit, side=Side(side))


@opens("recheck_award")
def recheck(turn: Turn, unit_id: int) -> None:
    """A year has passed: does the award still hold?"""
    unit = find_unit(turn.session, turn.person, unit_id)
    turn.say("award_recheck", unit=unit, award=award_of(turn.session, unit), listed=listed_awards(unit.name)[:1])


@button("award.holds", roles={Role.ASSOCIATION})
def confirm_award(turn: Turn, unit_id: int) -> None:
    unit = freezing.confirm_award(turn.session, turn.person, unit_id)
    turn.change("award_rechecked", unit=unit)


job("award_recheck", "0 9 * * mon-fri", find=freezing.due_for_recheck)(freezing.ask_recheck)


# officers look units up


@command("units", roles=OFFICE)
def find_units(turn: Turn, rest: str) -> None:
    """Units of one's scope by a part of their name."""
    found = registering.units_like(turn.session, turn.person, rest) if rest else []
    turn.say("units_found", typed=rest, units=found[:LISTED], more=max(0, len(found) - LISTED))


def office_card(turn: Turn, unit: Unit) -> None:
    """A unit as the offices see it."""
    turn.say(
        "unit_of_office",
        unit=unit,
        contacts=speakers(turn.session, unit),
        award=award_of(turn.session, unit),
        freezer=Role.ASSOCIATION in turn.roles,
    )
