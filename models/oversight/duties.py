"""Who holds the ball: every open record names who must act, since when and until when.

A duty is handed when the turn passes to somebody and done when they acted. Reminders, escalation, digests and the
board all read this one table, so none of them can disagree. Knows no sentence and no channel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    true,
    union,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from models.base import Base, Refused, index_where, words_of
from models.oversight.leaves import present
from models.registration.people import Role, memberships, officers, seats, speakers
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import hush


class State(StrEnum):
    """How urgent a duty is: in time, on its last working day, too late."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


DEADLINES = {"review_post": 3}  # working days, where the rules set them (programme, section 5)
UNDATED_AMBER = 5  # working days until a duty without a deadline is amber
LAST_CALL = timedelta(hours=4)  # a reminder on the last day comes this long before the deadline
OF_A_PERSON_ONLY = ("sign_undertaking",)  # nobody else can do these in one's place, though a unit is named
COUNTED = 1_000  # what waits is counted up to here; "999+" says as much to whoever has to do it


class Duty(Base):
    """A ball in somebody's court: of a person, else of a unit, else of an `office` (and, for a city office, `city`).

    `subject` is the record ("request:17"), `kind` what is to be done ("answer_request"); `city` is always the city
    concerned, so that its office can see it; `reminders` are the moments still to come, `reminded` how many went out,
    `escalated` how many rungs of the ladder were climbed, the last of them at `escalated_at`; after a call or visit no
    office is reminded of it before `rests_until`.
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
        index_where("ix_duties_due", "due_at", "since_at", where="done_at IS NULL"),
        index_where("ix_duties_remind", "remind_at", where="done_at IS NULL"),
        index_where("ix_duties_city", "city", "due_at", "since_at", where="done_at IS NULL"),
        index_where("ix_duties_office", "office", "city", "due_at", "since_at", where="done_at IS NULL"),
        index_where("ix_duties_queue", "office", "due_at", "since_at", where="done_at IS NULL"),
        index_where("ix_duties_climbed", "due_at", "since_at", where="done_at IS NULL AND escalated > 0"),
        index_where("ix_duties_kind", "kind", "unit_id", where="done_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    office: Mapped[Role | None] = mapped_column(words_of(Role))
    city: Mapped[str | None] = mapped_column(String(4))
    title: Mapped[dict[str, Any]] = mapped_column(default=dict)
    since_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminders: Mapped[list[Any]] = mapped_column(default=list)
    reminded: Mapped[int] = mapped_column(default=0)
    snoozed: Mapped[bool] = mapped_column(default=False)
    escalated: Mapped[int] = mapped_column(default=0)
    escalated_at: Mapped[datetime | None]
    rests_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    person: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


OF_PEOPLE = or_(Duty.person_id.is_not(None), Duty.unit_id.is_not(None))  # not of an office
When = tuple[ColumnElement[bool], ColumnElement[bool]]  # which duties with a deadline, which of those without one
AT_ANY_TIME: When = true(), true()


def of_people(duty: Duty) -> bool:
    """Whether a person or a unit holds a duty, rather than an office."""
    return duty.person_id is not None or duty.unit_id is not None


def of_one_only(duty: Duty) -> bool:
    """Whether nobody but the person named can do a duty, so that colleagues neither see nor take it over."""
    return duty.person_id is not None and duty.kind in OF_A_PERSON_ONLY


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

    `remind` lists working days after now at whose opening hour a reminder is due (on the last day: four hours before
    the end); `title` fills the line of the duty (label `duty.<kind>`, formatted with these values), such as unit names.
    """
    done(session, subject, kind)
    now = clock.now()
    if due_at is None and kind in DEADLINES:
        due_at = calendar.add_working_days(now, DEADLINES[kind])
    moments = [reminder_at(now, days, due_at) for days in remind]
    duty = Duty(
        kind=kind,
        subject=subject,
        person_id=person.id if person else None,
        unit_id=unit.id if unit else None,
        office=office if person is None and unit is None else None,
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


def reminder_at(now: datetime, days: int, due_at: datetime | None) -> datetime:
    """When a reminder so many working days from now is due."""
    day = calendar.nth_working_day(now, days)
    if due_at is not None and calendar.local_day(due_at) == day:
        return max(calendar.opening(day), due_at.astimezone(UTC) - LAST_CALL)
    return calendar.opening(day)


def done(session: Session, subject: str, kind: str | None = None) -> None:
    """The ball has been played: close the duty (all duties of the subject without `kind`), with what hangs on it, and
    drop waiting calls about it."""
    query = _OF_SUBJECTS if kind is None else _OF_KIND
    closed = list(session.scalars(query, {"subjects": [subject], "kind": kind} if kind else {"subjects": [subject]}))
    hanging = [f"duty:{duty.id}" for duty in closed]
    if hanging:
        closed += session.scalars(_OF_SUBJECTS, {"subjects": hanging})
    for duty in closed:
        duty.done_at, duty.remind_at = clock.now(), None
    hush(session, subject, *hanging)
    session.flush()


_OF_SUBJECTS = select(Duty).where(Duty.subject.in_(bindparam("subjects", expanding=True)), Duty.done_at.is_(None))
_OF_KIND = _OF_SUBJECTS.where(Duty.kind == bindparam("kind"))


class Dated(Protocol):
    """What decides the colour of a duty."""

    @property
    def kind(self) -> str: ...
    @property
    def since_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...


def marks(duty: Dated) -> tuple[datetime, datetime | None]:
    """From when a duty is amber, and from when it is red (never, without a deadline)."""
    if duty.due_at is None:
        return calendar.add_working_days(duty.since_at, UNDATED_AMBER), None
    return calendar.add_working_days(duty.due_at, -1), duty.due_at


def state(duty: Dated, now: datetime) -> State:
    """Whether a duty is in time, on its last working day, or late."""
    amber, red = marks(duty)
    if red is not None and now > red:
        return State.RED
    return State.AMBER if now > amber else State.GREEN


def late(now: datetime) -> ColumnElement[bool]:
    """Which duties are red, for the database to find."""
    return Duty.due_at < now


def for_an_office(now: datetime) -> ColumnElement[bool]:
    """Which duties of others are for an office to see to now: late, and not called about in the last days."""
    return and_(late(now), or_(Duty.rests_until.is_(None), Duty.rests_until <= now))


def pressing(now: datetime) -> ColumnElement[bool]:
    """Which duties are amber or red, for the database to find: their last working day has come, or they wait too long.

    The rules of `state` turned round: not when each duty turns amber, but which ones have by now.
    """
    dated, undated = pressing_when(now)
    return or_(and_(Duty.due_at.is_not(None), dated), and_(Duty.due_at.is_(None), undated))  # never unknown


def pressing_when(now: datetime) -> When:
    """The same for each kind alone."""
    today = calendar.local_day(now)
    still_open = calendar.is_working_day(today) and now <= calendar.closing(today)
    last_day = today if still_open else calendar.nth_working_day(today, 1)
    waiting_since = _midnight(calendar.nth_working_day(last_day, -UNDATED_AMBER))
    return Duty.due_at < _midnight(last_day + timedelta(days=1)), Duty.since_at < waiting_since


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def holders(session: Session, duty: Duty) -> list[Person]:
    """The people who can play this ball now; officers on leave leave it to their colleagues."""
    if duty.person is not None:
        return [duty.person]
    if duty.unit is not None:
        return speakers(session, duty.unit)
    return present(session, officers(session, duty.office, city=duty.city)) if duty.office else []


def of_office(role: Role, city: str | None) -> ColumnElement[bool]:
    """Which duties an office holds (of one city for a city office)."""
    return and_(Duty.office == role, Duty.city == city) if role is Role.CITY else Duty.office == role


def open_duties(session: Session, *where: ColumnElement[bool], ahead: ColumnElement[bool] | None = None) -> list[Duty]:
    """Duties nobody has done yet: the longest overdue first, undated ones last, the oldest first among equals.

    `ahead` come before all others.
    """
    return list(session.scalars(by_urgency(*where, ahead=ahead)))


def by_urgency(*where: ColumnElement[bool], ahead: ColumnElement[bool] | None = None) -> Select[Duty]:
    """The same for the database to find."""
    found = select(Duty).options(joinedload(Duty.person), joinedload(Duty.unit)).where(Duty.done_at.is_(None), *where)
    if ahead is not None:
        found = found.order_by(case((ahead, 0), else_=1))
    return found.order_by(Duty.due_at.nulls_last(), Duty.since_at, Duty.id)


def first_of(
    session: Session, *scopes: ColumnElement[bool], when: When = AT_ANY_TIME, start: int = 0, most: int
) -> list[Duty]:
    """A few of the duties of several scopes, the most urgent first, however many there are.

    Each scope is read in the order of its own index, and only as far as is shown.
    """
    order = (Duty.due_at, Duty.since_at, Duty.id), (Duty.since_at, Duty.id)
    timed = and_(Duty.due_at.is_not(None), when[0]), and_(Duty.due_at.is_(None), when[1])
    ways = [(scope, *way) for scope in scopes for way in zip(timed, order, strict=True)]
    parts = [_open_ids(scope, time).order_by(*by).limit(start + most) for scope, time, by in ways]
    if not parts:
        return []
    found = by_urgency(Duty.id.in_(_united(parts))).offset(start or None).limit(most)
    return list(session.scalars(found))


def how_many(session: Session, *scopes: ColumnElement[bool]) -> int:
    """How many duties of several scopes are open; COUNTED stands for that many or more."""
    parts = [_open_ids(scope).limit(COUNTED) for scope in scopes]
    number = select(func.count()).select_from(_united(parts).subquery()) if parts else None
    return 0 if number is None else min(session.scalar(number) or 0, COUNTED)


def _open_ids(*where: ColumnElement[bool]) -> Select[int]:
    return select(Duty.id).where(Duty.done_at.is_(None), *where)


def _united(parts: Sequence[Select[int]]) -> CompoundSelect[Any]:
    return union(*(select(part.subquery().c.id) for part in parts))


def colours(session: Session, now: datetime, *where: ColumnElement[bool]) -> Counter[str]:
    """How many open duties are green, amber and red."""
    count = func.count(Duty.id)
    query = select(count, count.filter(pressing(now)), count.filter(late(now))).where(Duty.done_at.is_(None), *where)
    every, hurried, red = session.execute(query).one()
    return Counter({State.GREEN.value: every - hurried, State.AMBER.value: hurried - red, State.RED.value: red})


def scopes_of(session: Session, person: Person) -> list[ColumnElement[bool]]:
    """Which duties are a person's own, of their units or of their offices."""
    units = {one.unit_id for one in memberships(session, person)}
    offices = [of_office(seat.role, seat.city) for seat in seats(session, person)]
    mine = Duty.person_id == person.id
    ours = and_(Duty.unit_id.in_(units), Duty.kind.not_in(OF_A_PERSON_ONLY))
    return [or_(mine, ours) if units else mine, *offices]


def some_of(session: Session, *own: ColumnElement[bool], start: int = 0, most: int) -> list[Duty]:
    """A few of what is in these scopes of a person, the most urgent first; only offices may have much to do."""
    if len(own) > 1:
        return first_of(session, *own, start=start, most=most)
    return list(session.scalars(by_urgency(*own).offset(start or None).limit(most)))


def todo(session: Session, person: Person, *where: ColumnElement[bool]) -> Sequence[Duty]:
    """The open duties of a person, of their units and of their offices, the most urgent first."""
    return open_duties(session, or_(*scopes_of(session, person)), *where)


def holds(session: Session, person: Person, duty: Duty) -> bool:
    """Whether a duty is the person's own, their unit's or their office's, so that they can act on it."""
    if duty.person_id == person.id:
        return True
    if duty.unit_id is not None:
        return not of_one_only(duty) and duty.unit_id in {one.unit_id for one in memberships(session, person)}
    return duty.person_id is None and any(
        seat.role is duty.office and (seat.role is not Role.CITY or seat.city == duty.city)
        for seat in seats(session, person)
    )


def find_duty(session: Session, person: Person, duty_id: int) -> Duty:
    """A duty for those who hold it, belong to its unit, or watch over its city; Refused for anybody else."""
    duty = session.get(Duty, duty_id)
    if duty is None:
        raise Refused("not_found")
    if holds(session, person, duty) or watches(session, person, duty):
        return duty
    raise Refused("not_found")


def watches(session: Session, person: Person, duty: Duty) -> bool:
    """Whether a duty lies in an officer's scope: their city's, or every one for the association and the province."""
    return any(
        seat.role in (Role.ASSOCIATION, Role.PROVINCE) or (seat.role is Role.CITY and seat.city == duty.city)
        for seat in seats(session, person)
    )
