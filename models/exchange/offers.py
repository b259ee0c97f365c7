"""Offers: what an incubator can teach, to whom and how many at a time. Knows no sentence and no channel."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Refused, fetch, lock, move
from models.exchange import requests
from models.exchange.posts import EDITABLE, OPEN, Post, PostStatus, own, refuse_other, review_by, seen, submit, verified
from models.exchange.requests import CONSIDERED, Request
from models.oversight import duties
from models.registration.people import acting_unit, memberships, oversees
from models.registration.units import Side, Standing
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

EVERYWHERE = "all"  # the answer "the whole province"
ANY = "any"  # the answer "any industry"
ONLINE = "online"


def new_stamp() -> int:
    """A number no other state of an offer has, so that processes notice every change."""
    return secrets.randbits(31)


class Offer(Post, Base):
    """Methods, industries, forms, areas and cities are vocabulary ids; `capacity` counts incubatees at the same time.

    No cities means the whole province. `stamp` changes with everything that matching looks at. `hidden`: the unit let
    three requests pass in silence, so it is not proposed until somebody has spoken to it.
    """

    __tablename__ = "offers"
    __table_args__ = (
        Index("ix_offers_status", "status", "submitted_at"),
        Index("ix_offers_public", "status", "published_at"),
        Index("ix_offers_ending", "status", "expires_at"),
    )

    text: Mapped[str] = mapped_column(Text)
    methods: Mapped[list[str]] = mapped_column(default=list)
    industries: Mapped[list[str]] = mapped_column(default=list)
    forms: Mapped[list[str]] = mapped_column(default=list)
    areas: Mapped[list[str]] = mapped_column(default=list)
    cities: Mapped[list[str]] = mapped_column(default=list)
    capacity: Mapped[int] = mapped_column(default=3)
    taken: Mapped[int] = mapped_column(default=0)
    months: Mapped[int] = mapped_column(default=12)
    hidden: Mapped[bool] = mapped_column(default=False)
    stamp: Mapped[int] = mapped_column(default=new_stamp, index=True)

    side = Side.INCUBATOR
    kind = "offer"

    @property
    def words(self) -> str:
        return self.text

    @property
    def free(self) -> int:
        """Places left."""
        return max(0, self.capacity - self.taken)

    def content(self) -> dict[str, Any]:
        names = ("text", "methods", "industries", "forms", "areas", "cities", "capacity", "months")
        return {name: getattr(self, name) for name in names}

    def touch(self) -> None:
        """Let every process notice that something changed."""
        self.stamp = new_stamp()


def post_offer(
    session: Session,
    person: Person,
    *,
    text: str,
    result: str | None = None,
    methods: Sequence[str] | None = None,
    industries: Sequence[str] | None = None,
    forms: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    capacity: Decimal | int = 3,
    cities: Sequence[str] | None = None,
    months: str | int = 12,
    offer_id: int | None = None,
    version: int | None = None,
) -> Offer:
    """Post an offer, or change one of one's own (as it was in a `version`); the association reviews it either way.

    `result` is one example of what came of it, asked for when the first words said little.
    """
    offer = own_offer(session, person, offer_id, lock=True) if offer_id else _new(session, person)
    if offer.status not in EDITABLE:
        raise Refused("moved_on", status=f"poststatus.{offer.status}")
    refuse_other(offer, version)
    words = "\n".join(filter(None, (text, result)))
    _refuse_twice(session, offer, words)
    if int(capacity) < offer.taken:
        raise Refused("places_in_use", taken=offer.taken)
    offer.text, offer.capacity, offer.months = words, int(capacity), int(months)
    offer.methods = list(methods or ())
    offer.industries = [] if ANY in (industries or ()) else list(industries or ())
    offer.forms, offer.areas = list(forms or ()), list(areas or ())
    offer.cities = [] if EVERYWHERE in (cities or ()) else list(cities or ())
    offer.version += 1 if offer_id else 0
    offer.touch()
    session.add(offer)
    session.flush()
    submit(session, offer)
    record(session, person, "offer_posted", subject=offer.subject, version=offer.version)
    tell(
        session, person, "offer_posted", kind=Kind.REPLY, offer=offer, due_at=review_by(offer), verified=verified(offer)
    )
    return offer


def _new(session: Session, person: Person) -> Offer:
    unit = acting_unit(session, person, Side.INCUBATOR)
    if unit.as_incubator is Standing.FROZEN:
        raise Refused("unit_frozen")
    return Offer(
        unit=unit, unit_id=unit.id, person=person, status=PostStatus.DRAFT, version=1, review={}, taken=0, hidden=False
    )


def _refuse_twice(session: Session, offer: Offer, text: str) -> None:
    query = select(Offer.id).where(Offer.unit_id == offer.unit_id, Offer.text == text, Offer.status.in_(OPEN))
    if session.scalars(query.where(Offer.id != (offer.id or 0)).limit(1)).first() is not None:
        raise Refused("offer_twice")


def find_offer(session: Session, person: Person, offer_id: int) -> Offer:
    """An offer for the people of its unit and the offices that watch it; Refused for anybody else."""
    return seen(session, person, session.get(Offer, offer_id))


def own_offer(session: Session, person: Person, offer_id: int, *, lock: bool = False) -> Offer:
    """An offer for those who speak for its unit; Refused for anybody else, offices included."""
    return own(session, person, fetch(session, Offer, offer_id, lock=lock))


def public_offer(session: Session, person: Person, offer_id: int) -> Offer:
    """A published offer for everybody, any offer for its own people and offices."""
    offer = session.get(Offer, offer_id)
    shown = offer is not None and offer.status is PostStatus.PUBLISHED and not offer.hidden
    return offer if offer is not None and shown else seen(session, person, offer)


def offers_of(session: Session, person: Person) -> Sequence[Offer]:
    """The offers of the units a person belongs to, open ones first, newest first."""
    units = {one.unit_id for one in memberships(session, person)}
    found = session.scalars(select(Offer).where(Offer.unit_id.in_(units)).order_by(Offer.id.desc())).all()
    return sorted(found, key=lambda offer: offer.status not in EDITABLE)


def withdraw_offer(session: Session, person: Person, offer_id: int) -> Offer:
    """Take an offer back; pairs at work go on, those who asked are told and the next in their order is asked."""
    offer = own_offer(session, person, offer_id, lock=True)
    move(offer, PostStatus.WITHDRAWN)
    offer.touch()
    duties.done(session, offer.subject)
    close_requests(session, offer, reason="offer_withdrawn")
    record(session, person, "offer_withdrawn", subject=offer.subject)
    return offer


def close_requests(session: Session, offer: Offer, *, reason: str) -> None:
    """Release what an offer that takes no more was considering, and let each asker's order roll on.

    Requests still in a queue find the offer closed when their turn comes; leaving them alone here keeps the order of
    locks (an offer, then needs considered by it), so that two incubators accepting at once never wait in a circle.
    """
    query = select(Request).where(Request.offer_id == offer.id, Request.status.in_(CONSIDERED))
    for request in session.scalars(query.order_by(Request.need_id)).all():
        need = request.need
        lock(session, need)
        session.refresh(request)
        if request.status in CONSIDERED:
            requests.release(session, request, reason=reason, quiet=True)
            next_request = requests.roll_on(session, need)
            requests.tell_asker(session, request, "request_released", next_request=next_request)


def show_again(session: Session, person: Person, offer_id: int) -> Offer:
    """Propose a hidden offer again: its unit has answered the call, or the office has spoken to it."""
    offer = find_offer(session, person, offer_id)
    if not oversees(session, person, offer.unit):
        own(session, person, offer)
    offer.hidden = False
    offer.touch()
    duties.done(session, offer.subject, "call_incubator")
    record(session, person, "offer_shown", subject=offer.subject)
    return offer


def free_place(session: Session, offer: Offer) -> None:
    """A pair of this offer has come to its end: its place is free again."""
    lock(session, offer)
    offer.taken = max(0, offer.taken - 1)
    offer.touch()
