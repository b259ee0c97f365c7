"""Concerns: what a person in an office has to look into, because the rules of a pair say that a message is not enough.

Knows no sentence and no channel. One open concern a pair and cause (a dispute: a session).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, lock, words_of
from models.incubation.pairs import Pair, watches
from models.oversight import duties
from models.registration.people import office_for
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record


class Cause(StrEnum):
    """Why somebody has to look: figures missed, a low rating, a stalled agreement, 90 idle days, a dispute, a term,
    a side that asks for mediation."""

    TWO_MISSES = "two_misses"
    LOW_PULSE = "low_pulse"
    STALLED = "stalled"
    IDLE = "idle"
    DISPUTE = "dispute"
    TERM = "term"
    MEDIATION = "mediation"


# What the office does about it, and within how many working days.
TASKS = {
    Cause.TWO_MISSES: ("call_unit", 3),
    Cause.LOW_PULSE: ("ask_unit", 1),
    Cause.STALLED: ("push_agreement", 5),
    Cause.IDLE: ("decide_pair", 5),
    Cause.DISPUTE: ("settle_session", 5),
    Cause.TERM: ("close_term", 5),
    Cause.MEDIATION: ("mediate", 5),
}


class Outcome(StrEnum):
    """What came of the call."""

    SOLVED = "solved"
    PROMISED = "promised"
    UNREACHABLE = "unreachable"
    AGREED = "agreed"  # both sides go on, until a day
    PAUSE = "pause"
    END = "end"


class Concern(Base):
    """`detail` names the record behind it; `calls` keeps what earlier calls came to, `until` the day they agreed on;
    `side` is the one that asked for mediation.
    """

    __tablename__ = "concerns"
    __table_args__ = (
        Index(
            "uq_concerns_open",
            "pair_id",
            "cause",
            "record_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    cause: Mapped[Cause] = mapped_column(words_of(Cause))
    record_id: Mapped[int] = mapped_column(default=0)
    calls: Mapped[list[Any]] = mapped_column(default=list)
    outcome: Mapped[Outcome | None] = mapped_column(words_of(Outcome))
    note: Mapped[str | None] = mapped_column(Text)
    until: Mapped[date | None]
    side: Mapped[Side | None] = mapped_column(words_of(Side))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    raised_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    pair: Mapped[Pair] = relationship()

    @property
    def subject(self) -> str:
        """How duties and the audit trail name this concern."""
        return f"concern:{self.id}"


def raise_concern(
    session: Session, pair: Pair, cause: Cause, *, record_id: int = 0, side: Side | None = None
) -> Concern:
    """Put a matter before the city office, once while it is open."""
    found = open_concern(session, pair, cause, record_id=record_id)
    if found is not None:
        return found
    concern = Concern(pair=pair, cause=cause, record_id=record_id, side=side)
    session.add(concern)
    session.flush()
    _hand(session, concern, within=TASKS[cause][1])
    record(session, None, "concern_raised", subject=concern.subject, pair=pair.id, cause=cause.value)
    return concern


def _hand(session: Session, concern: Concern, *, within: int) -> None:
    pair = concern.pair
    duties.hand(
        session,
        TASKS[concern.cause][0],
        concern.subject,
        office=office_for(session, pair.city),
        city=pair.city,
        due_at=calendar.add_working_days(clock.now(), within),
        number=pair.number,
        incubatee=pair.incubatee.name,
        incubator=pair.incubator.name,
    )


def open_concern(session: Session, pair: Pair, cause: Cause, *, record_id: int = 0) -> Concern | None:
    """The open concern of this cause about a pair."""
    query = select(Concern).where(Concern.pair_id == pair.id, Concern.cause == cause, Concern.closed_at.is_(None))
    return session.scalar(query.where(Concern.record_id == record_id))


def was_raised(session: Session, pair: Pair, cause: Cause, *, since: datetime) -> bool:
    """Whether the office has been asked about this since a moment, answered or not."""
    query = select(Concern.id).where(Concern.pair_id == pair.id, Concern.cause == cause, Concern.raised_at >= since)
    return session.scalar(query.limit(1)) is not None


def last_concern(session: Session, pair: Pair, cause: Cause) -> Concern | None:
    """The newest concern of this cause about a pair, open or closed."""
    query = select(Concern).where(Concern.pair_id == pair.id, Concern.cause == cause)
    return session.scalar(query.order_by(Concern.id.desc()).limit(1))


def find_concern(session: Session, person: Person, concern_id: int) -> Concern:
    """A concern for the offices that watch over its pair; Refused for anybody else."""
    concern = session.get(Concern, concern_id)
    if concern is None or not watches(session, person, concern.pair):
        raise Refused("not_found")
    return concern


def note_call(session: Session, officer: Person, *, concern_id: int, outcome: str, note: str | None = None) -> Concern:
    """Write down what a call came to; whoever was not reached is called again the next working day."""
    concern = find_concern(session, officer, concern_id)
    lock(session, concern.pair)
    session.refresh(concern)
    if concern.closed_at is not None:
        raise Refused("concern_closed", concern=concern)
    if outcome == Outcome.UNREACHABLE:
        concern.calls = [*concern.calls, {"at": clock.now().isoformat(), "by": officer.id, "note": note or ""}]
        _hand(session, concern, within=1)
    else:
        close_concern(session, officer, concern, Outcome(outcome), note)
    tell(session, officer, "call_noted", kind=Kind.REPLY, concern=concern, pair=concern.pair)
    record(session, officer, "call_noted", subject=concern.subject, pair=concern.pair_id, outcome=outcome)
    return concern


def settled(session: Session, pair: Pair, cause: Cause, *, record_id: int = 0) -> None:
    """The pair has seen to it itself: the office need not look any more."""
    if (concern := open_concern(session, pair, cause, record_id=record_id)) is not None:
        close_concern(session, None, concern, Outcome.SOLVED)


def close_concern(
    session: Session, person: Person | None, concern: Concern, outcome: Outcome, note: str | None = None
) -> None:
    """The matter is settled, by an officer or because the unit did what was missing."""
    concern.outcome, concern.note, concern.closed_at = outcome, note, clock.now()
    concern.person_id = person.id if person else None
    duties.done(session, concern.subject)
