"""From a filled-in form to a verified unit: who must look at it, what they decide. Knows no sentence and no channel.

A unit is on record from its submission on and may post needs at once; only verification makes a side active.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from models.base import Refused
from models.oversight import duties
from models.registration import awards
from models.registration.guesses import split_place
from models.registration.joining import Joining, ask_to_join
from models.registration.known_units import Sought, has_incubator_in, near_units, units_named, with_code
from models.registration.people import (
    Membership,
    Post,
    Role,
    city_of,
    memberships,
    office_for,
    seats,
    speakers,
    speaks_for,
)
from models.registration.units import Relation, Side, Standing, Unit, find_unit, key_of
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

VERIFY_WITHIN, FIX_WITHIN, CONFIRM_WITHIN = 3, 5, 3  # working days
WAITING_AT_MOST = 3  # unverified units of one person
FOUND_AT_MOST = 50
DUTY = {Side.INCUBATEE: "verify_incubatee", Side.INCUBATOR: "verify_incubator"}


def submit_unit(
    session: Session,
    person: Person,
    *,
    name: Sought | None,
    person_name: str,
    phone: str,
    unit: str | None = None,
    unit_id: int | None = None,
    trouble: str = "",
    **answers: Any,
) -> Unit | Joining:
    """Register a unit on one side, take a returned one up again, or ask to join one that is registered already.

    `unit` is the answer to "is it one of these?": "unit:<id>", "award:<name>" or "none"; `unit_id` an own unit that
    registers for another side or tries again; `answers` are the form's other answers by step name.
    """
    person.name, person.phone = person_name, phone
    known = _chosen(session, unit)
    if known is not None and unit_id is None:
        return ask_to_join(session, person, unit=known, trouble=trouble)
    side = side_of(answers)
    winner = unit.removeprefix("award:") if unit and unit.startswith("award:") else ""
    row = _own_unit(session, person, unit_id, winner or str(name or ""), answers.get("code"))
    _write(row, answers, side)
    row.stand(side, Standing.PENDING)
    session.flush()
    if side is Side.INCUBATOR and answers.get("award"):
        award, document, proof = answers["award"], answers.get("document"), answers.get("proof")
        awards.claim(session, row, award=award, document=document, proof=proof)
    duties.done(session, f"unit:{row.id}", "fix_unit")
    hand_verification(session, row, side)
    record(session, person, "unit_submitted", subject=f"unit:{row.id}", side=side.value)
    due_at = calendar.add_working_days(clock.now(), VERIFY_WITHIN)
    office = verifying_office(session, row, side)
    tell(
        session, person, "unit_submitted", kind=Kind.REPLY,
        unit=row, side=side, office=office, due_at=due_at, trouble=trouble,
    )  # fmt: skip
    if side is Side.INCUBATEE and row.partner is not None:
        _ask_partner(session, row)
    return row


def side_of(answers: dict[str, Any]) -> Side:
    """The side chosen, where the holder of a county award may have turned to the other one."""
    learns = answers.get("side") == Side.INCUBATEE or answers.get("county_way") == Side.INCUBATEE
    return Side.INCUBATEE if learns else Side.INCUBATOR


def _chosen(session: Session, answer: str | None) -> Unit | None:
    if not (answer and answer.startswith("unit:")):
        return None
    return session.get(Unit, int(answer.removeprefix("unit:")))


def _own_unit(session: Session, person: Person, unit_id: int | None, name: str, code: str | None) -> Unit:
    """The unit to write into: an own one, or a new one of which the person becomes the contact."""
    row = find_unit(session, person, unit_id, lock=True) if unit_id is not None else None
    if row is not None and not speaks_for(session, person, row):
        raise Refused("not_speaker")
    same = [*units_named(session, name), *filter(None, [with_code(session, code) if code else None])]
    if others := [one for one in same if one is not row]:
        raise Refused("unit_known", unit=others[0])
    if row is None:
        _refuse_too_many(session, person)
        row = Unit(name=name)
        session.add(row)
        session.flush()
        session.add(Membership(person_id=person.id, unit_id=row.id, post=Post.CONTACT))
        person.hat_id = row.id
    elif name and not row.verified:
        row.name = name
    return row


def _refuse_too_many(session: Session, person: Person) -> None:
    waiting = [
        one
        for one in memberships(session, person)
        if one.post is Post.CONTACT and Standing.PENDING in (one.unit.as_incubator, one.unit.as_incubatee)
    ]
    if len(waiting) >= WAITING_AT_MOST:
        raise Refused("too_many_units", most=WAITING_AT_MOST)


def _write(row: Unit, answers: dict[str, Any], side: Side) -> None:
    if not row.verified:
        place = answers.get("county") or answers.get("place")
        if place:
            row.city, row.county = split_place(place)
        row.credit_code = answers.get("code") or row.credit_code
        row.industry = answers.get("industry") or row.industry
    if side is Side.INCUBATEE:
        row.relation = Relation.CHAIN if row.outside else Relation(answers.get("relation") or Relation.OTHER)
        partner = answers.get("sponsor") if row.outside else answers.get("partner")
        partner = int(partner) if partner and row.relation is Relation.CHAIN else None
        if row.relation_unit_id != partner:
            row.relation_unit_id, row.relation_confirmed_at = partner, None
        if row.outside and partner is None:
            raise Refused("outside_needs_partner")


def hand_verification(session: Session, unit: Unit, side: Side) -> None:
    """Put the ball into the right office's court; outside the province only once the incubator has confirmed."""
    if side is Side.INCUBATEE and unit.relation_unit_id and unit.relation_confirmed_at is None:
        partner = session.get_one(Unit, unit.relation_unit_id)
        due_at = calendar.add_working_days(clock.now(), CONFIRM_WITHIN)
        duties.hand(
            session, "confirm_relation", f"relation:{unit.id}",
            unit=partner, due_at=due_at, remind=(1, 2), unit_name=unit.name,
        )  # fmt: skip
        if unit.outside:
            return
    office = verifying_office(session, unit, side)
    due_at = calendar.add_working_days(clock.now(), VERIFY_WITHIN)
    duties.hand(
        session, DUTY[side], f"unit:{unit.id}",
        office=office, city=unit.city, due_at=due_at, remind=(1, 2), unit_name=unit.name,
    )  # fmt: skip


def verifying_office(session: Session, unit: Unit, side: Side) -> Role:
    """Who verifies: the association incubators and units from outside, the city office its incubatees."""
    return Role.ASSOCIATION if side is Side.INCUBATOR else office_for(session, unit.city)


def _ask_partner(session: Session, unit: Unit) -> None:
    assert unit.partner is not None
    for speaker in speakers(session, unit.partner):
        tell(session, speaker, "relation_asked", kind=Kind.CALL, subject=f"relation:{unit.id}", unit=unit)


def find_for_office(session: Session, officer: Person, unit_id: int, side: Side) -> Unit:
    """A unit that this officer's office verifies on a side, locked; Refused for anybody else."""
    unit = find_unit(session, officer, unit_id, lock=True)
    held = _waiting().where(duties.Duty.subject == f"unit:{unit.id}", duties.Duty.kind == DUTY[side])
    duty = session.scalar(held)
    office = (duty and duty.office) or verifying_office(session, unit, side)
    for seat in seats(session, officer):
        if seat.role is office and (office is not Role.CITY or seat.city == unit.city):
            return unit
    raise Refused("other_office")


def facts_of(session: Session, unit: Unit) -> str:
    """A short mark of what an officer verifies, which changes with it."""
    award = awards.award_of(session, unit)
    facts = (unit.name, unit.credit_code, unit.city, unit.county, unit.industry, unit.relation, unit.relation_unit_id)
    return sha256(repr((*facts, award and award.id)).encode()).hexdigest()[:10]


def verify(session: Session, officer: Person, unit_id: int, side: Side, *, facts: str) -> Unit:
    """Find a waiting unit in order on one side, as it was read (`facts`): it becomes active, and its people hear of it.

    A frozen one goes on by the association's word only (`freezing.thaw`).
    """
    from models.exchange.review import waiting_post  # posts stand on units

    unit = find_for_office(session, officer, unit_id, side)
    if unit.standing(side) is not Standing.PENDING:
        raise Refused("moved_on", status=f"standing.{unit.standing(side).value}")
    if facts != facts_of(session, unit):
        raise Refused("unit_changed", unit=unit, side=side)
    if side is Side.INCUBATEE and unit.outside and unit.relation_confirmed_at is None:
        raise Refused("relation_open")
    unit.stand(side, Standing.ACTIVE)
    unit.review = {key: value for key, value in unit.review.items() if key != side.value}
    duties.done(session, f"unit:{unit.id}", DUTY[side])
    if side is Side.INCUBATOR and (award := awards.award_of(session, unit)):
        award.checked_at = clock.now()
        award.recheck_at = awards.next_check(clock.now())
    record(session, officer, "unit_verified", subject=f"unit:{unit.id}", side=side.value)
    post, due_at = waiting_post(session, unit, side)
    for speaker in speakers(session, unit):
        tell(session, speaker, "unit_verified", unit=unit, side=side, post=post, due_at=due_at)
    return unit


def return_unit(
    session: Session, officer: Person, *, unit_id: int, side: Side | str, reason: str, remark: str | None
) -> Unit:
    """Send a registration back with a reason (a code of `vocabulary.reasons("return")`); what was typed is kept."""
    side = Side(side)
    unit = find_for_office(session, officer, unit_id, side)
    send_back(session, unit, side, reason=reason, remark=remark)
    tell(session, officer, "unit_check_done", unit=unit, side=side, waiting=waiting_for(session, officer))
    record(session, officer, "unit_returned", subject=f"unit:{unit.id}", side=side.value, reason=reason)
    return unit


def send_back(session: Session, unit: Unit, side: Side, *, reason: str, remark: str | None) -> None:
    """The ball goes back to the unit, which hears why."""
    unit.stand(side, Standing.RETURNED)
    unit.review = {**unit.review, side.value: {"reason": reason, "remark": remark}}
    due_at = calendar.add_working_days(clock.now(), FIX_WITHIN)
    duties.done(session, f"unit:{unit.id}", DUTY[side])
    duties.hand(session, "fix_unit", f"unit:{unit.id}", unit=unit, due_at=due_at, remind=(1, 3), unit_name=unit.name)
    for speaker in speakers(session, unit):
        tell(session, speaker, "unit_returned", unit=unit, side=side, reason=reason, remark=remark, due_at=due_at)


def waiting_for(session: Session, officer: Person) -> list[tuple[Unit, Side]]:
    """The registrations this officer's offices have to verify, the oldest first."""
    sides = {kind: side for side, kind in DUTY.items()}
    return [
        (session.get_one(Unit, int(duty.subject.partition(":")[2])), sides[duty.kind])
        for duty in session.scalars(_waiting().order_by(duties.Duty.since_at, duties.Duty.id))
        if any(seat.role is duty.office and seat.city in (None, duty.city) for seat in seats(session, officer))
    ]


def _waiting() -> Select[duties.Duty]:
    return select(duties.Duty).where(duties.Duty.kind.in_(DUTY.values()), duties.Duty.done_at.is_(None))


def likely_relation(session: Session, industry: str | None) -> Relation:
    """The relation an incubatee of the province most likely has: same industry where an incubator of it is known."""
    return Relation.INDUSTRY if industry and has_incubator_in(session, industry) else Relation.OTHER


def look_alikes(session: Session, unit: Unit) -> list[Unit]:
    """Registered units that may be the same one under another spelling, for the officer's eye."""
    return near_units(session, unit.name, but=unit)


def units_like(session: Session, officer: Person, typed: str) -> list[Unit]:
    """Units of an officer's scope whose name holds the typed words, or is near them, or whose code it is."""
    city = city_of(session, officer)
    scope = select(Unit) if city is None else select(Unit).where(Unit.city == city)
    key = key_of(typed)
    holding = or_(Unit.key.contains(key, autoescape=True), Unit.credit_code == typed.strip().upper())
    found = list(session.scalars(scope.where(holding).order_by(Unit.name).limit(FOUND_AT_MOST))) if key else []
    return found or [unit for unit in near_units(session, typed) if city in (None, unit.city)]
