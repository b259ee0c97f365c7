"""Check-ins: once a month an incubatee reports where its indicators stand. Knows no sentence and no channel.

A check-in opens three working days before the tenth and closes after the third reminder. Two missed in a row go to the
city office, which calls; until then the unit is left in peace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, lock, move, moves, words_of
from models.incubation.concerns import Cause, open_concern, raise_concern, settled
from models.incubation.goals import Goal, GoalStatus, goals_of
from models.incubation.measurements import Measurement, reported
from models.incubation.pairs import RUNNING, Pair, Warning, find_own_pair, find_pair, hand_side, withheld
from models.incubation.pulses import give_pulse
from models.oversight import duties
from models.registration.people import speakers
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

OPENS_BEFORE = 3  # working days before the tenth
REMINDERS = (3, 6)  # working days after opening: on the day itself and three later
CLOSES_AFTER = 4  # working days after the day itself
PATIENCE = 2  # missed in a row


class CheckinStatus(StrEnum):
    """Asked, answered, not answered in time, let off because of a pause."""

    OPEN = "open"
    ANSWERED = "answered"
    MISSED = "missed"
    EXCUSED = "excused"


moves(
    CheckinStatus,
    {
        CheckinStatus.OPEN: {CheckinStatus.ANSWERED, CheckinStatus.MISSED, CheckinStatus.EXCUSED},
        CheckinStatus.MISSED: {CheckinStatus.ANSWERED},
        CheckinStatus.EXCUSED: {CheckinStatus.ANSWERED},
    },
)


class Checkin(Base):
    """The question about one month (`period` is its first day) of a pair."""

    __tablename__ = "checkins"
    __table_args__ = (UniqueConstraint("pair_id", "period"), Index("ix_checkins_open", "status", "closes_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"))
    period: Mapped[date]
    status: Mapped[CheckinStatus] = mapped_column(words_of(CheckinStatus), default=CheckinStatus.OPEN)
    due_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    pair: Mapped[Pair] = relationship()

    @property
    def subject(self) -> str:
        """How duties, letters and the audit trail name this check-in."""
        return f"checkin:{self.id}"


@dataclass(frozen=True)
class Figure:
    """One answer: the value in the goal's unit, what was typed, and whether it was odd and confirmed."""

    goal_id: int
    value: float
    typed: str = ""
    odd: bool = False


def period_to_ask(day: date) -> date | None:
    """The month asked about on a day: the one before, from three working days before the tenth up to it; else None."""
    period = calendar.month_of(day, -1)
    due_on = calendar.local_day(calendar.due_by_tenth(period))
    return period if calendar.nth_working_day(due_on, -OPENS_BEFORE) <= day <= due_on else None


def pairs_to_ask(session: Session, period: date) -> list[int]:
    """Running pairs with goals in force that were under way in the month and have not been asked about it."""
    asked = select(Checkin.id).where(Checkin.pair_id == Pair.id, Checkin.period == period)
    query = select(Pair.id).where(
        Pair.status.in_(RUNNING),
        Pair.started_on < calendar.month_of(period, 1),
        ~asked.exists(),
        select(Goal.id).where(Goal.pair_id == Pair.id, Goal.status == GoalStatus.LOCKED).exists(),
    )
    return list(session.scalars(query.order_by(Pair.id)))


def open_checkin(session: Session, pair: Pair, period: date) -> Checkin:
    """Ask a pair about a month. A unit that the office is about to call is not written to."""
    due_at = calendar.due_by_tenth(period)
    closes_at = calendar.add_working_days(due_at, CLOSES_AFTER)
    checkin = Checkin(pair=pair, period=period, due_at=due_at, closes_at=closes_at)
    session.add(checkin)
    session.flush()
    record(session, None, "checkin_opened", subject=checkin.subject, pair=pair.id)
    if open_concern(session, pair, Cause.TWO_MISSES) is None:
        ask(session, checkin)
    return checkin


def ask(session: Session, checkin: Checkin) -> None:
    """Put the ball into the incubatee's court, with a letter."""
    pair = checkin.pair
    names, due_at = {"incubatee": pair.incubatee.name, "incubator": pair.incubator.name}, checkin.due_at
    hand_side(
        session, "answer_checkin", pair, Side.INCUBATEE, checkin.subject, due_at=due_at, remind=REMINDERS, **names
    )
    last = last_values(session, pair)
    for reader in speakers(session, pair.incubatee):
        tell(
            session,
            reader,
            "checkin_asked",
            kind=Kind.CALL,
            once=f"{checkin.subject}:{reader.id}",
            subject=checkin.subject,
            checkin=checkin,
            pair=pair,
            last=last,
            hidden=withheld(session, reader, pair),
        )


def last_values(session: Session, pair: Pair) -> list[tuple[Goal, float | None]]:
    """Every goal in force with its newest value."""
    goals = goals_of(session, pair)
    found = reported(session, [goal.series for goal in goals])
    series = [[*goal.values, *found.get(goal.series, {}).values()] for goal in goals]
    return [(goal, values[-1] if values else None) for goal, values in zip(goals, series, strict=True)]


def find_checkin(session: Session, person: Person, checkin_id: int) -> Checkin:
    """A check-in for those who may see its pair; Refused for anybody else."""
    checkin = session.get(Checkin, checkin_id)
    if checkin is None:
        raise Refused("not_found")
    find_pair(session, person, checkin.pair_id)
    return checkin


def find_checkin_to_answer(session: Session, person: Person, checkin_id: int) -> Checkin:
    """A check-in for the incubatee's people, open, missed, or answered and not yet followed by the next one."""
    checkin = find_checkin(session, person, checkin_id)
    find_own_pair(session, person, checkin.pair_id, Side.INCUBATEE)
    session.refresh(checkin)
    newer = select(Checkin.id).where(Checkin.pair_id == checkin.pair_id, Checkin.period > checkin.period).limit(1)
    if checkin.status is CheckinStatus.ANSWERED and session.scalar(newer) is not None:
        raise Refused("checkin_over", checkin=checkin)
    return checkin


def latest_checkin(session: Session, pair: Pair) -> Checkin | None:
    """The newest check-in of a pair."""
    return session.scalar(select(Checkin).where(Checkin.pair_id == pair.id).order_by(Checkin.period.desc()).limit(1))


def answer_checkin(
    session: Session,
    person: Person,
    *,
    checkin_id: int,
    figures: Sequence[Figure],
    pulse: int | None = None,
    reason: str | None = None,
) -> Checkin:
    """Report a month. Answering again corrects what differs; nothing is overwritten."""
    checkin = find_checkin_to_answer(session, person, checkin_id)
    pair = checkin.pair
    if not figures:
        raise Refused("nothing_reported", checkin=checkin)
    goals = {goal.id: goal for goal in goals_of(session, pair)}
    known = reported(session, [goal.series for goal in goals.values()])
    for figure in figures:
        goal = goals.get(figure.goal_id)
        if goal is None:
            raise Refused("goals_changed", checkin=checkin)
        if known.get(goal.series, {}).get(checkin.period) != figure.value:
            session.add(
                Measurement(
                    pair_id=pair.id,
                    goal_id=goal.id,
                    series=goal.series,
                    checkin_id=checkin.id,
                    period=checkin.period,
                    value=figure.value,
                    typed=figure.typed[:80],
                    odd=figure.odd,
                    person_id=person.id,
                )
            )
    if checkin.status is not CheckinStatus.ANSWERED:
        move(checkin, CheckinStatus.ANSWERED)
    checkin.answered_at, checkin.person_id = clock.now(), person.id
    session.flush()
    duties.done(session, checkin.subject)
    settled(session, pair, Cause.TWO_MISSES)
    record(session, person, "checkin_answered", subject=checkin.subject, pair=pair.id, values=len(figures))
    if pulse is not None:
        give_pulse(session, person, pair=pair, rating=pulse, reason=reason, checkin_id=checkin.id)
    return checkin


def close_checkin(session: Session, checkin_id: int) -> None:
    """Nobody answered: no more is asked of the unit; after the second time in a row the city office calls."""
    checkin = session.get_one(Checkin, checkin_id)
    lock(session, checkin.pair)
    session.refresh(checkin)
    if checkin.status is not CheckinStatus.OPEN:
        return
    move(checkin, CheckinStatus.MISSED)
    duties.done(session, checkin.subject)
    record(session, None, "checkin_missed", subject=checkin.subject, pair=checkin.pair_id)
    if missed_in_a_row(session, checkin.pair) >= PATIENCE:
        if checkin.pair.warning is Warning.GREEN:
            checkin.pair.warning = Warning.AMBER
        raise_concern(session, checkin.pair, Cause.TWO_MISSES)


def overdue_checkins(session: Session, now: datetime) -> list[int]:
    """Open check-ins whose last reminder has passed."""
    query = select(Checkin.id).where(Checkin.status == CheckinStatus.OPEN, Checkin.closes_at <= now)
    return list(session.scalars(query.order_by(Checkin.closes_at)))


def missed_in_a_row(session: Session, pair: Pair) -> int:
    """How many check-ins were missed since the last answered one; excused ones do not count."""
    return missed_of(session, [pair.id])[pair.id]


def missed_of(session: Session, pair_ids: Collection[int]) -> Counter[int]:
    """The same for many pairs at once, by their ids."""
    missed, answered = Counter[int](), set[int]()
    query = select(Checkin.pair_id, Checkin.status).where(Checkin.pair_id.in_(pair_ids))
    for pair_id, status in session.execute(query.order_by(Checkin.pair_id, Checkin.period.desc())):
        if status is CheckinStatus.ANSWERED:
            answered.add(pair_id)
        missed[pair_id] += status is CheckinStatus.MISSED and pair_id not in answered
    return missed


def excuse_checkins(session: Session, pair: Pair) -> None:
    """While a pair rests nobody asks for figures."""
    query = select(Checkin).where(Checkin.pair_id == pair.id, Checkin.status == CheckinStatus.OPEN)
    for checkin in session.scalars(query):
        move(checkin, CheckinStatus.EXCUSED)
        duties.done(session, checkin.subject)
