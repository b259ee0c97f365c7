"""Needs that find nobody: first the city office, after fifteen working days the province. Knows no sentence.

The office sees candidates, pins one, rules one out; the asker reads how things stand, and of a new offer that fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, or_, select
from sqlalchemy.orm import Session

from models.base import Refused, fetch, lock, locked, remembered
from models.exchange.candidates import Candidate, any_fits, candidate_of, candidates
from models.exchange.needs import Need
from models.exchange.posts import PostStatus, PostVersion
from models.exchange.requests import LIVE, Request, call_office, requests_of
from models.exchange.review import hand_choice
from models.oversight import duties
from models.oversight.duties import Duty
from models.registration.people import Role, officers, oversees, seats, speakers
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, said, tell
from models.system.marks import record

EVERY, OFFICE_AFTER, PROVINCE_AFTER, DISPATCH_DAYS = 5, 5, 15, 5  # working days
SELDOM = 20  # working days between two lines to the asker once the province has been asked
LATEST = 500  # versions of posts that are looked through for new offers
FRESH_DAYS = 3  # working days for which an offer counts as new, so that a morning without the job loses nothing


def watched_need(session: Session, officer: Person, need_id: int, *, lock: bool = False) -> Need:
    """A need for an officer in whose scope it lies; Refused for anybody else, the unit's own people included."""
    need = fetch(session, Need, need_id, lock=lock)
    if need is None or not oversees(session, officer, need.unit):
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
    hand_choice(session, need)
    record(session, officer, "offer_recommended", subject=need.subject, offer=offer_id)
    for reader in speakers(session, need.unit):
        tell(
            session,
            reader,
            "offer_recommended",
            kind=Kind.CALL,
            once=f"recommended:{need.id}:{offer_id}",
            subject=need.subject,
            need=need,
            candidate=candidate,
            officer=officer,
        )
    return candidate


def rule_out(session: Session, officer: Person, *, need_id: int, offer_id: int, out: bool) -> Need:
    """Rule an offer out for a need, or let it in again."""
    need = watched_need(session, officer, need_id, lock=True)
    barred = [one for one in need.barred_offers if one != offer_id]
    need.barred_offers = [*barred, offer_id] if out else barred
    if need.pinned_offer_id == offer_id:
        need.pinned_offer_id = None
    record(session, officer, "offer_ruled_out", subject=need.subject, offer=offer_id, out=out)
    return need


def hand_up(session: Session, officer: Person, *, need_id: int) -> Need:
    """Pass a need on to the province, which sends an expert of the service team."""
    need = watched_need(session, officer, need_id, lock=True)
    if need.status is not PostStatus.PUBLISHED:
        raise Refused("need_not_public", need=need)
    if handed_up(session, need):
        raise Refused("handed_up_before", need=need)
    _ask_province(session, need)
    record(session, officer, "need_handed_up", subject=need.subject)
    return need


def waiting(session: Session, now: datetime) -> list[int]:
    """Published needs that nobody has taken and about which something is due: an office acts, or their asker hears."""
    if not calendar.is_working_day(calendar.local_day(now)):
        return []
    since = calendar.closing(calendar.nth_working_day(now, -EVERY))
    query = select(Need.id, Need.published_at, *_circumstances(now)).where(Need.status == PostStatus.PUBLISHED)
    query = query.where(Need.unit_id.not_in(select(Unit.id).where(Unit.rematch_on > calendar.local_day(now))))
    found = session.execute(query.where(Need.published_at <= since).order_by(Need.id)).all()
    days_since = cache(partial(calendar.working_days_between, end=now))  # of each day once
    old = [(row, days_since(calendar.local_day(row.published_at))) for row in found]
    marks = {row.id: _mark(row, days) for row, days in old if days >= EVERY}
    told = said(session, marks.values())
    return [
        row.id for row, days in old if row.id in marks and (marks[row.id] not in told or _step(days, row) is not None)
    ]


def _circumstances(now: datetime) -> list[ColumnElement[bool]]:
    """For the database to find, of each need: is it considered, has a city office been asked, has the province, is its
    unit to choose, and was it offered the choice in the last days, so that the turn is its own."""
    considering = select(Request.id).where(Request.need_id == Need.id, Request.status.in_(LIVE))
    subject = literal(f"{Need.kind}:").concat(cast(Need.id, String))
    held = select(Duty.id).where(Duty.subject == subject, Duty.done_at.is_(None))
    asked, waits = held.where(Duty.kind == "find_candidate"), held.where(Duty.kind == "send_expert")
    lately = calendar.opening(calendar.nth_working_day(now, -EVERY))
    choosing = held.where(Duty.kind == "choose_incubator")
    named = {"considering": considering, "asked": asked, "choosing": choosing}
    named["offered"] = choosing.where(Duty.since_at >= lately)
    sent = Need.review["expert"]["on"].as_string().is_not(None)
    dispatched = or_(waits.exists(), sent).label("dispatched")
    return [*(query.exists().label(name) for name, query in named.items()), dispatched]


def _step(days: int, need: Any) -> Role | None:
    """The office whose turn a need becomes after so many working days, if it becomes one's."""
    if need.dispatched or need.offered or need.considering:
        return None
    if days >= PROVINCE_AFTER:
        return Role.PROVINCE
    return Role.CITY if days > OFFICE_AFTER and not need.asked else None


def _mark(need: Any, days: int) -> str:
    """What makes each line to the asker go out once; `need` has an id and its publication."""
    return f"unmatched:{Need.kind}:{need.id}:{need.published_at}:{line_of(days)}"


def line_of(days: int) -> int:
    """Of which working day the asker's last line is: the fifth, tenth, fifteenth, then every twentieth after that."""
    if days < PROVINCE_AFTER + SELDOM:
        return min(days // EVERY * EVERY, PROVINCE_AFTER)
    return PROVINCE_AFTER + (days - PROVINCE_AFTER) // SELDOM * SELDOM


def age(need: Need, now: datetime) -> int:
    """Working days since a need went public."""
    return calendar.working_days_between(need.published_at, now) if need.published_at else 0


def look_after(session: Session, need_id: int, now: datetime) -> None:
    """Take the next step for a need that waits: the city office, then the province; and a line to the asker."""
    need = locked(session, Need, need_id)
    if need.status is not PostStatus.PUBLISHED:
        return
    days = age(need, now)
    circumstances = session.execute(select(*_circumstances(now)).where(Need.id == need.id)).one()
    step = _step(days, circumstances)
    if step is Role.PROVINCE:
        _ask_province(session, need)
    elif step is Role.CITY:
        call_office(session, need, days=EVERY)
    for reader in speakers(session, need.unit)[:1]:  # how things stand is told to the first contact alone
        tell(
            session,
            reader,
            "need_still_open",
            kind=Kind.CALL,
            once=_mark(need, days),
            subject=need.subject,
            need=need,
            days=line_of(days),
            considering=circumstances.considering,
            choosing=circumstances.choosing,
            dispatched=circumstances.dispatched or step is Role.PROVINCE,
            asked=circumstances.asked or step is Role.CITY,
            expert=expert_of(need),
            today=calendar.local_day(now),
        )


def choosing(session: Session, now: datetime) -> list[int]:
    """Needs whose unit is to choose an incubator, which may have nothing left to choose from."""
    if not calendar.is_working_day(calendar.local_day(now)):
        return []
    held = select(Duty.subject).where(Duty.kind == "choose_incubator", Duty.done_at.is_(None)).order_by(Duty.id)
    return [int(subject.partition(":")[2]) for subject in session.scalars(held)]


def check_choice(session: Session, need_id: int, now: datetime) -> None:
    """Tell a unit when what it was to choose from is gone; the office looks for somebody instead."""
    need = locked(session, Need, need_id)
    if pass_on(session, need, candidates(session, need)):
        for reader in speakers(session, need.unit)[:1]:
            once = f"choice_gone:{need.id}:{calendar.local_day(now)}"
            tell(session, reader, "choice_gone", once=once, subject=need.subject, need=need)


def pass_on(session: Session, need: Need, found: Sequence[Candidate]) -> bool:
    """The office's turn instead of the unit's, if nobody found can be asked now; whether it was the unit's till now."""
    if any(not one.full for one in found):
        return False
    lock(session, need)
    if need.status is not PostStatus.PUBLISHED:
        return False
    if not _open(session, need, "choose_incubator") or requests_of(session, need, LIVE):
        return False
    duties.done(session, need.subject, "choose_incubator")
    call_office(session, need)
    return True


def to_compare(session: Session, now: datetime) -> list[int]:
    """Needs nobody considers and whose unit has nothing to choose from, if offers were published in the last days."""
    today = calendar.local_day(now)
    if not calendar.is_working_day(today) or not _fresh_offers(session, today):
        return []
    considering, *_, choosing, _ = _circumstances(now)
    query = select(Need.id).where(Need.status == PostStatus.PUBLISHED, ~considering.element, ~choosing.element)
    return list(session.scalars(query.order_by(Need.published_at)))


def compare_anew(session: Session, need_id: int, now: datetime) -> None:
    """Put a new offer that fits before the unit whose need found nobody: its turn, as after a recommendation."""
    fresh = _fresh_offers(session, calendar.local_day(now))
    if not any_fits(session, session.get_one(Need, need_id), fresh):  # nearly every need on nearly every morning
        return
    need = locked(session, Need, need_id)
    if need.status is not PostStatus.PUBLISHED or requests_of(session, need, LIVE):
        return
    found = candidates(session, need)
    new = [one for one in found if one.offer.id in fresh and not one.full]
    once = f"new_offer_fits:{need.id}:{new[0].offer.id}:{fresh[new[0].offer.id]}" if new else ""
    readers = speakers(session, need.unit)
    if not new or not readers or said(session, [once]):
        return
    hand_choice(session, need)
    about: dict[str, Any] = {"need": need, "candidates": found, "openings": []}
    tell(session, readers[0], "new_offer_fits", kind=Kind.CALL, once=once, subject=need.subject, **about)


@remembered
def _fresh_offers(session: Session, today: date) -> dict[int, int]:
    """Offers of which a version was published in the last days, each with its newest version."""
    since = calendar.opening(calendar.nth_working_day(today, -FRESH_DAYS))
    query = select(PostVersion.subject, PostVersion.version, PostVersion.published_at)
    rows = session.execute(query.order_by(PostVersion.id.desc()).limit(LATEST)).all()
    fresh = [row for row in rows if row.published_at >= since and row.subject.startswith("offer:")]
    return {int(row.subject.partition(":")[2]): row.version for row in reversed(fresh)}


def _open(session: Session, need: Need, kind: str) -> bool:
    query = select(Duty.id).where(Duty.subject == need.subject, Duty.kind == kind, Duty.done_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def send_expert(session: Session, officer: Person, *, need_id: int, who: str, on: date) -> Need:
    """The province notes whom it sends to a need and on which day; the asker, the city office and the expert hear."""
    need = need_to_serve(session, officer, need_id)
    need.review = {**need.review, "expert": {"who": who, "on": on.isoformat()}}
    duties.done(session, need.subject, "send_expert")
    record(session, officer, "expert_sent", subject=need.subject, on=on.isoformat())
    tell(session, officer, "expert_noted", kind=Kind.REPLY, need=need, who=who, on=on)
    for reader in speakers(session, need.unit):
        tell(session, reader, "expert_sent", subject=need.subject, need=need, who=who, on=on)
    for colleague in officers(session, Role.CITY, city=need.unit.city) if need.unit.city else ():
        tell(session, colleague, "expert_sent_there", subject=need.subject, need=need, who=who, on=on)
    asked = [one for one in officers(session, Role.EXPERT) if one.name == who]
    if len(asked) == 1:  # of two of the same name nobody knows which
        tell(session, asked[0], "expert_asked", subject=need.subject, need=need, on=on, officer=officer)
    return need


def need_to_serve(session: Session, officer: Person, need_id: int) -> Need:
    """A need that waits for the province, for an officer of the province; Refused for anybody else."""
    need = watched_need(session, officer, need_id, lock=True)
    if not any(seat.role is Role.PROVINCE for seat in seats(session, officer)):
        raise Refused("role")
    if not handed_up(session, need):
        raise Refused("expert_sent_before", need=need)
    return need


def expert_of(need: Need) -> tuple[str, date] | None:
    """Whom the province has sent to a need, and on which day."""
    sent = need.review.get("expert")
    return (sent["who"], date.fromisoformat(sent["on"])) if sent else None


def handed_up(session: Session, need: Need) -> bool:
    """Whether a need waits for the province."""
    return _open(session, need, "send_expert")


def _ask_province(session: Session, need: Need) -> None:
    """The province's turn instead of the city's, which could do no more."""
    duties.done(session, need.subject, "find_candidate")
    duties.hand(
        session,
        "send_expert",
        need.subject,
        office=Role.PROVINCE,
        city=need.unit.city,
        due_at=calendar.add_working_days(clock.now(), DISPATCH_DAYS),
        incubatee=need.unit.name,
    )
