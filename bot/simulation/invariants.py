"""What must hold at any quiet moment, whatever people did: each rule is a query that lists what breaks it.

Knows the rows alone, so that it can be asked of any database of the programme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import CONSIDERED, LIVE, Request, RequestStatus
from models.incubation.checkins import Checkin, CheckinStatus
from models.incubation.concerns import Concern
from models.incubation.pairs import OVER, Pair, PairStatus
from models.incubation.proposals import Proposal
from models.incubation.sessions import SessionLog, SessionStatus
from models.incubation.undertakings import Undertaking
from models.oversight import duties, holding
from models.oversight.duties import Duty
from models.oversight.tickets import Ticket, TicketStatus
from models.registration.units import Standing, Unit
from models.system import calendar, clock
from models.system.letters import Delivery, Kind, Letter

MOST_PENDING = 3
LATE = timedelta(hours=1)  # how long a due letter may wait for the next sweep
Rule = Callable[[Session, datetime], Iterable[object]]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    """Declare an invariant; its name is what is told when it breaks."""
    RULES[check.__name__] = check
    return check


def broken(session: Session) -> list[str]:
    """Everything that breaks a rule now, as "rule: what", at most five of a rule."""
    now = clock.now()
    found = []
    for name, check in RULES.items():
        rows = list(check(session, now))
        found += [f"{name}: {row}" for row in rows[:5]]
        found += [f"{name}: {len(rows) - 5} more"] if len(rows) > 5 else []
    return found


def _open(*kinds: str) -> Select[str]:
    query = select(Duty.subject).where(Duty.done_at.is_(None))
    return query.where(Duty.kind.in_(kinds)) if kinds else query


@rule
def places_are_counted(session: Session, now: datetime) -> Iterator[object]:
    """An offer has as many places taken as it has pairs at work, and no more than it has."""
    used = select(Pair.offer_id, func.count().label("n")).where(Pair.status.not_in(OVER)).group_by(Pair.offer_id)
    pairs = {row.offer_id: row.n for row in session.execute(used)}
    for offer in session.execute(select(Offer.id, Offer.taken, Offer.capacity)):
        if offer.taken != pairs.get(offer.id, 0) or not 0 <= offer.taken <= offer.capacity:
            yield f"offer {offer.id} has {offer.taken} of {offer.capacity} taken and {pairs.get(offer.id, 0)} pairs"


@rule
def a_matched_need_has_a_pair(session: Session, now: datetime) -> Iterator[object]:
    """A need is matched exactly while one pair serves it."""
    pairs = select(Pair.need_id, func.count().label("n")).where(Pair.status.not_in(OVER)).group_by(Pair.need_id)
    served = {row.need_id: row.n for row in session.execute(pairs)}
    matched = set(session.scalars(select(Need.id).where(Need.status == PostStatus.MATCHED)))
    yield from (f"need {need} matched without a pair" for need in matched - set(served))
    yield from (f"need {need} served by {n}" for need, n in served.items() if n > 1 or need not in matched)


@rule
def at_most_three_are_asked(session: Session, now: datetime) -> Iterable[object]:
    """A need asks three incubators at a time at most."""
    asked = select(Request.need_id).where(Request.status.in_(LIVE)).group_by(Request.need_id)
    return session.scalars(asked.having(func.count() > MOST_PENDING))


@rule
def nobody_is_asked_for_a_need_that_is_not_public(session: Session, now: datetime) -> Iterable[object]:
    """Requests under way belong to needs that still look for somebody."""
    looking = (PostStatus.PUBLISHED, PostStatus.PENDING, PostStatus.RETURNED)
    query = select(Request.id).join(Need, Request.need_id == Need.id).where(Request.status.in_(LIVE))
    return session.scalars(query.where(Need.status.not_in(looking)))


@rule
def an_accepted_request_has_its_pair(session: Session, now: datetime) -> Iterable[object]:
    """What was accepted became a pair."""
    paired = select(Pair.request_id).where(Pair.request_id.is_not(None))
    query = select(Request.id).where(Request.status == RequestStatus.ACCEPTED, Request.id.not_in(paired))
    return session.scalars(query)


@rule
def nobody_is_paired_with_themselves(session: Session, now: datetime) -> Iterable[object]:
    """A unit does not incubate itself."""
    return session.scalars(select(Pair.number).where(Pair.incubator_id == Pair.incubatee_id))


@rule
def open_records_have_a_duty(session: Session, now: datetime) -> Iterator[object]:
    """Whatever waits for somebody says for whom."""
    held = set(session.scalars(_open()))
    waiting: list[tuple[str, Select[int]]] = [
        ("need", select(Need.id).where(Need.status.in_((PostStatus.PENDING, PostStatus.RETURNED)))),
        ("offer", select(Offer.id).where(Offer.status.in_((PostStatus.PENDING, PostStatus.RETURNED)))),
        ("request", select(Request.id).where(Request.status.in_(CONSIDERED), Request.due_at.is_not(None))),
        ("proposal", select(Proposal.id).where(Proposal.closed_at.is_(None))),
        ("ticket", select(Ticket.id).where(Ticket.status != TicketStatus.CLOSED)),
        ("checkin", select(Checkin.id).where(Checkin.status == CheckinStatus.OPEN, Checkin.closes_at > now)),
        (
            "session",
            select(SessionLog.id).where(SessionLog.status == SessionStatus.WAITING, SessionLog.answer_by > now),
        ),
        (
            "unit",
            select(Unit.id).where((Unit.as_incubatee == Standing.PENDING) | (Unit.as_incubator == Standing.PENDING)),
        ),
    ]
    for kind, query in waiting:
        for row in session.scalars(query):
            if f"{kind}:{row}" not in held and not (
                kind in ("need", "offer") and _waits_for_its_unit(session, kind, row)
            ):
                yield f"{kind} {row}"


def _waits_for_its_unit(session: Session, kind: str, row: int) -> bool:
    """Approved, and published once the unit is verified, which is a duty of its own."""
    post = session.get_one(Need, row) if kind == "need" else session.get_one(Offer, row)
    return bool(post.review.get("approved"))


@rule
def a_pair_at_work_has_a_duty(session: Session, now: datetime) -> Iterator[object]:
    """In every pair that is neither over nor paused it is somebody's turn."""
    at_work = select(Pair.id, Pair.number, Pair.status).where(Pair.status.not_in((*OVER, PairStatus.PAUSED)))
    held = set(session.scalars(_open().where(Duty.subject.like("pair:%") | Duty.subject.like("concern:%"))))
    own = {int(subject.partition(":")[2]) for subject in held if subject.startswith("pair:")}
    signing = _pairs_with_undertakings(session)
    for pair in session.execute(at_work):
        if pair.id not in own and pair.id not in signing:
            yield f"pair {pair.number} ({pair.status})"


def _pairs_with_undertakings(session: Session) -> set[int]:
    return set(session.scalars(select(Undertaking.pair_id).where(Undertaking.signed_at.is_(None))))


@rule
def no_term_is_forgotten(session: Session, now: datetime) -> Iterable[object]:
    """A month after its term a pair is over, is extended, or lies before somebody by name."""
    long_ago = calendar.local_day(now) - timedelta(days=31)
    at_work = Pair.status.not_in((*OVER, PairStatus.PAUSED)) & (Pair.ends_on < long_ago)
    asked = set(session.scalars(_open("review_term")))
    asked |= {f"pair:{one}" for one in session.scalars(select(Concern.pair_id).where(Concern.closed_at.is_(None)))}
    waiting = select(Proposal.pair_id).where(Proposal.closed_at.is_(None))
    asked |= {f"pair:{one}" for one in session.scalars(waiting)}
    pairs = session.execute(select(Pair.id, Pair.number).where(at_work)).all()
    return (f"pair {pair.number}" for pair in pairs if f"pair:{pair.id}" not in asked)


@rule
def every_duty_has_a_holder(session: Session, now: datetime) -> Iterator[object]:
    """Somebody can play every ball; a unit without people leaves that to an office's duty to find some."""
    found = duties.open_duties(session)
    held = holding.holders_of(session, [duty for duty in found if duties.of_people(duty)])
    empty = {subject.partition(":")[2] for subject in session.scalars(_open("replace_contact"))}
    for duty in found:
        if duties.of_people(duty) and not held[duty.id] and str(duty.unit_id) not in empty:
            yield f"{duty.kind} of {duty.subject}"


@rule
def letters_leave_in_time(session: Session, now: datetime) -> Iterable[object]:
    """No letter that is due waits longer than the sweep takes, none is lost and none spoiled."""
    late = (Letter.status == Delivery.QUEUED) & (Letter.due_at < now - LATE)
    query = select(Letter.id, Letter.template).where(late | Letter.status.in_((Delivery.DEAD, Delivery.UNKNOWN)))
    return (f"letter {row.id} ({row.template})" for row in session.execute(query))


@rule
def a_digest_comes_once_a_time(session: Session, now: datetime) -> Iterable[object]:
    """Nobody has two digests of one kind and moment."""
    query = select(Letter.person_id, Letter.template, Letter.due_at).where(Letter.kind == Kind.DIGEST)
    grouped = query.group_by(Letter.person_id, Letter.template, Letter.due_at).having(func.count() > 1)
    return (f"person {row.person_id} {row.template}" for row in session.execute(grouped))
