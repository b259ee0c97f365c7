"""Whose turn it is: every open record, and the duties or the stated reason that must stand behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange.classes import ClassStatus, GroupClass
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus, verified
from models.exchange.requests import CONSIDERED, LIVE, Request, RequestStatus, requests_of
from models.incubation.checkins import Checkin, CheckinStatus
from models.incubation.concerns import Cause, Concern, open_concern
from models.incubation.pairs import OVER, Pair, PairStatus
from models.incubation.progress import open_duties
from models.incubation.sessions import SessionLog, SessionStatus
from models.incubation.undertakings import Undertaking
from models.oversight import duties
from models.oversight.duties import Duty
from models.oversight.tickets import OPEN as OPEN_TICKETS
from models.oversight.tickets import Ticket
from models.registration.joining import Joining, JoiningStatus
from models.registration.people import memberships
from models.registration.registering import DUTY
from models.registration.units import Side, Standing, Unit

NEED_KINDS = ("choose_incubator", "find_candidate", "send_expert")


class Balls:
    """The open duties by subject."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.open = list(session.scalars(select(Duty).where(Duty.done_at.is_(None))))
        self.kinds: dict[str, set[str]] = defaultdict(set)
        for duty in self.open:
            self.kinds[duty.subject].add(duty.kind)

    def held(self, subject: str, *kinds: str) -> bool:
        found = self.kinds.get(subject, set())
        return bool(found & set(kinds)) if kinds else bool(found)


def ownerless(session: Session) -> Iterator[str]:
    """Every record that waits for nobody."""
    balls = Balls(session)
    for look in (_posts, _requests, _pairs, _sessions, _tickets, _units, _others, _duties):
        yield from look(session, balls)


def _posts(session: Session, balls: Balls) -> Iterator[str]:
    for post in [*session.scalars(select(Need)), *session.scalars(select(Offer))]:
        owned = True
        if post.status is PostStatus.PENDING:
            waits = bool(post.review.get("approved"))  # for its unit; published within a quarter of an hour after it
            owned = balls.held(post.subject, "review_post") or (waits and (verified(post) or _unit(balls, post.unit)))
        elif post.status is PostStatus.RETURNED:
            owned = balls.held(post.subject, "fix_post")
        elif post.status is PostStatus.DRAFT:
            owned = balls.held(post.subject, "confirm_proxy")
        elif isinstance(post, Need) and post.status is PostStatus.PUBLISHED:
            owned = balls.held(post.subject, *NEED_KINDS) or bool(requests_of(session, post, LIVE))
        if not owned:
            yield f"{post.subject} is {post.status} and waits for nobody: {balls.kinds.get(post.subject)}"


def _unit(balls: Balls, unit: Unit) -> bool:
    """Whether somebody sees to a unit that does not stand verified; a frozen one is thawed by the association."""
    frozen = Standing.FROZEN in (unit.as_incubatee, unit.as_incubator)
    kinds = (*DUTY.values(), "fix_unit")
    return frozen or balls.held(f"unit:{unit.id}", *kinds) or balls.held(f"relation:{unit.id}", "confirm_relation")


def _requests(session: Session, balls: Balls) -> Iterator[str]:
    for one in session.scalars(select(Request).where(Request.status.in_(LIVE))):
        paused = one.need.status is not PostStatus.PUBLISHED  # while the changed need is read again
        if one.status is RequestStatus.QUEUED:
            cooling = one.need.unit.rematch_on is not None  # asked by itself on that day
            owned = paused or cooling or bool(requests_of(session, one.need, CONSIDERED))
        else:
            kind = "answer_request" if one.status is RequestStatus.PENDING else "answer_question"
            owned = paused or balls.held(one.subject, kind)
        if not owned:
            yield f"{one.subject} of {one.need.subject} is {one.status} and waits for nobody"


def _pairs(session: Session, balls: Balls) -> Iterator[str]:
    for pair in session.scalars(select(Pair).where(Pair.status.not_in(OVER))):
        if pair.status is PairStatus.SIGNING and not open_duties(session, [pair]):
            yield f"pair {pair.number} is being agreed and waits for nobody"
        if pair.proposed_at is not None and not balls.held(f"pair:{pair.id}", "lock_baseline"):
            yield f"the goals of pair {pair.number} wait for nobody"
    for promise in session.scalars(select(Undertaking).where(Undertaking.signed_at.is_(None))):
        pair = session.get_one(Pair, promise.pair_id)
        there = any(one.unit_id == promise.unit_id for one in memberships(session, promise.person))
        if there and pair.status not in OVER and not balls.held(f"undertaking:{promise.id}"):
            yield f"undertaking {promise.id} of pair {pair.number} is not asked for"
    for concern in session.scalars(select(Concern).where(Concern.closed_at.is_(None))):
        if not balls.held(concern.subject):
            yield f"{concern.subject} ({concern.cause}) is open and waits for nobody"


def _sessions(session: Session, balls: Balls) -> Iterator[str]:
    asking = SessionLog.status.in_((SessionStatus.WAITING, SessionStatus.DISPUTED))
    for one in session.scalars(select(SessionLog).where(asking)):
        referred = open_concern(session, one.pair, Cause.DISPUTE, record_id=one.id) is not None
        if one.pair.status not in OVER and not balls.held(one.subject) and not referred:
            yield f"{one.subject} is {one.status} and waits for nobody"
    for checkin in session.scalars(select(Checkin).where(Checkin.status == CheckinStatus.OPEN)):
        called = open_concern(session, checkin.pair, Cause.TWO_MISSES) is not None
        if not balls.held(checkin.subject, "answer_checkin") and not called:
            yield f"{checkin.subject} is open and waits for nobody"


def _tickets(session: Session, balls: Balls) -> Iterator[str]:
    for ticket in session.scalars(select(Ticket).where(Ticket.status.in_(OPEN_TICKETS))):
        if not balls.held(f"ticket:{ticket.id}"):
            yield f"ticket {ticket.number} is {ticket.status} and waits for nobody"


def _units(session: Session, balls: Balls) -> Iterator[str]:
    for unit in session.scalars(select(Unit)):
        for side in Side:
            standing = unit.standing(side)
            if standing is Standing.PENDING:
                owned = balls.held(f"unit:{unit.id}", DUTY[side]) or balls.held(f"relation:{unit.id}")
            else:
                owned = standing is not Standing.RETURNED or balls.held(f"unit:{unit.id}", "fix_unit")
            if not owned:
                yield f"unit {unit.id} {unit.name} is {standing} as {side} and waits for nobody"
    for joining in session.scalars(select(Joining).where(Joining.status == JoiningStatus.ASKED)):
        if not balls.held(f"joining:{joining.id}", "confirm_member"):
            yield f"joining {joining.id} of {joining.unit.name} waits for nobody"


def _others(session: Session, balls: Balls) -> Iterator[str]:
    waiting = GroupClass.status.in_((ClassStatus.PROPOSED, ClassStatus.INVITED))
    for group in session.scalars(select(GroupClass).where(waiting)):
        if not balls.held(group.subject):
            yield f"{group.subject} is {group.status} and waits for nobody"


def _duties(session: Session, balls: Balls) -> Iterator[str]:
    """A duty of a unit without anybody to write to needs somebody to find its new contact."""
    for duty in balls.open:
        if duties.holders(session, duty):
            continue
        looked_for = duty.unit_id is not None and balls.held(f"unit:{duty.unit_id}", "replace_contact")
        if not looked_for:
            yield f"nobody can do {duty.kind} of {duty.subject} (unit {duty.unit_id}, {duty.office} {duty.city})"
