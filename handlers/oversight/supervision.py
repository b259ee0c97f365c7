"""What an officer does about a late row: nudge, ring up with a call sheet, visit; each leaves a note."""

from __future__ import annotations

import re
from typing import Any

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Day, Form, Text
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from bot.engine.words import Words
from handlers import OFFICE
from handlers.oversight.duties import opens
from handlers.registration.replies import SURE, Reply, replies_to
from models.oversight import supervision
from models.oversight.supervision import CALLED


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
def begin_call_note(turn: Turn, duty_id: int, result: str = "", note: str = "") -> None:
    """Note what came of the call; what was typed before is taken."""
    answers = {step: raw for step, raw in (("result", result), ("note", note)) if raw}
    begin(turn, "call_note", duty_id=duty_id, answers=answers or None)


@replies_to("duty.called", duty="ring_holder")
def read_result(turn: Turn, text: str, duty_id: int) -> Reply | None:
    """What came of the call, and in other words what is to be noted about it."""
    first, *more = re.split(r"[,，。;；]+", text.strip(" 。.!！"), maxsplit=1)
    result = _came_of(turn.words, first)
    return Reply(SURE, "duty.called", (duty_id, result, *[one.strip() for one in more])) if result else None


def _came_of(words: Words, typed: str) -> str | None:
    """What became of a call, in the words people have for it."""
    said = [re.fullmatch(words.label(f"called_words.{code}"), typed.strip(), re.IGNORECASE) for code in CALLED]
    return next((code for code, found in zip(CALLED, said, strict=True) if found), None)


class Result(Choice):
    """What became of a call: tapped, or told in one's own words (打不通)."""

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        return (kind == "text" and _came_of(asking.words, str(value))) or super().accept(asking, kind, value)


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
            Result(name="result", of=CALLED, texts="called"),
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
