"""Letting a pair rest until a day, and going on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Day, Form, Text
from bot.engine.routes import button, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import MEMBER
from handlers.incubation.watch import still_due
from models.base import Refused
from models.incubation import pauses
from models.incubation.pairs import RUNNING, find_own_pair
from models.system import calendar


@button("pair.pause", roles=MEMBER)
def start_pause(turn: Turn, pair_id: int) -> None:
    """Ask why and until when."""
    begin(turn, "pause_pair", pair_id=pair_id)


def _may_pause(asking: Asking) -> None:
    pair, _ = find_own_pair(asking.session, asking.person, asking.subject["pair_id"])
    if pair.status not in RUNNING:
        raise Refused("pause_not_running", pair=pair)


form(
    Form(
        name="pause_pair",
        roles=MEMBER,
        review=True,
        steps=(
            Text(name="reason", shortest=2, longest=300),
            Day(name="until", past=0, future=pauses.LONGEST, near=(14, 30, 60), worked=True),
        ),
        finish=pauses.pause_pair,
        guard=_may_pause,
    )
)


@button("pair.resume", roles=MEMBER)
def resume(turn: Turn, pair_id: int) -> None:
    """Go on before the day has come."""
    pauses.resume_pair(turn.session, turn.person, pair_id=pair_id)


def over(session: Session, now: datetime) -> Iterable[int]:
    """Pairs whose pause ends today."""
    return pauses.pauses_over(session, calendar.local_day(now))


@job("pauses_over", "35 8 * * *", find=over)
def end_pause(session: Session, pair_id: int, now: datetime) -> None:
    """The pair goes on."""
    if still_due(session, pair_id, now, over):
        pauses.resume_pair(session, None, pair_id=pair_id)
