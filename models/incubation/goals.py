"""Goals: two to five indicators with a baseline that both sides lock before the first session, and a target each.

Knows no sentence and no channel. After the lock nothing is overwritten: a change is a new row with a reason, which the
incubator confirms like the first one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import vocabulary
from models.base import Base, Invalid, Refused, move, moves, words_of
from models.incubation import gains
from models.incubation.pairs import Pair, find_own_pair, find_pair
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

FEWEST, MOST = 2, 5
GRACE = 2  # months to count first, where there are no figures yet
REPORTED_BY = 10  # day of the month by which the month before is reported


class GoalStatus(StrEnum):
    """Written by the incubatee, proposed as a change, in force, replaced, taken back."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    LOCKED = "locked"
    RETIRED = "retired"
    DROPPED = "dropped"


moves(
    GoalStatus,
    {
        GoalStatus.DRAFT: {GoalStatus.LOCKED, GoalStatus.DROPPED},
        GoalStatus.PROPOSED: {GoalStatus.LOCKED, GoalStatus.DROPPED},
        GoalStatus.LOCKED: {GoalStatus.RETIRED},
    },
)
OPEN = (GoalStatus.DRAFT, GoalStatus.PROPOSED)


class Goal(Base):
    """One indicator of a pair. `baseline` holds [first day of the month, value] of up to three months, oldest first.

    Readings belong to a `series` (the id of its first goal): a changed target goes on with the series, a new
    definition begins another. `counting_until` is set while there are no three months of figures yet.
    """

    __tablename__ = "goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    series: Mapped[int] = mapped_column(default=0, index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"))
    status: Mapped[GoalStatus] = mapped_column(words_of(GoalStatus), default=GoalStatus.DRAFT)
    indicator: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(20))
    baseline: Mapped[list[Any]] = mapped_column(default=list)
    target: Mapped[float | None]
    counting_until: Mapped[date | None] = mapped_column(index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    locked_at: Mapped[datetime | None]
    pair: Mapped[Pair] = relationship()

    @property
    def direction(self) -> gains.Direction:
        """Which way is better."""
        return vocabulary.indicators()[self.indicator].direction

    @property
    def values(self) -> list[float]:
        """The baseline's figures, oldest first."""
        return [value for _, value in self.baseline]

    @property
    def mean(self) -> float | None:
        """The baseline x_0: the mean of its three months; None while still counting."""
        return gains.mean_of(self.values) if len(self.values) >= gains.PERIODS else None

    @property
    def weight(self) -> float:
        """Half for a target that closes less than a tenth of the gap to the ideal."""
        if self.mean is None or self.target is None:
            return 0.0
        return gains.ambition(self.mean, self.target, scale(self.indicator, self.unit)[2])


def scale(indicator: str, unit: str) -> tuple[float | None, float | None, float | None]:
    """The lowest, the highest and the ideal figure of an indicator, in the unit the pair counts it in."""
    entry = vocabulary.indicators()[indicator]
    ends = (entry.lowest, entry.highest, entry.ideal)
    low, high, ideal = (None if end is None else gains.convert(end, entry.units[0], unit) for end in ends)
    return low, high, ideal


def baseline_months(today: date) -> list[date]:
    """The three months a baseline is asked for: the last whole ones, oldest first."""
    return [calendar.month_of(today, -ahead) for ahead in (3, 2, 1)]


def check_baseline(indicator: str, unit: str, values: Sequence[float]) -> None:
    """Raise Invalid when the indicator already stands at the end of its scale, so that nothing can be improved."""
    mean = gains.mean_of(values)
    if mean is None or len(values) < gains.PERIODS:
        return
    low, high, _ = scale(indicator, unit)
    direction = vocabulary.indicators()[indicator].direction
    if gains.cannot_improve(direction, mean, lowest=low, highest=high):
        raise Invalid("baseline_ideal", indicator=indicator, counted_in=unit, value=mean)


def check_target(indicator: str, unit: str, values: Sequence[float], target: float) -> None:
    """Raise Invalid when the target does not lie on the better side of the baseline."""
    mean = gains.mean_of(values)
    direction = vocabulary.indicators()[indicator].direction
    if mean is not None and not gains.is_better(direction, target, mean):
        raise Invalid("target_not_better", counted_in=unit, value=mean, target=target, direction=direction)


def goals_of(session: Session, pair: Pair, *status: GoalStatus) -> list[Goal]:
    """The goals of a pair in their order; those in force when no status is named."""
    return list(session.scalars(_OF_PAIR, {"pair_id": pair.id, "status": status or (GoalStatus.LOCKED,)}))


_OF_PAIR = (
    select(Goal)
    .where(Goal.pair_id == bindparam("pair_id"), Goal.status.in_(bindparam("status", expanding=True)))
    .order_by(Goal.series, Goal.id)
)


def wished_indicators(pair: Pair) -> list[str]:
    """The indicators the need named, in its order: the first guess for goals."""
    named = [one.get("indicator") or one.get("id") if isinstance(one, dict) else one for one in pair.need.indicators]
    return [str(one) for one in named if one in vocabulary.indicators()]


def wished_target(pair: Pair, indicator: str) -> str | None:
    """The value the need wanted of an indicator, as it would be typed; None where it named none."""
    for one in pair.need.indicators:
        if (
            isinstance(one, dict)
            and indicator in (one.get("indicator"), one.get("id"))
            and one.get("wanted") is not None
        ):
            return f"{one['wanted']:g}{one.get('unit') or ''}"
    return None


def find_goal(session: Session, person: Person, goal_id: int) -> Goal:
    """A goal for those who may see its pair; Refused for anybody else."""
    goal = session.get(Goal, goal_id)
    if goal is None:
        raise Refused("not_found")
    find_pair(session, person, goal.pair_id)
    return goal


def find_open_goals(session: Session, person: Person, pair_id: int) -> Pair:
    """A pair whose goals the incubatee may still write freely; Refused once they are locked or with the mentor."""
    pair, _ = find_own_pair(session, person, pair_id, Side.INCUBATEE)
    if pair.baseline_locked_at is not None:
        raise Refused("goals_locked", pair=pair)
    if pair.proposed_at is not None:
        raise Refused("goals_with_mentor", pair=pair)
    return pair


def add_goal(
    session: Session,
    person: Person,
    *,
    pair_id: int,
    indicator: str,
    unit: str,
    baseline: Sequence[float],
    target: float | None,
) -> Goal:
    """Add an indicator with its last three months and its target; with fewer months it is counted first."""
    pair = find_open_goals(session, person, pair_id)
    drafts = goals_of(session, pair, GoalStatus.DRAFT)
    if len(drafts) >= MOST:
        raise Refused("goals_full", pair=pair, most=MOST)
    if any(goal.indicator == indicator for goal in drafts):
        raise Refused("goal_known", pair=pair, indicator=indicator)
    goal = Goal(pair=pair, indicator=indicator, unit=unit, person_id=person.id)
    set_figures(goal, baseline, target)
    session.add(goal)
    session.flush()
    goal.series = goal.id
    record(session, person, "goal_added", subject=f"goal:{goal.id}", pair=pair.id, indicator=indicator)
    listed = goals_of(session, pair, GoalStatus.DRAFT)
    tell(session, person, "goal_added", kind=Kind.REPLY, goal=goal, goals=listed, pair=pair, fewest=FEWEST, most=MOST)
    return goal


def set_figures(goal: Goal, baseline: Sequence[float], target: float | None) -> None:
    """Give a goal its figures; where three months are not there yet, two months' grace to count."""
    check_baseline(goal.indicator, goal.unit, baseline)
    if target is not None:
        check_target(goal.indicator, goal.unit, baseline, target)
    today = calendar.local_day(clock.now())
    months = baseline_months(today)[: len(baseline)]
    goal.baseline = [[month.isoformat(), value] for month, value in zip(months, baseline, strict=True)]
    goal.target = target
    counted = len(baseline) >= gains.PERIODS
    if counted and target is None:
        raise Invalid("target_missing")
    goal.counting_until = None if counted else calendar.add_days(calendar.month_of(today, GRACE + 1), REPORTED_BY)


def drop_goal(session: Session, person: Person, *, goal_id: int) -> Goal:
    """Take a goal off the list before it is locked."""
    goal = find_goal(session, person, goal_id)
    find_open_goals(session, person, goal.pair_id)
    if goal.status is GoalStatus.DRAFT:
        move(goal, GoalStatus.DROPPED)
        record(session, person, "goal_dropped", subject=f"goal:{goal.id}", pair=goal.pair_id)
    return goal


def check_goals(goals: Sequence[Goal], pair: Pair) -> None:
    """Raise Refused unless there are two to five, one of them an outcome from the programme's list."""
    if not FEWEST <= len(goals) <= MOST:
        raise Refused("goals_number", pair=pair, fewest=FEWEST, most=MOST, now=len(goals))
    entries = [vocabulary.indicators()[goal.indicator] for goal in goals]
    if not any(entry.standard and not entry.activity_only for entry in entries):
        raise Refused("goals_standard", pair=pair)


def pair_gain_of(goals: Sequence[Goal], now: dict[int, float | None]) -> float | None:
    """The pair's gain G from its goals and the present figure of each series; None while nothing can be said."""
    parts = []
    for goal in goals:
        value = now.get(goal.series)
        if goal.mean is not None and goal.target is not None and value is not None:
            parts.append((goal.weight, gains.gain(goal.mean, goal.target, value)))
    return gains.pair_gain(parts)
