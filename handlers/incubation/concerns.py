"""What the city office looks into: the call sheet, what a call came to, and the decision of a dispute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Confirm, Day, Form, Options, Text
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from handlers import OFFICE
from handlers.incubation.endings import heard_before
from handlers.oversight.duties import opens
from handlers.steps import reasons
from models.base import Refused
from models.incubation import concerns, mediations, pauses, session_answers
from models.incubation.agreements import missing
from models.incubation.cautions import standing
from models.incubation.concerns import TASKS, Cause, Concern, Outcome
from models.incubation.endings import end_pair
from models.incubation.idleness import idle_days
from models.incubation.pairs import Pair
from models.incubation.pulses import last_pulse
from models.incubation.sessions import SessionLog
from models.registration.people import SPEAKERS, holders_of
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell

OUTCOMES = {
    Cause.IDLE: (Outcome.PROMISED, Outcome.UNREACHABLE, Outcome.PAUSE, Outcome.END),
    Cause.STALLED: (Outcome.PROMISED, Outcome.UNREACHABLE, Outcome.END),
    Cause.TERM: (Outcome.PROMISED, Outcome.UNREACHABLE, Outcome.END),
    Cause.MEDIATION: (Outcome.AGREED, Outcome.UNREACHABLE, Outcome.END),
}


def show_concern(turn: Turn, concern_id: int) -> None:
    """The call sheet: what it is about, whom to call, what to ask; for a dispute both accounts of it."""
    concern = concerns.find_concern(turn.session, turn.person, concern_id)
    pair = concern.pair
    if concern.cause is Cause.DISPUTE:
        session_log = turn.session.get_one(SessionLog, concern.record_id)
        return turn.say("dispute_sheet", concern=concern, pair=pair, session_log=session_log)
    return turn.say(
        "concern_sheet",
        concern=concern,
        pair=pair,
        duty_kind=TASKS[concern.cause][0],
        people=[(side, to_call(turn.session, pair, side)) for side in called(concern)],
        pulse=last_pulse(turn.session, pair) if concern.cause is Cause.LOW_PULSE else None,
        idle=idle_days(turn.session, pair, calendar.local_day(clock.now())),
        missing=missing(turn.session, pair),
        cautions=standing(turn.session, pair) if concern.cause is Cause.MEDIATION else [],
    )


for kind, _ in TASKS.values():
    opens(kind)(show_concern)


def called(concern: Concern) -> Sequence[Side]:
    """Which side is called: the incubatee about its figures and its rating, both about the rest."""
    return (Side.INCUBATEE,) if concern.cause in (Cause.TWO_MISSES, Cause.LOW_PULSE) else tuple(Side)


def to_call(session: Session, pair: Pair, side: Side) -> list[Person]:
    """Contact and backup of a side, and the person in charge, each once."""
    people = holders_of(session, pair.unit(side), *SPEAKERS)
    in_charge = pair.in_charge(side)
    return list(dict.fromkeys([*people, *([in_charge] if in_charge else [])]))[:3]


# what the call came to


@button("concern.called", roles=OFFICE)
def start_note(turn: Turn, concern_id: int) -> None:
    """Write down what a call came to."""
    begin(turn, "note_call", concern_id=concern_id)


def _open(session: Session, person: Person, concern_id: int) -> Concern:
    concern = concerns.find_concern(session, person, concern_id)
    if concern.closed_at is not None:
        raise Refused("concern_closed", concern=concern)
    return concern


def _still_open(asking: Asking) -> None:
    _open(asking.session, asking.person, asking.subject["concern_id"])


def _outcomes(asking: Asking) -> Options:
    concern = asking.session.get_one(Concern, asking.subject["concern_id"])
    codes = OUTCOMES.get(concern.cause, (Outcome.SOLVED, Outcome.PROMISED, Outcome.UNREACHABLE))
    return [(code.value, asking.words.label(f"outcome.{code.value}")) for code in codes]


def _pauses(values: Mapping[str, Any]) -> bool:
    return bool(values["outcome"] == Outcome.PAUSE)


def _agreed(values: Mapping[str, Any]) -> bool:
    return bool(values["outcome"] == Outcome.AGREED)


def _note(
    session: Session,
    person: Person,
    *,
    concern_id: int,
    outcome: str,
    note: str | None,
    end_reason: str | None = None,
    sure: bool | None = None,
    pause_reason: str | None = None,
    until: date | None = None,
    agreed_until: date | None = None,
    agreed: str | None = None,
) -> None:
    """What a call came to: a note, a pause, what both sides agreed on or, once sure, the end of the pair."""
    concern = concerns.find_concern(session, person, concern_id)
    if outcome == Outcome.END and end_reason:
        if not sure:
            tell(session, person, "pair_end_kept", kind=Kind.REPLY, concern=concern, pair=concern.pair)
            return
        end_pair(session, person, pair_id=_open(session, person, concern_id).pair_id, reason=end_reason, note=note)
        return
    if agreed and agreed_until:
        mediations.settle_mediation(session, person, concern_id=concern_id, until=agreed_until, agreed=agreed)
        return
    if outcome == Outcome.PAUSE and pause_reason and until:
        pauses.pause_pair(session, person, pair_id=concern.pair_id, reason=pause_reason, until=until)
    concerns.note_call(session, person, concern_id=concern_id, outcome=outcome, note=note)


form(
    Form(
        name="note_call",
        roles=OFFICE,
        steps=(
            Choice(name="outcome", of=_outcomes),
            Choice(
                name="end_reason",
                of=reasons("end"),
                check=heard_before,
                when=lambda values: values["outcome"] == Outcome.END,
            ),
            Text(name="pause_reason", shortest=2, longest=300, when=_pauses),
            Day(name="until", past=0, future=pauses.LONGEST, near=(14, 30, 60), worked=True, when=_pauses),
            Day(name="agreed_until", past=0, future=mediations.LONGEST, near=(14, 30, 60), worked=True, when=_agreed),
            Text(name="agreed", shortest=4, longest=200, when=_agreed),
            Text(name="note", longest=400, optional=True, when=lambda values: not _agreed(values)),
            Confirm(name="sure", when=lambda values: values["outcome"] == Outcome.END),
        ),
        finish=_note,
        guard=_still_open,
    )
)


# deciding a dispute


@button("dispute.settle", roles=OFFICE)
def start_settling(turn: Turn, concern_id: int, counts: bool) -> None:
    """The session stands, or is struck out: why?"""
    begin(turn, "settle_session", concern_id=concern_id, counts=counts)


def _settle(session: Session, person: Person, *, concern_id: int, counts: bool, note: str) -> None:
    concern = _open(session, person, concern_id)
    session_answers.settle_session(session, person, session_id=concern.record_id, counts=counts, note=note)


form(
    Form(
        name="settle_session",
        roles=OFFICE,
        steps=(Text(name="note", shortest=4, longest=300),),
        finish=_settle,
        guard=_still_open,
    )
)
