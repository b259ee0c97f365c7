"""Requests: an incubatee asks incubators in an order of its own; one considers at a time. Knows no sentence.

Whoever changes requests of a need locks the need first, so that its order and its limit of three hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, move, moves, words_of
from models.exchange.posts import PostStatus
from models.oversight import duties
from models.registration.people import memberships, office_for, speakers
from models.registration.units import Standing, cooling
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell

if TYPE_CHECKING:
    from models.exchange.needs import Need
    from models.exchange.offers import Offer

ANSWER_DAYS, OFFICE_DAYS = 3, 1  # working days
MOST = 3  # requests of one need that may be open at a time
AT_LEAST, EACH_PLACE = 3, 2  # requests that may lie before one offer: so many for each free place


class RequestStatus(StrEnum):
    """待响应→已接受/婉拒/请补充/过期/撤回; queued ones wait for their turn in the asker's order."""

    QUEUED = "queued"
    PENDING = "pending"
    ASKED = "asked"  # the incubator wants to know more; the ball is with the incubatee
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"  # another incubator was faster, or the last place is gone


CONSIDERED = (RequestStatus.PENDING, RequestStatus.ASKED)
LIVE = (RequestStatus.QUEUED, *CONSIDERED)
moves(
    RequestStatus,
    {
        RequestStatus.QUEUED: {RequestStatus.PENDING, RequestStatus.WITHDRAWN, RequestStatus.RELEASED},
        RequestStatus.PENDING: {
            RequestStatus.ASKED,
            RequestStatus.ACCEPTED,
            RequestStatus.DECLINED,
            RequestStatus.EXPIRED,
            RequestStatus.WITHDRAWN,
            RequestStatus.RELEASED,
        },
        RequestStatus.ASKED: {
            RequestStatus.PENDING,
            RequestStatus.DECLINED,
            RequestStatus.EXPIRED,
            RequestStatus.WITHDRAWN,
            RequestStatus.RELEASED,
        },
        RequestStatus.EXPIRED: {RequestStatus.QUEUED},
    },
)


class Request(Base):
    """One need asked of one offer, `rank` in the asker's order; `match` keeps the score and reasons as they were shown.

    `reason` is why it ended: a decline code, or for an expired one whose silence it was (silent, unanswered).
    `shares_contact`: the asker agreed that this incubator gets name and phone once it accepts.
    """

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_due", "status", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"), index=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    rank: Mapped[int] = mapped_column(default=1)
    status: Mapped[RequestStatus] = mapped_column(words_of(RequestStatus), default=RequestStatus.PENDING)
    match: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str | None] = mapped_column(String(30))
    remark: Mapped[str | None] = mapped_column(Text)
    question: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)
    earlier: Mapped[list[Any]] = mapped_column(default=list)  # what was asked and answered before: {question, reply}
    shares_contact: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    need: Mapped[Need] = relationship()
    offer: Mapped[Offer] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def subject(self) -> str:
        return f"request:{self.id}"

    @property
    def awaited(self) -> bool:
        """Whether it is the incubator's turn: asked for an answer, and the need is not just being changed."""
        return self.status is RequestStatus.PENDING and self.due_at is not None

    @property
    def readers(self) -> set[int]:
        """The units that know of it: one that waits in line behind another does not."""
        asked = self.due_at is not None or self.status in CONSIDERED
        return {self.need.unit_id} | ({self.offer.unit_id} if asked else set())


def find_request(session: Session, person: Person, request_id: int) -> Request:
    """A request for those who ask and, once it was put before them, those who are asked; Refused for anybody else."""
    request = session.get(Request, request_id)
    own = {one.unit_id for one in memberships(session, person)}
    if request is None or not own & request.readers:
        raise Refused("not_found")
    return request


def requests_of(
    session: Session, need: Need, status: Iterable[RequestStatus] = tuple(RequestStatus)
) -> Sequence[Request]:
    """The requests of a need in the asker's order."""
    return session.scalars(_OF_NEED, {"need_id": need.id, "status": tuple(status)}).all()


_OF_NEED = (
    select(Request)
    .where(Request.need_id == bindparam("need_id"), Request.status.in_(bindparam("status", expanding=True)))
    .order_by(Request.rank, Request.id)
)


def open_to(offer: Offer) -> bool:
    """Whether an offer can take one more incubatee now."""
    shown = offer.status is PostStatus.PUBLISHED and not offer.hidden
    return shown and offer.taken < offer.capacity and offer.unit.as_incubator is Standing.ACTIVE


def before_offers(session: Session, offers: Iterable[int]) -> Mapping[int, int]:
    """How many requests lie before each of these offers now."""
    rows = session.execute(_BEFORE, {"offers": tuple(offers)})
    return {row.offer_id: row.n for row in rows}


_BEFORE = (
    select(Request.offer_id, func.count().label("n"))
    .where(Request.offer_id.in_(bindparam("offers", expanding=True)), Request.status.in_(CONSIDERED))
    .group_by(Request.offer_id)
)


def room_for(offer: Offer) -> int:
    """How many requests may lie before an offer at a time: two for each free place, three at least.

    Who asks at the same moment as another may be one more.
    """
    return max(AT_LEAST, EACH_PLACE * offer.free)


def _takes(session: Session, need: Need, offer: Offer) -> bool:
    """Whether an offer can be asked for a need now; one that the office recommends may be, however many wait."""
    waiting = before_offers(session, [offer.id]).get(offer.id, 0)
    return waiting < room_for(offer) or offer.id == need.pinned_offer_id


def put_before(session: Session, request: Request) -> None:
    """It is this incubator's turn: three working days to answer."""
    move(request, RequestStatus.PENDING)
    hand_answer(session, request)
    for reader in speakers(session, request.offer.unit):
        once = f"request_received:{request.id}:{request.asked_at.isoformat()}"
        about: dict[str, Any] = {"subject": request.subject, "once": once, "request": request}
        tell(session, reader, "request_received", kind=Kind.REQUEST, **about)


def hand_answer(session: Session, request: Request) -> None:
    """Give the incubator three full working days from now."""
    request.asked_at = clock.now()
    request.due_at = calendar.add_working_days(request.asked_at, ANSWER_DAYS)
    duties.hand(
        session,
        "answer_request",
        request.subject,
        unit=request.offer.unit,
        due_at=request.due_at,
        remind=(1, ANSWER_DAYS),
        incubatee=request.need.unit.name,
    )


def roll_on(session: Session, need: Need) -> Request | None:
    """Ask the next incubator in the asker's order, if nobody is considering the need; the one asked, if any.

    One that the office has ruled out since, or before which too many lie already, is passed over. When nobody is left,
    the city office has one working day: never a dead end. While its unit is cooling, the order waits.
    """
    if need.status is not PostStatus.PUBLISHED or requests_of(session, need, CONSIDERED):
        return None
    queued = requests_of(session, need, (RequestStatus.QUEUED,))
    if queued and cooling(session, need.unit_id):
        return None
    for request in queued:
        if request.offer_id in need.barred_offers:
            request.reason = "ruled_out"
        elif not open_to(request.offer):
            request.reason = "no_places"
        elif not _takes(session, need, request.offer):
            request.reason = "many_wait"
        else:
            put_before(session, request)
            return request
        move(request, RequestStatus.RELEASED)
    call_office(session, need)
    return None


def rests(session: Session, need: Need) -> bool:
    """Whether what was chosen for a need waits for the day from which its unit is matched anew."""
    return bool(requests_of(session, need, (RequestStatus.QUEUED,))) and cooling(session, need.unit_id) is not None


def call_office(session: Session, need: Need, *, days: int = OFFICE_DAYS) -> None:
    """Put a need before the city office to find an incubator; where it has nobody, before the association."""
    city = need.unit.city
    duties.hand(
        session,
        "find_candidate",
        need.subject,
        office=office_for(session, city),
        city=city,
        due_at=calendar.add_working_days(clock.now(), days),
        incubatee=need.unit.name,
    )


def release(
    session: Session, request: Request, *, reason: str, to: RequestStatus = RequestStatus.RELEASED, quiet: bool = False
) -> None:
    """End an open request that the incubator need not answer any more, and say so if it knew of it."""
    known = request.status in CONSIDERED
    move(request, to)
    request.reason = reason
    request.answered_at = clock.now()
    duties.done(session, request.subject)
    if known and not quiet:
        for reader in speakers(session, request.offer.unit):
            tell(session, reader, "request_gone", kind=Kind.CALL, once=f"request_gone:{request.id}", request=request)


def release_all(session: Session, need: Need, *, reason: str) -> None:
    """End every open request of a need."""
    for request in requests_of(session, need, LIVE):
        release(session, request, reason=reason)


def pause(session: Session, need: Need) -> None:
    """While a changed need is under review nobody's clock runs; `resume` starts it anew."""
    for request in requests_of(session, need, CONSIDERED):
        duties.done(session, request.subject)
        request.due_at = None


def resume(session: Session, need: Need) -> bool:
    """Put the changed need before the incubator that was considering it, and say what changed; False if none was."""
    considered = requests_of(session, need, CONSIDERED)
    for request in considered:
        if request.status is RequestStatus.ASKED:
            request.status = RequestStatus.PENDING
        hand_answer(session, request)
        for reader in speakers(session, request.offer.unit):
            once = f"need_changed:{need.id}:{need.version}:{request.id}"
            about: dict[str, Any] = {"subject": request.subject, "once": once, "request": request}
            tell(session, reader, "need_changed", kind=Kind.REQUEST, **about)
    return bool(considered)


def tell_asker(session: Session, request: Request, template: str, *, next_request: Request | None) -> None:
    """Say to the asker what became of a request and who is asked next; without a next one the office looks on.

    Those that `wait` are asked on the day from which the unit is matched anew.
    """
    wait = next_request is None and rests(session, request.need)
    for reader in speakers(session, request.need.unit):
        once = f"{template}:{request.id}:{request.asked_at.isoformat()}"
        tell(session, reader, template, once=once, request=request, next_request=next_request, wait=wait)
