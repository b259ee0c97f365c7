"""Proposals: what one side of a pair wants next (another stage, a longer term, the end) and the other has to agree to.

Knows no sentence and no channel. One open proposal a pair; nothing changes before somebody has agreed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Invalid, Refused, words_of
from models.incubation.pairs import (
    RUNNING,
    Pair,
    PairStatus,
    find_own_pair,
    find_pair,
    hand_side,
    side_of,
    watches,
    withheld,
)
from models.incubation.sessions import counterparts, other
from models.oversight import duties
from models.registration.people import speaks_for
from models.registration.units import Side
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

ANSWER_WITHIN, REMINDERS = 5, (2, 4)  # working days for the other side; afterwards the office may answer in its place
NEXT_STAGE = {
    PairStatus.INTRODUCTION: PairStatus.IMPROVEMENT,
    PairStatus.IMPROVEMENT: PairStatus.DEEPENING,
}
ANNOUNCED = timedelta(days=60)  # before the last day of the term


class Step(StrEnum):
    """What is proposed: the next stage, a longer term, the end."""

    STAGE = "stage"
    LONGER = "longer"
    FINISH = "finish"


ANSWERS = {Step.STAGE: "review_stage", Step.LONGER: "review_term", Step.FINISH: "review_term"}  # the duty it plays


class Proposal(Base):
    """`stage`, `months` or `reason` say what exactly; `note` why, or what remains; `agreed` is empty if taken back."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index(
            "uq_proposals_open",
            "pair_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    side: Mapped[Side] = mapped_column(words_of(Side))
    step: Mapped[Step] = mapped_column(words_of(Step))
    stage: Mapped[PairStatus | None] = mapped_column(words_of(PairStatus))
    months: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime]
    agreed: Mapped[bool | None]
    objection: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    pair: Mapped[Pair] = relationship()

    @property
    def subject(self) -> str:
        """How duties, letters and the audit trail name this proposal."""
        return f"proposal:{self.id}"


def open_proposal(session: Session, pair: Pair) -> Proposal | None:
    """What waits for the other side's word."""
    return session.scalar(select(Proposal).where(Proposal.pair_id == pair.id, Proposal.closed_at.is_(None)))


def agreed_end(session: Session, pair: Pair) -> Proposal | None:
    """The end at term that both sides have agreed on already."""
    query = select(Proposal).where(Proposal.pair_id == pair.id, Proposal.step == Step.FINISH)
    return session.scalar(query.where(Proposal.agreed.is_(True)).order_by(Proposal.id.desc()).limit(1))


def decides(session: Session, person: Person, pair: Pair, side: Side) -> bool:
    """Who speaks for a side about the way of the pair: contact or backup, and the mentor or responsible person."""
    in_charge = pair.mentor_id if side is Side.INCUBATOR else pair.responsible_id
    return person.id == in_charge or speaks_for(session, person, pair.unit(side))


def reasons_to_finish(pair: Pair, today: date) -> list[str]:
    """The reasons for an end that both sides can agree on, as the stage and the term allow."""
    near = pair.ends_on is not None and pair.ends_on - ANNOUNCED <= today
    reached = ["goals_reached"] if pair.status in (PairStatus.IMPROVEMENT, PairStatus.DEEPENING) else []
    return [*reached, *(["term_over"] if near else []), "by_agreement"]


def find_to_propose(session: Session, person: Person, pair_id: int, step: Step) -> tuple[Pair, Side]:
    """A running pair, locked, in which this person may propose such a step now; Refused with what stands in the way."""
    pair, side = find_own_pair(session, person, pair_id)
    if not decides(session, person, pair, side):
        raise Refused("contact_only", pair=pair)
    if pair.status is PairStatus.PAUSED:
        raise Refused("pair_paused", pair=pair)
    if pair.status not in RUNNING:
        raise Refused("moved_on", status=f"pairstatus.{pair.status}")
    if open_proposal(session, pair) is not None:
        raise Refused("proposal_open", pair=pair)
    if step is Step.FINISH and agreed_end(session, pair) is not None:
        raise Refused("end_agreed", pair=pair)
    if (step is Step.LONGER and pair.extended) or (step is Step.STAGE and pair.status not in NEXT_STAGE):
        raise Refused(f"no_more_{step}", pair=pair)
    return pair, side


def propose(
    session: Session,
    person: Person,
    *,
    pair_id: int,
    step: str,
    months: str | int | None = None,
    reason: str | None = None,
    note: str | None = None,
) -> Proposal:
    """Put a step before the other side, which has five working days for it."""
    step = Step(step)
    pair, side = find_to_propose(session, person, pair_id, step)
    if step is Step.FINISH and reason not in reasons_to_finish(pair, calendar.local_day(clock.now())):
        raise Invalid("choice", typed=str(reason)[:40])
    proposal = Proposal(
        pair=pair,
        person_id=person.id,
        side=side,
        step=step,
        stage=NEXT_STAGE[pair.status] if step is Step.STAGE else None,
        months=int(months) if months else None,
        reason=reason,
        note=note,
        due_at=calendar.add_working_days(clock.now(), ANSWER_WITHIN),
    )
    session.add(proposal)
    session.flush()
    duties.done(session, f"pair:{pair.id}", ANSWERS[step])
    _ask(session, proposal)
    record(session, person, "proposal_made", subject=proposal.subject, pair=pair.id, step=step.value)
    tell(session, person, "proposal_made", kind=Kind.REPLY, proposal=proposal, pair=pair)
    return proposal


def _ask(session: Session, proposal: Proposal) -> None:
    pair, asked = proposal.pair, other(proposal.side)
    subject, due_at = proposal.subject, proposal.due_at
    hand_side(session, "answer_proposal", pair, asked, subject, due_at=due_at, remind=REMINDERS)
    for reader in counterparts(session, pair, asked):
        said: dict[str, Any] = {"proposal": proposal, "pair": pair, "hidden": withheld(session, reader, pair)}
        tell(session, reader, "proposal_to_answer", kind=Kind.CALL, subject=proposal.subject, **said)


def find_proposal(session: Session, person: Person, proposal_id: int) -> Proposal:
    """A proposal for those who may see its pair; Refused for anybody else."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        raise Refused("not_found")
    find_pair(session, person, proposal.pair_id)
    return proposal


def may_answer(session: Session, person: Person, proposal: Proposal) -> bool:
    """Whether a person has a say now: the other side, and the office once that side has been silent for its time."""
    side = side_of(session, person, proposal.pair)
    if side is None:
        return clock.now() > proposal.due_at and watches(session, person, proposal.pair)
    there = side is other(proposal.side) and person.id != proposal.person_id
    return there and decides(session, person, proposal.pair, side)


def find_to_answer(session: Session, person: Person, proposal_id: int) -> Proposal:
    """An open proposal, its pair locked, that this person may agree to or not."""
    proposal = find_proposal(session, person, proposal_id)
    pair = find_pair(session, person, proposal.pair_id, lock=True)
    session.refresh(proposal)
    if proposal.closed_at is not None:
        raise Refused("proposal_closed", pair=pair)
    if not may_answer(session, person, proposal):
        raise Refused("own_answer" if person.id == proposal.person_id else "not_your_part")
    if pair.status not in RUNNING:
        raise Refused("moved_on", status=f"pairstatus.{pair.status}")
    return proposal


def close_proposal(session: Session, person: Person | None, proposal: Proposal, *, agreed: bool | None) -> None:
    """The other side has spoken, or nothing waits for it any more."""
    proposal.agreed, proposal.closed_at = agreed, clock.now()
    proposal.answered_by = person.id if person else None
    duties.done(session, proposal.subject)


def drop_proposal(session: Session, pair: Pair) -> None:
    """The pair rests or is over: what was proposed does not wait any longer."""
    if (proposal := open_proposal(session, pair)) is not None:
        close_proposal(session, None, proposal, agreed=None)
