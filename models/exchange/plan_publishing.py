"""Publishing a plan: every pair is recommended once, and what has moved on since the draft is left alone and named.

The unit still chooses; nothing is decided for it. Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import Refused, lock, locked, move
from models.exchange.candidates import candidates
from models.exchange.plans import SHOWN, Plan, PlanLine, PlanStatus, find_draft, paired
from models.exchange.posts import PostStatus
from models.exchange.requests import LIVE, requests_of
from models.exchange.unmatched import recommend
from models.system import clock
from models.system.accounts import Person
from models.system.letters import tell
from models.system.marks import record

STANDS = ("recommended", "standing")  # now, or already before


def publish(session: Session, officer: Person, *, plan_id: int, shown: int | None = None) -> Plan:
    """Let every pair of a draft be recommended to its incubatee, one after the other.

    `shown`: the round of the draft that was read; Refused when it has been drafted anew since.
    """
    plan = find_draft(session, officer, plan_id)
    if shown is not None and shown != plan.round:
        raise Refused("plan_anew", plan=plan)
    move(plan, PlanStatus.PUBLISHED)
    plan.publisher, plan.published_at = officer, clock.now()
    record(session, officer, "plan_published", subject=plan.subject, pairs=plan.payload.get("pairs"))
    return plan


def unpublished(session: Session, now: datetime) -> list[int]:
    """Rows of published plans that have not been recommended yet."""
    query = select(PlanLine.id).join(Plan, PlanLine.plan_id == Plan.id).where(PlanLine.outcome.is_(None), paired())
    return list(session.scalars(query.where(Plan.status == PlanStatus.PUBLISHED).order_by(PlanLine.id)))


def publish_line(session: Session, line_id: int, now: datetime) -> None:
    """Recommend one pair, at most once; after the last one the officer hears what became of all."""
    line = locked(session, PlanLine, line_id)
    if line.outcome is not None:
        return
    line.outcome = _recommended(session, line)
    session.flush()
    left = select(PlanLine.id).where(PlanLine.plan_id == line.plan_id, PlanLine.outcome.is_(None), paired())
    if session.scalar(left.limit(1)) is None and line.plan.publisher is not None:
        _report(session, line.plan, line.plan.publisher)


def _report(session: Session, plan: Plan, officer: Person) -> None:
    done, left_out = outcomes(session, plan), skipped_by_reason(session, plan)
    sent, standing = (done.get(outcome, 0) for outcome in STANDS)
    once = f"plan_published:{plan.id}"
    tell(session, officer, "plan_published", once=once, plan=plan, sent=sent, standing=standing, skipped=left_out)


def _recommended(session: Session, line: PlanLine) -> str:
    """What became of a pair: recommended, or why not."""
    need, officer = line.need, line.plan.publisher
    lock(session, need)
    if need.status is not PostStatus.PUBLISHED:
        return "matched" if need.status is PostStatus.MATCHED else "unpublished"
    if requests_of(session, need, LIVE):
        return "asked"
    if need.pinned_offer_id == line.offer_id:
        return "standing"
    if need.pinned_offer_id and any(one.pinned for one in candidates(session, need)):
        return "other"
    assert officer is not None and line.offer_id is not None
    try:
        recommend(session, officer, need_id=need.id, offer_id=line.offer_id)
    except Refused as no:
        return no.code
    return "recommended"


def outcomes(session: Session, plan: Plan) -> dict[str, int]:
    """How many pairs of a published plan came to what."""
    query = select(PlanLine.outcome, func.count()).where(PlanLine.plan_id == plan.id).group_by(PlanLine.outcome)
    return {outcome: n for outcome, n in session.execute(query.order_by(PlanLine.outcome)) if outcome is not None}


def skipped_by_reason(session: Session, plan: Plan) -> dict[str, int]:
    """How many pairs were not recommended, by reason."""
    return {outcome: n for outcome, n in outcomes(session, plan).items() if outcome not in STANDS}


def skipped(session: Session, plan: Plan, *, start: int = 0, most: int = SHOWN) -> Sequence[PlanLine]:
    """Pairs of a published plan that were not recommended, each with its outcome."""
    query = select(PlanLine).where(PlanLine.plan_id == plan.id, PlanLine.outcome.not_in(STANDS))
    return session.scalars(query.order_by(PlanLine.need_id).offset(start).limit(most)).all()
