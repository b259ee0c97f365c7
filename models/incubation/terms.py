"""The term of a pair: when it ends, who is told of that and when, who decides once it is over.

Knows no sentence and no channel. No pair ends by the clock alone: its two sides agree on it, or an office decides.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models.incubation.concerns import Cause, open_concern, raise_concern, settled, was_raised
from models.incubation.endings import finish
from models.incubation.pairs import RUNNING, Pair, hand_side
from models.incubation.proposals import ANNOUNCED, Proposal, Step, agreed_end
from models.incubation.sessions import counterparts
from models.oversight import duties
from models.oversight.duties import Duty
from models.registration.units import Side
from models.system import calendar, clock
from models.system.letters import Kind, tell
from models.system.marks import record

REMINDED = (30, 7)  # days before the last one
NOTICE = timedelta(days=7)  # the shortest time anybody has to decide
DECIDE_AFTER, AGAIN_AFTER = 5, 10  # working days after the term until an office looks, and after it was asked last


def later(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a shorter month."""
    first = calendar.month_of(day, months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def extend_term(session: Session, pair: Pair, months: int) -> None:
    """The term is longer, this once; an end at the old term holds no more."""
    if pair.ends_on is None:
        return
    pair.ends_on, pair.extended = later(pair.ends_on, months), True
    duties.done(session, f"pair:{pair.id}", "review_term")
    settled(session, pair, Cause.TERM)
    if (end := agreed_end(session, pair)) is not None:
        end.agreed = None


def terms_ending(session: Session, today: date) -> list[int]:
    """Running pairs whose term ends within sixty days, and nobody's turn it is to say what then."""
    ended = and_(Proposal.agreed.is_(True), Proposal.step == Step.FINISH)
    decided = select(Proposal.id).where(Proposal.pair_id == Pair.id, or_(Proposal.closed_at.is_(None), ended))
    query = select(Pair.id).where(Pair.status.in_(RUNNING), Pair.ends_on <= today + ANNOUNCED, ~decided.exists())
    asked = set(session.scalars(select(Duty.subject).where(Duty.kind == "review_term", Duty.done_at.is_(None))))
    return [id for id in session.scalars(query.order_by(Pair.ends_on, Pair.id)) if f"pair:{id}" not in asked]


def announce_term(session: Session, pair: Pair, today: date) -> None:
    """The term ends soon: the mentor proposes what then, the other side hears of it."""
    assert pair.ends_on is not None
    now, last = clock.now(), max(pair.ends_on, today + NOTICE)
    ahead = (calendar.working_days_between(now, last - timedelta(days=days)) for days in REMINDED)
    due_at, remind = calendar.add_working_days(last, 0), tuple(days for days in ahead if days > 0)
    subject, learner = f"pair:{pair.id}", pair.incubatee.name
    hand_side(session, "review_term", pair, Side.INCUBATOR, subject, due_at=due_at, remind=remind, incubatee=learner)
    record(session, None, "term_announced", subject=f"pair:{pair.id}", ends=pair.ends_on.isoformat())
    for side in Side:
        for reader in counterparts(session, pair, side):
            once = f"term:{pair.id}:{pair.ends_on}:{reader.id}"
            mentoring = side is Side.INCUBATOR
            tell(session, reader, "term_ending", kind=Kind.CALL, once=once, subject=f"pair:{pair.id}", pair=pair,
                 mentoring=mentoring)  # fmt: skip


def terms_over(session: Session, today: date) -> list[int]:
    """Running pairs that are to end today as agreed, or about which nobody has decided a week after their term."""
    query = select(Pair).where(Pair.status.in_(RUNNING), Pair.ends_on < today).order_by(Pair.ends_on, Pair.id)
    return [pair.id for pair in session.scalars(query) if agreed_end(session, pair) or _undecided(session, pair, today)]


def _undecided(session: Session, pair: Pair, today: date) -> bool:
    """Whether those whose turn it is have let their time pass, and the office has not been asked lately."""
    waiting = select(Duty.due_at).where(Duty.kind == "review_term", Duty.subject == f"pair:{pair.id}")
    due_at = session.scalar(waiting.where(Duty.done_at.is_(None)))
    proposal = session.scalar(select(Proposal.due_at).where(Proposal.pair_id == pair.id, Proposal.closed_at.is_(None)))
    late = calendar.opening(calendar.nth_working_day(today, -DECIDE_AFTER))
    times = [moment for moment in (due_at, proposal) if moment is not None]
    if not times or max(times) >= late or open_concern(session, pair, Cause.TERM) is not None:
        return False
    return not was_raised(session, pair, Cause.TERM, since=_lately(today))


def _lately(today: date) -> datetime:
    return calendar.opening(calendar.nth_working_day(today, -AGAIN_AFTER))


def end_term(session: Session, pair: Pair) -> None:
    """End a pair as its sides have agreed, or put before the office that they have not."""
    if (agreed := agreed_end(session, pair)) is not None:
        finish(session, None, pair, reason=agreed.reason or "term_over", remark=agreed.note, theirs=True)
    else:
        raise_concern(session, pair, Cause.TERM)
