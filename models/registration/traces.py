"""What other records still say of a person who has themselves forgotten, and how it is taken out of them.

Only the letters and duties of people they had to do with are looked into. Knows no sentence and no channel.
"""

from __future__ import annotations

import json
import re

from markupsafe import escape
from sqlalchemy import Select, Text, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from models.exchange.follows import Follow
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.requests import Request
from models.incubation.pairs import Pair
from models.incubation.undertakings import ContactConsent
from models.oversight.duties import Duty
from models.oversight.supervision import Supervision
from models.oversight.tickets import Ticket
from models.registration.awards import HeldAward
from models.registration.invitations import Invitation
from models.registration.joining import Joining
from models.registration.people import Membership, Officer, Role
from models.registration.units import Unit
from models.system.accounts import Person
from models.system.letters import Delivery, Letter

SHORTEST = 2  # signs; a shorter name cannot be told from other words
MARKUP = r"<[^>]*>|&#?\w+;"  # what of a letter is not words


def clear_letters(session: Session, person: Person, words: list[str], shown_as: str) -> None:
    """One's own letters lose text, buttons and address, and those still waiting are dropped; others' lose the name."""
    own = Letter.person_id == person.id
    session.execute(update(Letter).where(own).values(body="", buttons=[], extra={}, account_id=None))
    session.execute(
        update(Letter).where(own, Letter.status.in_((Delivery.QUEUED, Delivery.HELD))).values(status=Delivery.DROPPED)
    )
    session.expire_all()
    words = [word for word in words if len(word) >= SHORTEST]
    for letter in session.scalars(_naming(words, acquaintances(session, person))).all() if words else ():
        for word in words:
            letter.body = renamed(letter.body, str(escape(word)), shown_as)
            letter.buttons = [
                [{**one, "label": renamed(one["label"], word, shown_as)} for one in row] for row in letter.buttons
            ]
    session.flush()


def _naming(words: list[str], readers: set[int]) -> Select[Letter]:
    """The letters of these people in which a word stands, in its text or on a button (JSON may spell it by numbers)."""
    buttons = cast(Letter.buttons, Text)
    held = [Letter.body.contains(str(escape(word)), autoescape=True) for word in words]
    held += [buttons.contains(one, autoescape=True) for word in words for one in _spelt(word)]
    return select(Letter).where(Letter.person_id.in_(readers), or_(*held))


def _spelt(word: str) -> set[str]:
    """How a word may stand in JSON: as it is, with its quotes escaped, or by numbers."""
    return {word, json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]}


def renamed(text: str, word: str, shown_as: str) -> str:
    """A text in which a name is exchanged: not within tags, nor within a longer Latin word or number."""
    before = r"(?<![A-Za-z0-9])" if word[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if word[-1].isascii() else ""
    pattern = f"({before}{re.escape(word)}{after})|{MARKUP}"
    return re.sub(pattern, lambda found: shown_as if found[1] else found[0], text)


def acquaintances(session: Session, person: Person) -> set[int]:
    """Whoever may have read of a person: by a unit, pair, request, joining, invitation, ticket, nudge or office."""
    own = set(session.scalars(select(Membership.unit_id).where(Membership.person_id == person.id)))
    own |= set(session.scalars(select(Joining.unit_id).where(Joining.person_id == person.id)))
    units = own | _partners(session, own)
    queries = [
        select(Membership.person_id).where(Membership.unit_id.in_(units)),
        select(Joining.person_id).where(Joining.unit_id.in_(own)),
        select(Invitation.used_by_id).where(Invitation.inviter_id == person.id),
        select(Invitation.inviter_id).where(Invitation.used_by_id == person.id),
        select(Supervision.person_id).where(Supervision.officer_id == person.id),
        select(Ticket.asker_id).where(Ticket.officer_id == person.id),
        select(Officer.person_id).where(
            or_(Officer.role != Role.CITY, Officer.city.in_(select(Unit.city).where(Unit.id.in_(units))))
        ),
    ]
    found = {one for query in queries for one in session.scalars(query) if one is not None}
    return found - {person.id}


def _partners(session: Session, units: set[int]) -> set[int]:
    """The units these have been paired with, or have asked or been asked by."""
    pairs = select(Pair.incubator_id, Pair.incubatee_id)
    pairs = pairs.where(or_(Pair.incubator_id.in_(units), Pair.incubatee_id.in_(units)))
    asked = select(Need.unit_id, Offer.unit_id).select_from(Request)
    asked = asked.join(Need, Request.need_id == Need.id).join(Offer, Request.offer_id == Offer.id)
    asked = asked.where(or_(Need.unit_id.in_(units), Offer.unit_id.in_(units)))
    return {unit for query in (pairs, asked) for row in session.execute(query) for unit in row}


def clear_records(session: Session, person: Person, name: str | None, shown_as: str) -> None:
    """What was only for or of this person goes: follows, consents, files; titles of duties lose the name."""
    session.execute(delete(Follow).where(Follow.person_id == person.id))
    session.execute(delete(ContactConsent).where(ContactConsent.person_id == person.id))
    tickets = session.scalars(select(Ticket).where(Ticket.asker_id == person.id)).all()
    for ticket in tickets:
        ticket.file = {}
    units = select(Membership.unit_id).where(Membership.person_id == person.id)
    for award in session.scalars(select(HeldAward).where(HeldAward.unit_id.in_(units))):
        if name and award.proof and name in award.proof.get("name", ""):
            award.proof = {**award.proof, "name": award.proof["name"].replace(name, shown_as)}
    held = session.scalars(select(Duty.id).where(or_(Duty.person_id == person.id, Duty.unit_id.in_(units))))
    subjects = [f"ticket:{ticket.id}" for ticket in tickets] + [f"duty:{id}" for id in held]
    for duty in session.scalars(select(Duty).where(Duty.subject.in_(subjects))):
        duty.title = {key: shown_as if value == name else value for key, value in duty.title.items()}
    session.flush()
