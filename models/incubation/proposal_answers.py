"""What the other side says to a proposal, and what comes of it. Knows no sentence and no channel."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.base import Refused
from models.incubation.endings import finish, people_of
from models.incubation.pairs import Pair, find_own_pair, withheld
from models.incubation.proposals import (
    Proposal,
    Step,
    close_proposal,
    decides,
    find_proposal,
    find_to_answer,
)
from models.incubation.sessions import counterparts
from models.incubation.stages import enter_stage, in_a_quarter
from models.incubation.terms import extend_term
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record


def agree_to(session: Session, person: Person, *, proposal_id: int) -> Proposal:
    """The other side agrees: the stage, the longer term or the end is a fact, and everybody concerned hears of it."""
    proposal = find_to_answer(session, person, proposal_id)
    pair = proposal.pair
    close_proposal(session, person, proposal, agreed=True)
    record(session, person, "proposal_agreed", subject=proposal.subject, pair=pair.id, step=proposal.step.value)
    if proposal.step is Step.STAGE and proposal.stage is not None:
        enter_stage(session, pair, proposal.stage)
        _tell_all(session, person, pair, "stage_entered", proposal)
    elif proposal.step is Step.LONGER and proposal.months is not None:
        extend_term(session, pair, proposal.months)
        _tell_all(session, person, pair, "term_extended", proposal)
    elif _is_later(proposal):
        _tell_all(session, person, pair, "end_settled", proposal)
    else:
        finish(session, person, pair, reason=proposal.reason or "by_agreement", remark=proposal.note, theirs=True)
    return proposal


def _is_later(proposal: Proposal) -> bool:
    """Whether the end that was agreed on comes only with the term."""
    last = proposal.pair.ends_on
    return proposal.reason == "term_over" and last is not None and calendar.local_day(clock.now()) <= last


def _tell_all(session: Session, person: Person, pair: Pair, letter: str, proposal: Proposal) -> None:
    for reader in people_of(session, pair, besides=person):
        kind = Kind.REPLY if reader is person else Kind.ANSWER
        hidden = withheld(session, reader, pair)
        tell(session, reader, letter, kind=kind, pair=pair, proposal=proposal, hidden=hidden)


def decline(session: Session, person: Person, *, proposal_id: int, objection: str) -> Proposal:
    """The other side does not agree, and says why; the pair stays as it is."""
    proposal = find_to_answer(session, person, proposal_id)
    proposal.objection = objection
    _put_off(session, person, proposal, agreed=False)
    record(session, person, "proposal_declined", subject=proposal.subject, pair=proposal.pair_id)
    pair = proposal.pair
    readers = {one.id: one for one in (person, *counterparts(session, pair, proposal.side))}
    for reader in readers.values():
        kind, hidden = (Kind.REPLY, None) if reader is person else (Kind.ANSWER, withheld(session, reader, pair))
        tell(session, reader, "proposal_declined", kind=kind, pair=pair, proposal=proposal, hidden=hidden)
    return proposal


def withdraw(session: Session, person: Person, *, proposal_id: int) -> Proposal:
    """The side that proposed takes it back before the other has spoken."""
    proposal = find_proposal(session, person, proposal_id)
    pair, side = find_own_pair(session, person, proposal.pair_id, proposal.side)
    if not decides(session, person, pair, side):
        raise Refused("contact_only", pair=pair)
    session.refresh(proposal)
    if proposal.closed_at is not None:
        raise Refused("proposal_closed", pair=pair)
    _put_off(session, person, proposal, agreed=None)
    record(session, person, "proposal_withdrawn", subject=proposal.subject, pair=pair.id)
    tell(session, person, "proposal_withdrawn", kind=Kind.REPLY, pair=pair, proposal=proposal)
    return proposal


def _put_off(session: Session, person: Person, proposal: Proposal, *, agreed: bool | None) -> None:
    """Nothing comes of it: the stage is looked at again in a quarter, the term whenever its end is near."""
    close_proposal(session, person, proposal, agreed=agreed)
    if proposal.step is Step.STAGE:
        proposal.pair.review_on = in_a_quarter()
