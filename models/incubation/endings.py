"""The end of a pair, agreed on by its sides or said by an office: its place is free, nothing waits, all hear why, and
its need is served or its unit may have it looked after again.

Knows no sentence and no channel.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import MOVES, move
from models.exchange.cooling import begin_cooling
from models.exchange.needs import release_need
from models.exchange.offers import free_place
from models.incubation.cautions import heard_first
from models.incubation.checkins import excuse_checkins
from models.incubation.concerns import Concern, Outcome, close_concern
from models.incubation.pairs import Pair, PairStatus, find_watched_pair, withheld
from models.incubation.pauses import open_pause
from models.incubation.progress import open_duties
from models.incubation.proposals import drop_proposal
from models.incubation.sessions import SessionLog
from models.oversight import duties
from models.registration.people import Role, officers, speakers
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

REACHED = ("goals_reached", "term_over")  # reasons of no early end; a graduation where the stage allows one


def end_pair(
    session: Session, officer: Person, *, pair_id: int, reason: str, remark: str | None = None, note: str | None = None
) -> Pair:
    """An office ends a pair, for a reason code of `vocabulary.reasons("end")`; `note` stays with what was open.

    For `inactive` only once its unit has had two cautions and time to answer both; else Refused.
    """
    pair = find_watched_pair(session, officer, pair_id)
    heard_first(session, pair, reason)
    return finish(session, officer, pair, reason=reason, remark=remark, note=note)


def finish(
    session: Session,
    person: Person | None,
    pair: Pair,
    *,
    reason: str,
    remark: str | None,
    note: str | None = None,
    theirs: bool = False,
) -> Pair:
    """The pair is over (nobody: on the day its sides had agreed on); `remark` is read by all, `note` by offices.

    A remark of `theirs`, written in the pair by one side, is for those alone who have promised secrecy.
    """
    unsigned = {one.id for one in people_of(session, pair) if theirs and withheld(session, one, pair)}
    move(pair, end_of(pair.status, reason))
    pair.ended_on, pair.end_reason, pair.end_note = calendar.local_day(clock.now()), reason, remark
    _let_go(session, person, pair, note)
    free_place(session, pair.offer)
    release_need(session, pair.need, served=pair.status is PairStatus.GRADUATED or reason == "goals_reached")
    if reason not in REACHED:
        begin_cooling(session, pair.incubatee)
    record(session, person, "pair_ended", subject=f"pair:{pair.id}", reason=reason, status=pair.status.value)
    members, learning = people_of(session, pair), speakers(session, pair.incubatee)
    for reader in [*people_of(session, pair, besides=person), *_watching(session, person, pair)]:
        kind = Kind.REPLY if reader is person else Kind.ANSWER
        who: dict[str, Any] = {
            "member": reader in members,
            "learns": reader in learning,
            "hidden": reader.id in unsigned,
        }
        tell(session, reader, "pair_ended", kind=kind, pair=pair, **who)
    return pair


def people_of(session: Session, pair: Pair, *, besides: Person | None = None) -> list[Person]:
    """Everybody of a pair who is written to: who speaks for its units, mentor, responsible person; and one besides."""
    found = [one for side in Side for one in speakers(session, pair.unit(side))]
    found += [one for one in (*map(pair.in_charge, Side), besides) if one is not None]
    return list({one.id: one for one in found}.values())


def _watching(session: Session, person: Person | None, pair: Pair) -> list[Person]:
    """The officers of the city who did not do it themselves."""
    known = {one.id for one in people_of(session, pair, besides=person)}
    return [one for one in officers(session, Role.CITY, city=pair.city) if one.id not in known]


def end_of(status: PairStatus, reason: str) -> PairStatus:
    """Graduated, ended, or (where it never started) lapsed."""
    ways = MOVES[PairStatus][status]
    if reason in REACHED and PairStatus.GRADUATED in ways:
        return PairStatus.GRADUATED
    return PairStatus.ENDED if PairStatus.ENDED in ways else PairStatus.LAPSED


def _let_go(session: Session, person: Person | None, pair: Pair, note: str | None) -> None:
    """Close what waits on anybody because of the pair."""
    if (pause := open_pause(session, pair)) is not None:
        pause.resumed_at = clock.now()
    excuse_checkins(session, pair)
    session.execute(update(SessionLog).where(SessionLog.pair_id == pair.id).values(answer_by=None))
    for duty in open_duties(session, [pair]):
        duties.done(session, duty.subject, duty.kind)
    drop_proposal(session, pair)
    for concern in session.scalars(select(Concern).where(Concern.pair_id == pair.id, Concern.closed_at.is_(None))):
        close_concern(session, person, concern, Outcome.END, note)
