"""Pulses: how the incubatee finds the incubation, 1 to 5. Single ratings are never shown to the rated side.

Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, String, cast, func, literal, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Invalid, Refused
from models.incubation.concerns import Cause, raise_concern
from models.incubation.pairs import RUNNING, Pair, find_own_pair
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, Letter, hush, tell
from models.system.marks import record

LOW = 2  # a rating up to this is looked into within one working day
EARLY = (10, 30)  # days after the start; from then on with the check-in
ASKED_FOR = 7  # days, after which an early question is dropped
PAUSE_BETWEEN = timedelta(days=55)  # about every 60 days, in the check-in nearest to it


class Pulse(Base):
    """One rating with, if it is low, its reason (a code of the vocabulary, or what was written)."""

    __tablename__ = "pulses"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    checkin_id: Mapped[int | None] = mapped_column(ForeignKey("checkins.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    rating: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    pair: Mapped[Pair] = relationship()


def last_pulse(session: Session, pair: Pair) -> Pulse | None:
    """The newest rating of a pair."""
    return session.scalar(select(Pulse).where(Pulse.pair_id == pair.id).order_by(Pulse.id.desc()).limit(1))


def pulse_due(session: Session, pair: Pair) -> bool:
    """Whether a check-in also asks for a rating: none yet, or the last one is about two months old."""
    last = last_pulse(session, pair)
    return last is None or clock.now() - last.at >= PAUSE_BETWEEN


def give_pulse(
    session: Session,
    person: Person,
    *,
    pair: Pair,
    rating: int,
    reason: str | None = None,
    checkin_id: int | None = None,
) -> Pulse:
    """Rate the incubation; a low rating is put before the city office, which asks within one working day."""
    find_own_pair(session, person, pair.id, Side.INCUBATEE)
    if not 1 <= rating <= 5:
        raise Invalid("rating")
    pulse = Pulse(pair=pair, person_id=person.id, rating=rating, reason=reason, checkin_id=checkin_id)
    session.add(pulse)
    session.flush()
    record(session, person, "pulse_given", subject=f"pair:{pair.id}", pulse=pulse.id)
    hush(session, f"pulse:{pair.id}")
    if rating <= LOW:
        raise_concern(session, pair, Cause.LOW_PULSE)
    return pulse


def find_pulse(session: Session, person: Person, pulse_id: int) -> Pulse:
    """One's own rating; Refused for everybody else."""
    pulse = session.get(Pulse, pulse_id)
    if pulse is None or pulse.person_id != person.id:
        raise Refused("not_found")
    return pulse


def explain_pulse(session: Session, person: Person, *, pulse_id: int, reason: str | None) -> Pulse:
    """Say why one's rating was low."""
    pulse = find_pulse(session, person, pulse_id)
    pulse.reason = reason
    tell(session, person, "pulse_explained", kind=Kind.REPLY, pair=pulse.pair)
    return pulse


def pairs_to_rate(session: Session, now: datetime) -> list[int]:
    """Running pairs whose incubatee is to be asked for an early rating now, and has neither been asked nor given it."""
    today = calendar.local_day(now)
    weeks = [(calendar.add_days(today, 1 - day - ASKED_FOR), calendar.add_days(today, -day)) for day in EARLY]
    rated = select(func.max(Pulse.at)).where(Pulse.pair_id == Pair.id).scalar_subquery()
    subject = literal("pulse:").concat(cast(Pair.id, String))
    asked = select(func.max(Letter.created_at)).where(Letter.subject == subject).scalar_subquery()
    query = select(Pair.id, Pair.started_on, rated, asked).where(Pair.status.in_(RUNNING)).order_by(Pair.id)
    found = session.execute(query.where(or_(*(Pair.started_on.between(*week) for week in weeks))))
    return [pair_id for pair_id, began, *heard in found if began and _early_silence(began, today, heard)]


def _early_silence(started_on: date, today: date, heard: Iterable[datetime | None]) -> bool:
    """Whether a pair has neither been asked nor been heard since the early day that has come last."""
    day = max(early for early in EARLY if early <= (today - started_on).days)
    since = calendar.opening(calendar.add_days(started_on, day))
    return all(at is None or at < since for at in heard)


def early_due(session: Session, pair: Pair, now: datetime) -> int | None:
    """Which of the two early ratings is to be asked for, for a week: 10 or 30 days after the start, until given."""
    if pair.started_on is None:
        return None
    days = (calendar.local_day(now) - pair.started_on).days
    due = next((day for day in EARLY if day <= days < day + ASKED_FOR), None)
    return None if due is None or given_early(session, pair, due) else due


def given_early(session: Session, pair: Pair, day: int, person: Person | None = None) -> bool:
    """Whether somebody (or this person) has rated the pair since that day after its start."""
    if pair.started_on is None:
        return False
    since = calendar.opening(calendar.add_days(pair.started_on, day))
    query = select(Pulse.id).where(Pulse.pair_id == pair.id, Pulse.at >= since)
    if person is not None:
        query = query.where(Pulse.person_id == person.id)
    return session.scalar(query.limit(1)) is not None
