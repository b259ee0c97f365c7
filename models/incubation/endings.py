"""The end of a pair, said by an office after a call: its place is free, nothing waits any more, both sides hear why.

Knows no sentence and no channel.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import MOVES, Refused, move
from models.exchange.offers import free_place
from models.exchange.posts import LOCK, lock
from models.incubation.checkins import excuse_checkins
from models.incubation.concerns import Concern, Outcome, close_concern, find_concern
from models.incubation.pairs import OVER, Pair, PairStatus
from models.incubation.pauses import open_pause
from models.incubation.progress import open_duties
from models.incubation.sessions import SessionLog, counterparts
from models.oversight import duties
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

REACHED = ("goals_reached", "term_over")  # reasons that are a graduation, where the stage allows one


def end_pair(session: Session, officer: Person, *, concern_id: int, reason: str, note: str | None = None) -> Pair:
    """End the pair a concern is about, for a reason code of `vocabulary.reasons("end")`."""
    concern = find_concern(session, officer, concern_id)
    pair = session.get_one(Pair, concern.pair_id, with_for_update=LOCK, populate_existing=True)
    lock(session, concern)
    if concern.closed_at is not None:
        raise Refused("concern_closed", concern=concern)
    if pair.status in OVER:
        raise Refused("pair_over", pair=pair)
    move(pair, end_of(pair.status, reason))
    pair.ended_on, pair.end_reason = calendar.local_day(clock.now()), reason
    _let_go(session, officer, pair, note)
    free_place(session, pair.offer)
    record(session, officer, "pair_ended", subject=f"pair:{pair.id}", reason=reason, status=pair.status.value)
    readers = {one.id: one for side in Side for one in counterparts(session, pair, side) if one is not officer}
    for reader in readers.values():
        tell(session, reader, "pair_ended", pair=pair)
    tell(session, officer, "pair_ended", kind=Kind.REPLY, pair=pair)
    return pair


def end_of(status: PairStatus, reason: str) -> PairStatus:
    """Graduated, ended, or (where it never started) lapsed."""
    ways = MOVES[PairStatus][status]
    if reason in REACHED and PairStatus.GRADUATED in ways:
        return PairStatus.GRADUATED
    return PairStatus.ENDED if PairStatus.ENDED in ways else PairStatus.LAPSED


def _let_go(session: Session, officer: Person, pair: Pair, note: str | None) -> None:
    """Close what waits on anybody because of the pair."""
    if (pause := open_pause(session, pair)) is not None:
        pause.resumed_at = clock.now()
    excuse_checkins(session, pair)
    session.execute(update(SessionLog).where(SessionLog.pair_id == pair.id).values(answer_by=None))
    for duty in open_duties(session, [pair]):
        duties.done(session, duty.subject, duty.kind)
    for concern in session.scalars(select(Concern).where(Concern.pair_id == pair.id, Concern.closed_at.is_(None))):
        close_concern(session, officer, concern, Outcome.END, note)
