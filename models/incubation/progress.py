"""Where a pair stands: whose turn it is, how long since the last session, and when somebody has to look.

Knows no sentence and no channel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import BindParameter, Select, bindparam, select, union
from sqlalchemy.orm import Session

from models.base import literally
from models.incubation.cautions import Caution
from models.incubation.checkins import Checkin, CheckinStatus, missed_in_a_row, missed_of
from models.incubation.concerns import TASKS, Cause, Concern, raise_concern
from models.incubation.idleness import DECIDE_AFTER, Pause, idle_days, idle_of
from models.incubation.pairs import RUNNING, Pair, PairStatus, Warning
from models.incubation.proposals import Proposal
from models.incubation.sessions import SessionLog, SessionStatus, interval, note_last_session
from models.incubation.undertakings import Undertaking
from models.oversight.duties import Duty, holders
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.marks import record

RED_AT = 1.5  # times the interval
SHORTEST_INTERVAL = timedelta(days=30)
AT_ONCE = 500  # pairs looked at with one statement
Row = TypeVar("Row", Pause, Concern)
_RAISED = select(Concern).where(Concern.cause.in_((Cause.IDLE, Cause.MEDIATION)))
ASKING = (SessionStatus.WAITING, SessionStatus.DISPUTED)


def open_duties(session: Session, pairs: Iterable[Pair]) -> list[Duty]:
    """Every open ball about some pairs, the most urgent first."""
    ids = [pair.id for pair in pairs]
    subjects = [f"pair:{id}" for id in ids]
    for name, query in _OPEN.items():
        subjects += [f"{name}:{id}" for id in session.scalars(query, {"pairs": ids})]
    found = session.scalars(_ABOUT, {"subjects": subjects})
    return sorted(found, key=lambda duty: (duty.due_at is None, duty.due_at, duty.id))


def own_duty(session: Session, person: Person, pair: Pair) -> Duty | None:
    """The most urgent ball about a pair that somebody can play."""
    return next((one for one in open_duties(session, [pair]) if person in holders(session, one)), None)


_PAIRS: BindParameter[list[int]] = bindparam("pairs", expanding=True)
_OPEN = {
    "undertaking": select(Undertaking.id).where(Undertaking.pair_id.in_(_PAIRS), Undertaking.signed_at.is_(None)),
    "session": select(SessionLog.id).where(SessionLog.pair_id.in_(_PAIRS), SessionLog.status.in_(ASKING)),
    "checkin": select(Checkin.id).where(Checkin.pair_id.in_(_PAIRS), Checkin.status == CheckinStatus.OPEN),
    "proposal": select(Proposal.id).where(Proposal.pair_id.in_(_PAIRS), Proposal.closed_at.is_(None)),
    "caution": select(Caution.id).where(Caution.pair_id.in_(_PAIRS), Caution.replied_at.is_(None)),
    "concern": select(Concern.id).where(Concern.pair_id.in_(_PAIRS), Concern.closed_at.is_(None)),
}
_ABOUT = select(Duty).where(Duty.subject.in_(bindparam("subjects", expanding=True)), Duty.done_at.is_(None))


def turns_of(session: Session, pairs: Sequence[Pair], *, watching: bool = False) -> dict[int, Duty]:
    """The most urgent ball of each pair, by the pair's id; only offices see that a rating was low."""
    turns: dict[str, Duty] = {}
    for duty in open_duties(session, pairs):
        if watching or duty.kind != TASKS[Cause.LOW_PULSE][0]:
            turns.setdefault(str(duty.title.get("number")), duty)
    return {pair.id: turns[pair.number] for pair in pairs if pair.number in turns}


def warning_for(idle: int | None, status: PairStatus, missed: int = 0) -> Warning:
    """Green, amber from the interval on (or after two missed check-ins), red from one and a half intervals on."""
    limit = interval(status)
    if idle is not None and idle >= RED_AT * limit:
        return Warning.RED
    return Warning.AMBER if missed >= 2 or (idle is not None and idle >= limit) else Warning.GREEN


def undecided(idle: int | None, raised: Sequence[Concern], today: date) -> bool:
    """Whether a person has to be asked what becomes of a pair, given its concerns about idleness and mediations.

    After 90 idle days, once in so many; and when the day has passed until which both sides agreed to go on, unless they
    have met since. Not while an office mediates, nor before that day.
    """
    idles = [one for one in raised if one.cause is Cause.IDLE]
    talks = max((one for one in raised if one.cause is Cause.MEDIATION), key=lambda one: one.id, default=None)
    if idle is None or any(one.closed_at is None for one in [*idles, *filter(None, [talks])]):
        return False
    if talks and talks.until and talks.closed_at:
        if today <= talks.until:
            return False
        met = idle < (today - calendar.local_day(talks.closed_at)).days
        if not met and all(calendar.local_day(one.raised_at) <= talks.until for one in idles):
            return True
    return idle >= DECIDE_AFTER and all(one.raised_at < _lately() for one in idles)


def look_after(session: Session, pair: Pair, today: date) -> None:
    """The daily look at a running pair: set its warning; a person is asked to decide where one has to."""
    idle = idle_days(session, pair, today)
    warning = warning_for(idle, pair.status, missed_in_a_row(session, pair))
    if warning is not pair.warning:
        record(session, None, "pair_warned", subject=f"pair:{pair.id}", was=pair.warning.value, now=warning.value)
        pair.warning = warning
    if undecided(idle, session.scalars(_RAISED.where(Concern.pair_id == pair.id)).all(), today):
        raise_concern(session, pair, Cause.IDLE)


def note_session(session: Session, pair: Pair) -> None:
    """After a session was logged or answered: its day, the ball for the next one, and the pair's warning at once."""
    note_last_session(session, pair)
    if pair.status in RUNNING:
        look_after(session, pair, calendar.local_day(clock.now()))


def to_look_after(session: Session, today: date) -> list[int]:
    """Running pairs whose warning is not what it should be, or about which a person has to decide and was not asked.

    Those under suspicion are looked at many at a time: whoever met lately and is not warned of is as they should be,
    for a second missed check-in warns at once.
    """
    found: list[int] = []
    every = session.scalars(_doubtful(today)).all()
    for first in range(0, len(every), AT_ONCE):
        pairs = every[first : first + AT_ONCE]
        ids = [pair.id for pair in pairs]
        pauses, missed = _by_pair(session, select(Pause).where(Pause.pair_id.in_(ids))), missed_of(session, ids)
        raised = _by_pair(session, _RAISED.where(Concern.pair_id.in_(ids)))
        for pair in pairs:
            idle = idle_of(pair, pauses[pair.id], today)
            if (
                undecided(idle, raised[pair.id], today)
                or warning_for(idle, pair.status, missed[pair.id]) is not pair.warning
            ):
                found.append(pair.id)
    return found


def _doubtful(today: date) -> Select[Pair]:
    """Running pairs that have not met for the shortest interval, or are warned of."""
    long_ago, running = today - SHORTEST_INTERVAL, Pair.status.in_(RUNNING)
    idle = (
        select(Pair.id).where(running, Pair.last_session_on <= long_ago),
        select(Pair.id).where(running, Pair.last_session_on.is_(None), Pair.started_on <= long_ago),
        select(Pair.id).where(running, Pair.warning != literally(Warning.GREEN)),
    )
    return select(Pair).where(Pair.id.in_(union(*idle))).order_by(Pair.id)


def _by_pair(session: Session, query: Select[Row]) -> dict[int, list[Row]]:
    """Rows that belong to pairs, by the pair's id."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.pair_id].append(row)
    return found


def _lately() -> datetime:
    return clock.now() - timedelta(days=DECIDE_AFTER)
