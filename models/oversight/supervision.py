"""What was tried when somebody is late: reminders, nudges, calls, visits and steps up the ladder.

Knows no sentence and no channel; decides who may press whom, never how it is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, words_of
from models.oversight import duties
from models.oversight.duties import Duty, find_duty, holders
from models.registration.people import Membership, Post, Role, officers, seats
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, call_goes_at, tell
from models.system.marks import record

CALLED = ("reached", "absent", "wrong_number", "refused")  # what became of a call
RESTS = {"reached": 3, "absent": 1, "visited": 5}  # working days for which nobody else is to call about it
RANK = {Role.CITY: 1, Role.ASSOCIATION: 2, Role.PROVINCE: 3}
CALL_ORDER = (Post.CONTACT, Post.BACKUP, Post.LEADER)


class Means(StrEnum):
    """How somebody was reminded of a duty."""

    REMINDER = "reminder"
    NUDGE = "nudge"
    CALL = "call"
    VISIT = "visit"
    STEP = "step"


class Supervision(Base):
    """One thing that was tried on a duty: by an officer (nobody: by the timetable), with its result."""

    __tablename__ = "supervisions"
    __table_args__ = (Index("ix_supervisions_duty", "duty_id", "means"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id"))
    means: Mapped[Means] = mapped_column(words_of(Means))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    result: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str | None] = mapped_column(Text)
    on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    officer: Mapped[Person | None] = relationship(foreign_keys=[officer_id])


@dataclass(frozen=True)
class Tried:
    """How often a means was used on a duty, and when last."""

    means: Means
    times: int
    last_at: datetime


@dataclass(frozen=True)
class Callee:
    """Somebody to ring up: their post in the unit, and their number if they gave it with their consent."""

    person: Person
    post: Post | None
    phone: str | None


def tried(session: Session, duty: Duty) -> list[Tried]:
    """What was tried on a duty so far, each means once."""
    query = select(Supervision.means, func.count(), func.max(Supervision.at)).where(Supervision.duty_id == duty.id)
    rows = session.execute(query.group_by(Supervision.means)).all()
    counts = {Means.REMINDER: duty.reminded}
    return [Tried(means, counts.get(means, times), at) for means, times, at in sorted(rows)]


def may_press(session: Session, officer: Person, duty: Duty) -> bool:
    """Whether an officer may press somebody about a duty: in their scope, and not that of an office beside or above."""
    ranks = [RANK[seat.role] for seat in seats(session, officer) if seat.role in RANK]
    if duty.done_at is not None or not ranks or not duties.watches(session, officer, duty):
        return False
    return duties.of_people(duty) or duty.office is None or RANK[duty.office] < max(ranks)


def pressable(session: Session, officer: Person, duty_id: int) -> Duty:
    """A duty an officer may press somebody about; done ones say so, all others are as good as unknown."""
    duty = find_duty(session, officer, duty_id)
    if duty.done_at is not None and duties.watches(session, officer, duty):
        raise Refused("duty_done")
    if not may_press(session, officer, duty):
        raise Refused("not_found")
    return duty


def nudge(session: Session, officer: Person, duty_id: int) -> tuple[Duty, datetime | None]:
    """Remind the holders of a late duty in the office's name, once; whoever tries it again is offered a call.

    Also says when the first of them will read it, if not at once: a nudge keeps to the budget of calls.
    """
    duty = pressable(session, officer, duty_id)
    earlier = session.scalar(_of(duty, Means.NUDGE).limit(1))
    if earlier is not None:
        raise Refused("nudged_before", duty=duty, supervision=earlier)
    now, people = clock.now(), holders(session, duty)
    goes_at = min((call_goes_at(session, person, now) for person in people), default=now)
    for person in people:
        once, subject = f"nudge:{duty.id}:{person.id}", duty.subject
        tell(session, person, "nudge", kind=Kind.CALL, once=once, subject=subject, duty=duty, officer=officer)
        session.add(Supervision(duty_id=duty.id, means=Means.NUDGE, officer_id=officer.id, person_id=person.id))
    record(session, officer, "nudged", subject=duty.subject, duty=duty.id)
    return duty, goes_at if goes_at > now else None


def callees(session: Session, officer: Person, duty_id: int) -> tuple[Duty, list[Callee]]:
    """Whom to ring up about a duty; that the numbers were looked at is put on record."""
    duty = pressable(session, officer, duty_id)
    people: dict[int, Callee] = {}
    if duty.person is not None:
        people[duty.person.id] = _callee(duty.person, None)
    for one in _speakers(session, duty.unit) if duty.unit else ():
        people.setdefault(one.person_id, _callee(one.person, one.post))
    if not people and duty.office:
        people = {one.id: _callee(one, None) for one in officers(session, duty.office, city=duty.city)}
    record(session, officer, "call_sheet_seen", subject=duty.subject, people=list(people))
    return duty, list(people.values())


def note_call(session: Session, officer: Person, *, duty_id: int, result: str, note: str | None = None) -> Supervision:
    """Keep what came of a call; somebody who asked to be called has been called."""
    duty = pressable(session, officer, duty_id)
    duties.done(session, f"duty:{duty.id}", "ring_holder")
    _rest(duty, result)
    return _note(session, officer, duty, Means.CALL, result=result, note=note)


def note_visit(session: Session, officer: Person, *, duty_id: int, on: date, note: str) -> Supervision:
    """Keep what was seen and agreed on a visit."""
    duty = pressable(session, officer, duty_id)
    _rest(duty, "visited")
    return _note(session, officer, duty, Means.VISIT, on=on, note=note)


def ask_for_call(session: Session, person: Person, duty_id: int) -> Duty:
    """The holder of a duty would rather be rung up: their city's office is to call, else the association."""
    duty = find_duty(session, person, duty_id)
    if not duties.holds(session, person, duty):
        raise Refused("not_found")
    city = duty.city if officers(session, Role.CITY, city=duty.city) else None
    due_at = calendar.add_working_days(clock.now(), 1)
    office = Role.CITY if city else Role.ASSOCIATION
    ring = duties.hand(
        session, "ring_holder", f"duty:{duty.id}", office=office, city=city, due_at=due_at, name=person.name or "–"
    )
    record(session, person, "call_asked", subject=duty.subject)
    tell(session, person, "call_coming", kind=Kind.REPLY, duty=duty, ring=ring)
    return duty


def latest(session: Session, duty: Duty) -> Sequence[Supervision]:
    """The last calls and visits about a duty that left a note, newest first."""
    query = select(Supervision).where(Supervision.duty_id == duty.id, Supervision.means.in_((Means.CALL, Means.VISIT)))
    return session.scalars(query.order_by(Supervision.id.desc()).limit(2)).all()


def _rest(duty: Duty, result: str) -> None:
    """Take a duty off the offices' lists for some days, so that a firm is not rung up about it every morning."""
    if result in RESTS:
        duty.rests_until = calendar.opening(calendar.nth_working_day(clock.now(), RESTS[result]))


def spoken_of_lately(session: Session, duty: Duty) -> Supervision | None:
    """The call or visit after which a duty rests, if somebody was spoken to: to ring them again now would annoy."""
    if duty.rests_until is None or duty.rests_until <= clock.now():
        return None
    last = next(iter(latest(session, duty)), None)
    return last if last and last.result in (None, "reached") else None


def _note(session: Session, officer: Person, duty: Duty, means: Means, **kept: object) -> Supervision:
    noted = Supervision(duty_id=duty.id, means=means, officer_id=officer.id, **kept)
    session.add(noted)
    session.flush()
    record(session, officer, f"{means}_noted", subject=duty.subject, duty=duty.id)
    tell(session, officer, "supervision_noted", kind=Kind.REPLY, duty=duty, supervision=noted)
    return noted


def _of(duty: Duty, means: Means) -> Select[Supervision]:
    return select(Supervision).where(Supervision.duty_id == duty.id, Supervision.means == means)


def _callee(person: Person, post: Post | None) -> Callee:
    return Callee(person, post, person.phone if person.consented_at else None)


def _speakers(session: Session, unit: Unit) -> list[Membership]:
    query = select(Membership).where(
        Membership.unit_id == unit.id, Membership.left_at.is_(None), Membership.post.in_(CALL_ORDER)
    )
    return sorted(session.scalars(query), key=lambda one: (CALL_ORDER.index(one.post), one.id))
