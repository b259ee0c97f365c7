"""The fourteen days after an early end: an office shortens them with a reason, or the day comes by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form
from bot.engine.routes import button, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import OFFICE
from models.exchange import cooling


@button("cooling.shorten", roles=OFFICE)
def start_shortening(turn: Turn, unit_id: int) -> None:
    """Let a unit be matched anew from now on; first, why."""
    unit = cooling.find_cooling(turn.session, turn.person, unit_id)
    begin(turn, "shorten_cooling", unit_id=unit.id)


def _may_shorten(asking: Asking) -> None:
    cooling.find_cooling(asking.session, asking.person, asking.subject["unit_id"])


form(
    Form(
        name="shorten_cooling",
        roles=OFFICE,
        steps=(Choice(name="reason", of=cooling.REASONS, texts="cooling"),),
        finish=cooling.shorten_cooling,
        guard=_may_shorten,
    )
)


@job("cooling_over", "5 8 * * *", find=cooling.cooled)
def end_cooling(session: Session, unit_id: int, now: datetime) -> None:
    """A unit is matched anew from this day on; what it has chosen goes out."""
    cooling.end_cooling(session, unit_id, now)
