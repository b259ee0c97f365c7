"""Changes to a registered unit: a new name, code, place or industry. Knows no sentence and no channel.

A verified unit goes on under its old facts until the office that verified it agrees; a former name still finds it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused
from models.oversight import duties
from models.registration.guesses import split_place
from models.registration.known_units import units_named, with_code
from models.registration.people import Role, office_for, seats, speakers, speaks_for
from models.registration.units import VERIFIED, FormerName, Unit, find_unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

LOOK_WITHIN = 3  # working days


def change_unit(
    session: Session,
    person: Person,
    *,
    unit_id: int,
    what: str,
    name: str | None = None,
    code: str | None = None,
    place: str | None = None,
    county: str | None = None,
    industry: str | None = None,
) -> Unit:
    """Ask for one change (`what`: name, code, place or industry); an unverified unit is changed at once.

    One change of a verified unit waits at a time; asked for anew it takes the place of what was asked before.
    """
    unit = find_unit(session, person, unit_id, lock=True)
    if not speaks_for(session, person, unit):
        raise Refused("not_speaker")
    waits = unit.review.get("change")
    if unit.verified and waits and waits["what"] != what:
        raise Refused("change_before", unit=unit, change=waits)
    new = {"name": name, "code": code, "place": county or place, "industry": industry}[what]
    _refuse_taken(session, unit, what, new)
    if not unit.verified:
        _apply(session, unit, what, new)
        tell(session, person, "unit_changed", kind=Kind.REPLY, unit=unit)
    else:
        unit.review = {**unit.review, "change": {"what": what, "new": new}}
        office, due_at = changing_office(session, unit), calendar.add_working_days(clock.now(), LOOK_WITHIN)
        duties.hand(
            session, "verify_change", f"unit:{unit.id}",
            office=office, city=unit.city, due_at=due_at, remind=(1, 2), unit_name=unit.name,
        )  # fmt: skip
        tell(session, person, "change_waits", kind=Kind.REPLY, unit=unit, office=office, due_at=due_at)
    record(session, person, "unit_change_asked", subject=f"unit:{unit.id}", what=what)
    return unit


def _refuse_taken(session: Session, unit: Unit, what: str, new: Any) -> None:
    same = units_named(session, new) if what == "name" else []
    if what == "code" and (found := with_code(session, new)):
        same = [found]
    if others := [one for one in same if one is not unit]:
        raise Refused("unit_known", unit=others[0])


def changing_office(session: Session, unit: Unit) -> Role:
    """Who agrees to changes: the association for incubators it has verified, the city office for the rest."""
    return Role.ASSOCIATION if unit.as_incubator in VERIFIED else office_for(session, unit.city)


def _apply(session: Session, unit: Unit, what: str, new: Any) -> None:
    if what == "name":
        session.add(FormerName(unit_id=unit.id, name=unit.name, key=unit.key))
        unit.name = new
    elif what == "code":
        unit.credit_code = new
    elif what == "industry":
        unit.industry = new
    else:
        unit.city, unit.county = split_place(new)


def find_change(session: Session, officer: Person, unit_id: int) -> tuple[Unit, dict[str, Any]]:
    """A change that waits for this officer's office; Refused for anybody else and when none waits."""
    unit = find_unit(session, officer, unit_id, lock=True)
    query = select(duties.Duty).where(duties.Duty.subject == f"unit:{unit.id}", duties.Duty.kind == "verify_change")
    duty = session.scalar(query.where(duties.Duty.done_at.is_(None)))
    office = (duty and duty.office) or changing_office(session, unit)
    if not any(seat.role is office and seat.city in (None, unit.city) for seat in seats(session, officer)):
        raise Refused("other_office")
    if "change" not in unit.review:
        raise Refused("moved_on", status="change.settled")
    return unit, unit.review["change"]


def settle_change(session: Session, officer: Person, unit_id: int, *, agreed: bool) -> Unit:
    """Let a change come into force, or leave the unit as it is; its people hear which."""
    unit, change = find_change(session, officer, unit_id)
    unit.review = {key: value for key, value in unit.review.items() if key != "change"}
    if agreed:
        _refuse_taken(session, unit, change["what"], change["new"])
        _apply(session, unit, change["what"], change["new"])
    duties.done(session, f"unit:{unit.id}", "verify_change")
    record(session, officer, "unit_changed" if agreed else "unit_change_refused", subject=f"unit:{unit.id}")
    for speaker in speakers(session, unit):
        tell(session, speaker, "unit_changed" if agreed else "change_refused", unit=unit)
    return unit
