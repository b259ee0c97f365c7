"""Cooling (冷静期): for fourteen days after a pair that ended early its incubatee is not matched anew.

It may have its need looked after again and choose at once; what it has chosen goes out on the day, or when its office
says so. What lay before an incubator already is not touched. Knows no sentence and no channel.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused, lock, locked
from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.exchange.requests import CONSIDERED, Request, RequestStatus, requests_of, roll_on
from models.registration.people import oversees, speakers
from models.registration.units import Standing, Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

DAYS = 14
REASONS = ("partner", "urgent", "settled")  # why an office shortens it
LISTED = 3  # needs of a unit that its letter speaks of


def begin_cooling(session: Session, unit: Unit) -> None:
    """A pair of this unit has ended early."""
    unit.rematch_on = calendar.add_days(calendar.local_day(clock.now()), DAYS)


def find_cooling(session: Session, officer: Person, unit_id: int, *, lock: bool = False) -> Unit:
    """A unit in an officer's scope that is not matched anew yet; Refused for anybody else, its own people included."""
    unit = locked(session, Unit, unit_id) if lock else session.get(Unit, unit_id)
    if unit is None or not oversees(session, officer, unit):
        raise Refused("not_found")
    if unit.cools_till is None:
        raise Refused("cooling_over_before", unit=unit)
    return unit


def shorten_cooling(session: Session, officer: Person, *, unit_id: int, reason: str) -> Unit:
    """An office lets a unit be matched anew from now on, for one of `REASONS`; the unit hears it, and why."""
    unit = find_cooling(session, officer, unit_id, lock=True)
    record(session, officer, "cooling_shortened", subject=f"unit:{unit.id}", reason=reason, was=str(unit.rematch_on))
    asked = _let_go_on(session, unit, Kind.ANSWER, reason)
    tell(session, officer, "cooling_shortened", kind=Kind.REPLY, unit=unit, reason=reason, asked=asked)
    return unit


def cooled(session: Session, now: datetime) -> list[int]:
    """Units whose day has come; a frozen one waits on."""
    query = select(Unit.id).where(Unit.rematch_on <= calendar.local_day(now), Unit.as_incubatee != Standing.FROZEN)
    return sorted(session.scalars(query))


def end_cooling(session: Session, unit_id: int, now: datetime) -> None:
    """The day has come: what the unit has chosen goes out, and it hears where it stands with its needs."""
    unit = locked(session, Unit, unit_id)
    if unit.rematch_on is not None and unit.rematch_on <= calendar.local_day(now):
        _let_go_on(session, unit, Kind.CALL)


def _let_go_on(session: Session, unit: Unit, kind: Kind, reason: str | None = None) -> bool:
    """Ask whoever was chosen, and say so to the unit; whether anybody is asked now."""
    day, unit.rematch_on = unit.rematch_on, None
    session.flush()
    waiting = Need.status.in_((PostStatus.PUBLISHED, PostStatus.UNSERVED))
    needs = session.scalars(select(Need).where(Need.unit_id == unit.id, waiting).order_by(Need.id.desc())).all()
    lines = [(need, _ask_next(session, need, day)) for need in needs]
    for reader in speakers(session, unit) if lines else ():
        once = f"cooling_over:{unit.id}:{day}:{reader.id}"
        tell(session, reader, "cooling_over", kind=kind, once=once, lines=lines[:LISTED], reason=reason)
    return any(request is not None for _, request in lines)


def _ask_next(session: Session, need: Need, day: date | None) -> Request | None:
    """Who considers a need now; the first that was chosen, if nobody did till now.

    The days until then are not days in which nobody wanted it: its time in public begins.
    """
    lock(session, need)
    if day and need.published_at and calendar.local_day(need.published_at) >= calendar.add_days(day, -DAYS):
        need.published_at = clock.now()
    if requests_of(session, need, (RequestStatus.QUEUED,)):
        roll_on(session, need)
    return next(iter(requests_of(session, need, CONSIDERED)), None)
