"""Pauses: a pair rests until a day, for a reason; then it goes on by itself. Knows no sentence and no channel."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Invalid, Refused, locked, move
from models.incubation.cautions import ask_anew, let_rest
from models.incubation.checkins import excuse_checkins
from models.incubation.idleness import Pause
from models.incubation.pairs import RUNNING, Pair, PairStatus, find_own_pair, find_pair, side_of
from models.incubation.proposals import drop_proposal
from models.incubation.sessions import counterparts, hand_next_session
from models.oversight import duties
from models.registration.people import Role, officers
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

LONGEST = 183  # days
RESTING = ("log_session", "review_stage", "review_term")  # duties of the pair that rest with it


def pause_pair(session: Session, person: Person, *, pair_id: int, reason: str, until: date) -> Pause:
    """Let a running pair rest until a day; nothing is asked of either side meanwhile, and both are told.

    One of its people says so, or an office that watches over it.
    """
    pair = find_pair(session, person, pair_id, lock=True)
    today = calendar.local_day(clock.now())
    if pair.status not in RUNNING:
        raise Refused("pause_not_running", pair=pair)
    if not 0 < (until - today).days <= LONGEST:
        raise Invalid("pause_length", longest=LONGEST)
    pause = Pause(pair=pair, person_id=person.id, before=pair.status, reason=reason, until=until)
    move(pair, PairStatus.PAUSED)
    session.add(pause)
    session.flush()
    for kind in RESTING:
        duties.done(session, f"pair:{pair.id}", kind)
    drop_proposal(session, pair)
    excuse_checkins(session, pair)
    let_rest(session, pair)
    record(session, person, "pair_paused", subject=f"pair:{pair.id}", until=until.isoformat())
    _tell_all(session, person, pair, "pair_paused", pause)
    for officer in officers(session, Role.CITY, city=pair.city):
        tell(session, officer, "pair_paused", pair=pair, pause=pause)
    return pause


def open_pause(session: Session, pair: Pair) -> Pause | None:
    """The pause a pair is in."""
    return session.scalar(select(Pause).where(Pause.pair_id == pair.id, Pause.resumed_at.is_(None)))


def resume_pair(session: Session, person: Person | None, *, pair_id: int) -> Pair:
    """Go on after a pause: one of its people says so, or (without a person) the day has come."""
    pair = locked(session, Pair, pair_id) if person is None else find_own_pair(session, person, pair_id)[0]
    pause = open_pause(session, pair)
    if pair.status is not PairStatus.PAUSED or pause is None:
        raise Refused("not_paused", pair=pair)
    move(pair, pause.before)
    pause.resumed_at = clock.now()
    _put_off(pair, calendar.local_day(pause.resumed_at) - calendar.local_day(pause.paused_at))
    hand_next_session(session, pair)
    ask_anew(session, pair)
    record(session, person, "pair_resumed", subject=f"pair:{pair.id}")
    _tell_all(session, person, pair, "pair_resumed", pause)
    return pair


def _put_off(pair: Pair, rest: timedelta) -> None:
    """The days of the pause are added to the term, and to the time until the stage is looked at."""
    pair.ends_on = pair.ends_on + rest if pair.ends_on else None
    pair.review_on = pair.review_on + rest if pair.review_on else None


def pauses_over(session: Session, today: date) -> list[int]:
    """The pairs whose pause ends by this day."""
    query = select(Pause.pair_id).where(Pause.resumed_at.is_(None), Pause.until <= today)
    return list(session.scalars(query.order_by(Pause.until)))


def _tell_all(session: Session, person: Person | None, pair: Pair, letter: str, pause: Pause) -> None:
    readers = {one.id: one for side in Side for one in counterparts(session, pair, side)}
    if person is not None and side_of(session, person, pair):
        readers[person.id] = person
    for reader in readers.values():
        tell(session, reader, letter, kind=Kind.REPLY if reader is person else Kind.ANSWER, pair=pair, pause=pause)
