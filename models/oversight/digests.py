"""Digests of the offices: what changed since the last one, what is late and whose turn it is, within an office's scope.

Knows when one is due and what stands in it, not how it reads. At most one an officer and period: the letter's `once`
is the proof. A digest that was missed goes out late and says so; one that may not have arrived is named in the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import InstrumentedAttribute

from models.exchange.needs import Need
from models.incubation.pairs import Pair
from models.oversight import board, duties, ladder
from models.oversight.duties import Duty, State
from models.oversight.ladder import Rung
from models.oversight.leaves import Leave, absent, covered
from models.oversight.tickets import Ticket
from models.registration.people import Officer, Role
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.letters import Delivery, Kind, Letter, tell

HOURS = {Role.CITY: (time(8, 45),), Role.ASSOCIATION: (time(9), time(14, 30)), Role.PROVINCE: (time(8, 45),)}
MONTHLY_DAY = 5  # working day of the month on which the province's monthly digest goes out
GRACE = timedelta(minutes=10)  # after which a digest is marked late
SHOWN = 8  # duties that a digest may name
RUNG_OF = {Role.CITY: Rung.CITY, Role.ASSOCIATION: Rung.ASSOCIATION, Role.PROVINCE: Rung.PROVINCE}


@dataclass(frozen=True)
class Slot:
    """The latest time at which an office's digest fell due: its moment, and the first one of its week (and month)."""

    at: datetime
    week_at: datetime
    month_at: datetime | None


@dataclass(frozen=True)
class Due:
    """Why a digest is due: its slot, the last one, whether it is the week's or the month's, and what is new since."""

    slot: Slot
    last: Letter | None
    full: bool
    monthly: bool
    news: list[Duty]
    formed: int


@dataclass(frozen=True)
class Queue:
    """What the province looks after: the association's queue with its oldest item."""

    waiting: int
    oldest: Duty | None


@dataclass(frozen=True)
class Month:
    """What was reached in a month: needs published, pairs formed, tickets closed."""

    first_on: date
    needs: int
    pairs: int
    tickets: int


@dataclass(frozen=True)
class Digest:
    """What one officer reads: what cannot wait, then what `changed`, then the `rest`; `lost_at` names one in doubt.

    `total` counts all there is, as far as duties are counted; of what changed and of the rest only as many are here as
    may be shown.
    """

    role: Role
    city: str | None
    planned_at: datetime
    missed_at: datetime | None
    full: bool
    once: str
    week: str
    first: Duty | None
    changed: list[Duty]
    rest: list[Duty]
    total: int
    formed: int
    figures: board.Figures
    queue: Queue | None = None
    month: Month | None = None
    lost_at: datetime | None = None
    standing_in: Sequence[Leave] = field(default_factory=tuple)

    def owns(self, duty: Duty) -> bool:
        """Whether a duty is the office's own, not one it watches over."""
        return _owns(self, duty)

    @property
    def shown(self) -> list[Duty]:
        """Every duty that may be named, so that no two of them read alike."""
        return [*([self.first] if self.first else []), *self.changed, *self.rest]

    @property
    def elsewhere(self) -> int:
        """How many of the duties that are counted lie with others and are not named here."""
        return max(0, self.figures.counts["duties"].total() - self.total) if self.total < duties.COUNTED else 0

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return self.first is None


def due_officers(session: Session, now: datetime, *, role: Role) -> list[int]:
    """The seats (by id) whose digest is due and has something to say; on leave, one's substitute reads it instead."""
    if calendar.is_quiet(now):
        return []
    query = select(Officer).where(Officer.role == role, Officer.left_at.is_(None)).order_by(Officer.id)
    return [seat.id for seat in readers(session, session.scalars(query).all(), now) if due(session, seat, now)]


def send_digest(session: Session, seat_id: int, now: datetime) -> None:
    """Write one officer's digest, once a period."""
    seat = session.get_one(Officer, seat_id)
    digest = compose(session, seat, now)
    if digest is not None:
        name = _template(seat.role)
        tell(session, seat.person, name, kind=Kind.DIGEST, once=digest.once, subject=digest.week, digest=digest)


def readers(session: Session, every: Sequence[Officer], now: datetime) -> list[Officer]:
    """The seats whose holders are at work, in each office; all of an office where nobody would be left."""
    away = absent(session, [seat.person for seat in every], calendar.local_day(now))
    at_work = {seat.city for seat in every if seat.person_id not in away}
    return [seat for seat in every if seat.person_id not in away or seat.city not in at_work]


def due(session: Session, seat: Officer, now: datetime) -> Due | None:
    """Why a seat is due a digest now; None when it was sent, or there is nothing to say."""
    slot = slot_of(seat.role, now)
    if slot is None or _sent(session, seat, once=_key(seat, slot.at)):
        return None
    last = _last(session, seat)
    full = slot.week_at > seat.created_at and not _sent(session, seat, subject=week_of(now))
    monthly = _monthly(session, seat, slot, now)
    if seat.role is Role.PROVINCE and not full and not monthly:
        return None
    since = last.created_at if last else None
    news = _news(session, seat, since, now)
    formed = _formed(session, seat.city, since or seat.created_at)
    if not (full or monthly or news) and not _worth(session, seat, slot, formed):
        return None
    return Due(slot, last, full, monthly, news, formed)


def compose(session: Session, seat: Officer, now: datetime) -> Digest | None:
    """The digest that is due to a seat now, if one is."""
    found = due(session, seat, now)
    if found is None:
        return None
    news = found.news
    own, watched = duties.of_office(seat.role, seat.city), _watched(seat, now)
    pressing = duties.first_of(session, own, when=duties.pressing_when(now), most=1)
    first = next(iter(pressing or duties.first_of(session, watched, most=1) or news), None)
    first = first or next(iter(duties.first_of(session, own, most=1)), None)
    shown = [duty for duty in (first, *news) if duty]
    return Digest(
        role=seat.role,
        city=seat.city,
        planned_at=found.slot.at,
        missed_at=_missed(found.slot, now, full=found.full),
        full=found.full,
        once=_key(seat, found.slot.at),
        week=week_of(now) if found.full else f"{week_of(now)}+",
        first=first,
        changed=[duty for duty in news if duty is not first],
        rest=_rest(session, seat, now, shown),
        total=duties.how_many(session, own, watched),
        formed=found.formed,
        figures=board.figures(session, seat.city, now),
        queue=_queue(session) if seat.role is Role.PROVINCE else None,
        month=_month(session, now) if found.monthly else None,
        lost_at=_in_doubt(session, seat, found.last),
        standing_in=covered(session, seat.person, calendar.local_day(now)),
    )


def slot_of(role: Role, now: datetime) -> Slot | None:
    """The latest hour of today at which an office's digest fell due; None before the first, and on days off."""
    today = calendar.local_day(now)
    come = [at for at in (_at(today, hour) for hour in HOURS[role]) if at <= now]
    if not come or not calendar.is_working_day(today):
        return None
    first = HOURS[role][0]
    monday = today - timedelta(days=today.weekday())
    fifth = calendar.nth_working_day(calendar.month_of(today) - timedelta(days=1), MONTHLY_DAY)
    return Slot(
        come[-1], _at(calendar.nth_working_day(monday, 0), first), _at(fifth, first) if fifth <= today else None
    )


def _missed(slot: Slot, now: datetime, *, full: bool) -> datetime | None:
    """When a digest that goes out only now should have gone: the full one on the first working day of the week."""
    due_at = slot.week_at if full else slot.at
    return due_at if now - due_at > GRACE else None


def moved(duty: Duty, since: datetime | None, now: datetime, *, own: bool) -> bool:
    """Whether something became of a duty after the last digest: new, amber, to be reminded, late, escalated, rested."""
    if since is None:
        return True
    amber, red = duties.marks(duty)
    moments = [red, duty.escalated_at, duty.rests_until]
    if own:
        ahead = [datetime.fromisoformat(moment) for moment in duty.reminders]
        moments += [duty.since_at, amber, duty.remind_at, *ahead]
    return any(moment is not None and since < moment <= now for moment in moments)


def week_of(now: datetime) -> str:
    """The name of a week in letters' subjects, such as digest:2026-W48."""
    year, week, _ = calendar.local_day(now).isocalendar()
    return f"digest:{year}-W{week:02d}"


def _owns(seat: Officer | Digest, duty: Duty) -> bool:
    own_city = seat.role is not Role.CITY or duty.city == seat.city
    return not duties.of_people(duty) and duty.office is seat.role and own_city


def _watched(seat: Officer, now: datetime) -> ColumnElement[bool]:
    """What is late elsewhere and this office's business: all of its city that has a step to it; above, what has climbed
    so far."""
    if seat.role is Role.CITY:
        within, others = board.duties_in(seat.city), Duty.kind.not_in(ladder.OWN_MATTERS)
        return and_(within, duties.for_an_office(now), others)
    return and_(duties.for_an_office(now), ladder.climbed_to(RUNG_OF[seat.role]))


def _rest(session: Session, seat: Officer, now: datetime, shown: Sequence[Duty] = ()) -> list[Duty]:
    """The first few of what an office has to do and watches over, without those that are shown anyway.

    Its own pressing work is read first, for whoever presses others leads by example; then what is late elsewhere.
    """
    own, found = duties.of_office(seat.role, seat.city), {duty.id: duty for duty in shown}
    known = len(found)
    most = known + SHOWN
    for scope, when in (
        (own, duties.pressing_when(now)),
        (_watched(seat, now), duties.AT_ANY_TIME),
        (own, duties.AT_ANY_TIME),
    ):
        if len(found) < most:
            some = duties.first_of(session, scope, when=when, most=most)
            found |= {duty.id: duty for duty in some if duty.id not in found}
    return list(found.values())[known:most]


def _news(session: Session, seat: Officer, since: datetime | None, now: datetime) -> list[Duty]:
    """The first few of which something became after the last digest, in the same order."""
    if since is None:
        return _rest(session, seat, now)
    own, watched = _own_news(session, seat, since, now), _watched(seat, now)
    turned = [and_(watched, at.between(since, now)) for at in (Duty.due_at, Duty.escalated_at, Duty.rests_until)]
    others = [duty for duty in duties.first_of(session, *turned, most=SHOWN) if duty not in own]
    others = [duty for duty in others if moved(duty, since, now, own=_owns(seat, duty))]
    hurried = [duty for duty in own if duties.state(duty, now) is not State.GREEN]
    return [*hurried, *others, *(duty for duty in own if duty not in hurried)][:SHOWN]


def _own_news(session: Session, seat: Officer, since: datetime, now: datetime) -> list[Duty]:
    """The same of what an office has to do itself."""
    passed = and_(duties.pressing(now), not_(duties.pressing(since)))
    reminded = or_(Duty.remind_at.between(since, now), Duty.reminders != [])
    turned = or_(Duty.due_at.between(since, now), Duty.escalated_at.between(since, now))
    may_have = or_(turned, Duty.since_at >= since, passed, reminded)
    query = duties.by_urgency(duties.of_office(seat.role, seat.city), may_have, ahead=duties.pressing(now))
    with closing(session.scalars(query.execution_options(yield_per=SHOWN))) as found:
        return list(islice((duty for duty in found if moved(duty, since, now, own=True)), SHOWN))


def _worth(session: Session, seat: Officer, slot: Slot, formed: int) -> bool:
    """Whether an ordinary digest without news is worth sending: in the association's morning any work that waits."""
    if seat.role is Role.ASSOCIATION:
        morning = slot.at.astimezone(clock.SHANGHAI).time() == HOURS[seat.role][0]
        return morning and bool(duties.first_of(session, duties.of_office(seat.role, seat.city), most=1))
    return formed > 0


def _monthly(session: Session, seat: Officer, slot: Slot, now: datetime) -> bool:
    """Whether the province's digest of this month has fallen due and was not sent."""
    if seat.role is not Role.PROVINCE or slot.month_at is None or slot.month_at <= seat.created_at:
        return False
    return not _sent(session, seat, since=slot.month_at)


def _formed(session: Session, city: str | None, since: datetime) -> int:
    """How many pairs were formed in a scope since the last digest."""
    query = select(func.count(Pair.id)).where(Pair.formed_at > since)
    if city is not None:  # either side is of the city; asked of each pair, for those formed lately are few
        sides = [aliased(Unit), aliased(Unit)]
        for side, key in zip(sides, (Pair.incubator_id, Pair.incubatee_id), strict=True):
            query = query.join(side, side.id == key)
        query = query.where(or_(Pair.city == city, *(side.city == city for side in sides)))
    return session.scalar(query) or 0


def _queue(session: Session) -> Queue:
    """The association's queue."""
    own = duties.of_office(Role.ASSOCIATION, None)
    oldest = select(Duty).where(Duty.done_at.is_(None), own).order_by(Duty.since_at, Duty.id).limit(1)
    return Queue(duties.how_many(session, own), session.scalars(oldest).first())


def _month(session: Session, now: datetime) -> Month:
    """The figures of the month before."""
    first_on = calendar.month_of(now, -1)
    start, end = _at(first_on, time()), _at(calendar.month_of(now), time())

    def within(column: InstrumentedAttribute[Any]) -> int:
        return _number(session, column, column >= start, column < end)

    return Month(first_on, within(Need.published_at), within(Pair.formed_at), within(Ticket.closed_at))


def _number(session: Session, column: InstrumentedAttribute[Any], *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(column)).where(*where)) or 0


def _template(role: Role) -> str:
    return f"digest_{role}"


def _key(seat: Officer, at: datetime) -> str:
    """The period of a digest: the day, and the hour where there are several a day."""
    hour = (
        f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d-%H%M}" if len(HOURS[seat.role]) > 1 else str(calendar.local_day(at))
    )
    return f"digest:{seat.role}:{seat.person_id}:{hour}"


def _digests(what: Any, seat: Officer) -> Select[Any]:
    """A seat's digests among the letters."""
    kept = Letter.person_id == seat.person_id, Letter.kind == Kind.DIGEST, Letter.template == _template(seat.role)
    return select(what).where(*kept)


def _sent(session: Session, seat: Officer, **which: object) -> bool:
    since = which.pop("since", None)
    query = _digests(Letter.id, seat)
    if since is not None:
        query = query.where(Letter.created_at >= since)
    return session.scalar(query.filter_by(**which).limit(1)) is not None


def _last(session: Session, seat: Officer) -> Letter | None:
    """The last digest that certainly went out."""
    query = _digests(Letter, seat).where(Letter.status.in_((Delivery.SENT, Delivery.QUEUED)))
    return session.scalars(query.order_by(Letter.id.desc()).limit(1)).first()


def _in_doubt(session: Session, seat: Officer, last: Letter | None) -> datetime | None:
    """When a digest went out after the last certain one that may not have arrived."""
    query = _digests(Letter.created_at, seat)
    query = query.where(Letter.status == Delivery.UNKNOWN, Letter.id > (last.id if last else 0))
    found: datetime | None = session.scalar(query.order_by(Letter.id.desc()).limit(1))
    return found


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, clock.SHANGHAI)
