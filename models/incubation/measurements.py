"""Measurements: what an indicator read in a month, as reported; never overwritten, a later row of a month wins.

Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.incubation import gains
from models.incubation.goals import Goal, goals_of, pair_gain_of
from models.incubation.pairs import Pair, withheld
from models.system import calendar, clock
from models.system.accounts import Person


class Measurement(Base):
    """The value of a goal's series for a month (its first day), in the goal's unit; `typed` is what was written."""

    __tablename__ = "measurements"
    __table_args__ = (Index("ix_measurements_series_period", "series", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"))
    series: Mapped[int]
    checkin_id: Mapped[int | None] = mapped_column(ForeignKey("checkins.id"))
    period: Mapped[date]
    value: Mapped[float]
    typed: Mapped[str] = mapped_column(String(80))
    odd: Mapped[bool] = mapped_column(default=False)  # three times away from before, and confirmed to be right
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)


def reported(session: Session, series: Iterable[int]) -> dict[int, dict[date, float]]:
    """What was reported for each series, by month in order; the last word on a month counts."""
    found: dict[int, dict[date, float]] = {}
    for one in session.scalars(_OF_SERIES, {"series": tuple(series)}):
        found.setdefault(one.series, {})[one.period] = one.value
    return found


_OF_SERIES = (
    select(Measurement)
    .where(Measurement.series.in_(bindparam("series", expanding=True)))
    .order_by(Measurement.period, Measurement.id)
)


def history(session: Session, goal: Goal) -> list[tuple[date, float]]:
    """Every month of a goal with a value, oldest first: the baseline and what was reported since."""
    months = {date.fromisoformat(month): value for month, value in goal.baseline}
    months |= reported(session, [goal.series]).get(goal.series, {})
    return sorted(months.items())


def run_of(points: Sequence[tuple[date, float]], most: int = 18) -> list[tuple[date, float | None]]:
    """The months from the first value to the last, a missed one as None; the newest `most` of them."""
    if not points:
        return []
    known, month, last = dict(points), points[0][0], points[-1][0]
    run: list[tuple[date, float | None]] = []
    while month <= last:
        run.append((month, known.get(month)))
        month = calendar.month_of(month, 1)
    return run[-most:]


def present(session: Session, goals: Sequence[Goal]) -> dict[int, float | None]:
    """What each series stands at now: the mean of the last three months reported after its baseline."""
    found = reported(session, [goal.series for goal in goals])
    return {goal.series: gains.mean_of(_after_baseline(goal, found.get(goal.series, {}))) for goal in goals}


def _after_baseline(goal: Goal, months: dict[date, float]) -> list[float]:
    last = date.fromisoformat(goal.baseline[-1][0]) if goal.baseline else date.min
    return [value for month, value in months.items() if month > last]


def gain_of_pair(session: Session, pair: Pair) -> float | None:
    """The gain G of a pair as it stands now."""
    goals = goals_of(session, pair)
    return pair_gain_of(goals, present(session, goals))


def gain_shown(session: Session, person: Person, pair: Pair) -> float | None:
    """The same for whoever looks; None for those who may not see the figures of the pair."""
    return None if withheld(session, person, pair) else gain_of_pair(session, pair)
