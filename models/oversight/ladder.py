"""The ladder: who else is brought in when a duty stays undone, step by step, each told what was tried before.

Knows no sentence and no channel. Steps to people are letters; steps to offices show in their digests and on the board.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from models.base import literally, locked
from models.oversight import duties
from models.oversight.duties import Duty, holders
from models.oversight.supervision import Means, Supervision, tried
from models.registration.people import Membership, Post, Role, officers
from models.system import calendar
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record


class Rung(StrEnum):
    """Who is brought in at a step."""

    BACKUP = "backup"
    LEADER = "leader"
    CITY = "city"
    ASSOCIATION = "association"
    PROVINCE = "province"


Ladder = tuple[tuple[Rung, int], ...]  # rungs with working days after the deadline
OF_UNIT: Ladder = (
    (Rung.BACKUP, 2),
    (Rung.LEADER, 7),
    (Rung.CITY, 12),
    (Rung.ASSOCIATION, 17),
    (Rung.PROVINCE, 22),
)
OWN_MATTERS = (
    "fix_post",
    "fix_unit",
    "renew_post",
)  # left undone they cost nobody but the unit: no office is called in
NO_HIGHER = dict.fromkeys(OWN_MATTERS, Rung.LEADER) | {"name_backup": Rung.CITY}
OF_ONE_ONLY: Ladder = ((Rung.CITY, 5), (Rung.ASSOCIATION, 10), (Rung.PROVINCE, 15))  # no colleague can act for them
OF_OFFICE: dict[Role, Ladder] = {
    Role.CITY: ((Rung.ASSOCIATION, 2), (Rung.PROVINCE, 7)),
    Role.ASSOCIATION: ((Rung.PROVINCE, 0),),
}
POST_OF = {Rung.BACKUP: Post.BACKUP, Rung.LEADER: Post.LEADER}


def ladder_of(duty: Any) -> Ladder:
    """The steps that stand above whoever holds a duty."""
    if duties.of_one_only(duty):
        return OF_ONE_ONLY
    if duties.of_people(duty):
        return of_unit(NO_HIGHER.get(duty.kind))
    return OF_OFFICE.get(duty.office, ()) if duty.office else ()


def of_unit(highest: Rung | None) -> Ladder:
    """The steps above a unit, up to the highest that its matter is worth."""
    return OF_UNIT[: [rung for rung, _ in OF_UNIT].index(highest) + 1] if highest else OF_UNIT


def next_rung(duty: Any, now: datetime) -> Rung | None:
    """The step that is due on a late duty, if one is."""
    red, above = duties.marks(duty)[1], ladder_of(duty)[duty.escalated :]
    if red is None or not above or now <= red:
        return None
    rung, days = above[0]
    return rung if now > calendar.add_working_days(red, days - 1) else None


def due_steps(session: Session, now: datetime) -> list[int]:
    """Late duties that go one step up now; nobody is troubled outside working hours."""
    if calendar.is_quiet(now):
        return []
    facts = Duty.person_id, Duty.unit_id, Duty.office, Duty.kind, Duty.since_at, Duty.due_at, Duty.escalated
    query = select(Duty.id, *facts).where(Duty.done_at.is_(None), duties.late(now), _near_a_rung(now))
    found = session.execute(query.order_by(Duty.due_at, Duty.since_at, Duty.id))
    return [late.id for late in found if next_rung(late, now)]


def climbed_to(rung: Rung) -> ColumnElement[bool]:
    """Which duties have a step behind them, for the database to find."""
    above = or_(*(and_(held, Duty.escalated > place) for held, place, one, _ in _rungs() if one is rung))
    return and_(Duty.escalated > literally(0), above)


def _near_a_rung(now: datetime) -> ColumnElement[bool]:
    """Which late duties may be due for their next step; those that have climbed all of theirs are left alone."""
    today = calendar.local_day(now)
    waits = []
    for held, place, _, days in _rungs():
        latest = calendar.closing(calendar.nth_working_day(today, 2 - days)) if days > 2 else now
        waits.append(and_(held, Duty.escalated == place, Duty.due_at <= latest))
    return or_(*waits)


def _rungs() -> Iterator[tuple[ColumnElement[bool], int, Rung, int]]:
    """Every step there is: whose duties take it, after how many others, to whom, how long after the deadline."""
    one_only = and_(Duty.person_id.is_not(None), Duty.kind.in_(duties.OF_A_PERSON_ONLY))
    lower = [(and_(duties.OF_PEOPLE, Duty.kind == kind), of_unit(rung)) for kind, rung in NO_HIGHER.items()]
    others = and_(duties.OF_PEOPLE, ~one_only, Duty.kind.not_in(NO_HIGHER))
    ladders = [(one_only, OF_ONE_ONLY), *lower, (others, OF_UNIT)]
    ladders += [(and_(~duties.OF_PEOPLE, Duty.office == role), ladder) for role, ladder in OF_OFFICE.items()]
    for held, ladder in ladders:
        yield from ((held, place, rung, days) for place, (rung, days) in enumerate(ladder))


def climb(session: Session, duty_id: int, now: datetime) -> None:
    """Take one step: bring in the backup, the leader or the next office; a step with nobody on it is passed over."""
    duty = locked(session, Duty, duty_id)
    while duty.done_at is None and (rung := next_rung(duty, now)):
        people = brought_in(session, duty, rung)
        before = tried(session, duty)
        duty.escalated += 1
        if not people:
            continue
        duty.escalated_at = now
        session.add(Supervision(duty_id=duty.id, means=Means.STEP, result=rung))
        record(session, None, "duty_escalated", subject=duty.subject, duty=duty.id, to=rung)
        if rung in POST_OF:
            for person in people:
                once, subject = f"step:{duty.id}:{rung}:{person.id}", duty.subject
                tell(
                    session, person, f"step_{rung}", kind=Kind.CALL, once=once, subject=subject, duty=duty, tried=before
                )
        return


def brought_in(session: Session, duty: Duty, rung: Rung) -> Sequence[Person]:
    """Who stands on a step: those of the unit who do not hold the duty already, or the officers of the office."""
    if rung not in POST_OF:
        return officers(session, Role(rung), city=duty.city)
    query = select(Membership).where(
        Membership.unit_id == duty.unit_id, Membership.left_at.is_(None), Membership.post == POST_OF[rung]
    )
    holding = {person.id for person in holders(session, duty)}
    return [one.person for one in session.scalars(query.order_by(Membership.id)) if one.person_id not in holding]
