"""What time brings about in pairs without anybody acting: agreements stall, counting ends, mentors, backups leave.

Knows no sentence and no channel.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from models.incubation.agreements import demand_backup
from models.incubation.concerns import Cause, Concern
from models.incubation.goals import Goal, GoalStatus
from models.incubation.pairs import LASTING, RUNNING, Pair, PairStatus, hand_task
from models.incubation.progress import open_duties
from models.oversight.duties import Duty
from models.registration.people import Membership, Post, speakers
from models.registration.units import Unit
from models.system import calendar
from models.system.letters import Kind, tell
from models.system.marks import record

STALLED_AFTER = 15  # working days for agreement, team and undertakings
AGAIN_AFTER = 10  # working days after a promise that came to nothing
COUNTED_WITHIN, COUNTED_REMINDERS = 5, (2, 4)  # working days for the baseline after the counting


def stalled_pairs(session: Session, today: date) -> list[int]:
    """Pairs still being agreed upon after fifteen working days, about which nobody is being asked or was just now."""
    lately = calendar.opening(calendar.nth_working_day(today, -AGAIN_AFTER))
    asked = select(Concern.id).where(Concern.pair_id == Pair.id, Concern.cause == Cause.STALLED)
    asked = asked.where(or_(Concern.closed_at.is_(None), Concern.closed_at >= lately))
    old = calendar.opening(calendar.nth_working_day(today, -STALLED_AFTER))
    query = select(Pair.id).where(Pair.status == PairStatus.SIGNING, Pair.formed_at < old, ~asked.exists())
    return list(session.scalars(query.order_by(Pair.id)))


def pairs_counted(session: Session, today: date) -> list[int]:
    """Pairs with an indicator that has been counted long enough to have a baseline, and nobody asked for it yet."""
    counted = select(Goal.pair_id).where(Goal.status == GoalStatus.LOCKED, Goal.counting_until <= today)
    asked = session.scalars(select(Duty.subject).where(Duty.kind == "set_goals", Duty.done_at.is_(None)))
    query = select(Pair).where(Pair.id.in_(counted), Pair.status.in_(RUNNING), Pair.proposed_at.is_(None))
    known = set(asked)
    return [pair.id for pair in session.scalars(query.order_by(Pair.id)) if f"pair:{pair.id}" not in known]


def ask_for_baseline(session: Session, pair: Pair) -> None:
    """The two months of counting are over: the ball for the baseline lies with the incubatee."""
    hand_task(session, pair, "set_goals", within=COUNTED_WITHIN, remind=COUNTED_REMINDERS)
    for reader in speakers(session, pair.incubatee):
        tell(session, reader, "counting_over", kind=Kind.CALL, subject=f"goals:{pair.id}", pair=pair)


def pairs_without_mentor(session: Session) -> list[int]:
    """Pairs whose mentor no longer belongs to the incubator."""
    gone = aliased(Membership)
    there = select(Membership.id).where(
        Membership.person_id == Pair.mentor_id, Membership.unit_id == Pair.incubator_id, Membership.left_at.is_(None)
    )
    theirs = and_(Pair.incubator_id == gone.unit_id, Pair.mentor_id == gone.person_id)
    query = select(Pair.id, Pair.status).join(gone, theirs).where(gone.left_at.is_not(None), ~there.exists())
    return sorted({pair_id for pair_id, status in session.execute(query) if status in LASTING})


def ask_for_mentor(session: Session, pair: Pair) -> None:
    """A mentor has left: what waited for them goes to the incubator, which names another."""
    for duty in open_duties(session, [pair]):
        if duty.person_id == pair.mentor_id and duty.kind != "sign_undertaking":
            duty.person = None
    pair.mentor = None
    hand_task(session, pair, "name_mentor")
    record(session, None, "mentor_left", subject=f"pair:{pair.id}")


def units_without_backup(session: Session) -> list[int]:
    """Units in a running pair whose backup contact is gone, with a contact who was not asked yet for another."""
    gone = aliased(Membership)
    here = select(Membership.post).where(Membership.unit_id == gone.unit_id, Membership.left_at.is_(None))
    asked = select(Duty.id).where(Duty.kind == "name_backup", Duty.unit_id == gone.unit_id, Duty.done_at.is_(None))
    running = [
        select(Pair.id).where(side == gone.unit_id, Pair.status.in_(RUNNING)).exists()
        for side in (Pair.incubatee_id, Pair.incubator_id)
    ]
    query = select(gone.unit_id).where(
        gone.post == Post.BACKUP,
        gone.left_at.is_not(None),
        here.where(Membership.post == Post.CONTACT).exists(),
        ~here.where(Membership.post == Post.BACKUP).exists(),
        ~asked.exists(),
        or_(*running),
    )
    return list(session.scalars(query.distinct().order_by(gone.unit_id)))


def ask_for_backup(session: Session, unit: Unit) -> None:
    """A unit's backup contact is gone: its contact names another, as they named the first."""
    query = select(Pair).where(or_(Pair.incubatee_id == unit.id, Pair.incubator_id == unit.id))
    query = query.where(Pair.status.in_(RUNNING)).order_by(Pair.id.desc()).limit(1)
    demand_backup(session, session.scalars(query).one(), unit)
