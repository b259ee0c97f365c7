"""Asking for more, or offering more: what one change to a published need or offer would open, and making that change.

Such a change leaves the words that were reviewed as they are, so it holds at once. Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from models import vocabulary
from models.base import Base, Refused
from models.exchange.candidates import OPENINGS, candidates, need_texts, offer_texts
from models.exchange.matching import Rules
from models.exchange.matching_hints import Hint, Pool
from models.exchange.needs import Need, own_need
from models.exchange.offers import ONLINE, Offer, own_offer
from models.exchange.plans import pool
from models.exchange.posts import PostStatus, keep_version
from models.exchange.requests import LIVE, requests_of
from models.exchange.review import hand_choice
from models.registration.people import memberships
from models.registration.units import Standing, Unit
from models.system import calendar
from models.system.accounts import Person
from models.system.marks import record

NEWEST = 400  # needs looked at for what offers miss
KEPT = 2  # hints for an offer


# a need


def broaden(session: Session, person: Person, *, need_id: int, change: str, on: bool = True) -> Need:
    """Accept online sessions, or let one's people travel to other cities (or no more, `on` false)."""
    need = own_need(session, person, need_id, lock=True)
    if need.status is not PostStatus.PUBLISHED:
        raise Refused("need_not_public", need=need)
    if change not in OPENINGS:
        raise Refused("not_found")
    before = need.content()
    if change == "online":
        need.forms = [*(form for form in need.forms if form != ONLINE), *([ONLINE] if on else [])]
    else:
        need.travels = on
    if need.content() == before:
        return need
    need.version += 1
    keep_version(session, need)
    record(session, person, "need_broadened", subject=need.subject, change=change, on=on, version=need.version)
    if any(not one.full for one in candidates(session, need)) and not requests_of(session, need, LIVE):
        hand_choice(session, need)
    return need


# an offer


class OfferHint(Base):
    """A method or trade (`kind`, `code`) that would make an offer fit these needs besides; found anew every night."""

    __tablename__ = "offer_hints"
    __table_args__ = (UniqueConstraint("offer_id", "kind", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    need_ids: Mapped[list[Any]] = mapped_column(default=list)
    offer: Mapped[Offer] = relationship()


def tonight(session: Session, now: datetime) -> list[str]:
    """The one matter of the nightly look."""
    return [calendar.local_day(now).isoformat()]


def read_offers(session: Session, night: str, now: datetime) -> Pool:
    """The public offers with places, and the newest needs that nobody is considering."""
    query = select(Offer).join(Unit, Offer.unit_id == Unit.id).options(joinedload(Offer.unit)).order_by(Offer.id)
    query = query.where(Offer.status == PostStatus.PUBLISHED, Offer.hidden.is_(False), Offer.taken < Offer.capacity)
    offers = session.scalars(query.where(Unit.as_incubator == Standing.ACTIVE)).all()
    needs = session.scalars(pool(None).options(joinedload(Need.unit)).order_by(Need.id.desc()).limit(NEWEST)).all()
    return offer_texts(session, offers), need_texts(session, needs), Rules(today=calendar.local_day(now))


def keep_hints(session: Session, night: str, now: datetime, found: Mapping[str, Sequence[Hint]]) -> None:
    """Keep tonight's hints in place of the old ones; for an offer to any trade a trade more would be one less."""
    session.execute(delete(OfferHint))
    for offer_id, hints in found.items():
        offer = session.get_one(Offer, int(offer_id))
        sound = [hint for hint in hints if hint.kind == "method" or offer.industries]
        for hint in sound[:KEPT]:
            need_ids = sorted(int(need_id) for need_id in hint.ids)
            session.add(OfferHint(offer_id=offer.id, kind=hint.kind, code=hint.detail, need_ids=need_ids))


def hints_of(session: Session, person: Person) -> list[OfferHint]:
    """Hints for the public offers of a person's units, those that open most first."""
    units = {one.unit_id for one in memberships(session, person)}
    query = select(OfferHint).join(Offer, OfferHint.offer_id == Offer.id).where(Offer.unit_id.in_(units))
    found = session.scalars(query.where(Offer.status == PostStatus.PUBLISHED)).all()
    return sorted(found, key=lambda hint: (-len(hint.need_ids), hint.id))


def find_hint(session: Session, person: Person, *, offer_id: int, kind: str, code: str) -> OfferHint:
    """A hint for those who speak for the offer's unit; Refused when it holds no more."""
    own_offer(session, person, offer_id)
    query = select(OfferHint).where(OfferHint.offer_id == offer_id, OfferHint.kind == kind, OfferHint.code == code)
    if (hint := session.scalars(query).one_or_none()) is None:
        raise Refused("hint_gone")
    return hint


def waiting_needs(session: Session, hint: OfferHint) -> Sequence[Need]:
    """The needs a hint speaks of that are still open."""
    return session.scalars(pool(None).where(Need.id.in_(hint.need_ids)).order_by(Need.id)).all()


def widen(session: Session, person: Person, *, offer_id: int, kind: str, code: str) -> Offer:
    """Teach a method or serve a trade more, as a hint proposed."""
    hint = find_hint(session, person, offer_id=offer_id, kind=kind, code=code)
    session.delete(hint)
    return _change(session, person, offer_id, kind, code, on=True)


def narrow(session: Session, person: Person, *, offer_id: int, kind: str, code: str) -> Offer:
    """Take that back."""
    return _change(session, person, offer_id, kind, code, on=False)


def _change(session: Session, person: Person, offer_id: int, kind: str, code: str, *, on: bool) -> Offer:
    offer = own_offer(session, person, offer_id, lock=True)
    if offer.status is not PostStatus.PUBLISHED:
        raise Refused("moved_on", status=f"poststatus.{offer.status}")
    column, known = ("methods", vocabulary.methods()) if kind == "method" else ("industries", vocabulary.industries())
    if code not in known:
        raise Refused("not_found")
    others = [one for one in getattr(offer, column) if one != code]
    setattr(offer, column, [*others, code] if on else others)
    offer.version += 1
    offer.touch()
    keep_version(session, offer)
    record(session, person, "offer_widened", subject=offer.subject, kind=kind, code=code, on=on, version=offer.version)
    return offer
