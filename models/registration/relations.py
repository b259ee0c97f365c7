"""An incubator says whether an incubatee is its supplier or customer. Knows no sentence and no channel."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.base import Refused, fetch
from models.oversight import duties
from models.registration.people import speakers, speaks_for
from models.registration.registering import hand_verification, send_back
from models.registration.units import Side, Standing, Unit
from models.system import clock
from models.system.accounts import Person
from models.system.letters import tell
from models.system.marks import record


def find_relation(session: Session, person: Person, unit_id: int) -> Unit:
    """The unit that names this person's incubator as its partner; Refused for anybody else."""
    unit = fetch(session, Unit, unit_id, lock=True)
    if unit is None or unit.partner is None or not speaks_for(session, person, unit.partner):
        raise Refused("not_found")
    return unit


def _open(unit: Unit) -> None:
    if unit.relation_confirmed_at is not None:
        raise Refused("moved_on", status="relation.confirmed")
    if unit.as_incubatee not in (Standing.PENDING, Standing.ACTIVE):
        raise Refused("moved_on", status=f"standing.{unit.as_incubatee.value}")


def confirm_relation(session: Session, person: Person, unit_id: int) -> Unit:
    """Yes, our supplier or customer; a unit from outside the province may now be verified."""
    unit = find_relation(session, person, unit_id)
    _open(unit)
    unit.relation_confirmed_at = clock.now()
    duties.done(session, f"relation:{unit.id}")
    record(session, person, "relation_confirmed", subject=f"unit:{unit.id}")
    if unit.outside and unit.as_incubatee is Standing.PENDING:
        hand_verification(session, unit, Side.INCUBATEE)
    for speaker in speakers(session, unit):
        tell(session, speaker, "relation_confirmed", unit=unit)
    return unit


def deny_relation(session: Session, person: Person, unit_id: int) -> Unit:
    """No: inside the province that only unties the two; outside it is what the registration rests on."""
    unit = find_relation(session, person, unit_id)
    _open(unit)
    partner = unit.partner
    unit.relation_unit_id = None
    duties.done(session, f"relation:{unit.id}")
    record(session, person, "relation_denied", subject=f"unit:{unit.id}")
    for speaker in speakers(session, unit):
        tell(session, speaker, "relation_denied", unit=unit, partner=partner)
    if unit.outside and unit.as_incubatee is Standing.PENDING:
        send_back(session, unit, Side.INCUBATEE, reason="not_qualified", remark=None)
    session.flush()
    return unit
