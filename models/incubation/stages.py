"""Stages of a pair (导入, 提升, 深化): moving on to the next, and looking at it at least once a quarter.

Knows no sentence and no channel.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused, move
from models.incubation.pairs import RUNNING, Pair, PairStatus, find_own_pair, hand_side
from models.incubation.proposals import Proposal, decides
from models.incubation.sessions import hand_next_session
from models.oversight import duties
from models.oversight.duties import Duty
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

QUARTER = timedelta(days=90)
ASKED_BEFORE = timedelta(days=7)
REMINDERS = (3,)  # working days after the question


def in_a_quarter() -> date:
    """The working day on which a stage of today is looked at again."""
    return calendar.nth_working_day(calendar.local_day(clock.now()) + QUARTER, 0)


def enter_stage(session: Session, pair: Pair, stage: PairStatus) -> None:
    """The pair is in another stage; its first look comes in a quarter."""
    move(pair, stage)
    pair.review_on = in_a_quarter()
    duties.done(session, f"pair:{pair.id}", "review_stage")
    if pair.last_session_on is not None:
        hand_next_session(session, pair)


def keep_stage(session: Session, person: Person, *, pair_id: int) -> Pair:
    """The incubator has looked at the stage: the pair stays in it, and is looked at again in a quarter."""
    pair, side = find_own_pair(session, person, pair_id, Side.INCUBATOR)
    if not decides(session, person, pair, side):
        raise Refused("contact_only", pair=pair)
    if pair.status not in RUNNING:
        raise Refused("moved_on", status=f"pairstatus.{pair.status}")
    pair.review_on = in_a_quarter()
    duties.done(session, f"pair:{pair.id}", "review_stage")
    record(session, person, "stage_kept", subject=f"pair:{pair.id}", stage=pair.status.value)
    tell(session, person, "stage_kept", kind=Kind.REPLY, pair=pair)
    return pair


def stages_to_review(session: Session, today: date) -> list[int]:
    """Running pairs whose stage is to be looked at within a week, and nobody has been asked or has proposed a step."""
    waiting = select(Proposal.id).where(Proposal.pair_id == Pair.id, Proposal.closed_at.is_(None))
    query = select(Pair.id).where(Pair.status.in_(RUNNING), Pair.review_on <= today + ASKED_BEFORE, ~waiting.exists())
    asked = set(session.scalars(select(Duty.subject).where(Duty.kind == "review_stage", Duty.done_at.is_(None))))
    return [id for id in session.scalars(query.order_by(Pair.review_on, Pair.id)) if f"pair:{id}" not in asked]


def ask_for_review(session: Session, pair: Pair, today: date) -> None:
    """The mentor looks at the stage: on to the next, or stay in it."""
    last = max(pair.review_on or today, today + ASKED_BEFORE)
    due_at, subject = calendar.add_working_days(last, 0), f"pair:{pair.id}"
    learner, remind = pair.incubatee.name, REMINDERS
    hand_side(session, "review_stage", pair, Side.INCUBATOR, subject, due_at=due_at, remind=remind, incubatee=learner)
