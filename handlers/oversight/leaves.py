"""Leave of officers: from when to when, and who stands in."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Day, Form, Options
from bot.engine.routes import button, command, form
from bot.engine.turns import Turn
from handlers import OFFICE
from models.base import Invalid
from models.oversight import leaves
from models.system.accounts import Person


@command("leave", roles=OFFICE)
def show_leave(turn: Turn, rest: str) -> None:
    """The leave that is noted, or the questions for a new one."""
    leave = leaves.current_leave(turn.session, turn.person)
    if leave is None:
        return begin(turn, "leave")
    return turn.say("leave_card", leave=leave)


@button("leave.new", roles=OFFICE)
def new_leave(turn: Turn) -> None:
    """Other days than those noted."""
    begin(turn, "leave")


@button("leave.end", roles=OFFICE)
def end_leave(turn: Turn, leave_id: int) -> None:
    """Back again, or not going."""
    turn.change("leave_ended", leave=leaves.end_leave(turn.session, turn.person, leave_id))


def stand_ins(asking: Asking) -> Options:
    """Colleagues of the same office."""
    return [(str(one.id), one.name or "–") for one in leaves.colleagues(asking.session, asking.person)]


def alone(asking: Asking) -> dict[str, Any]:
    """Whoever has no colleague is not asked who stands in."""
    return {} if leaves.colleagues(asking.session, asking.person) else {"substitute": None}


def in_order(asking: Asking, day: date) -> date:
    """The last day does not lie before the first."""
    if day < asking.values.get("starts_on", day):
        raise Invalid("leave_reversed")
    return day


def take_leave(session: Session, person: Person, *, substitute: str | None, **days: Any) -> None:
    """Hand the answers of the form to the verb."""
    leaves.take_leave(session, person, substitute=int(substitute) if substitute else None, **days)


form(
    Form(
        name="leave",
        roles=OFFICE,
        prefill=alone,
        steps=(
            Day(name="starts_on", past=0, near=(0, 1, 2)),
            Day(name="ends_on", past=0, near=(0, 1, 4, 7), check=in_order),
            Choice(name="substitute", of=stand_ins, optional=True),
        ),
        finish=take_leave,
    )
)
