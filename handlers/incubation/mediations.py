"""One side asks for mediation with one tap; the office answers on its call sheet (`concerns`)."""

from __future__ import annotations

from bot.engine.routes import button
from bot.engine.turns import Turn
from handlers import MEMBER
from models.incubation import mediations


@button("mediation.ask", roles=MEMBER)
def ask(turn: Turn, pair_id: int) -> None:
    """The office is to bring both sides together before the pair may end for inactivity."""
    mediations.ask_mediation(turn.session, turn.person, pair_id=pair_id)
