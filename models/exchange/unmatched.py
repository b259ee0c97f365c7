"""Needs that find nobody: first the city office, after fifteen working days the province. Knows no sentence.

The office sees candidates, pins one, rules one out; every five working days the asker reads how things stand.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused
from models.exchange.candidates import Candidate, candidate_of
from models.exchange.needs import Need
from models.exchange.posts import LOCK, PostStatus
from models.exchange.requests import LIVE, Request, call_office, requests_of
from models.exchange.review import hand_choice
from models.oversight import duties
from models.oversight.duties import Duty
from models.registration.people import Role, may_see, seats, speakers
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

EVERY, OFFICE_AFTER, PROVINCE_AFTER, DISPATCH_DAYS = 5, 5, 15, 5  # working days


def watched_need(session: Session, officer: Person, need_id: int, *, lock: bool = False) -> Need:
    """A need for an officer in whose scope it lies; Refused for anybody else, the unit's own people included."""
    need = session.get(Need, need_id, with_for_update=LOCK if lock else None, populate_existing=lock)
    if need is None or not seats(session, officer) or not may_see(session, officer, need.unit):
        raise Refused("not_found")
    return need


def to_place(session: Session, officer: Person) -> list[Need]:
    """Published needs in an officer's scope that nobody is considering, oldest first."""
    own = seats(session, officer)
    query = select(Need).join(Unit, Need.unit_id == Unit.id).where(Need.status == PostStatus.PUBLISHED)
    if not any(seat.role in (Role.ASSOCIATION, Role.PROVINCE) for seat in own):
        query = query.where(Unit.city.in_([seat.city for seat in own if seat.role is Role.CITY]))
    considered = select(Request.need_id).where(Request.status.in_(LIVE))
    return list(session.scalars(query.where(Need.id.not_in(considered)).order_by(Need.published_at)))


def recommend(session: Session, officer: Person, *, need_id: int, offer_id: int) -> Candidate:
    """Recommend an incubator: it stands first on the incubatee's list, who is told and chooses."""
    need = watched_need(session, officer, need_id, lock=True)
    if need.status is not PostStatus.PUBLISHED:
        raise Refused("need_not_public", need=need)
    candidate = candidate_of(session, need, offer_id)
    if candidate is None:
        raise Refused("not_a_candidate")
    need.pinned_offer_id = offer_id
    duties.done(session, need.subject, "find_candidate")
    hand_choice(session, need)
    record(session, officer, "offer_recommended", subject=need.subject, offer=offer_id)
    for reader in speakers(session, need.unit):
        once = f"recommended:{need.id}:{offer_id}"
        tell(session, reader, "offer_recommended", once=once, need=need, candidate=candidate, officer=officer)
    return candidate


def rule_out(session: Session, officer: Person, *, need_id: int, offer_id: int) -> Need:
    """Rule an offer out for a need, or let it in again."""
    need = watched_need(session, officer, need_id, lock=True)
    barred = [one for one in need.barred_offers if one != offer_id]
    need.barred_offers = barred if offer_id in need.barred_offers else [*barred, offer_id]
    if need.pinned_offer_id == offer_id:
        need.pinned_offer_id = None
    record(
        session, officer, "offer_ruled_out", subject=need.subject, offer=offer_id, out=offer_id in need.barred_offers
    )
    return need


def hand_up(session: Session, officer: Person, *, need_id: int) -> Need:
    """Pass a need on to the province, which sends an expert of the service team."""
    need = watched_need(session, officer, need_id, lock=True)
    _ask_province(session, need)
    record(session, officer, "need_handed_up", subject=need.subject)
    return need


def waiting(session: Session, now: datetime) -> list[int]:
    """Published needs that nobody has taken, on the days on which something is due about them."""
    if not calendar.is_working_day(calendar.local_day(now)):
        return []
    since = calendar.closing(calendar.nth_working_day(now, -EVERY))
    query = select(Need).where(Need.status == PostStatus.PUBLISHED, Need.published_at <= since)
    return [need.id for need in session.scalars(query.order_by(Need.id)) if age(need, now) >= EVERY]


def age(need: Need, now: datetime) -> int:
    """Working days since a need went public."""
    return calendar.working_days_between(need.published_at, now) if need.published_at else 0


def look_after(session: Session, need_id: int, now: datetime) -> None:
    """Take the next step for a need that waits: the city office, then the province; and a line to the asker."""
    need = session.get_one(Need, need_id, with_for_update=LOCK)
    if need.status is not PostStatus.PUBLISHED:
        return
    days = age(need, now)
    considering = bool(requests_of(session, need, LIVE))
    if days >= PROVINCE_AFTER and not _open(session, need, "send_expert"):
        _ask_province(session, need)
    elif days > OFFICE_AFTER and not considering and not _open(session, need, "find_candidate", "send_expert"):
        call_office(session, need, days=EVERY)
    fifth = days // EVERY * EVERY
    for reader in speakers(session, need.unit):
        once = f"unmatched:{need.subject}:{need.published_at}:{fifth}"
        tell(
            session,
            reader,
            "need_still_open",
            kind=Kind.CALL,
            once=once,
            subject=need.subject,
            need=need,
            days=fifth,
            considering=considering,
            choosing=_open(session, need, "choose_incubator"),
        )


def _open(session: Session, need: Need, *kinds: str) -> bool:
    query = select(Duty.id).where(Duty.subject == need.subject, Duty.kind.in_(kinds), Duty.done_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def _ask_province(session: Session, need: Need) -> None:
    duties.hand(
        session,
        "send_expert",
        need.subject,
        office=Role.PROVINCE,
        city=need.unit.city,
        due_at=calendar.add_working_days(clock.now(), DISPATCH_DAYS),
        incubatee=need.unit.name,
    )
