"""Leave of officers and who stands in for them. Knows no duty, no sentence and no channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Select, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused
from models.registration.people import Officer, Role, seats
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record


class Leave(Base):
    """An officer is away from one day to another, both included; `substitute` is a colleague of the same office."""

    __tablename__ = "leaves"
    __table_args__ = (Index("ix_leaves_days", "ends_on", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    substitute: Mapped[Person | None] = relationship(foreign_keys=[substitute_id])


def take_leave(
    session: Session, officer: Person, *, starts_on: date, ends_on: date, substitute: int | None = None
) -> Leave:
    """Note an officer's leave; an earlier one that overlaps is replaced, the substitute is told."""
    if not seats(session, officer):
        raise Refused("role")
    stand_in = next((one for one in colleagues(session, officer) if one.id == substitute), None)
    if substitute is not None and stand_in is None:
        raise Refused("not_found")
    for earlier in session.scalars(_leaves(starts_on, ends_on).where(Leave.person_id == officer.id)):
        earlier.cancelled_at = clock.now()
    leave = Leave(person=officer, substitute=stand_in, starts_on=starts_on, ends_on=ends_on)
    session.add(leave)
    session.flush()
    record(session, officer, "leave_taken", subject=f"leave:{leave.id}", substitute=substitute)
    tell(session, officer, "leave_taken", kind=Kind.REPLY, leave=leave)
    if stand_in is not None:
        tell(session, stand_in, "leave_cover", subject=f"leave:{leave.id}", leave=leave)
    return leave


def end_leave(session: Session, officer: Person, leave_id: int) -> Leave:
    """The officer is back, or does not go."""
    leave = session.get(Leave, leave_id)
    if leave is None or leave.person_id != officer.id:
        raise Refused("not_found")
    if leave.cancelled_at is None:
        leave.cancelled_at = clock.now()
        record(session, officer, "leave_ended", subject=f"leave:{leave.id}")
    return leave


def current_leave(session: Session, officer: Person) -> Leave | None:
    """The leave an officer is on, or the next one noted."""
    query = _leaves(calendar.local_day(clock.now()), date.max).where(Leave.person_id == officer.id)
    return session.scalars(query.order_by(Leave.starts_on).limit(1)).first()


def colleagues(session: Session, officer: Person) -> Sequence[Person]:
    """The other officers of an officer's own offices, who may stand in."""
    same = [
        (Officer.role == seat.role)
        & ((Officer.city == seat.city) if seat.role is Role.CITY else Officer.id.is_not(None))
        for seat in seats(session, officer)
    ]
    query = select(Officer).where(or_(*same), Officer.left_at.is_(None), Officer.person_id != officer.id)
    found = {one.person_id: one.person for one in session.scalars(query.order_by(Officer.id))} if same else {}
    return list(found.values())


def present(session: Session, people: Sequence[Person], day: date | None = None) -> list[Person]:
    """Those who are not on leave; all of them when nobody would be left."""
    away = absent(session, people, day)
    return [one for one in people if one.id not in away] or list(people)


def absent(session: Session, people: Sequence[Person], day: date | None = None) -> dict[int, Leave]:
    """Who of these people is on leave on a day (today without one), by the id of the person."""
    day = day or calendar.local_day(clock.now())
    query = _leaves(day, day).where(Leave.person_id.in_({one.id for one in people}))
    return {leave.person_id: leave for leave in session.scalars(query)}


def covered(session: Session, person: Person, day: date) -> Sequence[Leave]:
    """The leaves during which a person stands in for somebody on a day."""
    return session.scalars(_leaves(day, day).where(Leave.substitute_id == person.id).order_by(Leave.id)).all()


def _leaves(first: date, last: date) -> Select[Leave]:
    return select(Leave).where(Leave.cancelled_at.is_(None), Leave.starts_on <= last, Leave.ends_on >= first)
