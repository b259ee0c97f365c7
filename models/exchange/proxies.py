"""Needs an officer takes down by phone for a unit: a draft until somebody of the unit confirms. Knows no sentence."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused, move
from models.exchange.needs import Need, own_need
from models.exchange.posts import PostStatus, review_by, submit, verified
from models.exchange.troubles import readings_of
from models.oversight import duties
from models.registration.people import Role, oversees, seats, speakers
from models.registration.units import Side, Standing, Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

CONFIRM_DAYS = 3  # working days


def units_in_scope(session: Session, officer: Person) -> Sequence[Unit]:
    """The incubatees an officer may write for: those of the city, or all for the association and the province."""
    query = select(Unit).where(Unit.as_incubatee.in_((Standing.ACTIVE, Standing.PENDING))).order_by(Unit.name)
    own = seats(session, officer)
    if not any(seat.role in (Role.ASSOCIATION, Role.PROVINCE) for seat in own):
        query = query.where(Unit.city.in_([seat.city for seat in own if seat.role is Role.CITY]))
    return session.scalars(query).all()


def enter_need(session: Session, officer: Person, *, unit: str, trouble: str) -> Need:
    """Take down a need in the words heard on the phone; it counts for nothing until the unit confirms it."""
    row = session.get(Unit, int(unit))
    if row is None or not oversees(session, officer, row) or row.standing(Side.INCUBATEE) is Standing.NONE:
        raise Refused("not_found")
    owners = speakers(session, row)
    if not owners:
        raise Refused("nobody_to_confirm", unit=row)
    need = Need(
        unit=row,
        person=owners[0],
        entered_by=officer,
        status=PostStatus.DRAFT,
        trouble=trouble,
        industry=row.industry,
        **readings_of(trouble),
    )
    session.add(need)
    session.flush()
    due_at = calendar.add_working_days(clock.now(), CONFIRM_DAYS)
    duties.hand(session, "confirm_proxy", need.subject, unit=row, due_at=due_at, remind=(1, 2))
    record(session, officer, "need_entered", subject=need.subject, unit=row.id)
    for reader in owners:
        tell(
            session,
            reader,
            "proxy_need_entered",
            kind=Kind.CALL,
            subject=need.subject,
            need=need,
            officer=officer,
            due_at=due_at,
        )
    tell(session, officer, "proxy_need_noted", kind=Kind.REPLY, need=need)
    return need


def confirm_need(session: Session, person: Person, need_id: int) -> Need:
    """The unit says yes: the draft goes before the association like any other need."""
    need = own_need(session, person, need_id, lock=True)
    if need.status is not PostStatus.DRAFT:
        raise Refused("moved_on", status=f"poststatus.{need.status}")
    submit(session, need)
    need.person = person
    record(session, person, "need_confirmed", subject=need.subject)
    tell(session, person, "need_posted", kind=Kind.REPLY, need=need, due_at=review_by(need), verified=verified(need))
    return need


def deny_need(session: Session, person: Person, need_id: int) -> Need:
    """The unit says that this is not its need."""
    need = own_need(session, person, need_id, lock=True)
    if need.status is not PostStatus.DRAFT:
        raise Refused("moved_on", status=f"poststatus.{need.status}")
    move(need, PostStatus.WITHDRAWN)
    duties.done(session, need.subject)
    record(session, person, "need_denied", subject=need.subject)
    if need.entered_by is not None:
        tell(session, need.entered_by, "proxy_need_denied", once=f"denied:{need.subject}", need=need)
    return need
