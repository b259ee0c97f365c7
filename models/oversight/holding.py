"""Who holds many duties of people and units at once, for reminders, cards and checks. Knows no sentence, no channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, bindparam, or_, select, union_all
from sqlalchemy.orm import Session, aliased, joinedload

from models.oversight.duties import Duty
from models.registration.people import SPEAKERS, Membership, Post
from models.system.accounts import Person


def holders_of(session: Session, found: Sequence[Duty]) -> dict[int, list[Person]]:
    """The people who can play each of these balls now, by the id of the duty."""
    units = {duty.unit_id for duty in found if duty.person_id is None}
    posts = session.scalars(_SPEAKING, {"units": units}) if units else ()
    speaking: dict[tuple[int, Post], list[Person]] = defaultdict(list)
    for one in sorted(posts, key=lambda one: one.id):
        speaking[one.unit_id, one.post].append(one.person)

    def of(duty: Duty) -> list[Person]:
        if duty.person is not None:
            return [duty.person]
        return next((speaking[duty.unit_id or 0, post] for post in SPEAKERS if (duty.unit_id, post) in speaking), [])

    return {duty.id: of(duty) for duty in found}


_SPEAKING = (
    select(Membership)
    .where(
        Membership.unit_id.in_(bindparam("units", expanding=True)),
        Membership.left_at.is_(None),
        Membership.post.in_(SPEAKERS),
    )
    .options(joinedload(Membership.person))
)


def held_by(*where: ColumnElement[bool]) -> CompoundSelect[Any]:
    """The same for the database to find: a row (duty_id, person_id, remind_at, more) for each holder of an open duty.

    `more`: another reminder is planned after the next one.
    """
    facts = Duty.id.label("duty_id"), Duty.remind_at, (Duty.reminders != []).label("more")
    there = Membership.left_at.is_(None)
    contact = aliased(Membership)
    has_contact = select(contact.id).where(
        contact.unit_id == Duty.unit_id, contact.post == SPEAKERS[0], contact.left_at.is_(None)
    )
    speaks = or_(Membership.post == SPEAKERS[0], and_(Membership.post == SPEAKERS[1], ~has_contact.exists()))
    of_units = select(*facts, Membership.person_id).join(Membership, Membership.unit_id == Duty.unit_id)
    of_units = of_units.where(Duty.person_id.is_(None), there, speaks)
    of_persons = select(*facts, Duty.person_id).where(Duty.person_id.is_not(None))
    return union_all(*(one.where(Duty.done_at.is_(None), *where) for one in (of_persons, of_units)))
