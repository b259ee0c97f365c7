"""The asker's side: an incubatee picks incubators in its order, answers their questions, takes back, asks again.

Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from models.base import Refused, lock, move
from models.exchange.candidates import Candidate, candidate_of, kept_apart
from models.exchange.needs import Need, own_need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import (
    CONSIDERED,
    LIVE,
    MOST,
    Request,
    RequestStatus,
    find_request,
    hand_answer,
    release,
    requests_of,
    roll_on,
)
from models.oversight import duties
from models.registration.people import speakers, speaks_for
from models.registration.units import Standing
from models.system import clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

REVIVES = timedelta(days=30)


def ask(
    session: Session, person: Person, *, need_id: int, offer_ids: Sequence[int], consent: bool | None = None
) -> list[Request]:
    """Ask incubators for a published need, in the order given and after those asked before; at most three at a time.

    The first is asked at once, each of the others when the one before it did not come to anything. `consent`: whether
    the one that accepts may be given the asker's name and phone. What was asked already is not asked twice.
    """
    need = own_need(session, person, need_id, lock=True)
    if need.status is not PostStatus.PUBLISHED:
        raise Refused("need_not_public", need=need)
    if need.unit.as_incubatee is not Standing.ACTIVE:
        raise Refused("unit_frozen")
    before = requests_of(session, need)
    waiting = {request.offer_id for request in before if request.status in LIVE}
    fresh = [offer_id for offer_id in dict.fromkeys(offer_ids) if offer_id not in waiting]
    if len(waiting) + len(fresh) > MOST:
        raise Refused("three_asked")
    made = [_request(session, need, offer_id, before) for offer_id in fresh]
    for rank, request in enumerate(made, max((one.rank for one in before), default=0) + 1):
        request.rank, request.person, request.shares_contact = rank, person, bool(consent)
        session.add(request)
    session.flush()
    duties.done(session, need.subject)
    roll_on(session, need)
    for request in made:
        record(session, person, "request_made", subject=request.subject, shares_contact=request.shares_contact)
    asked = requests_of(session, need, LIVE)
    tell(session, person, "requests_made", kind=Kind.REPLY, need=need, requests=asked)
    return made


def _request(session: Session, need: Need, offer_id: int, before: Sequence[Request]) -> Request:
    """A request in the queue: a new one, or the one to the same offer that passed in silence."""
    offer = session.get(Offer, offer_id)
    if offer is None or offer.published_at is None:
        raise Refused("not_found")
    if why := kept_apart(session, need, offer):
        raise Refused(f"apart_{why}", offer=offer)
    own = [one for one in before if one.offer_id == offer_id]
    if any(one.status is RequestStatus.DECLINED for one in own):
        raise Refused("declined_before", offer=offer)
    candidate = _askable(session, need, offer)
    for request in own:
        if request.status is RequestStatus.EXPIRED:
            move(request, RequestStatus.QUEUED)
            request.reason, request.match = None, candidate.kept()
            return request
    return Request(need=need, offer=offer, status=RequestStatus.QUEUED, match=candidate.kept())


def _askable(session: Session, need: Need, offer: Offer, *, own: bool = False) -> Candidate:
    """How an offer fits that can be asked now; Refused where it cannot, or too many wait (`own`: told its own unit)."""
    candidate = candidate_of(session, need, offer.id)
    if candidate is None:
        raise Refused("offer_taken", offer=offer)
    if candidate.full:
        raise Refused("many_wait", offer=offer, waiting=candidate.waiting, need=need, own=own)
    return candidate


def own_request(session: Session, person: Person, request_id: int) -> Request:
    """A request for those who speak for the incubatee, its need locked; Refused for anybody else."""
    request = find_request(session, person, request_id)
    if not speaks_for(session, person, request.need.unit):
        raise Refused("not_found")
    lock(session, request.need)
    session.refresh(request)
    return request


def answer_question(session: Session, person: Person, *, request_id: int, reply: str) -> Request:
    """Answer what an incubator wanted to know; the ball goes back to it with three full working days."""
    request = own_request(session, person, request_id)
    if request.status is not RequestStatus.ASKED:
        raise Refused("moved_on", status=f"requeststatus.{request.status}")
    request.reply = reply
    move(request, RequestStatus.PENDING)
    duties.done(session, request.subject)
    hand_answer(session, request)
    record(session, person, "question_answered", subject=request.subject)
    for reader in speakers(session, request.offer.unit):
        tell(session, reader, "question_answered", kind=Kind.REQUEST, subject=request.subject, request=request)
    tell(session, person, "reply_passed_on", kind=Kind.REPLY, request=request)
    return request


def take_back(session: Session, person: Person, *, request_id: int) -> Request:
    """Take a request back; the next in the order is asked."""
    request = own_request(session, person, request_id)
    release(session, request, reason="withdrawn", to=RequestStatus.WITHDRAWN)
    record(session, person, "request_withdrawn", subject=request.subject)
    next_request = roll_on(session, request.need)
    tell(session, person, "request_withdrawn", kind=Kind.REPLY, request=request, next_request=next_request)
    return request


def revive(session: Session, person: Person, *, request_id: int) -> Request:
    """Ask again what passed in silence, within thirty days and while a place is free; who speaks for either side may.

    It takes its place at the end of the asker's order, and is asked at once when nobody else is considering the need.
    """
    request = find_request(session, person, request_id)
    asks, answers = (speaks_for(session, person, unit) for unit in (request.need.unit, request.offer.unit))
    if not asks and not answers:
        raise Refused("not_found")
    lock(session, request.need)
    session.refresh(request)
    need = request.need
    if request.status is not RequestStatus.EXPIRED:
        raise Refused("moved_on", status=f"requeststatus.{request.status}")
    if request.due_at is None or clock.now() - request.due_at > REVIVES or need.status is not PostStatus.PUBLISHED:
        raise Refused("too_late_to_revive")
    if len(requests_of(session, need, LIVE)) >= MOST:
        raise Refused("three_asked")
    _askable(session, need, request.offer, own=answers)
    move(request, RequestStatus.QUEUED)
    request.reason = None
    request.rank = max(one.rank for one in requests_of(session, need)) + 1
    session.flush()
    duties.done(session, need.subject)
    roll_on(session, need)
    record(session, person, "request_revived", subject=request.subject)
    if request not in requests_of(session, need, CONSIDERED) or asks:
        tell(session, person, "request_revived", kind=Kind.REPLY, request=request)
    return request
