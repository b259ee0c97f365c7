"""Cautions (警告): an office warns an inactive incubatee, in time and with what to do, before a pair may end for that.

Knows no sentence and no channel. Two stand before the end, ten working days apart, with five to answer the second; a
session held after a caution, and confirmed, makes it void.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused
from models.incubation.concerns import Cause, Concern, last_concern
from models.incubation.pairs import Pair, PairStatus, find_own_pair, find_watched_pair, hand_side, watches
from models.incubation.sessions import SessionLog, SessionStatus
from models.oversight import duties
from models.registration.people import Role, officers, seats, speakers
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

NEEDED, APART, REPLY_WITHIN, REMINDERS = 2, 10, 5, (2, 4)  # cautions; working days for the rest
INACTIVE = "inactive"  # the only reason for an end that needs them


class Caution(Base):
    """One dated warning: the `task` to be done, by when an answer is due, and what the unit said to it."""

    __tablename__ = "cautions"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    task: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    answer_by: Mapped[datetime]
    reply: Mapped[str | None] = mapped_column(Text)
    replied_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    replied_at: Mapped[datetime | None]
    pair: Mapped[Pair] = relationship()

    @property
    def subject(self) -> str:
        """How duties, letters and the audit trail name this caution."""
        return f"caution:{self.id}"


class Way(NamedTuple):
    """How many cautions stand, from which day on the second may be given, and the pair may end for inactivity."""

    given: int
    second_on: date
    ends_on: date


def way_to_end(given: Sequence[datetime], today: date) -> Way:
    """How far it is to an end for inactivity, given the moments of the cautions that stand, oldest first."""
    first = calendar.local_day(given[0]) if given else today
    second_on = calendar.nth_working_day(first, APART)
    apart = [calendar.local_day(one) for one in given[1:] if calendar.local_day(one) >= second_on]
    second = apart[0] if apart else max(second_on, today)
    count = NEEDED if apart else min(len(given), 1)
    return Way(count, second_on, calendar.nth_working_day(second, REPLY_WITHIN + 1))


def void(given_at: datetime, met: Iterable[tuple[date, datetime]]) -> bool:
    """Whether a caution holds no more: a confirmed session (its day, when it was logged) came after it."""
    return any(on >= calendar.local_day(given_at) and logged_at >= given_at for on, logged_at in met)


def standing(session: Session, pair: Pair) -> list[Caution]:
    """The cautions of a pair that are not void, oldest first."""
    held = select(SessionLog.on, SessionLog.created_at).where(SessionLog.pair_id == pair.id)
    met = [(on, at) for on, at in session.execute(held.where(SessionLog.status == SessionStatus.CONFIRMED))]
    given = session.scalars(select(Caution).where(Caution.pair_id == pair.id).order_by(Caution.given_at, Caution.id))
    return [one for one in given if not void(one.given_at, met)]


def mediation_of(session: Session, pair: Pair) -> Concern | None:
    """The mediation that was asked for since the last caution that stands."""
    found, stand = last_concern(session, pair, Cause.MEDIATION), standing(session, pair)
    return found if found and stand and found.raised_at >= stand[-1].given_at else None


def awaited(session: Session, pair: Pair) -> Caution | None:
    """The caution to which an answer is still wanted: the last that stands, until somebody asks for mediation."""
    last = next(reversed(standing(session, pair)), None)
    return last if last and last.replied_at is None and mediation_of(session, pair) is None else None


def mediating(session: Session, pair: Pair) -> Concern | None:
    """The mediation that keeps a pair from its end for inactivity: asked for, or agreed on until a day to come."""
    found, today = last_concern(session, pair, Cause.MEDIATION), calendar.local_day(clock.now())
    return found if found and (found.closed_at is None or (found.until and today <= found.until)) else None


def way_of(session: Session, pair: Pair) -> Way:
    """The same as `way_to_end` for a pair as it stands today; after a rest the days to answer have begun anew."""
    stand = standing(session, pair)
    way = way_to_end([one.given_at for one in stand], calendar.local_day(clock.now()))
    if way.given < NEEDED:
        return way
    return way._replace(ends_on=max(way.ends_on, calendar.nth_working_day(calendar.local_day(stand[-1].answer_by), 1)))


def heard_first(session: Session, pair: Pair, reason: str) -> None:
    """Refused where a pair is to end for inactivity before its unit has been cautioned twice and could answer, or
    while an office mediates, or before the day until which both sides agreed to go on."""
    if reason != INACTIVE:
        return
    _awake(pair)
    way, today = way_of(session, pair), calendar.local_day(clock.now())
    if way.given < NEEDED or today < way.ends_on:
        possible = way.given == 0 or (way.given < NEEDED and today >= way.second_on)
        raise Refused("not_cautioned", pair=pair, way=way, possible=possible)
    if (mediation := mediating(session, pair)) is not None:
        raise Refused("in_mediation", pair=pair, concern=mediation)


def _awake(pair: Pair) -> None:
    if pair.status is PairStatus.PAUSED:
        raise Refused("caution_paused", pair=pair)


def find_to_caution(session: Session, officer: Person, pair_id: int) -> tuple[Pair, int]:
    """A pair, locked, whose unit this officer may caution now, and whether it is the first (1) or second."""
    pair = find_watched_pair(session, officer, pair_id)
    _awake(pair)
    way = way_of(session, pair)
    if way.given >= NEEDED:
        raise Refused("caution_twice", pair=pair, way=way, mediation=mediating(session, pair))
    if way.given and calendar.local_day(clock.now()) < way.second_on:
        raise Refused("caution_early", pair=pair, way=way)
    if not speakers(session, pair.incubatee):
        raise Refused("caution_unheard", pair=pair)
    return pair, way.given + 1


def give_caution(session: Session, officer: Person, *, pair_id: int, task: str) -> Caution:
    """Caution the incubatee of a pair: what to do, and five working days for an answer."""
    pair, nth = find_to_caution(session, officer, pair_id)
    caution = Caution(pair=pair, person_id=officer.id, task=task, answer_by=_answer_by())
    session.add(caution)
    session.flush()
    _hand(session, caution)
    let_rest(session, pair, unless=caution)
    record(session, officer, "caution_given", subject=caution.subject, pair=pair.id, nth=nth)
    said = sheet(session, caution)
    for reader in speakers(session, pair.incubatee):
        tell(session, reader, "caution_given", kind=Kind.REQUEST, subject=caution.subject, **said)
    tell(session, officer, "caution_sent", kind=Kind.REPLY, **said)
    return caution


def _answer_by() -> datetime:
    return calendar.add_working_days(clock.now(), REPLY_WITHIN)


def _hand(session: Session, caution: Caution) -> None:
    due_at, pair = caution.answer_by, caution.pair
    hand_side(session, "answer_caution", pair, Side.INCUBATEE, caution.subject, due_at=due_at, remind=REMINDERS)


def sheet(session: Session, caution: Caution) -> dict[str, Any]:
    """What is said of a caution: which one it is, whose, and what may follow when."""
    pair, officer = caution.pair, session.get_one(Person, caution.person_id)
    stand = standing(session, pair)
    return {
        "caution": caution,
        "pair": pair,
        "nth": stand.index(caution) + 1 if caution in stand else 0,
        "way": way_of(session, pair),
        "mediation": mediating(session, pair),
        "asked": mediation_of(session, pair) is not None,
        "office": next((seat.role for seat in seats(session, officer)), Role.CITY),
    }


def find_caution(session: Session, person: Person, caution_id: int) -> Caution:
    """A caution for contact and backup of the unit it went to; Refused for anybody else."""
    caution = session.get(Caution, caution_id)
    if caution is None:
        raise Refused("not_found")
    find_own_pair(session, person, caution.pair_id, Side.INCUBATEE, speaking=True)
    return caution


def find_to_answer(session: Session, person: Person, caution_id: int) -> Caution:
    """A caution, its pair locked, that this person may answer still; a late answer is welcome, a second not needed."""
    caution = find_caution(session, person, caution_id)
    session.refresh(caution)
    if caution.replied_at is not None:
        raise Refused("caution_answered", pair=caution.pair)
    if caution not in standing(session, caution.pair):
        raise Refused("caution_void", pair=caution.pair)
    return caution


def answer_caution(session: Session, person: Person, *, caution_id: int, reply: str) -> Caution:
    """What the unit says to it goes to the city office, and to whoever gave it."""
    caution = find_to_answer(session, person, caution_id)
    caution.reply, caution.replied_by, caution.replied_at = reply, person.id, clock.now()
    duties.done(session, caution.subject)
    record(session, person, "caution_answered", subject=caution.subject, pair=caution.pair_id)
    said = sheet(session, caution)
    tell(session, person, "caution_answered", kind=Kind.REPLY, **said)
    giver = session.get_one(Person, caution.person_id)
    office = [*officers(session, Role.CITY, city=caution.pair.city), giver]
    for officer in {one.id: one for one in office if watches(session, one, caution.pair)}.values():
        tell(session, officer, "caution_replied", **said)
    return caution


def let_rest(session: Session, pair: Pair, *, unless: Caution | None = None) -> None:
    """Nobody is pressed for an answer, `unless` it is to this caution; a late one is welcome still."""
    unanswered = select(Caution).where(Caution.pair_id == pair.id, Caution.replied_at.is_(None))
    for caution in session.scalars(unanswered):
        if caution is not unless:
            duties.done(session, caution.subject)


def ask_anew(session: Session, pair: Pair) -> None:
    """After a rest there are five full working days again for the answer that is still wanted."""
    if (caution := awaited(session, pair)) is not None:
        caution.answer_by = _answer_by()
        _hand(session, caution)
