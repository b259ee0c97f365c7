"""The board: how much stands where, in the part of the programme an officer may see. The digests count with it too.

Every query carries the scope: a city's office sees its city, the association and the province see all of it or one
city of it. Knows no sentence and no channel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import URL, ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import InstrumentedAttribute

from models.base import Refused
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus
from models.incubation.pairs import RUNNING, Pair, PairStatus, Warning
from models.oversight import duties
from models.oversight.duties import Duty, open_duties
from models.oversight.tickets import OPEN as OPEN_TICKETS
from models.oversight.tickets import Ticket
from models.registration import people
from models.registration.units import Standing, Unit
from models.system.accounts import Person
from models.vocabulary import cities

Counts = Counter[str]  # a state nobody is in counts none


@dataclass(frozen=True)
class Facet:
    """One way of counting records: by the states in a column, each named "name.state", among those it matters for."""

    name: str
    column: InstrumentedAttribute[Any]
    among: ColumnElement[bool] = field(default_factory=true)


@dataclass(frozen=True)
class Section:
    """One kind of record: how a city bounds it, by what it is counted, which states of the first facet are open."""

    row: Any
    within: Callable[[str], ColumnElement[bool]]
    facets: tuple[Facet, ...]
    open: tuple[Any, ...] = ()


def _of_units(column: InstrumentedAttribute[int]) -> Callable[[str], ColumnElement[bool]]:
    return lambda city: column.in_(select(Unit.id).where(Unit.city == city))


def _asked_in(city: str) -> ColumnElement[bool]:
    """Requests whose asker or whose asked unit is of the city."""
    need, offer = aliased(Need), aliased(Offer)
    return or_(
        Request.need_id.in_(select(need.id).join(Unit, need.unit_id == Unit.id).where(Unit.city == city)),
        Request.offer_id.in_(select(offer.id).join(Unit, offer.unit_id == Unit.id).where(Unit.city == city)),
    )


def _paired_in(city: str) -> ColumnElement[bool]:
    """Pairs of which either side is of the city."""
    return or_(Pair.city == city, _of_units(Pair.incubator_id)(city), _of_units(Pair.incubatee_id)(city))


POSTED = (PostStatus.PENDING, PostStatus.RETURNED, PostStatus.PUBLISHED)
SECTIONS: dict[str, Section] = {
    "units": Section(
        Unit,
        lambda city: Unit.city == city,
        (Facet("incubator", Unit.as_incubator), Facet("incubatee", Unit.as_incubatee)),
        (Standing.PENDING, Standing.RETURNED),
    ),
    "needs": Section(Need, _of_units(Need.unit_id), (Facet("poststatus", Need.status),), POSTED),
    "offers": Section(Offer, _of_units(Offer.unit_id), (Facet("poststatus", Offer.status),), POSTED),
    "requests": Section(
        Request, _asked_in, (Facet("requeststatus", Request.status),), (RequestStatus.PENDING, RequestStatus.ASKED)
    ),
    "pairs": Section(
        Pair,
        _paired_in,
        (Facet("pairstatus", Pair.status), Facet("warning", Pair.warning, Pair.status.in_(RUNNING))),
        (PairStatus.SIGNING, PairStatus.PAUSED, *RUNNING),
    ),
    "tickets": Section(Ticket, lambda city: Ticket.city == city, (Facet("ticketstatus", Ticket.status),), OPEN_TICKETS),
}
UNCOUNTED = (Standing.NONE, Warning.GREEN)
ROWS_A_SECOND = 10_000  # counted figures stand for a second for every so many rows they count


@dataclass(frozen=True)
class Figures:
    """What was counted in a scope at a moment, by section and state, and where in the province most is late."""

    at: datetime
    counts: dict[str, Counts]
    late_by_city: Sequence[tuple[str, int]] = ()

    def stand(self, now: datetime) -> bool:
        """Whether they are still good: in a small programme never, so that whoever looks sees what they just did.

        However large it grows, counting then takes no larger share of the time.
        """
        rows = sum(sum(counts.values()) for counts in self.counts.values())
        return timedelta() <= now - self.at < timedelta(seconds=rows // ROWS_A_SECOND)


_counted: dict[tuple[URL, str | None], Figures] = {}  # by this process, which is to be right within seconds only


def scope_of(session: Session, officer: Person, city: str | None = None) -> str | None:
    """The city an officer looks at (None: the whole province); one they may not see is as good as unknown."""
    own = people.city_of(session, officer)
    if own is not None and city not in (None, own):
        raise Refused("not_found")
    if city is not None and city not in cities():
        raise Refused("not_found")
    return own or city


def figures(session: Session, city: str | None, now: datetime) -> Figures:
    """Counts by section and state ("pending" as "poststatus.pending"), and of open duties by colour, in a scope."""
    key = session.get_bind().engine.url, city
    found = _counted.get(key)
    if found is None or not found.stand(now):
        found = _counted[key] = count(session, city, now)
    return found


def count(session: Session, city: str | None, now: datetime) -> Figures:
    """The same, counted now."""
    counts = {name: _count(session, section, city) for name, section in SECTIONS.items()}
    counts["duties"] = duties.colours(session, now, duties_in(city))
    return Figures(now, counts, _late_by_city(session, now) if city is None else ())


def _late_by_city(session: Session, now: datetime) -> Sequence[tuple[str, int]]:
    """The three cities where most is late."""
    number = func.count(Duty.id)
    late = select(Duty.city, number).where(Duty.done_at.is_(None), duties.late(now), Duty.city.is_not(None))
    found = session.execute(late.group_by(Duty.city).order_by(number.desc(), func.min(Duty.due_at)).limit(3))
    return [(city, many) for city, many in found if city]


def duties_in(city: str | None) -> ColumnElement[bool]:
    """Which duties lie in a scope."""
    return true() if city is None else Duty.city == city


def late(city: str | None, now: datetime) -> ColumnElement[bool]:
    """Which open duties in a scope are late."""
    return and_(duties_in(city), duties.late(now))


def rows(session: Session, city: str | None, section: str, code: str | None, *, start: int, many: int) -> Sequence[Any]:
    """Records of a section in a scope, of one state if `code` names one: open ones first, the newest first."""
    chosen = _section(section)
    still_open = chosen.facets[0].column.in_(chosen.open)
    query = _scoped(select(chosen.row), chosen, city).order_by(still_open.desc(), chosen.row.id.desc())
    return session.scalars(_of_state(query, chosen, code).offset(start).limit(many)).all()


def find_row(session: Session, officer: Person, section: str, row_id: int) -> Any:
    """One record for an officer whose scope it lies in; Refused for anybody else."""
    chosen = _section(section)
    query = _scoped(select(chosen.row), chosen, scope_of(session, officer)).where(chosen.row.id == row_id)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise Refused("not_found")
    return row


def duties_of(session: Session, subject: str) -> list[Duty]:
    """Who holds the ball on a record."""
    return open_duties(session, Duty.subject == subject)


def _section(name: str) -> Section:
    if name not in SECTIONS:
        raise Refused("not_found")
    return SECTIONS[name]


def _scoped(query: Select[Any], section: Section, city: str | None) -> Select[Any]:
    return query if city is None else query.where(section.within(city))


def _of_state(query: Select[Any], section: Section, code: str | None) -> Select[Any]:
    if code is None:
        return query
    for facet in section.facets:
        for state in facet.column.type.enum_class:
            if code == f"{facet.name}.{state.value}":
                return query.where(facet.column == state, facet.among)
    raise Refused("not_found")


def _count(session: Session, section: Section, city: str | None) -> Counts:
    counts: Counts = Counter()
    for facet in section.facets:
        query = _scoped(select(facet.column, func.count()), section, city).where(facet.among).group_by(facet.column)
        found = {state: n for state, n in session.execute(query) if state not in UNCOUNTED}
        counts.update({f"{facet.name}.{state.value}": n for state, n in found.items()})
    return counts
