"""Proposing the next stage, a longer term or the end of a pair; the other side agrees, or says why not."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form, Options, Text
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from handlers import MEMBER, SEERS
from handlers.incubation.stages import show_stage
from handlers.oversight.duties import opens
from handlers.registration.replies import LIKELY, SURE, Reply, agrees, refuses, replies_to
from models import vocabulary
from models.incubation import proposal_answers
from models.incubation.pairs import Pair
from models.incubation.proposals import Step, find_proposal, find_to_answer, find_to_propose, propose, reasons_to_finish
from models.system import calendar, clock
from models.system.accounts import Person

BARE_NO = 4  # characters of a no without a reason
NOTE = Text(name="note", shortest=2, longest=300, optional=True)


@opens("answer_proposal")
def show_proposal(turn: Turn, proposal_id: int) -> None:
    """What waits for an answer, on the sheet of its pair."""
    show_stage(turn, find_proposal(turn.session, turn.person, proposal_id).pair_id)


def _start(turn: Turn, step: Step, pair_id: int) -> None:
    begin(turn, f"propose_{step}", pair_id=pair_id, step=step.value)


@button("proposal.stage", roles=MEMBER)
def start_stage(turn: Turn, pair_id: int) -> None:
    """On to the next stage."""
    _start(turn, Step.STAGE, pair_id)


@button("proposal.longer", roles=MEMBER)
def start_longer(turn: Turn, pair_id: int) -> None:
    """A longer term."""
    _start(turn, Step.LONGER, pair_id)


@button("proposal.finish", roles=MEMBER)
def start_finish(turn: Turn, pair_id: int) -> None:
    """The end: goals reached, the term over, or by agreement."""
    _start(turn, Step.FINISH, pair_id)


def _may_propose(asking: Asking) -> None:
    find_to_propose(asking.session, asking.person, asking.subject["pair_id"], Step(asking.subject["step"]))


def _reasons(asking: Asking) -> Options:
    pair, known = asking.session.get_one(Pair, asking.subject["pair_id"]), vocabulary.reasons("end")
    codes = reasons_to_finish(pair, calendar.local_day(clock.now()))
    return [(code, vocabulary.label(known[code], asking.words.language)) for code in codes]


form(Form(name="propose_stage", roles=MEMBER, steps=(NOTE,), finish=propose, guard=_may_propose))
form(
    Form(
        name="propose_longer",
        roles=MEMBER,
        steps=(Choice(name="months", of=("3", "6", "12")), NOTE),
        finish=propose,
        guard=_may_propose,
    )
)
form(
    Form(
        name="propose_finish",
        roles=MEMBER,
        steps=(Choice(name="reason", of=_reasons), NOTE),
        finish=propose,
        guard=_may_propose,
    )
)


@button("proposal.agree", roles=SEERS)
def agree(turn: Turn, proposal_id: int) -> None:
    """So be it."""
    proposal_answers.agree_to(turn.session, turn.person, proposal_id=proposal_id)


@button("proposal.decline", roles=SEERS)
def start_declining(turn: Turn, proposal_id: int, objection: str = "") -> None:
    """Not so: why? What was typed before says it."""
    begin(turn, "decline_proposal", proposal_id=proposal_id, answers={"objection": objection} if objection else None)


@replies_to("proposal.agree", duty="answer_proposal")
def read_answer(turn: Turn, text: str, proposal_id: int) -> Reply | None:
    """A yes, which is asked about where it ends the pair; a no, with its reason if there is one."""
    if agrees(text):
        finishes = find_proposal(turn.session, turn.person, proposal_id).step is Step.FINISH
        return Reply(LIKELY if finishes else SURE, "proposal.agree", (proposal_id,))
    if refuses(text):
        return Reply(SURE, "proposal.decline", (proposal_id, text if len(text) > BARE_NO else ""))
    return None


def _may_decline(asking: Asking) -> None:
    find_to_answer(asking.session, asking.person, asking.subject["proposal_id"])


def _decline(session: Session, person: Person, *, proposal_id: int, objection: str) -> None:
    proposal_answers.decline(session, person, proposal_id=proposal_id, objection=objection)


form(
    Form(
        name="decline_proposal",
        roles=SEERS,
        steps=(Text(name="objection", shortest=2, longest=300),),
        finish=_decline,
        guard=_may_decline,
    )
)


@button("proposal.withdraw", roles=MEMBER)
def withdraw(turn: Turn, proposal_id: int) -> None:
    """Take it back."""
    proposal_answers.withdraw(turn.session, turn.person, proposal_id=proposal_id)
