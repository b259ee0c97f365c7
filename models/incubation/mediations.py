"""Mediation (调解): after the second caution either side may ask for it, and its office brings the two together.

Meanwhile the pair does not end for inactivity, and nobody is pressed for an answer to a caution. What the office does
about it is a concern like others. Knows no sentence and no channel.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from models.base import Refused, lock
from models.incubation.cautions import NEEDED, let_rest, mediation_of, way_of
from models.incubation.concerns import (
    TASKS,
    Cause,
    Concern,
    Outcome,
    close_concern,
    find_concern,
    raise_concern,
)
from models.incubation.endings import people_of
from models.incubation.pairs import OVER, Pair, PairStatus, find_own_pair
from models.registration.people import speaks_for
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

LONGEST = 90  # days for which both sides may agree to go on


def possible(session: Session, person: Person, pair: Pair, side: Side) -> bool:
    """Whether somebody who speaks for a side may ask: both cautions stand, and nobody has asked since the second."""
    if pair.status in (*OVER, PairStatus.PAUSED) or not speaks_for(session, person, pair.unit(side)):
        return False
    return way_of(session, pair).given >= NEEDED and mediation_of(session, pair) is None


def ask_mediation(session: Session, person: Person, *, pair_id: int) -> Concern:
    """One side asks; the office has five working days, and everybody of the pair hears of it."""
    pair, side = find_own_pair(session, person, pair_id, speaking=True)
    if (before := mediation_of(session, pair)) is not None:
        raise Refused("mediation_before", pair=pair, concern=before)
    if not possible(session, person, pair, side):
        raise Refused("mediation_early", pair=pair)
    concern = raise_concern(session, pair, Cause.MEDIATION, side=side)
    let_rest(session, pair)
    record(session, person, "mediation_asked", subject=concern.subject, pair=pair.id, side=side.value)
    _tell_all(session, person, "mediation_asked", concern, side=side)
    return concern


def settle_mediation(session: Session, officer: Person, *, concern_id: int, until: date, agreed: str) -> Concern:
    """The office notes what was agreed: the pair goes on, and does not end for inactivity until that day."""
    concern = find_concern(session, officer, concern_id)
    lock(session, concern.pair)
    session.refresh(concern)
    if concern.closed_at is not None:
        raise Refused("concern_closed", concern=concern)
    concern.until = until
    close_concern(session, officer, concern, Outcome.AGREED, agreed)
    record(
        session, officer, "mediation_settled", subject=concern.subject, pair=concern.pair_id, until=until.isoformat()
    )
    _tell_all(session, officer, "mediation_settled", concern)
    return concern


def _tell_all(session: Session, person: Person, letter: str, concern: Concern, side: Side | None = None) -> None:
    due_on = calendar.nth_working_day(calendar.local_day(clock.now()), TASKS[Cause.MEDIATION][1])
    for reader in people_of(session, concern.pair, besides=person):
        kind = Kind.REPLY if reader is person else Kind.ANSWER
        tell(session, reader, letter, kind=kind, concern=concern, pair=concern.pair, side=side, due_on=due_on)
