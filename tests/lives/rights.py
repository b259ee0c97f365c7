"""Who may read what somebody wrote, and who may have whose number: the promises of privacy, told once more."""

from __future__ import annotations

import re
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange.classes import ClassSeat
from models.exchange.offers import Offer
from models.exchange.posts import PostVersion
from models.exchange.requests import Request
from models.incubation.pairs import Pair
from models.registration.joining import Joining
from models.registration.people import Membership, Officer, Role
from models.registration.units import Unit
from models.system.accounts import Account
from models.system.marks import Audit

PHONE = re.compile(r"1380000\d{4}")


class Town:
    """Who belonged where, and which units ever had to do with each other."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.people = {int(one.external_id): one.person_id for one in session.scalars(select(Account))}
        self.units: dict[int, set[int]] = defaultdict(set)
        for member in session.scalars(select(Membership)):
            self.units[member.person_id].add(member.unit_id)
        for joining in session.scalars(select(Joining)):
            self.units[joining.person_id].add(joining.unit_id)
        self.seats: dict[int, set[tuple[Role, str | None]]] = defaultdict(set)
        for seat in session.scalars(select(Officer)):
            self.seats[seat.person_id].add((seat.role, seat.city))
        self.cities = {unit.id: unit.city for unit in session.scalars(select(Unit))}
        offered = select(Offer.unit_id).where(Offer.published_at.is_not(None))
        self.offering = set(session.scalars(offered))
        self.linked: dict[int, set[int]] = defaultdict(set)
        self._link()

    def _link(self) -> None:
        both = [(one.need.unit_id, one.offer.unit_id) for one in self.session.scalars(select(Request))]
        both += [(one.incubatee_id, one.incubator_id) for one in self.session.scalars(select(Pair))]
        both += [
            (unit.id, unit.relation_unit_id) for unit in self.session.scalars(select(Unit)) if unit.relation_unit_id
        ]
        classes: dict[int, list[int]] = defaultdict(list)
        for seat in self.session.scalars(select(ClassSeat)):
            classes[seat.class_id].append(seat.unit_id)
        both += [(one, other) for units in classes.values() for one in units for other in units]
        for one, other in both:
            self.linked[one].add(other)
            self.linked[other].add(one)

    def may_read(self, reader: int, author: int, token: str) -> bool:
        """Whether what the author typed may appear in the reader's chat."""
        if reader == author or self._public(token):
            return True
        there, here = self.people.get(reader), self.people.get(author)
        if there is None or here is None:
            return False
        if self.seats[here] and (self.seats[there] or self.units[there]):
            return True  # what an office writes goes to whom it concerns
        reach = self.units[here] | {other for unit in self.units[here] for other in self.linked[unit]}
        return bool(self.units[there] & reach) or self._watches(there, reach, self.units[here])

    def _watches(self, officer: int, reach: set[int], own: set[int]) -> bool:
        """Whether an officer's office has to do with units; somebody without a unit is the association's."""
        for role, city in self.seats[officer]:
            if role in (Role.ASSOCIATION, Role.PROVINCE):
                return True
            if role is Role.CITY and any(self.cities.get(unit) == city for unit in reach):
                return True
        return False

    def _public(self, token: str) -> bool:
        """Whether it stands in a post that went public."""
        versions = self.session.scalars(select(PostVersion))
        return any(token in repr(version.content) for version in versions)

    def may_call(self, reader: int, owner: int) -> bool:
        """Whether a number may appear in the reader's chat: one's own unit, an office that watches, or by consent."""
        there, here = self.people.get(reader), self.people.get(owner)
        if reader == owner:
            return True
        if there is None or here is None:
            return False
        if self.units[there] & self.units[here]:
            return True
        reach = self.units[here] | {other for unit in self.units[here] for other in self.linked[unit]}
        if self.seats[there] and any(unit in self.offering for unit in self.units[here]):
            return True  # an office looks for an incubator, wherever it is
        return self._watches(there, reach, self.units[here]) or self._consented(there, here)

    def _consented(self, reader: int, owner: int) -> bool:
        """Whether the owner gave the number to the other side of a pair in which the reader stands."""
        given = self.session.scalars(
            select(Audit.subject).where(Audit.person_id == owner, Audit.action == "contact_given")
        )
        for subject in given:
            pair = self.session.get(Pair, int(str(subject).partition(":")[2]))
            if pair is not None and self.units[reader] & {pair.incubator_id, pair.incubatee_id}:
                return True
        return False
