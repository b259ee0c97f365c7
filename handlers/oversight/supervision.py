"""What an officer does about a late row: nudge, ring up with a call sheet, visit; each leaves a note."""

from __future__ import annotations

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Day, Form, Text
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from handlers import OFFICE
from handlers.oversight.duties import opens
from models.oversight import supervision


@button("duty.nudge", roles=OFFICE)
def nudge(turn: Turn, duty_id: int) -> None:
    """Remind the holder in the office's name; the second time a call is proposed instead."""
    duty, goes_at = supervision.nudge(turn.session, turn.person, duty_id)
    turn.say("nudged", duty=duty, goes_at=goes_at)


@button("duty.call", roles=OFFICE)
def call_holder(turn: Turn, duty_id: int) -> None:
    """Whom to ring up; where somebody was spoken to in the last days, that comes first."""
    duty = supervision.pressable(turn.session, turn.person, duty_id)
    if spoken := supervision.spoken_of_lately(turn.session, duty):
        return turn.say("call_rests", duty=duty, spoken=spoken)
    return show_call_sheet(turn, duty_id)


@button("duty.call_anyway", roles=OFFICE)
def show_call_sheet(turn: Turn, duty_id: int) -> None:
    """Whom to ring up, what is late, what was tried."""
    duty, callees = supervision.callees(turn.session, turn.person, duty_id)
    tried, notes = supervision.tried(turn.session, duty), supervision.latest(turn.session, duty)
    turn.say("call_sheet", duty=duty, callees=callees, tried=tried, notes=notes)


opens("ring_holder")(show_call_sheet)


@button("duty.called", roles=OFFICE)
def begin_call_note(turn: Turn, duty_id: int) -> None:
    """Note what came of the call."""
    begin(turn, "call_note", duty_id=duty_id)


@button("duty.visit", roles=OFFICE)
def begin_visit_note(turn: Turn, duty_id: int) -> None:
    """Note a visit."""
    begin(turn, "visit_note", duty_id=duty_id)


def still_pressable(asking: Asking) -> None:
    """The duty must still be open and in the officer's scope at every step."""
    supervision.pressable(asking.session, asking.person, asking.subject["duty_id"])


form(
    Form(
        name="call_note",
        roles=OFFICE,
        guard=still_pressable,
        steps=(
            Choice(name="result", of=supervision.CALLED, texts="called"),
            Text(name="note", longest=200, optional=True),
        ),
        finish=supervision.note_call,
    )
)
form(
    Form(
        name="visit_note",
        roles=OFFICE,
        guard=still_pressable,
        steps=(Day(name="on", past=60, future=0), Text(name="note", longest=200)),
        finish=supervision.note_visit,
    )
)
