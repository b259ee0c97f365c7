"""Writing sessions down: logging, correcting, keeping their content out. Knows no sentence and no channel."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused, move
from models.incubation.concerns import Cause, settled
from models.incubation.pairs import Pair, PairStatus, find_own_pair
from models.incubation.progress import note_session
from models.incubation.session_answers import ask_to_confirm
from models.incubation.sessions import (
    SessionLog,
    SessionStatus,
    find_session,
    find_to_answer,
    is_late,
)
from models.incubation.undertakings import Secrecy
from models.oversight import duties
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record


def log_session(
    session: Session,
    person: Person,
    *,
    pair_id: int,
    note: str,
    activity: str,
    day: date,
    hours: float,
    people: int | None = None,
    result: str | None = None,
) -> SessionLog:
    """Write down a session; the other side is asked to confirm. Late and early ones are welcome."""
    pair, side = find_own_pair(session, person, pair_id)
    if pair.status is PairStatus.PAUSED:
        raise Refused("pair_paused", pair=pair)
    _refuse_twin(session, pair, side, activity, day, hours)
    session_log = SessionLog(
        pair=pair,
        person=person,
        side=side,
        activity=activity,
        on=day,
        hours=hours,
        people=people,
        note=note,
        result=result,
        late=is_late(day, calendar.local_day(clock.now())),
        before_baseline=pair.baseline_locked_at is None,
    )
    session.add(session_log)
    session.flush()
    record(session, person, "session_logged", subject=session_log.subject, pair=pair.id, late=session_log.late)
    ask_to_confirm(session, session_log, again=False)
    note_session(session, pair)
    tell(session, person, "session_logged", kind=Kind.REPLY, session_log=session_log, pair=pair)
    return session_log


def _refuse_twin(session: Session, pair: Pair, side: Side, activity: str, day: date, hours: float) -> None:
    """The same session is not logged twice by one side; by both sides it is one to be confirmed."""
    same = (
        SessionLog.pair_id == pair.id,
        SessionLog.activity == activity,
        SessionLog.on == day,
        SessionLog.hours == hours,
    )
    twin = session.scalar(select(SessionLog).where(*same, SessionLog.status != SessionStatus.STRUCK).limit(1))
    if twin is not None:
        raise Refused("session_known", session_log=twin, own=twin.side is side)


def correct_session(
    session: Session,
    person: Person,
    *,
    session_id: int,
    activity: str,
    day: date,
    hours: float,
    people: int | None,
    note: str,
) -> SessionLog:
    """Whoever logged a session changes what was wrong; the old words are kept and the other side is asked again."""
    session_log = find_to_answer(session, person, session_id, own=True)
    if session_log.status is not SessionStatus.WAITING:
        move(session_log, SessionStatus.WAITING)
    before = {
        name: str(getattr(session_log, name)) for name in ("activity", "on", "hours", "people", "note", "objection")
    }
    session_log.versions = [*session_log.versions, {**before, "by": person.id, "until": clock.now().isoformat()}]
    session_log.activity, session_log.on, session_log.hours = activity, day, hours
    session_log.people, session_log.note, session_log.objection = people, note, None
    duties.done(session, session_log.subject)
    settled(session, session_log.pair, Cause.DISPUTE, record_id=session_log.id)
    record(session, person, "session_corrected", subject=session_log.subject, pair=session_log.pair_id)
    ask_to_confirm(session, session_log, again=True)
    note_session(session, session_log.pair)
    tell(session, person, "session_logged", kind=Kind.REPLY, session_log=session_log, pair=session_log.pair)
    return session_log


def keep_out(session: Session, person: Person, *, session_id: int) -> SessionLog:
    """Take the content of a session out of the system (不进系统): only that it took place remains."""
    session_log = find_session(session, person, session_id)
    find_own_pair(session, person, session_log.pair_id)
    session.refresh(session_log)
    if session_log.status is SessionStatus.DISPUTED:
        raise Refused("disputed_first", session_log=session_log)
    session_log.secrecy, session_log.note, session_log.result = Secrecy.KEPT_OUT, "", None
    session_log.objection = None
    content = ("note", "objection")
    session_log.versions = [{k: v for k, v in one.items() if k not in content} for one in session_log.versions]
    record(session, person, "session_kept_out", subject=session_log.subject, pair=session_log.pair_id)
    return session_log
