"""Joining a unit that is registered already: its contact, or else its office, says whether one belongs to it.

Nobody becomes contact of a unit by knowing its name. Knows no sentence and no channel.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, fetch, move, moves, words_of
from models.oversight import duties
from models.registration.people import (
    Membership,
    Post,
    holders_of,
    memberships,
    office_for,
    seats,
    speakers,
    speaks_for,
)
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

ANSWER_WITHIN = 3  # working days
OPEN_AT_MOST = 3
REST = timedelta(days=7)  # after a no, before the same person may ask the same unit again


class JoiningStatus(StrEnum):
    """A colleague, or a stranger?"""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DENIED = "denied"


moves(JoiningStatus, {JoiningStatus.ASKED: {JoiningStatus.CONFIRMED, JoiningStatus.DENIED}})


class Joining(Base):
    """Somebody says they belong to a unit; nothing of the unit is shown to them before it is confirmed."""

    __tablename__ = "joinings"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    status: Mapped[JoiningStatus] = mapped_column(words_of(JoiningStatus), default=JoiningStatus.ASKED)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    unit: Mapped[Unit] = relationship()


def ask_to_join(session: Session, person: Person, *, unit: Unit, trouble: str = "") -> Joining:
    """Ask the unit's contact, or its office where it has none, to confirm a colleague."""
    if any(one.unit_id == unit.id for one in memberships(session, person)):
        raise Refused("already_member", unit=unit)
    asked = session.scalars(select(Joining).where(Joining.person_id == person.id)).all()
    same = [one for one in asked if one.unit_id == unit.id]
    if open_one := next((one for one in same if one.status is JoiningStatus.ASKED), None):
        raise Refused("join_waits", joining=open_one)
    if any(one.status is JoiningStatus.DENIED and clock.now() - one.asked_at < REST for one in same):
        raise Refused("join_denied", unit=unit)
    if sum(one.status is JoiningStatus.ASKED for one in asked) >= OPEN_AT_MOST:
        raise Refused("too_many_units", most=OPEN_AT_MOST)
    joining = Joining(person=person, unit=unit)
    session.add(joining)
    session.flush()
    _hand(session, joining)
    record(session, person, "join_asked", subject=f"unit:{unit.id}")
    tell(session, person, "join_asked", kind=Kind.REPLY, joining=joining, trouble=trouble)
    return joining


def _hand(session: Session, joining: Joining) -> None:
    unit, subject = joining.unit, f"joining:{joining.id}"
    due_at = calendar.add_working_days(clock.now(), ANSWER_WITHIN)
    if asked := speakers(session, unit):
        duties.hand(session, "confirm_member", subject, unit=unit, due_at=due_at, remind=(1, 2), unit_name=unit.name)
    else:
        office = office_for(session, unit.city)
        duties.hand(
            session, "confirm_member", subject,
            office=office, city=unit.city, due_at=due_at, remind=(1, 2), unit_name=unit.name,
        )  # fmt: skip
    for speaker in asked:
        tell(session, speaker, "join_question", kind=Kind.CALL, subject=subject, joining=joining)


def find_joining(session: Session, person: Person, joining_id: int) -> Joining:
    """A question about a colleague, for those who can answer it; Refused for anybody else."""
    joining = fetch(session, Joining, joining_id, lock=True)
    if joining is None:
        raise Refused("not_found")
    if speaks_for(session, person, joining.unit):
        return joining
    office = office_for(session, joining.unit.city)
    seated = any(one.role is office and one.city in (None, joining.unit.city) for one in seats(session, person))
    if seated and not speakers(session, joining.unit):
        return joining
    raise Refused("not_found")


def confirm_member(session: Session, person: Person, joining_id: int) -> Joining:
    """Yes, a colleague: contact where there is none, else backup where there is none, else of the team."""
    joining = find_joining(session, person, joining_id)
    move(joining, JoiningStatus.CONFIRMED)
    post = next((one for one in (Post.CONTACT, Post.BACKUP) if not holders_of(session, joining.unit, one)), Post.TEAM)
    add_post(session, joining.person, joining.unit, post)
    if post is Post.CONTACT:
        duties.done(session, f"unit:{joining.unit_id}", "replace_contact")
    _answered(session, person, joining)
    tell(session, joining.person, "join_confirmed", unit=joining.unit, post=post)
    return joining


def deny_member(session: Session, person: Person, joining_id: int) -> Joining:
    """No, not one of ours."""
    joining = find_joining(session, person, joining_id)
    move(joining, JoiningStatus.DENIED)
    _answered(session, person, joining)
    tell(session, joining.person, "join_denied", unit=joining.unit)
    return joining


def _answered(session: Session, person: Person, joining: Joining) -> None:
    joining.answered_at, joining.answered_by_id = clock.now(), person.id
    duties.done(session, f"joining:{joining.id}")
    record(session, person, f"join_{joining.status.value}", subject=f"unit:{joining.unit_id}")


def add_post(session: Session, person: Person, unit: Unit, post: Post) -> Membership:
    """Give a person a post in a unit, again where they had it before; the first unit is the hat they wear."""
    query = select(Membership).where(
        Membership.person_id == person.id, Membership.unit_id == unit.id, Membership.post == post
    )
    member = session.scalar(query)
    if member is None:
        member = Membership(person_id=person.id, unit_id=unit.id, post=post)
        session.add(member)
    elif member.left_at is not None:
        member.left_at, member.created_at = None, clock.now()
    person.hat_id = person.hat_id or unit.id
    session.flush()
    if post is Post.BACKUP:
        duties.done(session, f"unit:{unit.id}", "name_backup")
    return member
