"""Locking the baseline: the incubatee proposes its goals, the incubator confirms or sends back; later changes likewise.

Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Invalid, Refused, move
from models.incubation.agreements import start_if_ready
from models.incubation.goals import (
    OPEN,
    Goal,
    GoalStatus,
    check_goals,
    find_goal,
    goals_of,
    set_figures,
)
from models.incubation.pairs import Pair, find_own_pair, hand_side, hand_task, withheld
from models.incubation.sessions import counterparts
from models.incubation.undertakings import signed
from models.oversight import duties
from models.registration.people import speakers
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, hush, tell
from models.system.marks import Audit, record

CONFIRM_WITHIN, REMINDERS = 5, (2, 4)  # working days


def propose_goals(session: Session, person: Person, *, pair_id: int) -> Pair:
    """The incubatee sends its goals to the mentor; a second tap changes nothing."""
    pair, _ = find_own_pair(session, person, pair_id, Side.INCUBATEE)
    if pair.baseline_locked_at is not None:
        raise Refused("goals_locked", pair=pair)
    if pair.proposed_at is not None:
        raise Refused("goals_with_mentor", pair=pair)
    check_goals(goals_of(session, pair, GoalStatus.DRAFT), pair)
    _put_to_incubator(session, person, pair)
    return pair


def _put_to_incubator(session: Session, person: Person, pair: Pair) -> None:
    pair.proposed_at, pair.remark = clock.now(), None
    subject = f"pair:{pair.id}"
    due_at = calendar.add_working_days(clock.now(), CONFIRM_WITHIN)
    duties.done(session, subject, "set_goals")
    hush(session, f"goals:{pair.id}")
    learner, remind = pair.incubatee.name, REMINDERS
    hand_side(session, "lock_baseline", pair, Side.INCUBATOR, subject, due_at=due_at, remind=remind, incubatee=learner)
    goals = goals_of(session, pair, *OPEN)
    record(session, person, "goals_proposed", subject=subject, goals=[goal.id for goal in goals])
    tell(session, person, "goals_proposed", kind=Kind.REPLY, pair=pair, goals=goals, due_at=due_at)
    for reader in counterparts(session, pair, Side.INCUBATOR):
        tell(
            session,
            reader,
            "goals_to_confirm",
            kind=Kind.CALL,
            subject=f"goals:{pair.id}",
            pair=pair,
            goals=goals,
            due_at=due_at,
            hidden=withheld(session, reader, pair),
        )


def find_proposal(session: Session, person: Person, pair_id: int) -> Pair:
    """A pair whose goals wait for the incubator's word; whoever gives it has promised secrecy first."""
    pair, _ = find_own_pair(session, person, pair_id, Side.INCUBATOR)
    if pair.proposed_at is None:
        raise Refused("nothing_proposed", pair=pair)
    if not signed(session, pair, person):
        raise Refused("sign_first", pair=pair)
    return pair


def _proposer(session: Session, pair: Pair) -> int | None:
    """Who sent the goals that wait now."""
    sent = select(Audit.person_id).where(Audit.subject == f"pair:{pair.id}", Audit.action == "goals_proposed")
    return session.scalar(sent.order_by(Audit.id.desc()).limit(1))


def lock_baseline(session: Session, person: Person, *, pair_id: int, shown: Sequence[int] | None = None) -> Pair:
    """The incubator confirms: the goals are in force, what they replace is retired, and the pair may start.

    `shown`: the ids of the goals that were read; Refused when others wait by now.
    """
    pair = find_proposal(session, person, pair_id)
    if person.id == _proposer(session, pair):
        raise Refused("own_answer")
    goals = goals_of(session, pair, *OPEN)
    if shown is not None and list(shown) != [goal.id for goal in goals]:
        raise Refused("goals_anew", pair=pair)
    hush(session, f"goals:{pair.id}")
    now = clock.now()
    for goal in goals:
        if goal.replaces_id is not None:
            move(session.get_one(Goal, goal.replaces_id), GoalStatus.RETIRED)
        move(goal, GoalStatus.LOCKED)
        goal.locked_at = now
    first = pair.baseline_locked_at is None
    pair.proposed_at = None
    pair.baseline_locked_at = pair.baseline_locked_at or now
    duties.done(session, f"pair:{pair.id}", "lock_baseline")
    record(session, person, "baseline_locked", subject=f"pair:{pair.id}", goals=[goal.id for goal in goals])
    if not start_if_ready(session, person, pair):  # whose letter says it all
        tell(session, person, "baseline_locked", kind=Kind.REPLY, pair=pair, goals=goals, first=first)
        for reader in speakers(session, pair.incubatee):
            tell(session, reader, "baseline_locked", pair=pair, goals=goals, first=first)
    return pair


def send_goals_back(session: Session, person: Person, *, pair_id: int, remark: str) -> Pair:
    """The incubator sends the goals back with a remark; a change after the lock is dropped, the old goal stays."""
    pair = find_proposal(session, person, pair_id)
    pair.proposed_at, pair.remark = None, remark[:300]
    hush(session, f"goals:{pair.id}")
    subject = f"pair:{pair.id}"
    duties.done(session, subject, "lock_baseline")
    for goal in goals_of(session, pair, GoalStatus.PROPOSED):
        move(goal, GoalStatus.DROPPED)
    if pair.baseline_locked_at is None:
        hand_task(session, pair, "set_goals", within=CONFIRM_WITHIN, remind=REMINDERS)
    record(session, person, "goals_returned", subject=subject)
    tell(session, person, "goals_returned", kind=Kind.REPLY, pair=pair)
    for reader in speakers(session, pair.incubatee):
        tell(session, reader, "goals_to_change", kind=Kind.CALL, subject=f"goals:{pair.id}", pair=pair)
    return pair


def find_changeable_goal(session: Session, person: Person, goal_id: int) -> Goal:
    """A goal in force that the incubatee may propose to change; one proposal at a time."""
    goal = find_goal(session, person, goal_id)
    pair, _ = find_own_pair(session, person, goal.pair_id, Side.INCUBATEE)
    session.refresh(goal)
    if goal.status is not GoalStatus.LOCKED:
        raise Refused("moved_on", status=f"goalstatus.{goal.status.value}")
    if pair.proposed_at is not None:
        raise Refused("goals_with_mentor", pair=pair)
    return goal


def revise_goal(
    session: Session,
    person: Person,
    *,
    goal_id: int,
    what: str,
    reason: str,
    baseline: Sequence[float] | None = None,
    target: float | None = None,
) -> Goal:
    """Propose a change after the lock: a new row with its reason; a new `what` "definition" begins a new series."""
    old = find_changeable_goal(session, person, goal_id)
    values = old.values if baseline is None else baseline
    new = Goal(
        pair=old.pair,
        replaces_id=old.id,
        status=GoalStatus.PROPOSED,
        indicator=old.indicator,
        unit=old.unit,
        reason=reason,
        person_id=person.id,
    )
    set_figures(new, values, old.target if target is None else target)
    if baseline is None:
        new.baseline, new.counting_until = old.baseline, old.counting_until
    if (new.baseline, new.target) == (old.baseline, old.target):
        raise Invalid("nothing_changed")
    session.add(new)
    session.flush()
    new.series = new.id if what == "definition" else old.series
    record(session, person, "goal_revised", subject=f"goal:{new.id}", pair=old.pair_id, replaces=old.id, what=what)
    _put_to_incubator(session, person, old.pair)
    return new
