"""Sessions of a pair: what was done, how long, with how many; confirmed or disputed by the other side.

Only the programme's rules over rows; knows no sentence and no channel. A session keeps its pair going once the other
side has confirmed it, and while it still has time to; not unanswered, and not while disputed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, moves, words_of
from models.incubation.idleness import idle_days
from models.incubation.pairs import RUNNING, Pair, PairStatus, find_own_pair, find_pair, hand_side
from models.incubation.undertakings import Secrecy
from models.registration.people import speakers
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person

CONFIRM_WITHIN = 5  # working days; afterwards the session does not count until it is confirmed
LATE_AFTER = 3  # working days after the day of the session
FIRST_WITHIN, FIRST_REMINDERS = 20, (5, 10)  # working days to the first session
WARN_BEFORE = 5  # working days before the next session is due
SHORTEST_NOTICE = 5  # days until the next session, however long ago the last one was


class SessionStatus(StrEnum):
    """Where the other side stands: not asked long enough, agreed, silent, objecting, struck out."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    UNANSWERED = "unanswered"
    DISPUTED = "disputed"
    STRUCK = "struck"


moves(
    SessionStatus,
    {
        SessionStatus.WAITING: {SessionStatus.CONFIRMED, SessionStatus.UNANSWERED, SessionStatus.DISPUTED},
        SessionStatus.UNANSWERED: {SessionStatus.CONFIRMED, SessionStatus.DISPUTED, SessionStatus.WAITING},
        SessionStatus.DISPUTED: {SessionStatus.WAITING, SessionStatus.CONFIRMED, SessionStatus.STRUCK},
    },
)


class SessionLog(Base):
    """One session; `side` logged it and the other confirms. `versions` keeps what stood here before corrections."""

    __tablename__ = "session_logs"
    __table_args__ = (
        Index("ix_session_logs_waiting", "status", "answer_by"),
        Index("ix_session_logs_day", "pair_id", "on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    side: Mapped[Side] = mapped_column(words_of(Side))
    status: Mapped[SessionStatus] = mapped_column(words_of(SessionStatus), default=SessionStatus.WAITING)
    activity: Mapped[str] = mapped_column(String(40))
    on: Mapped[date]
    hours: Mapped[float]
    people: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text)
    result: Mapped[str | None] = mapped_column(Text)
    secrecy: Mapped[Secrecy] = mapped_column(words_of(Secrecy), default=Secrecy.PAIR)
    late: Mapped[bool] = mapped_column(default=False)
    before_baseline: Mapped[bool] = mapped_column(default=False)
    objection: Mapped[str | None] = mapped_column(Text)
    versions: Mapped[list[Any]] = mapped_column(default=list)
    answer_by: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    pair: Mapped[Pair] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def subject(self) -> str:
        """How duties, letters and the audit trail name this session."""
        return f"session:{self.id}"


def other(side: Side) -> Side:
    """The side that has to confirm."""
    return Side.INCUBATEE if side is Side.INCUBATOR else Side.INCUBATOR


def interval(status: PairStatus) -> int:
    """Within how many days the next session is due: 30 in the introduction, 45 later."""
    return 30 if status is PairStatus.INTRODUCTION else 45


def is_late(on: date, today: date) -> bool:
    """Whether a log comes later than three working days after the day."""
    return calendar.working_days_between(on, today) > LATE_AFTER


def counterparts(session: Session, pair: Pair, side: Side) -> list[Person]:
    """Who is written to on one side: the mentor once named, else the unit's contact."""
    if side is Side.INCUBATOR and (mentor := pair.in_charge(side)) is not None:
        return [mentor]
    return speakers(session, pair.unit(side))


def find_session(session: Session, person: Person, session_id: int) -> SessionLog:
    """A session log for those who may see its pair; Refused for anybody else."""
    session_log = session.get(SessionLog, session_id)
    if session_log is None:
        raise Refused("not_found")
    find_pair(session, person, session_log.pair_id)
    return session_log


def find_to_answer(
    session: Session, person: Person, session_id: int, *, own: bool, shown: int | None = None
) -> SessionLog:
    """A log, its pair locked, for the side that logged it (`own`) or for the other one, never for its own writers.

    `shown`: how often it had been corrected when it was read; Refused when that has happened again since.
    """
    session_log = find_session(session, person, session_id)
    find_own_pair(session, person, session_log.pair_id, session_log.side if own else other(session_log.side))
    session.refresh(session_log)
    if not own and person.id in {session_log.person_id, *(one.get("by") for one in session_log.versions)}:
        raise Refused("own_answer")
    if shown is not None and shown != len(session_log.versions):
        raise Refused("session_corrected", session_log=session_log, pair=session_log.pair)
    return session_log


def sessions_of(session: Session, pair: Pair, *, after: int = 0, most: int = 5) -> Sequence[SessionLog]:
    """The sessions of a pair, newest first."""
    query = select(SessionLog).where(SessionLog.pair_id == pair.id).order_by(SessionLog.on.desc(), SessionLog.id.desc())
    return session.scalars(query.offset(after).limit(most)).all()


def count_sessions(session: Session, pair: Pair) -> int:
    """How many sessions a pair has had, struck ones left out."""
    query = select(func.count()).where(SessionLog.pair_id == pair.id, SessionLog.status != SessionStatus.STRUCK)
    return session.scalar(query) or 0


def note_last_session(session: Session, pair: Pair) -> None:
    """Bring the day of the last session that counts up to date, and with it the mentor's next one."""
    asked = and_(SessionLog.status == SessionStatus.WAITING, SessionLog.answer_by > clock.now())
    counts = or_(SessionLog.status == SessionStatus.CONFIRMED, asked)
    pair.last_session_on = session.scalar(select(func.max(SessionLog.on)).where(SessionLog.pair_id == pair.id, counts))
    if pair.status in RUNNING:
        hand_next_session(session, pair)


def hand_next_session(session: Session, pair: Pair) -> None:
    """The ball for the next session lies with the mentor, from the start of the pair and after every session."""
    now = clock.now()
    remind: tuple[int, ...]
    if pair.last_session_on is None:
        due_at, remind = calendar.add_working_days(now, FIRST_WITHIN), FIRST_REMINDERS
    else:
        today = calendar.local_day(now)
        left = interval(pair.status) - (idle_days(session, pair, today) or 0)
        due_at = calendar.add_working_days(calendar.add_days(today, max(left, SHORTEST_NOTICE)), 0)
        left = calendar.working_days_between(now, due_at) - WARN_BEFORE
        remind = (left,) if left > 0 else ()
    subject, learner = f"pair:{pair.id}", pair.incubatee.name
    hand_side(session, "log_session", pair, Side.INCUBATOR, subject, due_at=due_at, remind=remind, incubatee=learner)
