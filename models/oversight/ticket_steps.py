"""The steps of a ticket: raise, accept, reply, ask back, answer, put off, finish, confirm, reopen.

Each passes the ball, sets its clock and tells the other side under the ticket's number. Knows no sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused, locked, move
from models.oversight import duties, tickets
from models.oversight.tickets import About, Ticket, TicketNote, TicketStatus
from models.registration.people import Role, memberships, office_for, speakers
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record


def raise_ticket(
    session: Session, person: Person, *, trouble: str, pair: int | None = None, file: dict[str, Any] | None = None
) -> Ticket:
    """Something is stuck: the asker's city office takes it on, or the association where there is none."""
    about = next((one for one in tickets.own_pairs(session, person) if one.id == pair), None)
    if pair is not None and about is None:
        raise Refused("not_found")
    unit = _unit(session, person, {about.incubator_id, about.incubatee_id} if about else None)
    city = unit.city if unit else None
    office = office_for(session, city)
    ticket = Ticket(trouble=trouble, pair=about, file=file or {}, unit=unit, office=office, city=city)
    return _register(session, person, ticket)


def give_feedback(session: Session, person: Person, *, trouble: str, file: dict[str, Any] | None = None) -> Ticket:
    """A complaint or idea about the assistant itself goes to the association, which keeps it."""
    ticket = Ticket(trouble=trouble, file=file or {}, office=Role.ASSOCIATION, about=About.BOT)
    return _register(session, person, ticket)


def accept_ticket(session: Session, officer: Person, ticket_id: int) -> Ticket:
    """An officer takes a ticket on; a second one is told who was first."""
    ticket = tickets.served_ticket(session, officer, ticket_id)
    if ticket.officer is not None:
        raise Refused("ticket_taken", ticket=ticket)
    move(ticket, TicketStatus.ACCEPTED)
    ticket.officer, ticket.accepted_at = officer, clock.now()
    _hand_office(session, ticket, "reply_ticket", ticket.reply_due_at, remind=(2,))
    return _step(session, officer, ticket, "ticket_accepted", to=_asking(session, ticket))


def reply_ticket(session: Session, officer: Person, *, ticket_id: int, text: str) -> Ticket:
    """Tell the asker what will be done and when; more replies may follow."""
    ticket = _in_work(session, officer, ticket_id)
    if ticket.status is not TicketStatus.WORKING:
        move(ticket, TicketStatus.WORKING)
    ticket.replied_at = ticket.replied_at or clock.now()
    _hand_office(session, ticket, "finish_ticket", ticket.due_at, remind=ticket.reminders(clock.now()))
    return _step(session, officer, ticket, "ticket_replied", to=_asking(session, ticket), text=text)


def ask_back(session: Session, officer: Person, *, ticket_id: int, text: str) -> Ticket:
    """The office needs to know more: the ball goes to the asker and the clock stands still."""
    ticket = _in_work(session, officer, ticket_id)
    move(ticket, TicketStatus.SUSPENDED)
    ticket.replied_at = ticket.replied_at or clock.now()
    _hand_asker(session, ticket, "answer_ticket", tickets.ANSWER)
    return _step(session, officer, ticket, "ticket_question", to=_asking(session, ticket), text=text)


def answer_ticket(session: Session, person: Person, *, ticket_id: int, text: str) -> Ticket:
    """The asker has told more; the office's clock goes on."""
    ticket = tickets.asked_ticket(session, person, ticket_id)
    move(ticket, TicketStatus.WORKING)
    _resume_clock(ticket)
    _hand_office(session, ticket, "finish_ticket", ticket.due_at, remind=ticket.reminders(clock.now()))
    return _step(session, person, ticket, "ticket_answered", to=_office(session, ticket), text=text)


def extend_ticket(session: Session, officer: Person, *, ticket_id: int, text: str, next_on: date) -> Ticket:
    """More time, once, with the reason and the day of the next step, both of which the asker reads."""
    ticket = _in_work(session, officer, ticket_id)
    if ticket.days == tickets.EXTENDED:
        raise Refused("ticket_extended", ticket=ticket)
    ticket.days, ticket.next_on = tickets.EXTENDED, next_on
    until = max(1, calendar.working_days_between(clock.now(), next_on))
    remind = tuple(sorted({until, *ticket.reminders(clock.now())}))
    _hand_office(session, ticket, "finish_ticket", ticket.due_at, remind=remind)
    return _step(session, officer, ticket, "ticket_put_off", to=_asking(session, ticket), text=text)


def finish_ticket(session: Session, officer: Person, *, ticket_id: int, text: str) -> Ticket:
    """The office has done its part; whether it is solved, the asker says."""
    ticket = _in_work(session, officer, ticket_id)
    move(ticket, TicketStatus.AWAITING)
    ticket.replied_at = ticket.replied_at or clock.now()
    _hand_asker(session, ticket, "confirm_ticket", tickets.CONFIRM)
    return _step(session, officer, ticket, "ticket_finished", to=_asking(session, ticket), text=text)


def confirm_ticket(session: Session, person: Person, ticket_id: int) -> Ticket:
    """It is solved, says the asker."""
    ticket = tickets.asked_ticket(session, person, ticket_id)
    move(ticket, TicketStatus.CLOSED)
    ticket.closed_at, ticket.confirmed, ticket.paused_at = clock.now(), True, None
    duties.done(session, _subject(ticket))
    return _step(session, person, ticket, "ticket_confirmed", to=_office(session, ticket))


def reopen_ticket(session: Session, person: Person, *, ticket_id: int, text: str) -> Ticket:
    """It is not solved: the office has it again; however often this happens, a ticket counts as reopened once."""
    ticket = tickets.asked_ticket(session, person, ticket_id)
    move(ticket, TicketStatus.REOPENED)
    _resume_clock(ticket)
    ticket.reopened_at, ticket.confirmed, ticket.closed_at = clock.now(), None, None
    _hand_office(session, ticket, "finish_ticket", ticket.due_at, remind=ticket.reminders(clock.now()))
    return _step(session, person, ticket, "ticket_reopened", to=_office(session, ticket), text=text)


def unanswered(session: Session, now: datetime) -> Sequence[int]:
    """Finished tickets whose asker has been silent so long that they are closed unconfirmed."""
    before = calendar.add_working_days(now, -tickets.SILENT)
    query = select(Ticket.id).where(Ticket.status == TicketStatus.AWAITING, Ticket.paused_at < before)
    return [] if calendar.is_quiet(now) else session.scalars(query).all()


def close_unanswered(session: Session, ticket_id: int, now: datetime) -> None:
    """Close a ticket nobody confirmed; it counts as unconfirmed, and the asker may still reopen it."""
    ticket = locked(session, Ticket, ticket_id)
    if ticket_id not in unanswered(session, now):
        return
    move(ticket, TicketStatus.CLOSED)
    ticket.closed_at, ticket.confirmed, ticket.paused_at = now, False, None
    duties.done(session, _subject(ticket))
    record(session, None, "ticket_closed_unconfirmed", subject=_subject(ticket))
    for one in _asking(session, ticket):
        tell(session, one, "ticket_closed_unconfirmed", subject=_subject(ticket), ticket=ticket)


def _register(session: Session, person: Person, ticket: Ticket) -> Ticket:
    ticket.asker, ticket.raised_at = person, clock.now()
    session.add(ticket)
    session.flush()
    ticket.number = f"T-{calendar.local_day(ticket.raised_at).year}-{ticket.id:04d}"
    due_at = calendar.add_working_days(ticket.raised_at, tickets.ACCEPT)
    _hand_office(session, ticket, "accept_ticket", due_at)
    record(session, person, "ticket_raised", subject=_subject(ticket), about=ticket.about)
    tell(session, person, "ticket_raised", kind=Kind.REPLY, ticket=ticket, due_at=due_at)
    return ticket


def _unit(session: Session, person: Person, among: set[int] | None) -> Unit | None:
    """The unit a person asks for: the one in the pair, else the hat they wear, else their first."""
    own = [one.unit for one in memberships(session, person) if among is None or one.unit_id in among]
    return next((unit for unit in own if unit.id == person.hat_id), own[0] if own else None)


def _in_work(session: Session, officer: Person, ticket_id: int) -> Ticket:
    ticket = tickets.served_ticket(session, officer, ticket_id)
    if ticket.status not in tickets.OFFICE_TURN:
        raise Refused("moved_on", status=f"ticketstatus.{ticket.status.value}")
    return ticket


def _resume_clock(ticket: Ticket) -> None:
    if ticket.paused_at is not None:
        ticket.waited += calendar.working_days_between(ticket.paused_at, clock.now())
        ticket.paused_at = None


def _hand_office(session: Session, ticket: Ticket, kind: str, due_at: datetime, remind: tuple[int, ...] = ()) -> None:
    duties.done(session, _subject(ticket))
    duties.hand(
        session,
        kind,
        _subject(ticket),
        office=ticket.office,
        city=ticket.city,
        due_at=due_at,
        remind=remind,
        **_title(ticket),
    )


def _hand_asker(session: Session, ticket: Ticket, kind: str, days: int) -> None:
    ticket.paused_at = clock.now()
    duties.done(session, _subject(ticket))
    due_at = calendar.add_working_days(clock.now(), days)
    duties.hand(
        session,
        kind,
        _subject(ticket),
        person=ticket.asker if tickets.asks(session, ticket.asker, ticket) else None,
        unit=ticket.unit,
        city=ticket.city,
        due_at=due_at,
        remind=(2, 4),
        **_title(ticket),
    )


def _step(
    session: Session, person: Person, ticket: Ticket, step: str, *, to: Sequence[Person], text: str | None = None
) -> Ticket:
    """Put a step on record and tell the other side; who acted by typing reads that it went out."""
    session.flush()
    record(session, person, step, subject=_subject(ticket))
    for other in to:
        if other is not person:
            tell(session, other, step, subject=_subject(ticket), ticket=ticket, text=text)
    if text is not None:
        session.add(TicketNote(ticket_id=ticket.id, person_id=person.id, kind=step, text=text))
        tell(session, person, "ticket_noted", kind=Kind.REPLY, ticket=ticket, step=step)
    return ticket


def _asking(session: Session, ticket: Ticket) -> list[Person]:
    """Who hears for the asker's side: the asker, or whoever speaks for the unit they have left."""
    if ticket.unit is None or tickets.asks(session, ticket.asker, ticket):
        return [ticket.asker]
    return speakers(session, ticket.unit)


def _office(session: Session, ticket: Ticket) -> list[Person]:
    """The officer who took it on, while they still may act on it."""
    return [ticket.officer] if ticket.officer and tickets.serves(session, ticket.officer, ticket) else []


def _title(ticket: Ticket) -> dict[str, Any]:
    return {"number": ticket.number or "", "from": ticket.unit.name if ticket.unit else ticket.asker.name or "–"}


def _subject(ticket: Ticket) -> str:
    return f"ticket:{ticket.id}"
