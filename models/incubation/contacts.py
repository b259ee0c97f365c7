"""Handing one's name and number to the other side of a pair, each person by their own consent. Knows no sentence."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused
from models.incubation.pairs import OVER, Pair, find_own_pair, side_of
from models.incubation.undertakings import ContactConsent
from models.registration.people import Membership, speakers
from models.registration.units import Side
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record


def give_contact(session: Session, person: Person, *, pair_id: int, agreed: bool) -> ContactConsent | None:
    """Let the other side of a pair have one's name and number; a no changes nothing and takes an earlier yes back."""
    pair, side = find_own_pair(session, person, pair_id)
    query = select(ContactConsent).where(ContactConsent.pair_id == pair.id, ContactConsent.person_id == person.id)
    consent = session.scalar(query)
    if not agreed:
        if consent is not None:
            session.delete(consent)
            record(session, person, "contact_withdrawn", subject=f"pair:{pair.id}")
        tell(session, person, "contact_kept", kind=Kind.REPLY, pair=pair)
        return None
    if not person.phone:
        raise Refused("no_phone")
    if consent is None:
        consent = ContactConsent(pair_id=pair.id, person_id=person.id, unit_id=pair.unit(side).id)
        session.add(consent)
        session.flush()
        record(session, person, "contact_given", subject=f"pair:{pair.id}")
        other = pair.incubatee if side is Side.INCUBATOR else pair.incubator
        for reader in speakers(session, other):
            tell(session, reader, "contact_received", pair=pair, giver=person, unit=pair.unit(side))
    tell(session, person, "contact_given", kind=Kind.REPLY, pair=pair)
    return consent


def contacts_given(session: Session, person: Person, pair: Pair) -> Sequence[Person]:
    """Whose number this person's side was given by the other, while the pair lasts and the giver belongs to it."""
    side = side_of(session, person, pair)
    if side is None or pair.status in OVER:
        return []
    other = pair.incubator_id if side is Side.INCUBATEE else pair.incubatee_id
    query = select(ContactConsent).where(ContactConsent.pair_id == pair.id, ContactConsent.unit_id == other)
    there = select(Membership.person_id).where(Membership.unit_id == other, Membership.left_at.is_(None))
    query = query.where(ContactConsent.person_id.in_(there))
    return [one.person for one in session.scalars(query.order_by(ContactConsent.id))]
