"""Locking the baseline: sending goals to the mentor, confirming or returning them, and changing one later."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin, forget
from bot.engine.forms import Asking, Choice, Form, Options, Text
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from handlers import MEMBER
from handlers.incubation.figures import Figures, Gauge, Reported, figures_of
from handlers.incubation.goals import months_asked, show_goals
from handlers.oversight.duties import opens
from models.base import Invalid
from models.incubation import baselines, gains
from models.incubation import goals as rules
from models.incubation.goals import Goal
from models.system.accounts import Person


@opens("lock_baseline")
def open_proposal(turn: Turn, pair_id: int) -> None:
    """The goals that wait for the mentor's word."""
    show_goals(turn, pair_id)


# locking


@button("goals.propose", roles=MEMBER)
def propose(turn: Turn, pair_id: int) -> None:
    """Send the goals to the mentor."""
    baselines.propose_goals(turn.session, turn.person, pair_id=pair_id)


@button("goals.lock", roles=MEMBER)
def lock(turn: Turn, pair_id: int, shown: list[int] | None = None) -> None:
    """Confirm the goals that were shown: one tap locks the baseline."""
    baselines.lock_baseline(turn.session, turn.person, pair_id=pair_id, shown=shown)
    forget(turn, "return_goals", pair_id=pair_id)


@button("goals.return", roles=MEMBER)
def start_return(turn: Turn, pair_id: int) -> None:
    """Send the goals back with a remark."""
    begin(turn, "return_goals", pair_id=pair_id)


def _may_return(asking: Asking) -> None:
    baselines.find_proposal(asking.session, asking.person, asking.subject["pair_id"])


form(
    Form(
        name="return_goals",
        roles=MEMBER,
        steps=(Text(name="remark", shortest=4, longest=300),),
        finish=baselines.send_goals_back,
        guard=_may_return,
    )
)


# changing after the lock


@button("goal.revise", roles=MEMBER)
def start_revision(turn: Turn, goal_id: int) -> None:
    """Propose a change of a goal in force; one that was counted first gets its baseline."""
    goal = baselines.find_changeable_goal(turn.session, turn.person, goal_id)
    counted = {"what": "baseline", "reason": turn.words.label("goal.counted")} if goal.mean is None else None
    begin(turn, "revise_goal", goal_id=goal.id, months=months_asked(), answers=counted)


def _gauge_of_goal(asking: Asking) -> Gauge:
    goal = asking.session.get_one(Goal, asking.subject["goal_id"])
    return Gauge(goal.indicator, goal.unit)


def _unchanged(asking: Asking) -> Options:
    goal = asking.session.get_one(Goal, asking.subject["goal_id"])
    return [("same", asking.words.label("target.same"))] if goal.target is not None else []


def _three(asking: Asking, value: Reported) -> Reported:
    if len(value.figures) != gains.PERIODS:
        raise Invalid("three_months", typed=value.typed[:40])
    rules.check_baseline(value.gauge.indicator, value.gauge.unit, figures_of(value))
    return value


def _check_new_target(asking: Asking, value: Reported) -> Reported:
    goal = asking.session.get_one(Goal, asking.subject["goal_id"])
    values = figures_of(asking.values.get("baseline")) or goal.values
    target = goal.target if value.code else value.only
    if target is not None:
        rules.check_target(goal.indicator, goal.unit, values, target)
    return value


def _revise(
    session: Session,
    person: Person,
    *,
    goal_id: int,
    months: list[int],
    what: str,
    reason: str,
    baseline: Reported | None,
    target: Reported,
) -> None:
    baselines.revise_goal(
        session,
        person,
        goal_id=goal_id,
        what=what,
        reason=reason,
        baseline=figures_of(baseline) if baseline is not None else None,
        target=None if target.code else target.only,
    )


def _may_revise(asking: Asking) -> None:
    baselines.find_changeable_goal(asking.session, asking.person, asking.subject["goal_id"])


form(
    Form(
        name="revise_goal",
        roles=MEMBER,
        review=True,
        steps=(
            Choice(name="what", of=("target", "baseline", "definition"), texts="revise"),
            Figures(
                name="baseline", of=_gauge_of_goal, most=3, when=lambda values: values["what"] != "target", check=_three
            ),
            Figures(name="target", of=_gauge_of_goal, quick=_unchanged, check=_check_new_target),
            Text(name="reason", shortest=4, longest=300),
        ),
        finish=_revise,
        guard=_may_revise,
    )
)
