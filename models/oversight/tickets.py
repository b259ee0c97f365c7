"""Tickets: something is stuck, an office takes it on, the asker says whether it is solved.

Knows no sentence and no channel. The clock of a ticket runs while an office holds the ball and stands still while the
asker does. 登记→受理→办理→待确认→办结/重开, 挂起 (programme, section 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, and_, func, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, fetch, index_where, literally, moves, words_of
from models.incubation.pairs import Pair
from models.registration.people import Role, memberships, seats
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person

ACCEPT, REPLY, FINISH, EXTENDED = 1, 3, 10, 25  # working days from the raising, the asker's own not counted
ANSWER, CONFIRM, SILENT = 5, 5, 10  # working days for the asker; after SILENT a ticket is closed unconfirmed
AFTER_REOPENING = 3  # working days at least
REMIND_AT = (50, 80)  # per cent of the days, after which the office is reminded


class TicketStatus(StrEnum):
    """How far a ticket is."""

    RAISED = "raised"
    ACCEPTED = "accepted"
    WORKING = "working"
    AWAITING = "awaiting"  # done as far as the office is concerned; the asker confirms
    CLOSED = "closed"
    REOPENED = "reopened"
    SUSPENDED = "suspended"  # the asker is to tell more


S = TicketStatus
moves(
    TicketStatus,
    {
        S.RAISED: {S.ACCEPTED},
        S.ACCEPTED: {S.WORKING, S.AWAITING, S.SUSPENDED},
        S.WORKING: {S.AWAITING, S.SUSPENDED},
        S.SUSPENDED: {S.WORKING},
        S.AWAITING: {S.CLOSED, S.REOPENED},
        S.REOPENED: {S.WORKING, S.AWAITING, S.SUSPENDED},
        S.CLOSED: {S.REOPENED},
    },
)
OFFICE_TURN = (S.ACCEPTED, S.WORKING, S.REOPENED)
OPEN = (S.RAISED, *OFFICE_TURN, S.SUSPENDED, S.AWAITING)


class About(StrEnum):
    """What a ticket is about."""

    PROGRAMME = "programme"
    BOT = "bot"


class Ticket(Base):
    """`office` (and `city`) has to act within `days` working days; `waited` counts those during which the asker held
    the ball, the last time since `paused_at`. Reopened however often, it counts once (`reopened_at` is set)."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_scope", "city", "status"),
        index_where("ix_tickets_open", "city", where="status != 'closed'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    asker_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    pair_id: Mapped[int | None] = mapped_column(ForeignKey("pairs.id"))
    office: Mapped[Role] = mapped_column(words_of(Role))
    city: Mapped[str | None] = mapped_column(String(4))
    about: Mapped[About] = mapped_column(words_of(About), default=About.PROGRAMME)
    trouble: Mapped[str] = mapped_column(Text)
    file: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[TicketStatus] = mapped_column(words_of(TicketStatus), default=S.RAISED)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    days: Mapped[int] = mapped_column(default=FINISH)
    waited: Mapped[int] = mapped_column(default=0)
    reopened_at: Mapped[datetime | None]
    confirmed: Mapped[bool | None]
    next_on: Mapped[date | None]
    raised_at: Mapped[datetime] = mapped_column(default=clock.now)
    accepted_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    asker: Mapped[Person] = relationship(foreign_keys=[asker_id])
    officer: Mapped[Person | None] = relationship(foreign_keys=[officer_id])
    unit: Mapped[Unit | None] = relationship()
    pair: Mapped[Pair | None] = relationship()

    @property
    def due_at(self) -> datetime:
        """When it is to be solved: the asker's own working days do not count, and a reopened one has some time anew."""
        term = calendar.add_working_days(self.raised_at, self.days + self.waited)
        return max(term, calendar.add_working_days(self.reopened_at, AFTER_REOPENING)) if self.reopened_at else term

    @property
    def reply_due_at(self) -> datetime:
        """When the asker is to hear what will be done."""
        return calendar.add_working_days(self.raised_at, REPLY + self.waited)

    def reminders(self, now: datetime) -> tuple[int, ...]:
        """In how many working days the office is to be reminded: at half and four fifths of the term still ahead.

        They are counted from the raising, whatever happened since; a reopened one has one more, a day before its end.
        """
        gone = calendar.working_days_between(self.raised_at, now)
        moments = {-(-self.days * share // 100) + self.waited - gone for share in REMIND_AT}
        if self.reopened_at:
            moments.add(calendar.working_days_between(now, self.due_at) - 1)
        return tuple(sorted(moment for moment in moments if moment > 0))


class TicketNote(Base):
    """What was said on a ticket: a reply, a question, an answer, what was done, why it was reopened or put off."""

    __tablename__ = "ticket_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)


def find_ticket(session: Session, person: Person, ticket_id: int, *, lock: bool = False) -> Ticket:
    """A ticket for the asker's unit (an asker without one) and the offices that see its city; Refused for others."""
    ticket = fetch(session, Ticket, ticket_id, lock=lock)
    if ticket is None or not (asks(session, person, ticket) or serves(session, person, ticket)):
        raise Refused("not_found")
    return ticket


def ticket_numbered(session: Session, number: str) -> int:
    """The id of the ticket with a number; 0 without one, which nobody finds."""
    return session.scalar(select(Ticket.id).where(Ticket.number == number)) or 0


def asked_ticket(session: Session, person: Person, ticket_id: int) -> Ticket:
    """The same, locked, only for those who asked."""
    ticket = find_ticket(session, person, ticket_id, lock=True)
    if not asks(session, person, ticket):
        raise Refused("not_found")
    return ticket


def served_ticket(session: Session, officer: Person, ticket_id: int) -> Ticket:
    """The same, locked, only for the offices that may act on it."""
    ticket = find_ticket(session, officer, ticket_id, lock=True)
    if not serves(session, officer, ticket):
        raise Refused("not_found")
    return ticket


def serves(session: Session, person: Person, ticket: Ticket) -> bool:
    """Whether a person may act for the office on a ticket: that of its city (if it is the city's), or one above."""
    return any(
        seat.role in (Role.ASSOCIATION, Role.PROVINCE)
        or (seat.role is Role.CITY is ticket.office and seat.city == ticket.city)
        for seat in seats(session, person)
    )


def asks(session: Session, person: Person, ticket: Ticket) -> bool:
    """Whether a ticket is of a person's unit, or their own where it was raised for none."""
    if ticket.unit_id is None:
        return ticket.asker_id == person.id
    return ticket.unit_id in {one.unit_id for one in memberships(session, person)}


def list_tickets(session: Session, person: Person, *, start: int, most: int) -> tuple[list[Ticket], int]:
    """Some of one's own and one's unit's tickets, for officers of their scope: open ones first, the oldest first.

    With them how many there are in all.
    """
    scope, is_open = _scope(session, person), Ticket.status != literally(TicketStatus.CLOSED)
    many = {which: _number(session, scope, which) for which in (is_open, ~is_open)}
    found: list[Ticket] = []
    for which, number in many.items():
        page = select(Ticket).where(scope, which).order_by(Ticket.id).offset(start).limit(most - len(found))
        found += session.scalars(page) if start < number and len(found) < most else ()
        start = max(0, start - number)
    return found, sum(many.values())


def _number(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(Ticket.id)).where(*where)) or 0


def _scope(session: Session, person: Person) -> ColumnElement[bool]:
    units = {one.unit_id for one in memberships(session, person)}
    scope = [and_(Ticket.asker_id == person.id, Ticket.unit_id.is_(None)), Ticket.unit_id.in_(units)]
    for seat in seats(session, person):
        if seat.role in (Role.ASSOCIATION, Role.PROVINCE):
            return true()
        if seat.role is Role.CITY:
            scope.append((Ticket.office == Role.CITY) & (Ticket.city == seat.city))
    return or_(*scope)


def own_pairs(session: Session, person: Person) -> Sequence[Pair]:
    """The pairs a person's units are part of; what a ticket may be about."""
    units = {one.unit_id for one in memberships(session, person)}
    query = select(Pair).where(Pair.incubator_id.in_(units) | Pair.incubatee_id.in_(units))
    return session.scalars(query.order_by(Pair.id.desc())).all()


def notes(session: Session, ticket: Ticket) -> Sequence[TicketNote]:
    """What was said on a ticket, newest first."""
    query = select(TicketNote).where(TicketNote.ticket_id == ticket.id)
    return session.scalars(query.order_by(TicketNote.id.desc())).all()
