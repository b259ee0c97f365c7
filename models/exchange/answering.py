"""The incubator's side: accept, decline with a reason, ask for more, or let the time pass. Knows no sentence.

A place is counted under a lock on the offer, and the need is locked after it, so the last place goes to one alone.
Pairs come to be one after the other, so that two units which accept each other at once do not close a circle.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import Refused, lock, move
from models.exchange.candidates import kept_apart
from models.exchange.needs import Need
from models.exchange.offers import Offer, close_requests
from models.exchange.posts import PostStatus
from models.exchange.requests import (
    CONSIDERED,
    Request,
    RequestStatus,
    find_request,
    release_all,
    roll_on,
    tell_asker,
)
from models.exchange.rivals import name_rival
from models.oversight import duties
from models.registration.people import memberships, office_for, speakers, speaks_for
from models.registration.units import Standing
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

if TYPE_CHECKING:
    from models.incubation.pairs import Pair

QUESTION_DAYS = 3  # working days for the incubatee to answer a question
SILENCE = timedelta(days=90)
SILENT_MOST = 3  # requests that may pass in silence within that time
CIRCLES = 7_100_002  # the kind of lock under which a pair comes to be
_ONE_BY_ONE = select(func.pg_advisory_xact_lock(CIRCLES))


def inbox(session: Session, person: Person) -> list[Request]:
    """The requests before a person's units: those that wait for their answer first, the most urgent ahead."""
    units = {one.unit_id for one in memberships(session, person)}
    query = select(Request).join(Offer, Request.offer_id == Offer.id).where(Offer.unit_id.in_(units))
    found = session.scalars(query.where(Request.status.in_(CONSIDERED)).order_by(Request.due_at, Request.id))
    return sorted(found, key=lambda request: not request.awaited)


def find_considered(session: Session, person: Person, request_id: int) -> Request:
    """A request that those who speak for the incubator have still to decide about; Refused for anybody else."""
    request = _find_asked(session, person, request_id)
    _refuse_decided(request)
    return request


def _find_asked(session: Session, person: Person, request_id: int) -> Request:
    request = find_request(session, person, request_id)
    if not speaks_for(session, person, request.offer.unit):
        raise Refused("not_found")
    return request


def _refuse_decided(request: Request) -> None:
    if request.status not in CONSIDERED:
        raise Refused("moved_on", status=f"requeststatus.{request.status}")


def asked_request(session: Session, person: Person, request_id: int) -> Request:
    """A request for those who speak for the incubator, its offer and need locked; Refused for anybody else."""
    request = _find_asked(session, person, request_id)
    _lock(session, request)
    return request


def _lock(session: Session, request: Request) -> None:
    lock(session, request.offer)
    lock(session, request.need)
    session.refresh(request)


def accept(session: Session, person: Person, *, request_id: int, shown: int | None = None) -> Pair:
    """Take an incubatee in: one place counted, the pair formed, every other request of the need released at once.

    `shown`: the version of the need that was read; Refused when it has been changed since.
    """
    from models.incubation.pairs import form_pair  # pairs stand on requests

    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer
        session.execute(_ONE_BY_ONE)  # before any row is locked, so that nobody who holds it waits for a row
    request = asked_request(session, person, request_id)
    need, offer = request.need, request.offer
    _refuse_accept(session, request)
    if shown is not None and shown != need.version:
        raise Refused("need_changed", request=request)
    move(request, RequestStatus.ACCEPTED)
    request.answered_at = clock.now()
    offer.taken += 1
    offer.touch()
    move(need, PostStatus.MATCHED)
    duties.done(session, request.subject)
    duties.done(session, need.subject)
    release_all(session, need, reason="matched_elsewhere")
    record(session, person, "request_accepted", subject=request.subject)
    pair = form_pair(session, person, request=request)
    if offer.free == 0:
        close_requests(session, offer, reason="no_places")
    return pair


def _refuse_accept(session: Session, request: Request) -> None:
    """Say why an acceptance comes too late or may not be."""
    need, offer = request.need, request.offer
    if request.status is RequestStatus.RELEASED and request.reason == "no_places":
        raise Refused("no_places_left", offer=offer)
    if request.status is not RequestStatus.PENDING:
        raise Refused("moved_on", status=f"requeststatus.{request.status}")
    if need.status is not PostStatus.PUBLISHED:
        raise Refused("need_under_review")
    if offer.free == 0:
        raise Refused("no_places_left", offer=offer)
    if offer.unit.as_incubator is not Standing.ACTIVE:
        raise Refused("unit_frozen")
    if need.unit.as_incubatee is not Standing.ACTIVE:
        raise Refused("other_unit_frozen")
    if why := kept_apart(session, need, offer):
        raise Refused(f"apart_{why}", offer=offer)


def decline(session: Session, person: Person, *, request_id: int, reason: str, remark: str | None = None) -> Request:
    """Decline with a reason code; the next incubator in the asker's order is asked, or the city office looks on."""
    request = asked_request(session, person, request_id)
    _refuse_decided(request)
    move(request, RequestStatus.DECLINED)
    request.reason, request.remark, request.answered_at = reason, remark, clock.now()
    request.offer.touch()
    if reason == "competitor":
        name_rival(session, request.offer.unit, request.need.unit)
    duties.done(session, request.subject)
    record(session, person, "request_declined", subject=request.subject, reason=reason)
    next_request = roll_on(session, request.need)
    tell_asker(session, request, "request_declined", next_request=next_request)
    tell(session, person, "decline_noted", kind=Kind.REPLY, request=request)
    return request


def ask_more(session: Session, person: Person, *, request_id: int, question: str) -> Request:
    """Ask the incubatee for more; the incubator's clock stands still until it answers."""
    request = asked_request(session, person, request_id)
    if request.status is not RequestStatus.PENDING:
        raise Refused("moved_on", status=f"requeststatus.{request.status}")
    move(request, RequestStatus.ASKED)
    if request.reply is not None:
        request.earlier = [*request.earlier, {"question": request.question, "reply": request.reply}]
    request.question, request.reply = question, None
    request.due_at = calendar.add_working_days(clock.now(), QUESTION_DAYS)
    duties.done(session, request.subject)
    duties.hand(
        session,
        "answer_question",
        request.subject,
        unit=request.need.unit,
        due_at=request.due_at,
        remind=(1, QUESTION_DAYS),
        incubator=request.offer.unit.name,
    )
    record(session, person, "question_asked", subject=request.subject)
    for reader in speakers(session, request.need.unit):
        tell(session, reader, "question_asked", kind=Kind.REQUEST, subject=request.subject, request=request)
    tell(session, person, "question_passed_on", kind=Kind.REPLY, request=request)
    return request


# silence


def overdue(session: Session, now: datetime) -> list[int]:
    """Requests whose time has passed without an answer, while their need is public."""
    query = select(Request.id).join(Need).where(Request.status.in_(CONSIDERED), Request.due_at <= now)
    return list(session.scalars(query.where(Need.status == PostStatus.PUBLISHED).order_by(Request.due_at)))


def expire(session: Session, request_id: int, now: datetime) -> None:
    """Close a request that passed in silence, tell both sides how to take it up again, and ask the next."""
    request = session.get_one(Request, request_id)
    _lock(session, request)
    if request.status not in CONSIDERED or request.due_at is None or request.due_at > now:
        return
    silent = request.status is RequestStatus.PENDING
    move(request, RequestStatus.EXPIRED)
    request.reason = "silent" if silent else "unanswered"
    duties.done(session, request.subject)
    next_request = roll_on(session, request.need)
    tell_asker(session, request, "request_expired", next_request=next_request)
    for reader in speakers(session, request.offer.unit):
        once = f"request_missed:{request.id}:{request.asked_at.isoformat()}"
        tell(session, reader, "request_missed", kind=Kind.CALL, once=once, request=request)
    if silent:
        _count_silence(session, request.offer, now)


def _count_silence(session: Session, offer: Offer, now: datetime) -> None:
    """Three requests passed in silence within ninety days hide the offer, and its city office is asked to call."""
    offer.touch()
    silences = select(func.count()).select_from(Request).where(Request.offer_id == offer.id, Request.reason == "silent")
    passed = session.scalar(silences.where(Request.due_at > now - SILENCE)) or 0
    if passed < SILENT_MOST or offer.hidden:
        return
    offer.hidden = True
    city = offer.unit.city
    duties.hand(
        session,
        "call_incubator",
        offer.subject,
        office=office_for(session, city),
        city=city,
        due_at=calendar.add_working_days(now, 2),
        incubator=offer.unit.name,
    )
    for reader in speakers(session, offer.unit):
        tell(session, reader, "offer_hidden", kind=Kind.CALL, subject=offer.subject, offer=offer)
