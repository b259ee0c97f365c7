"""Where a pair stands: whose turn it is, how long since the last session, and when somebody has to look.

Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.incubation.checkins import Checkin, CheckinStatus, missed_in_a_row
from models.incubation.concerns import TASKS, Cause, Concern, raise_concern, was_raised
from models.incubation.pairs import RUNNING, Pair, PairStatus, Warning
from models.incubation.pauses import Pause
from models.incubation.sessions import SessionLog, SessionStatus, interval
from models.incubation.undertakings import Undertaking
from models.oversight.duties import Duty
from models.system import calendar, clock
from models.system.marks import record

RED_AT = 1.5  # times the interval
DECIDE_AFTER = 90  # days without a session
SHORTEST_INTERVAL = timedelta(days=30)
ASKING = (SessionStatus.WAITING, SessionStatus.DISPUTED)


def open_duties(session: Session, pairs: Iterable[Pair]) -> list[Duty]:
    """Every open ball about some pairs, the most urgent first."""
    ids = [pair.id for pair in pairs]
    subjects = [f"pair:{id}" for id in ids]
    rows = (
        ("undertaking", select(Undertaking.id).where(Undertaking.pair_id.in_(ids), Undertaking.signed_at.is_(None))),
        ("session", select(SessionLog.id).where(SessionLog.pair_id.in_(ids), SessionLog.status.in_(ASKING))),
        ("checkin", select(Checkin.id).where(Checkin.pair_id.in_(ids), Checkin.status == CheckinStatus.OPEN)),
        ("concern", select(Concern.id).where(Concern.pair_id.in_(ids), Concern.closed_at.is_(None))),
    )
    for name, query in rows:
        subjects += [f"{name}:{id}" for id in session.scalars(query)]
    found = session.scalars(select(Duty).where(Duty.subject.in_(subjects), Duty.done_at.is_(None)))
    return sorted(found, key=lambda duty: (duty.due_at is None, duty.due_at, duty.id))


def turns_of(session: Session, pairs: Sequence[Pair], *, watching: bool = False) -> dict[int, Duty]:
    """The most urgent ball of each pair, by the pair's id; only offices see that a rating was low."""
    turns: dict[str, Duty] = {}
    for duty in open_duties(session, pairs):
        if watching or duty.kind != TASKS[Cause.LOW_PULSE][0]:
            turns.setdefault(str(duty.title.get("number")), duty)
    return {pair.id: turns[pair.number] for pair in pairs if pair.number in turns}


def idle_days(session: Session, pair: Pair, today: date) -> int | None:
    """Days without a session, since the last one or the start; days of a pause do not count."""
    since = pair.last_session_on or pair.started_on
    if since is None or pair.started_on is None:
        return None
    since = max(since, pair.started_on)
    rest = timedelta()
    for pause in session.scalars(select(Pause).where(Pause.pair_id == pair.id)):
        last = calendar.local_day(pause.resumed_at) if pause.resumed_at else today
        rest += max(timedelta(), last - max(since, calendar.local_day(pause.paused_at)))
    return (today - since - rest).days


def warning_for(idle: int | None, status: PairStatus, missed: int = 0) -> Warning:
    """Green, amber from the interval on (or after two missed check-ins), red from one and a half intervals on."""
    limit = interval(status)
    if idle is not None and idle >= RED_AT * limit:
        return Warning.RED
    return Warning.AMBER if missed >= 2 or (idle is not None and idle >= limit) else Warning.GREEN


def look_after(session: Session, pair: Pair, today: date) -> None:
    """The daily look at a running pair: set its warning; after 90 idle days a person is asked to decide."""
    idle = idle_days(session, pair, today)
    warning = warning_for(idle, pair.status, missed_in_a_row(session, pair))
    if warning is not pair.warning:
        record(session, None, "pair_warned", subject=f"pair:{pair.id}", was=pair.warning.value, now=warning.value)
        pair.warning = warning
    if idle is not None and idle >= DECIDE_AFTER:
        since = clock.now() - timedelta(days=DECIDE_AFTER)
        if not was_raised(session, pair, Cause.IDLE, since=since):
            raise_concern(session, pair, Cause.IDLE)


def to_look_after(session: Session, today: date) -> list[int]:
    """Running pairs whose warning is not what it should be, or that have been idle for 90 days."""
    since = func.coalesce(Pair.last_session_on, Pair.started_on)
    missed = select(Checkin.id).where(Checkin.pair_id == Pair.id, Checkin.status == CheckinStatus.MISSED)
    doubtful = or_(since <= today - SHORTEST_INTERVAL, Pair.warning != Warning.GREEN, missed.exists())
    found = []
    for pair in session.scalars(select(Pair).where(Pair.status.in_(RUNNING), doubtful).order_by(Pair.id)):
        idle = idle_days(session, pair, today)
        warning = warning_for(idle, pair.status, missed_in_a_row(session, pair))
        if warning is not pair.warning or (idle is not None and idle >= DECIDE_AFTER):
            found.append(pair.id)
    return found
