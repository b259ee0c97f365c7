"""An office cautions an inactive unit before its pair may end for that; the unit answers with a tap and a line."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Form, Text
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from handlers import MEMBER, OFFICE
from handlers.oversight.duties import opens
from handlers.registration.replies import PERHAPS, Reply, replies_to
from models.incubation import cautions
from models.system.accounts import Person


@button("caution.give", roles=OFFICE)
def start_caution(turn: Turn, pair_id: int) -> None:
    """The first caution, or the second: what is the unit to do?"""
    _, nth = cautions.find_to_caution(turn.session, turn.person, pair_id)
    begin(turn, "give_caution", pair_id=pair_id, nth=nth)


def _may_caution(asking: Asking) -> None:
    cautions.find_to_caution(asking.session, asking.person, asking.subject["pair_id"])


def _give(session: Session, person: Person, *, pair_id: int, nth: int, task: str) -> None:
    cautions.give_caution(session, person, pair_id=pair_id, task=task)


form(
    Form(
        name="give_caution",
        roles=OFFICE,
        steps=(Text(name="task", shortest=4, longest=200),),
        finish=_give,
        guard=_may_caution,
    )
)


@opens("answer_caution")
def show_caution(turn: Turn, caution_id: int) -> None:
    """What the office wants to be done, and by when it wants to hear."""
    caution = cautions.find_caution(turn.session, turn.person, caution_id)
    turn.say("caution_given", **cautions.sheet(turn.session, caution))


@button("caution.answer", roles=MEMBER)
def start_answer(turn: Turn, caution_id: int, reply: str = "") -> None:
    """What does the unit say to it? What was typed before is the answer."""
    begin(turn, "answer_caution", caution_id=caution_id, answers={"reply": reply} if reply else None)


@replies_to("caution.answer", duty="answer_caution")
def read_reply(turn: Turn, text: str, caution_id: int) -> Reply | None:
    """Whatever is typed under a caution may answer it."""
    return Reply(PERHAPS, "caution.answer", (caution_id, text))


def _may_answer(asking: Asking) -> None:
    cautions.find_to_answer(asking.session, asking.person, asking.subject["caution_id"])


form(
    Form(
        name="answer_caution",
        roles=MEMBER,
        steps=(Text(name="reply", shortest=2, longest=300),),
        finish=cautions.answer_caution,
        guard=_may_answer,
    )
)
