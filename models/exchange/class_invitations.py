"""Invitations to a group class: the office decides, every unit answers for itself, and the answers are counted.

Coming is free: one reminder, no limit, and nobody is asked why. Knows no sentence and no channel.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused, locked, move
from models.exchange.classes import ClassSeat, ClassStatus, GroupClass, find_class, find_seat, open_needs, seats
from models.exchange.offers import Offer
from models.oversight import duties
from models.registration.people import office_for, speakers
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

ANSWER_DAYS, HOLD_DAYS = 3, 20  # working days


def invite(
    session: Session, officer: Person, *, class_id: int, teacher: str | None = None, place: str | None = None
) -> GroupClass:
    """Invite the units of the needs to learn, and the one of an offer to teach; each answers for itself."""
    group = find_class(session, officer, class_id, lock=True)
    move(group, ClassStatus.INVITED)
    group.officer, group.place, group.invited_at = officer, place, clock.now()
    offer = session.get_one(Offer, int(teacher)) if teacher else None
    made = {need.unit_id: ClassSeat(group=group, unit=need.unit, need=need) for need in open_needs(session, group)}
    if not made:
        raise Refused("class_empty")
    if offer is not None:
        made[offer.unit_id] = ClassSeat(group=group, unit=offer.unit, offer=offer)
    session.add_all(made.values())
    session.flush()
    duties.done(session, group.subject)
    _hand_hold(session, group)
    record(session, officer, "class_invited", subject=group.subject, units=len(made))
    for seat in made.values():
        _invite(session, seat)
    tell(session, officer, "class_invited", kind=Kind.REPLY, group=group, invited=len(made))
    return group


def _hand_hold(session: Session, group: GroupClass) -> None:
    due_at = calendar.add_working_days(clock.now(), HOLD_DAYS)
    office = office_for(session, group.city)
    duties.hand(session, "hold_class", group.subject, office=office, city=group.city, due_at=due_at, topic=group.topic)


def _invite(session: Session, seat: ClassSeat) -> None:
    """The unit's turn, without a limit and with one reminder: coming is free."""
    duties.hand(
        session, "answer_class", seat.subject, unit=seat.unit, remind=(ANSWER_DAYS - 1,), topic=seat.group.topic
    )
    for reader in speakers(session, seat.unit):
        once = f"class_invitation:{seat.id}:{reader.id}"
        tell(session, reader, "class_invitation", kind=Kind.CALL, once=once, subject=seat.subject, seat=seat)


def set_place(session: Session, officer: Person, *, class_id: int, place: str) -> GroupClass:
    """Say where and when the class is held, to all who have not declined; a second time: that it has changed."""
    group = find_class(session, officer, class_id, lock=True)
    if group.status is not ClassStatus.INVITED:
        raise Refused("moved_on", status=f"classstatus.{group.status}")
    group.place = place
    record(session, officer, "class_placed", subject=group.subject)
    told = [seat for seat in seats(session, group) if seat.coming is not False]
    for seat in told:
        for reader in speakers(session, seat.unit):
            tell(session, reader, "class_placed", seat=seat)
    tell(session, officer, "class_place_told", kind=Kind.REPLY, group=group, told=len(told))
    return group


def drop(session: Session, officer: Person, *, class_id: int, reason: str | None = None) -> GroupClass:
    """Hold no class; whoever was invited and has not declined is told."""
    group = find_class(session, officer, class_id, lock=True)
    move(group, ClassStatus.DROPPED)
    group.officer, group.reason = officer, reason
    _close(session, group)
    record(session, officer, "class_dropped", subject=group.subject)
    for seat in seats(session, group):
        for reader in speakers(session, seat.unit) if seat.coming is not False else ():
            tell(session, reader, "class_off", once=f"class_off:{seat.id}:{reader.id}", seat=seat)
    tell(session, officer, "class_dropped", kind=Kind.REPLY, group=group)
    return group


def hold(session: Session, officer: Person, *, class_id: int) -> GroupClass:
    """The class was held."""
    group = find_class(session, officer, class_id, lock=True)
    move(group, ClassStatus.HELD)
    _close(session, group)
    record(session, officer, "class_held", subject=group.subject)
    return group


def _close(session: Session, group: GroupClass) -> None:
    duties.done(session, group.subject)
    for seat in seats(session, group):
        duties.done(session, seat.subject)


# answering, and counting the answers


def answer(session: Session, person: Person, *, seat_id: int, coming: bool) -> ClassSeat:
    """A unit says whether it comes; it may change its mind while the class is to be held."""
    seat = find_seat(session, person, seat_id)
    group = locked(session, GroupClass, seat.class_id)
    if group.status is not ClassStatus.INVITED:
        raise Refused("moved_on", status=f"classstatus.{group.status}")
    seat.coming, seat.person, seat.answered_at = coming, person, clock.now()
    duties.done(session, seat.subject)
    record(session, person, "class_answered", subject=seat.subject, coming=coming)
    session.flush()
    if group.counted_at is None and all(one.coming is not None for one in seats(session, group)):
        _count(session, group)
    return seat


def uncounted(session: Session, now: datetime) -> list[int]:
    """Classes whose three working days for answers are over."""
    query = select(GroupClass).where(GroupClass.status == ClassStatus.INVITED, GroupClass.counted_at.is_(None))
    found = session.scalars(query.order_by(GroupClass.id)).all()
    return [one.id for one in found if one.invited_at and now > calendar.add_working_days(one.invited_at, ANSWER_DAYS)]


def count(session: Session, class_id: int, now: datetime) -> None:
    """Tell the office who comes; who has not answered by now is left in peace, and may still answer."""
    group = locked(session, GroupClass, class_id)
    if group.status is ClassStatus.INVITED and group.counted_at is None:
        _count(session, group)


def _count(session: Session, group: GroupClass) -> None:
    group.counted_at = clock.now()
    invited = seats(session, group)
    for seat in invited:
        duties.done(session, seat.subject)
    if group.officer is not None:
        tell(session, group.officer, "class_counted", once=f"class_counted:{group.id}", group=group, seats=invited)
