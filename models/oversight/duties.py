"""Who holds the ball: every open record names who must act, since when and until when. Knows no sentence and no channel.

A duty is handed when the turn passes to somebody and done when they acted. Reminders, escalation, digests and the
board all read this one table, so none of them can disagree.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, words_of
from models.registration.people import Role, memberships, officers, seats, speakers
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import hush


class Duty(Base):
    """A ball in somebody's court: of a person, else of a unit, else of an office (`office` and, for a city office, `city`).

    `subject` is the record ("request:17"), `kind` what is to be done ("answer_request"); `city` is always the city
    concerned, so that its office can see it; `reminders` are the moments still to come, `reminded` how many went out.
    """

    __tablename__ = "duties"
    __table_args__ = (
        Index(
            "uq_duties_open",
            "subject",
            "kind",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_duties_due", "done_at", "due_at"),
        Index("ix_duties_remind", "done_at", "remind_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    office: Mapped[Role | None] = mapped_column(words_of(Role))
    city: Mapped[str | None] = mapped_column(String(4), index=True)
    title: Mapped[dict[str, Any]] = mapped_column(default=dict)
    since_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminders: Mapped[list[Any]] = mapped_column(default=list)
    reminded: Mapped[int] = mapped_column(default=0)
    escalated: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    person: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


def hand(
    session: Session,
    kind: str,
    subject: str,
    *,
    person: Person | None = None,
    unit: Unit | None = None,
    office: Role | None = None,
    city: str | None = None,
    due_at: datetime | None = None,
    remind: tuple[int, ...] = (),
    **title: Any,
) -> Duty:
    """Put the ball into somebody's court (a second time for the same matter: with a new holder and clock).

    `remind` lists working days after now at whose opening hour a reminder is due; `title` fills the line of the duty
    (label `duty.<kind>`, formatted with these values), names of units for instance.
    """
    done(session, subject, kind)
    now = clock.now()
    moments = [calendar.opening(calendar.nth_working_day(calendar.local_day(now), days)) for days in remind]
    duty = Duty(
        kind=kind,
        subject=subject,
        person_id=person.id if person else None,
        unit_id=unit.id if unit else None,
        office=office,
        city=city if city else (unit.city if unit else None),
        title=title,
        since_at=now,
        due_at=due_at,
        remind_at=moments[0] if moments else None,
        reminders=[moment.isoformat() for moment in moments[1:]],
    )
    session.add(duty)
    session.flush()
    return duty


def done(session: Session, subject: str, kind: str | None = None) -> None:
    """The ball has been played: close the duty (all duties of the subject without `kind`) and drop waiting calls about it."""
    query = select(Duty).where(Duty.subject == subject, Duty.done_at.is_(None))
    for duty in session.scalars(query if kind is None else query.where(Duty.kind == kind)):
        duty.done_at = clock.now()
        duty.remind_at = None
    hush(session, subject)
    session.flush()


def holders(session: Session, duty: Duty) -> list[Person]:
    """The people who can play this ball now."""
    if duty.person is not None:
        return [duty.person]
    if duty.unit is not None:
        return speakers(session, duty.unit)
    return officers(session, duty.office, city=duty.city) if duty.office else []


def find_duty(session: Session, person: Person, duty_id: int) -> Duty:
    """A duty for those who hold it, belong to its unit, or watch over its city; Refused for anybody else."""
    duty = session.get(Duty, duty_id)
    if duty is None:
        raise Refused("not_found")
    own_units = {one.unit_id for one in memberships(session, person)}
    if duty.person_id == person.id or (duty.unit_id is not None and duty.unit_id in own_units):
        return duty
    for seat in seats(session, person):
        if seat.role in (Role.ASSOCIATION, Role.PROVINCE) or (seat.role is Role.CITY and seat.city == duty.city):
            return duty
    raise Refused("not_found")
