"""What the other side says to a session: confirmed, disputed, or nothing; and what becomes of a dispute.

Knows no sentence and no channel.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused, lock, move
from models.incubation.cautions import awaited, let_rest
from models.incubation.concerns import Cause, Outcome, close_concern, open_concern, raise_concern, settled
from models.incubation.idleness import DECIDE_AFTER, idle_days
from models.incubation.pairs import hand_side, watches, withheld
from models.incubation.progress import note_session
from models.incubation.sessions import (
    CONFIRM_WITHIN,
    SessionLog,
    SessionStatus,
    counterparts,
    find_session,
    find_to_answer,
    other,
)
from models.oversight import duties
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record


def ask_to_confirm(session: Session, session_log: SessionLog, *, again: bool) -> None:
    pair = session_log.pair
    session_log.answer_by = calendar.add_working_days(clock.now(), CONFIRM_WITHIN)
    asked = other(session_log.side)
    _hand(session, "confirm_session", session_log, asked, due_at=session_log.answer_by, remind=(1,))
    for reader in counterparts(session, pair, asked):
        tell(
            session,
            reader,
            "session_to_confirm",
            kind=Kind.CALL,
            subject=session_log.subject,
            session_log=session_log,
            pair=pair,
            again=again,
            hidden=withheld(session, reader, pair),
        )


def _hand(
    session: Session, kind: str, session_log: SessionLog, side: Side, *, due_at: datetime, remind: tuple[int, ...]
) -> None:
    pair, subject = session_log.pair, session_log.subject
    names = {"incubatee": pair.incubatee.name, "incubator": pair.incubator.name}
    hand_side(session, kind, pair, side, subject, due_at=due_at, remind=remind, **names)


def confirm_session(session: Session, person: Person, *, session_id: int, shown: int | None = None) -> SessionLog:
    """The other side says that it was so, as it read it (`shown`); a second confirmation changes nothing."""
    session_log = find_to_answer(session, person, session_id, own=False, shown=shown)
    if session_log.status is SessionStatus.CONFIRMED:
        return session_log
    move(session_log, SessionStatus.CONFIRMED)
    settled(session, session_log.pair, Cause.DISPUTE, record_id=session_log.id)
    _close_question(session, person, session_log, "session_confirmed")
    for reader in counterparts(session, session_log.pair, session_log.side):
        tell(session, reader, "session_confirmed", session_log=session_log, pair=session_log.pair)
    return session_log


def _close_question(session: Session, person: Person, session_log: SessionLog, action: str) -> None:
    session_log.answered_by, session_log.answered_at = person.id, clock.now()
    duties.done(session, session_log.subject)
    record(session, person, action, subject=session_log.subject, pair=session_log.pair_id)
    pair = session_log.pair
    note_session(session, pair)
    let_rest(session, pair, unless=awaited(session, pair))
    idle = idle_days(session, pair, calendar.local_day(clock.now()))
    if session_log.status is SessionStatus.CONFIRMED and idle is not None and idle < DECIDE_AFTER:
        settled(session, pair, Cause.IDLE)


def dispute_session(
    session: Session, person: Person, *, session_id: int, objection: str, shown: int | None = None
) -> SessionLog:
    """The other side says what was different; whoever logged it corrects it, or keeps to it and the city decides."""
    session_log = find_to_answer(session, person, session_id, own=False, shown=shown)
    move(session_log, SessionStatus.DISPUTED)
    session_log.objection = objection
    _close_question(session, person, session_log, "session_disputed")
    pair = session_log.pair
    session_log.answer_by = due_at = calendar.add_working_days(clock.now(), CONFIRM_WITHIN)
    _hand(session, "correct_session", session_log, session_log.side, due_at=due_at, remind=(2,))
    tell(session, person, "session_disputed", kind=Kind.REPLY, session_log=session_log, pair=pair)
    for reader in counterparts(session, pair, session_log.side):
        tell(
            session,
            reader,
            "session_to_correct",
            kind=Kind.CALL,
            subject=session_log.subject,
            session_log=session_log,
            pair=pair,
            due_at=due_at,
            hidden=withheld(session, reader, pair),
        )
    return session_log


def insist_on_session(session: Session, person: Person, *, session_id: int) -> SessionLog:
    """Whoever logged a disputed session keeps to it: now the city office decides."""
    session_log = find_to_answer(session, person, session_id, own=True)
    if session_log.status is not SessionStatus.DISPUTED:
        raise Refused("moved_on", status=f"sessionstatus.{session_log.status}")
    refer_to_office(session, session_log)
    record(session, person, "session_insisted", subject=session_log.subject, pair=session_log.pair_id)
    tell(session, person, "session_referred", kind=Kind.REPLY, session_log=session_log, pair=session_log.pair)
    return session_log


def refer_to_office(session: Session, session_log: SessionLog) -> None:
    """Put a dispute before the city office."""
    session_log.answer_by = None
    duties.done(session, session_log.subject)
    raise_concern(session, session_log.pair, Cause.DISPUTE, record_id=session_log.id)


def settle_session(session: Session, officer: Person, *, session_id: int, counts: bool, note: str) -> SessionLog:
    """The office decides a dispute: the session stands, or is struck out; both sides are told why."""
    session_log = find_session(session, officer, session_id)
    pair = session_log.pair
    if not watches(session, officer, pair):
        raise Refused("not_your_part")
    lock(session, pair)
    session.refresh(session_log)
    if session_log.status is not SessionStatus.DISPUTED:  # corrected meanwhile: the other side looks at it anew
        raise Refused("moved_on", status=f"sessionstatus.{session_log.status}")
    move(session_log, SessionStatus.CONFIRMED if counts else SessionStatus.STRUCK)
    _close_question(session, officer, session_log, "session_settled")
    if (concern := open_concern(session, pair, Cause.DISPUTE, record_id=session_log.id)) is not None:
        close_concern(session, officer, concern, Outcome.SOLVED, note)
    said: dict[str, Any] = {"session_log": session_log, "pair": pair, "counts": counts, "note": note}
    tell(session, officer, "session_settled", kind=Kind.REPLY, **said)
    for side in Side:
        for reader in counterparts(session, pair, side):
            tell(session, reader, "session_settled", **said)
    return session_log


def overdue_sessions(session: Session, now: datetime) -> list[int]:
    """Sessions whose time for an answer has passed."""
    query = select(SessionLog.id).where(SessionLog.status.in_((SessionStatus.WAITING, SessionStatus.DISPUTED)))
    return list(session.scalars(query.where(SessionLog.answer_by <= now).order_by(SessionLog.answer_by)))


def lapse(session: Session, session_id: int, now: datetime) -> None:
    """Nobody answered in time: a session does not count until it is confirmed, a dispute goes to the city office."""
    session_log = session.get_one(SessionLog, session_id)
    lock(session, session_log.pair)
    session.refresh(session_log)
    if session_log.answer_by is None or session_log.answer_by > now:
        return
    if session_log.status is SessionStatus.DISPUTED:
        refer_to_office(session, session_log)
    elif session_log.status is SessionStatus.WAITING:
        move(session_log, SessionStatus.UNANSWERED)
        duties.done(session, session_log.subject, "confirm_session")
        note_session(session, session_log.pair)
        for reader in counterparts(session, session_log.pair, session_log.side):
            tell(session, reader, "session_unanswered", session_log=session_log, pair=session_log.pair)
