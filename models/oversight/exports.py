"""Exports: the programme's lists as rows to take along, in the part of it an officer may see, over a time.

A city's office takes its city and nothing else, the association and the province all of it or one city. Telephone
numbers, and what was said between the two sides of a pair, stay where they are. Knows no sentence and no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from statistics import fmean
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, func, literal, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import InstrumentedAttribute

from models.base import Invalid
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.incubation.checkins import Checkin
from models.incubation.goals import Goal
from models.incubation.measurements import Measurement
from models.incubation.pairs import Pair
from models.incubation.sessions import SessionLog
from models.oversight.board import SECTIONS, scope_of
from models.oversight.tickets import Ticket
from models.registration.people import Membership, Post, Role
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Delivery, Kind, Letter, tell
from models.system.marks import record

EVERYTHING = "everything"
PERIODS = ("this_month", "last_month", "this_year", EVERYTHING)
MOST = 50_000  # rows of one workbook; more is slow to open, and seldom what was meant
AT_A_TIME = 500  # rows held in memory while they are read

Owner, Partner, Incubator, Incubatee = aliased(Unit), aliased(Unit), aliased(Unit), aliased(Unit)
Newer = aliased(Measurement)


@dataclass(frozen=True)
class Column:
    """One column: its value, which is `turned`, then said by a `label` (its prefix) or a `term` of the vocabulary."""

    name: str
    value: Any
    width: int = 12
    label: str = ""
    term: str = ""
    turned: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Listing:
    """One list: from which rows, how a city bounds it, and which day or moment puts a row into a time."""

    rows: Select[Any]
    within: Callable[[str], ColumnElement[bool]]
    at: InstrumentedAttribute[Any]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Wanted:
    """What an officer asked for: one list or all, in which city (None: everywhere), over which time until when."""

    what: str
    city: str | None
    period: str
    at: datetime

    @property
    def lists(self) -> tuple[str, ...]:
        return tuple(LISTS) if self.what == EVERYTHING else (self.what,)

    @property
    def days(self) -> tuple[date | None, date | None]:
        """From the first day on, up to but without the last; None where there is no such bound."""
        today = calendar.local_day(self.at)
        return {
            "this_month": (calendar.month_of(today), None),
            "last_month": (calendar.month_of(today, -1), calendar.month_of(today)),
            "this_year": (today.replace(month=1, day=1), None),
        }.get(self.period, (None, None))


def _mean(baseline: Sequence[Any]) -> float | None:
    return fmean(value for _, value in baseline) if baseline else None


def _numbered(letter: str) -> Callable[[int], str]:
    return lambda number: f"{letter}{number}"


_CONTACT = (
    select(func.min(Person.name))
    .join(Membership, Membership.person_id == Person.id)
    .where(Membership.unit_id == Unit.id, Membership.post == Post.CONTACT, Membership.left_at.is_(None))
    .scalar_subquery()
)
_OWNER = (Column("unit", Owner.name, 28), Column("city", Owner.city, 8, term="cities"))
_SIDES = (Column("pair", Pair.number), Column("incubator", Incubator.name, 28), Column("incubatee", Incubatee.name, 28))
_LAST_WORD = ~select(Newer.id).where(
    Newer.series == Measurement.series, Newer.period == Measurement.period, Newer.id > Measurement.id
).exists()  # fmt: skip


def _posts(kind: type[Need] | type[Offer]) -> Select[Any]:
    return select().select_from(kind).join(Owner, kind.unit_id == Owner.id)


def _of_pairs(rows: Select[Any]) -> Select[Any]:
    return rows.join(Incubator, Pair.incubator_id == Incubator.id).join(Incubatee, Pair.incubatee_id == Incubatee.id)


def _post_columns(kind: type[Need] | type[Offer]) -> tuple[Column, ...]:
    return (
        Column("status", kind.status, 10, label="status.poststatus"),
        Column("submitted", kind.submitted_at, 16),
        Column("published", kind.published_at, 16),
        Column("expires", kind.expires_at, 16),
    )


LISTS: dict[str, Listing] = {
    "units": Listing(
        select().select_from(Unit).outerjoin(Partner, Unit.relation_unit_id == Partner.id),
        SECTIONS["units"].within,
        Unit.created_at,
        (
            Column("unit", Unit.name, 28),
            Column("credit_code", Unit.credit_code, 20),
            Column("city", Unit.city, 8, term="cities"),
            Column("county", Unit.county, 10, term="counties"),
            Column("industry", Unit.industry, 22, term="industries"),
            Column("as_incubator", Unit.as_incubator, 12, label="status.standing"),
            Column("as_incubatee", Unit.as_incubatee, 12, label="status.standing"),
            Column("relation", Unit.relation, 16, label="relation"),
            Column("partner", Partner.name, 28),
            Column("contact", _CONTACT, 10),
            Column("registered", Unit.created_at, 16),
        ),
    ),
    "needs": Listing(
        _posts(Need),
        SECTIONS["needs"].within,
        Need.submitted_at,
        (
            Column("number", Need.id, 8, turned=_numbered("N")),
            *_OWNER,
            Column("industry", Need.industry, 22, term="industries"),
            Column("trouble", Need.trouble, 48),
            Column("methods", Need.methods, 24, term="methods"),
            Column("areas", Need.areas, 16, term="areas"),
            Column("forms", Need.forms, 16, term="forms"),
            Column("urgency", Need.urgency, 14, label="urgency"),
            *_post_columns(Need),
        ),
    ),
    "offers": Listing(
        _posts(Offer),
        SECTIONS["offers"].within,
        Offer.submitted_at,
        (
            Column("number", Offer.id, 8, turned=_numbered("G")),
            *_OWNER,
            Column("text", Offer.text, 48),
            Column("methods", Offer.methods, 24, term="methods"),
            Column("industries", Offer.industries, 22, term="industries"),
            Column("forms", Offer.forms, 16, term="forms"),
            Column("areas", Offer.areas, 16, term="areas"),
            Column("cities", Offer.cities, 16, term="cities"),
            Column("capacity", Offer.capacity, 8),
            Column("taken", Offer.taken, 8),
            Column("months", Offer.months, 8),
            *_post_columns(Offer),
        ),
    ),
    "pairs": Listing(
        _of_pairs(select().select_from(Pair)),
        SECTIONS["pairs"].within,
        Pair.formed_at,
        (
            *_SIDES,
            Column("incubator_city", Incubator.city, 10, term="cities"),
            Column("incubatee_city", Incubatee.city, 10, term="cities"),
            Column("status", Pair.status, 10, label="status.pairstatus"),
            Column("warning", Pair.warning, 8, label="export.warning"),
            Column("months", Pair.months, 8),
            Column("formed", Pair.formed_at, 16),
            Column("started", Pair.started_on),
            Column("baseline_locked", Pair.baseline_locked_at, 16),
            Column("last_session", Pair.last_session_on),
            Column("ended", Pair.ended_on),
            Column("end_reason", Pair.end_reason, 20, term="reasons.end"),
        ),
    ),
    "sessions": Listing(
        _of_pairs(select().select_from(SessionLog).join(Pair, SessionLog.pair_id == Pair.id)),
        lambda city: Pair.city == city,  # what goes on within a pair is for the office that watches over it
        SessionLog.on,
        (
            *_SIDES,
            Column("on", SessionLog.on),
            Column("activity", SessionLog.activity, 16, term="activities"),
            Column("hours", SessionLog.hours, 8),
            Column("people", SessionLog.people, 8),
            Column("logged_by", SessionLog.side, 12, label="side_short"),
            Column("status", SessionLog.status, 18, label="status.sessionstatus"),
            Column("late", SessionLog.late, 8, label="export.late"),
            Column("before_baseline", SessionLog.before_baseline, 12, label="export.before_baseline"),
            Column("logged", SessionLog.created_at, 16),
        ),
    ),
    "checkins": Listing(
        _of_pairs(
            select()
            .select_from(Checkin)
            .join(Pair, Checkin.pair_id == Pair.id)
            .outerjoin(Measurement, and_(Measurement.checkin_id == Checkin.id, _LAST_WORD))
            .outerjoin(Goal, Measurement.goal_id == Goal.id)
        ),
        lambda city: Pair.city == city,
        Checkin.opened_at,
        (
            *_SIDES,
            Column("period", Checkin.period),
            Column("status", Checkin.status, 8, label="status.checkinstatus"),
            Column("due", Checkin.due_at, 16),
            Column("answered", Checkin.answered_at, 16),
            Column("indicator", Goal.indicator, 22, term="indicators"),
            Column("measure", Goal.unit, 10),
            Column("baseline", Goal.baseline, 10, turned=_mean),
            Column("value", Measurement.value, 10),
            Column("target", Goal.target, 10),
            Column("odd", Measurement.odd, 10, label="export.odd"),
        ),
    ),
    "tickets": Listing(
        select()
        .select_from(Ticket)
        .outerjoin(Owner, Ticket.unit_id == Owner.id)
        .outerjoin(Pair, Ticket.pair_id == Pair.id),
        lambda city: and_(Ticket.city == city, Ticket.office == Role.CITY),  # what others take on is not for it
        Ticket.raised_at,
        (
            Column("number", Ticket.number, 14),
            Column("unit", Owner.name, 28),
            Column("city", Ticket.city, 8, term="cities"),
            Column("office", Ticket.office, 12, label="seat"),
            Column("pair", Pair.number),
            Column("trouble", Ticket.trouble, 48),
            Column("status", Ticket.status, 8, label="status.ticketstatus"),
            Column("raised", Ticket.raised_at, 16),
            Column("accepted", Ticket.accepted_at, 16),
            Column("replied", Ticket.replied_at, 16),
            Column("closed", Ticket.closed_at, 16),
            Column("confirmed", Ticket.confirmed, 12, label="export.confirmed"),
        ),
    ),
}


def want(
    session: Session, officer: Person, *, what: str, city: str | None, period: str, at: datetime | None = None
) -> Wanted:
    """What an officer asks for, in their own scope; Refused for a city they may not see and for anybody else."""
    return Wanted(what, scope_of(session, officer, city), period, at or clock.now())


def counted(session: Session, wanted: Wanted) -> dict[str, int]:
    """How many rows each list has; Invalid when there are none at all, or too many for one workbook."""
    rows = count(session, wanted)
    total = sum(rows.values())
    if total == 0:
        raise Invalid("export_empty", wanted=wanted)
    if total > MOST:
        raise Invalid("export_too_big", most=MOST)
    return rows


def count(session: Session, wanted: Wanted) -> dict[str, int]:
    """How many rows each of the lists has; no further than to know that it is too many."""
    rows = {name: _query(LISTS[name], wanted).add_columns(literal(1)).limit(MOST + 1) for name in wanted.lists}
    return {name: session.scalar(select(func.count()).select_from(some.subquery())) or 0 for name, some in rows.items()}


def read(session: Session, name: str, wanted: Wanted) -> Iterator[Sequence[Any]]:
    """The rows of one list as plain values, the oldest first, a few at a time."""
    listing = LISTS[name]
    query = _query(listing, wanted).add_columns(*(column.value for column in listing.columns))
    key = listing.at.class_.id
    rows = session.execute(query.order_by(listing.at, key), execution_options={"yield_per": AT_A_TIME})
    turned = [column.turned for column in listing.columns]
    for row in rows:
        yield [turn(value) if turn and value is not None else value for turn, value in zip(turned, row, strict=True)]


def ask_export(session: Session, officer: Person, *, what: str, city: str | None, period: str) -> None:
    """Have a workbook made and sent; one at a time. Who asked for what, and how many rows, stays written down."""
    wanted = want(session, officer, what=what, city=city, period=period)
    if being_made(session, officer):
        tell(session, officer, "export_in_work", kind=Kind.REPLY)
        return
    rows = counted(session, wanted)
    record(session, officer, "exported", subject=f"export:{what}", city=wanted.city, period=period, rows=rows)
    spec = {"name": "export", "language": officer.language, "person": officer.id, "at": wanted.at.isoformat()}
    spec |= {"what": what, "city": wanted.city, "period": period}
    total = sum(rows.values())
    tell(session, officer, "export_asked", kind=Kind.REPLY, wanted=wanted, many=total)
    tell(session, officer, "export_made", kind=Kind.REPLY, paper=spec, wanted=wanted, many=total)


def being_made(session: Session, officer: Person) -> bool:
    """Whether an earlier workbook or brief of this officer has not gone out yet."""
    waiting = select(Letter.id).where(Letter.person_id == officer.id, Letter.kind == Kind.REPLY)
    waiting = waiting.where(Letter.template.in_(("export_made", "brief_made")), Letter.status == Delivery.QUEUED)
    return session.scalar(waiting.limit(1)) is not None


def _query(listing: Listing, wanted: Wanted) -> Select[Any]:
    """The rows of a list in a scope and a time; whoever asks says which columns."""
    query = listing.rows
    if wanted.city is not None:
        query = query.where(listing.within(wanted.city))
    since, until = (_bound(listing.at, day) for day in wanted.days)
    if since is not None:
        query = query.where(listing.at >= since)
    return query if until is None else query.where(listing.at < until)


def _bound(at: InstrumentedAttribute[Any], day: date | None) -> date | datetime | None:
    """The first day of a time, or its first moment where moments are compared."""
    return day if day is None or isinstance(at.type, Date) else datetime.combine(day, time(), clock.SHANGHAI)
