"""Digests of the offices: what changed since the last one, what is late and whose turn it is, within an office's scope.

Knows when one is due and what stands in it, not how it reads. At most one an officer and period: the letter's `once`
is the proof. A digest that was missed goes out late and says so; one that may not have arrived is named in the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from models.exchange.needs import Need
from models.incubation.pairs import Pair
from models.oversight import board, duties, ladder
from models.oversight.duties import Duty, State, open_duties
from models.oversight.ladder import Rung
from models.oversight.leaves import Leave, absent, covered
from models.oversight.tickets import Ticket
from models.registration.people import Officer, Role
from models.system import calendar, clock
from models.system.letters import Kind, Letter, Post, tell

HOURS = {Role.CITY: (time(8, 45),), Role.ASSOCIATION: (time(9), time(14, 30)), Role.PROVINCE: (time(8, 45),)}
MONTHLY_DAY = 5  # working day of the month on which the province's monthly digest goes out
GRACE = timedelta(minutes=10)  # after which a digest is marked late
RUNG_OF = {Role.CITY: Rung.CITY, Role.ASSOCIATION: Rung.ASSOCIATION, Role.PROVINCE: Rung.PROVINCE}


@dataclass(frozen=True)
class Slot:
    """The latest time at which an office's digest fell due: its moment, and the first one of its week (and month)."""

    at: datetime
    week_at: datetime
    month_at: datetime | None


@dataclass(frozen=True)
class Queue:
    """What the province looks after: the association's queue with its oldest item, and where most is late."""

    waiting: int
    oldest: Duty | None
    late_by_city: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Month:
    """What was reached in a month: needs published, pairs formed, tickets closed."""

    first_on: date
    needs: int
    pairs: int
    tickets: int


@dataclass(frozen=True)
class Digest:
    """What one officer reads: what cannot wait, then what `changed`, then the `rest`; `lost_at` names one in doubt."""

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
    formed: int
    figures: dict[str, board.Counts]
    queue: Queue | None = None
    month: Month | None = None
    lost_at: datetime | None = None
    standing_in: Sequence[Leave] = field(default_factory=tuple)

    def owns(self, duty: Duty) -> bool:
        """Whether a duty is the office's own, not one it watches over."""
        own_city = self.role is not Role.CITY or duty.city == self.city
        return not duties.of_people(duty) and duty.office is self.role and own_city

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return self.first is None


def due_officers(session: Session, now: datetime, *, role: Role) -> list[int]:
    """The seats (by id) whose digest is due and has something to say; on leave, one's substitute reads it instead."""
    if calendar.is_quiet(now):
        return []
    query = select(Officer).where(Officer.role == role, Officer.left_at.is_(None)).order_by(Officer.id)
    return [seat.id for seat in readers(session, session.scalars(query).all(), now) if compose(session, seat, now)]


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


def compose(session: Session, seat: Officer, now: datetime) -> Digest | None:
    """The digest that is due to a seat now; None when it was sent, or there is nothing to say."""
    slot = slot_of(seat.role, now)
    if slot is None:
        return None
    last = _last(session, seat)
    full = slot.week_at > seat.created_at and not _sent(session, seat, subject=week_of(now))
    monthly = _monthly(session, seat, slot, now)
    once = _key(seat, slot.at)
    if _sent(session, seat, once=once) or (seat.role is Role.PROVINCE and not full and not monthly):
        return None
    since = last.created_at if last else None
    own = open_duties(session, duties.of_office(seat.role, seat.city))
    watched = [duty for duty in _watched(session, seat, now) if duty not in own]
    pressing = [duty for duty in own if duties.state(duty, now) is not State.GREEN]
    others = [duty for duty in own if duty not in pressing]
    everything = [
        *pressing,
        *sorted([*others, *watched], key=duties.urgency),
    ]  # whoever presses others leads by example
    news = [duty for duty in everything if moved(duty, since, now, own=duty in own)]
    formed = _formed(session, seat.city, since or seat.created_at)
    if not (full or monthly) and not _worth(seat.role, slot, own, news, formed, now):
        return None
    first = next((duty for duty in everything if duties.state(duty, now) is not State.GREEN), None)
    first = first or next(iter(news or everything), None)
    changed = [duty for duty in news if duty is not first]
    return Digest(
        role=seat.role,
        city=seat.city,
        planned_at=slot.at,
        missed_at=_missed(slot, now, full=full),
        full=full,
        once=once,
        week=week_of(now) if full else f"{week_of(now)}+",
        first=first,
        changed=changed,
        rest=[duty for duty in everything if duty is not first and duty not in changed],
        formed=formed,
        figures=board.figures(session, seat.city, now),
        queue=_queue(session, now) if seat.role is Role.PROVINCE else None,
        month=_month(session, now) if monthly else None,
        lost_at=_in_doubt(session, seat, last),
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
    """Whether something became of a duty after the last digest: new, amber, to be reminded, late, or escalated."""
    if since is None:
        return True
    amber, red = duties.marks(duty)
    moments = [red, duty.escalated_at]
    if own:
        ahead = [datetime.fromisoformat(moment) for moment in duty.reminders]
        moments += [duty.since_at, amber, duty.remind_at, *ahead]
    return any(moment is not None and since < moment <= now for moment in moments)


def week_of(now: datetime) -> str:
    """The name of a week in letters' subjects, such as digest:2026-W48."""
    year, week, _ = calendar.local_day(now).isocalendar()
    return f"digest:{year}-W{week:02d}"


def _watched(session: Session, seat: Officer, now: datetime) -> list[Duty]:
    """What is late elsewhere and this office's business: all of its city; above, what has climbed so far."""
    if seat.role is Role.CITY:
        return board.late(session, seat.city, now)
    return [duty for duty in board.late(session, None, now) if RUNG_OF[seat.role] in ladder.reached(duty)]


def _worth(role: Role, slot: Slot, own: list[Duty], news: list[Duty], formed: int, now: datetime) -> bool:
    """Whether an ordinary digest is worth sending: something changed, or in the association's morning work waits."""
    if role is Role.ASSOCIATION:
        morning = slot.at.astimezone(clock.SHANGHAI).time() == HOURS[role][0]
        pressing = any(duties.state(duty, now) is not State.GREEN for duty in own)
        return bool(news) or (bool(own) and (morning or pressing))
    return bool(news) or formed > 0


def _monthly(session: Session, seat: Officer, slot: Slot, now: datetime) -> bool:
    """Whether the province's digest of this month has fallen due and was not sent."""
    if seat.role is not Role.PROVINCE or slot.month_at is None or slot.month_at <= seat.created_at:
        return False
    return not _sent(session, seat, since=slot.month_at)


def _formed(session: Session, city: str | None, since: datetime) -> int:
    """How many pairs were formed in a scope since the last digest."""
    within = board.SECTIONS["pairs"].within(city) if city else true()
    return _number(session, Pair.id, within, Pair.formed_at > since)


def _queue(session: Session, now: datetime) -> Queue:
    """The association's queue, and the three cities where most is late."""
    waiting = open_duties(session, duties.of_office(Role.ASSOCIATION, None))
    cities = Counter(duty.city for duty in board.late(session, None, now) if duty.city)
    return Queue(len(waiting), min(waiting, key=lambda duty: duty.since_at, default=None), cities.most_common(3))


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


def _sent(session: Session, seat: Officer, **which: object) -> bool:
    since = which.pop("since", None)
    query = select(Letter.id).where(Letter.person_id == seat.person_id, Letter.template == _template(seat.role))
    if since is not None:
        query = query.where(Letter.created_at >= since)
    return session.scalar(query.filter_by(**which).limit(1)) is not None


def _last(session: Session, seat: Officer) -> Letter | None:
    """The last digest that certainly went out."""
    query = select(Letter).where(
        Letter.person_id == seat.person_id,
        Letter.template == _template(seat.role),
        Letter.status.in_((Post.SENT, Post.QUEUED)),
    )
    return session.scalars(query.order_by(Letter.id.desc()).limit(1)).first()


def _in_doubt(session: Session, seat: Officer, last: Letter | None) -> datetime | None:
    """When a digest went out after the last certain one that may not have arrived."""
    query = select(Letter.created_at).where(
        Letter.person_id == seat.person_id,
        Letter.template == _template(seat.role),
        Letter.status == Post.UNKNOWN,
        Letter.id > (last.id if last else 0),
    )
    return session.scalar(query.order_by(Letter.id.desc()).limit(1))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, clock.SHANGHAI)
