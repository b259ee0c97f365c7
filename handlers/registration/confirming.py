"""Two questions to a unit: is this a colleague, is this our supplier or customer."""

from __future__ import annotations

from bot.engine.routes import button
from bot.engine.turns import Turn
from handlers.oversight.duties import opens
from models.base import Refused
from models.registration import joining, relations
from models.registration.joining import JoiningStatus
from models.registration.people import Role

ANSWERERS = frozenset({Role.MEMBER, Role.CITY, Role.ASSOCIATION})


@opens("confirm_member")
def ask_member(turn: Turn, joining_id: int) -> None:
    """Somebody says they work here."""
    found = joining.find_joining(turn.session, turn.person, joining_id)
    if found.status is not JoiningStatus.ASKED:
        raise Refused("moved_on", status=f"joiningstatus.{found.status.value}")
    turn.say("join_question", joining=found)


@button("join.confirm", roles=ANSWERERS)
def confirm_member(turn: Turn, joining_id: int) -> None:
    found = joining.confirm_member(turn.session, turn.person, joining_id)
    turn.change("join_answered", joining=found)


@button("join.deny", roles=ANSWERERS)
def deny_member(turn: Turn, joining_id: int) -> None:
    found = joining.deny_member(turn.session, turn.person, joining_id)
    turn.change("join_answered", joining=found)


@opens("confirm_relation")
def ask_relation(turn: Turn, unit_id: int) -> None:
    """A unit says it supplies or buys from this incubator."""
    turn.say("relation_asked", unit=relations.find_relation(turn.session, turn.person, unit_id))


@button("relation.confirm", roles={Role.INCUBATOR})
def confirm_relation(turn: Turn, unit_id: int) -> None:
    unit = relations.confirm_relation(turn.session, turn.person, unit_id)
    turn.change("relation_answered", unit=unit, confirmed=True)


@button("relation.deny", roles={Role.INCUBATOR})
def deny_relation(turn: Turn, unit_id: int) -> None:
    unit = relations.deny_relation(turn.session, turn.person, unit_id)
    turn.change("relation_answered", unit=unit, confirmed=False)
