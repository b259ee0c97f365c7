"""The association's review: approve or return what units write, and publishing. Knows no sentence and no channel.

Only the association publishes (the notice, part four). A post of a unit that is not verified yet may be approved; it
goes public when the unit is verified.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, literal, or_, select
from sqlalchemy.orm import Session

from models.base import Refused, fetch, move
from models.exchange import requests, screening
from models.exchange.alike import alike
from models.exchange.candidates import Candidate, candidates, openings
from models.exchange.needs import Need, own_need
from models.exchange.offers import Offer, own_offer
from models.exchange.posts import OPEN, RESTING, TERM, Post, PostStatus, keep_version, review_by, verified
from models.exchange.requests import RequestStatus
from models.exchange.troubles import Trouble
from models.oversight import duties
from models.registration.people import Role, seats, speakers
from models.registration.units import Side, Standing, Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

KINDS: dict[str, type[Need] | type[Offer]] = {"need": Need, "offer": Offer}
CHOOSE_DAYS, FIX_DAYS = 5, 5  # working days for the writer
PING_PONG = 2  # returns after which a phone call is better


def post_of(session: Session, subject: str, *, lock: bool = False) -> Post:
    """The need or offer behind a subject such as need:17; Refused when there is none."""
    kind, _, number = subject.partition(":")
    if kind not in KINDS or not number.isdigit():
        raise Refused("not_found")
    table: type[Any] = KINDS[kind]
    post: Post | None = fetch(session, table, int(number), lock=lock)
    if post is None:
        raise Refused("not_found")
    return post


def find_post(session: Session, officer: Person, subject: str, *, lock: bool = False) -> Post:
    """A post for the association, which reviews it; Refused for anybody else."""
    if not any(seat.role is Role.ASSOCIATION for seat in seats(session, officer)):
        raise Refused("not_found")
    return post_of(session, subject, lock=lock)


def queue(session: Session) -> list[Post]:
    """What waits for review, oldest first."""
    waiting = [post for post in _posts(session, PostStatus.PENDING) if not post.review.get("approved")]
    return sorted(waiting, key=lambda post: (post.submitted_at, post.subject))


def _posts(session: Session, status: PostStatus) -> list[Post]:
    needs = session.scalars(select(Need).where(Need.status == status).order_by(Need.id))
    offers = session.scalars(select(Offer).where(Offer.status == status).order_by(Offer.id))
    return [*needs, *offers]


def flags(session: Session, post: Post) -> list[str]:
    """What a reviewer should look at: an unverified unit, secrets, a like need, too little said, many returns."""
    found = []
    if not verified(post):
        found.append("unverified")
    found += [f"secret_{kind}" for kind in screening.kinds(post.words)]
    if isinstance(post, Need) and alike(session, post.unit, text=post.trouble, industry=post.industry):
        found.append("similar")
    if Trouble(post.words).vague:
        found.append("vague")
    if post.review.get("returns", 0) >= PING_PONG:
        found.append("returned_often")
    return found


def approve(session: Session, officer: Person, subject: str, *, version: int | None = None) -> Post:
    """Approve a post as it was read (`version`); it goes public at once, or when its unit is verified."""
    post = _undecided(session, officer, subject, version)
    _decide(post, officer, "approved", approved=True)
    duties.done(session, subject, "review_post")
    record(session, officer, "post_approved", subject=subject, version=post.version)
    if verified(post):
        publish(session, post)
    else:
        for reader in speakers(session, post.unit):
            tell(session, reader, "post_waits_for_unit", once=f"waits:{subject}:{post.version}", post=post)
    return post


def send_back(
    session: Session,
    officer: Person,
    subject: str,
    *,
    reason: str,
    remark: str | None = None,
    version: int | None = None,
) -> Post:
    """Return a post to its writer with a reason code and a line; nothing typed is lost."""
    post = _undecided(session, officer, subject, version)
    move(post, PostStatus.RETURNED)
    returns = post.review.get("returns", 0) + 1
    _decide(post, officer, "returned", reason=reason, remark=remark, returns=returns)
    due_at = calendar.add_working_days(clock.now(), FIX_DAYS)
    duties.done(session, subject, "review_post")
    duties.hand(
        session,
        "fix_post",
        subject,
        unit=post.unit,
        due_at=due_at,
        remind=(2,),
        kind_of=subject.partition(":")[0],
    )
    record(session, officer, "post_returned", subject=subject, reason=reason, version=post.version)
    for reader in speakers(session, post.unit):
        once = f"post_returned:{subject}:{post.version}:{returns}"
        tell(session, reader, "post_returned", once=once, post=post, reason=reason, remark=remark, due_at=due_at)
    people, left = speakers(session, post.unit), len(queue(session))
    tell(session, officer, "return_noted", kind=Kind.REPLY, post=post, people=people, left=left)
    return post


def _undecided(session: Session, officer: Person, subject: str, version: int | None) -> Post:
    post = find_post(session, officer, subject, lock=True)
    if post.status is not PostStatus.PENDING or post.review.get("approved"):
        by = post.review.get("officer_id")
        raise Refused("decided_already", post=post, officer=session.get(Person, by) if by else None)
    if version is not None and version != post.version:
        raise Refused("changed_meanwhile", post=post)
    return post


def _decide(post: Post, officer: Person, decision: str, **more: Any) -> None:
    decided = {"decision": decision, "officer_id": officer.id, "at": clock.now().isoformat()}
    post.review = {**post.review, **decided, **more}


# going public


def publish(session: Session, post: Post) -> None:
    """Make a post public, keep this version of it, and tell those it concerns."""
    move(post, PostStatus.PUBLISHED)
    now = clock.now()
    post.published_at = post.published_at or now
    post.expires_at = now + TERM
    keep_version(session, post)
    record(session, None, "post_published", subject=post.subject, version=post.version)
    if isinstance(post, Need):
        _propose(session, post)
    if isinstance(post, Offer):
        post.touch()
        for reader in speakers(session, post.unit):
            once = f"published:{post.subject}:{post.version}:{post.expires_at.isoformat()}"
            tell(session, reader, "offer_published", once=once, offer=post)


def _propose(session: Session, need: Need) -> None:
    """The ball after a need went public: with the incubator considering it, the incubatee to choose, or the office."""
    queued = requests.requests_of(session, need, (RequestStatus.QUEUED,))
    asked = requests.resume(session, need) or bool(queued and requests.roll_on(session, need))
    if asked or requests.rests(session, need):
        for reader in speakers(session, need.unit):
            once = f"again:{need.subject}:{need.version}"
            tell(session, reader, "need_published_again", once=once, need=need, asked=asked)
        return
    found = candidates(session, need)
    if any(not one.full for one in found):
        hand_choice(session, need)
    else:
        found = []
        requests.call_office(session, need)
    _tell_candidates(session, need, found)


def _tell_candidates(session: Session, need: Need, found: Sequence[Candidate]) -> None:
    block = "need_published" if found else "need_published_alone"
    moment = need.expires_at.isoformat() if need.expires_at else ""
    wider = openings(session, need, found)
    for reader in speakers(session, need.unit):
        once = f"published:{need.subject}:{moment}:{reader.id}"
        tell(session, reader, block, once=once, need=need, candidates=found, openings=wider)


def hand_choice(session: Session, need: Need) -> None:
    """The incubatee's turn, and no longer an office's: choose among the candidates.

    Nobody is pressed to choose before the day from which the unit is matched anew.
    """
    for kind in ("find_candidate", "send_expert"):
        duties.done(session, need.subject, kind)
    duties.hand(
        session,
        "choose_incubator",
        need.subject,
        unit=need.unit,
        due_at=calendar.add_working_days(need.unit.cools_till or clock.now(), CHOOSE_DAYS),
        remind=() if need.unit.cools_till else (1, 3),
    )


def renew(session: Session, person: Person, subject: str) -> Post:
    """Let a post of one's own stand for another term, as it is: a public one, or one that rests."""
    kind, _, number = subject.partition(":")
    if not number.isdigit() or kind not in KINDS:
        raise Refused("not_found")
    find = own_need if kind == "need" else own_offer
    post: Post = find(session, person, int(number), lock=True)
    rests = post.status in RESTING
    if not rests and post.status is not PostStatus.PUBLISHED:
        raise Refused("moved_on", status=f"poststatus.{post.status}")
    if rests and not verified(post):
        raise Refused("unit_frozen")
    duties.done(session, subject, "renew_post")
    record(session, person, "post_renewed", subject=subject)
    if rests:
        post.published_at = None
        post.review = {key: value for key, value in post.review.items() if key != "expert"}
        publish(session, post)
    else:
        post.expires_at = clock.now() + TERM
    return post


def waiting_post(session: Session, unit: Unit, side: Side) -> tuple[Post | None, datetime | None]:
    """What a unit has written last on one side and not finished with, and until when the association decides on it."""
    kind: Any = Need if side is Side.INCUBATEE else Offer
    query = select(kind).where(kind.unit_id == unit.id, kind.status.in_(OPEN)).order_by(kind.id.desc())
    post: Post | None = session.scalars(query.limit(1)).first()
    return post, review_by(post) if post else None


# what the clock brings


def released_by_verification(session: Session, now: datetime) -> list[str]:
    """Approved posts whose unit has been verified since."""
    found = []
    for kind, stands in ((Need, Unit.as_incubatee), (Offer, Unit.as_incubator)):
        approved = kind.review["approved"].as_boolean()
        query = select(kind.id).join(Unit, kind.unit_id == Unit.id).where(kind.status == PostStatus.PENDING, approved)
        found += [f"{kind.kind}:{one}" for one in session.scalars(query.where(stands == Standing.ACTIVE))]
    return found


def publish_verified(session: Session, subject: str, now: datetime) -> None:
    """Let an approved post go public now that its unit is verified."""
    post = post_of(session, subject, lock=True)
    if post.status is PostStatus.PENDING and post.review.get("approved") and verified(post):
        publish(session, post)


RENEW_BEFORE = 7  # days


def ending(session: Session, now: datetime) -> list[str]:
    """Public posts whose term is over, or ends within a week and has not been spoken of."""
    soon = calendar.add_days(now, RENEW_BEFORE)
    found = []
    for kind in (Need, Offer):
        asked = _renewal(literal(f"{kind.kind}:").concat(cast(kind.id, String))).exists()
        query = select(kind.id).where(kind.expires_at <= soon, kind.status == PostStatus.PUBLISHED)
        query = query.where(or_(kind.expires_at <= now, ~asked)).order_by(kind.id)
        found += [f"{kind.kind}:{one}" for one in session.scalars(query)]
    return found


def end_or_warn(session: Session, subject: str, now: datetime) -> None:
    """Close a post whose term is over; a week before, put the question of renewing to its unit, once."""
    post = post_of(session, subject, lock=True)
    if post.status is not PostStatus.PUBLISHED or post.expires_at is None:
        return
    if isinstance(post, Need) and requests.requests_of(session, post, requests.LIVE):
        return
    if post.expires_at > now:
        _warn(session, post, post.expires_at)
        return
    move(post, PostStatus.EXPIRED)
    duties.done(session, subject)
    if isinstance(post, Offer):
        post.touch()
    record(session, None, "post_expired", subject=subject)
    for reader in speakers(session, post.unit):
        tell(session, reader, "post_expired", once=f"expired:{subject}:{post.expires_at.isoformat()}", post=post)


def _warn(session: Session, post: Post, expires_at: datetime) -> None:
    if session.scalar(_renewal(post.subject)) is None:
        kind = post.subject.partition(":")[0]
        worked = calendar.is_working_day(calendar.local_day(expires_at))
        last = expires_at if worked else calendar.add_working_days(expires_at, -1)
        due_at = last if last > clock.now() else expires_at  # all days till then may be off
        duties.hand(session, "renew_post", post.subject, unit=post.unit, due_at=due_at, remind=(0, 3), kind_of=kind)


def _renewal(subject: Any) -> Select[int]:
    """The open question of renewing a post: of one, or of each post of a query."""
    asked = duties.Duty.subject == subject, duties.Duty.kind == "renew_post", duties.Duty.done_at.is_(None)
    return select(duties.Duty.id).where(*asked)
