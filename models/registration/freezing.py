"""Stopping and resuming a unit, and looking at its award again every year. Knows no sentence and no channel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused
from models.oversight import duties
from models.registration.awards import HeldAward, award_of, next_check
from models.registration.people import Role, seats, speakers
from models.registration.units import Side, Standing, Unit, find_unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

RECHECK_WITHIN = 10  # working days


def freeze(session: Session, officer: Person, *, unit_id: int, side: Side | str, reason: str) -> Unit:
    """Stop new pairs of a unit, such as when its award is revoked; pairs at work go on."""
    side = Side(side)
    unit = find_unit(session, officer, unit_id, lock=True)
    _refuse_but_association(session, officer)
    unit.stand(side, Standing.FROZEN)
    unit.review = {**unit.review, f"frozen_{side.value}": reason}
    if (award := award_of(session, unit)) and side is Side.INCUBATOR:
        award.revoked_at, award.recheck_at = clock.now(), None
    duties.done(session, f"unit:{unit.id}", "recheck_award")
    tell(session, officer, "unit_card_changed", kind=Kind.REPLY, unit=unit, side=side)
    record(session, officer, "unit_frozen", subject=f"unit:{unit.id}", side=side.value)
    for speaker in speakers(session, unit):
        tell(session, speaker, "unit_frozen", unit=unit, side=side, reason=reason)
    return unit


def thaw(session: Session, officer: Person, unit_id: int, side: Side) -> Unit:
    """Let a frozen unit form new pairs again."""
    unit = find_unit(session, officer, unit_id, lock=True)
    _refuse_but_association(session, officer)
    if unit.standing(side) is not Standing.FROZEN:
        raise Refused("moved_on", status=f"standing.{unit.standing(side).value}")
    unit.stand(side, Standing.ACTIVE)
    if (award := award_of(session, unit)) and side is Side.INCUBATOR:
        award.revoked_at, award.checked_at, award.recheck_at = None, clock.now(), next_check(clock.now())
    unit.review = {key: value for key, value in unit.review.items() if key != f"frozen_{side.value}"}
    record(session, officer, "unit_thawed", subject=f"unit:{unit.id}", side=side.value)
    for speaker in speakers(session, unit):
        tell(session, speaker, "unit_thawed", unit=unit, side=side)
    return unit


def _refuse_but_association(session: Session, officer: Person) -> None:
    if not any(seat.role is Role.ASSOCIATION for seat in seats(session, officer)):
        raise Refused("role")


def due_for_recheck(session: Session, now: datetime) -> Iterable[int]:
    """The active incubators whose award was last looked at a year ago."""
    active = select(Unit.id).where(Unit.id == HeldAward.unit_id, Unit.as_incubator == Standing.ACTIVE)
    return sorted(set(session.scalars(select(HeldAward.unit_id).where(HeldAward.recheck_at <= now, active.exists()))))


def ask_recheck(session: Session, unit_id: int, now: datetime) -> None:
    """Let the association look at an award again."""
    unit = session.get_one(Unit, unit_id)
    award = award_of(session, unit)
    if award is None:
        return
    award.recheck_at = None
    due_at = calendar.add_working_days(now, RECHECK_WITHIN)
    duties.hand(
        session, "recheck_award", f"unit:{unit.id}",
        office=Role.ASSOCIATION, city=unit.city, due_at=due_at, remind=(5,), unit_name=unit.name,
    )  # fmt: skip


def confirm_award(session: Session, officer: Person, unit_id: int) -> Unit:
    """The award still holds; look again in a year."""
    unit = find_unit(session, officer, unit_id, lock=True)
    _refuse_but_association(session, officer)
    award = award_of(session, unit)
    if award is None:
        raise Refused("not_found")
    award.checked_at, award.recheck_at = clock.now(), next_check(clock.now())
    duties.done(session, f"unit:{unit.id}", "recheck_award")
    record(session, officer, "award_confirmed", subject=f"unit:{unit.id}")
    return unit
