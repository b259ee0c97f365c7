"""One side asks for mediation with one tap; the office opens its call sheet (`concerns`) from the pair's card."""

from __future__ import annotations

from bot.engine.routes import button
from bot.engine.turns import Turn
from handlers import MEMBER, OFFICE
from handlers.incubation.concerns import show_concern
from models.incubation import mediations


@button("mediation.ask", roles=MEMBER)
def ask(turn: Turn, pair_id: int) -> None:
    """The office is to bring both sides together before the pair may end for inactivity."""
    mediations.ask_mediation(turn.session, turn.person, pair_id=pair_id)


button("mediation.open", roles=OFFICE)(show_concern)
