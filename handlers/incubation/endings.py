"""An office ends a pair from its card: why, what the sides are told, and once more whether it is sure."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Confirm, Form, Text
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from handlers import OFFICE
from handlers.steps import reasons
from models.incubation import endings
from models.incubation.cautions import heard_first
from models.incubation.concerns import Concern
from models.incubation.pairs import Pair, find_watched_pair
from models.system.accounts import Person
from models.system.letters import Kind, tell


@button("pair.end", roles=OFFICE)
def start_end(turn: Turn, pair_id: int) -> None:
    """End a pair without waiting for something to go wrong."""
    begin(turn, "end_pair", pair_id=pair_id)


def _may_end(asking: Asking) -> None:
    find_watched_pair(asking.session, asking.person, asking.subject["pair_id"])


def heard_before(asking: Asking, reason: Any) -> Any:
    """Refused at once, not after two more questions, where the reason needs cautions that were not given."""
    session, about = asking.session, asking.subject
    known = about["pair_id"] if "pair_id" in about else session.get_one(Concern, about["concern_id"]).pair_id
    heard_first(session, session.get_one(Pair, known), reason)
    return reason


def _end(
    session: Session, person: Person, *, pair_id: int, end_reason: str, remark: str | None, sure: bool | None
) -> None:
    if sure:
        endings.end_pair(session, person, pair_id=pair_id, reason=end_reason, remark=remark)
    else:
        tell(session, person, "pair_not_ended", kind=Kind.REPLY, pair=session.get_one(Pair, pair_id))


form(
    Form(
        name="end_pair",
        roles=OFFICE,
        steps=(
            Choice(name="end_reason", of=reasons("end"), check=heard_before),
            Text(name="remark", longest=300, optional=True),
            Confirm(name="sure"),
        ),
        finish=_end,
        guard=_may_end,
    )
)
