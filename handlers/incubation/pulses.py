"""How is it going, 1 to 5: asked ten and thirty days after the start; later with the check-in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form
from bot.engine.routes import button, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import MEMBER
from handlers.incubation.watch import still_due
from handlers.steps import reasons
from models.base import Invalid
from models.incubation import pulses
from models.incubation.pairs import find_own_pair
from models.registration.people import speakers
from models.registration.units import Side
from models.system import calendar
from models.system.letters import Kind, tell

LONGEST = 300  # characters of a reason


@button("pulse.give", roles=MEMBER)
def give(turn: Turn, pair_id: int, day: int, rating: int) -> None:
    """One tap; a low rating asks for one reason, and a second tap on the same letter changes nothing."""
    pair, _ = find_own_pair(turn.session, turn.person, pair_id, Side.INCUBATEE)
    if pulses.given_early(turn.session, pair, day, turn.person):
        return turn.flash("flash.pulse_known")
    pulse = pulses.give_pulse(turn.session, turn.person, pair=pair, rating=rating)
    if rating > pulses.LOW:
        return turn.change("pulse_thanks", pair=pair)
    return begin(turn, "pulse_reason", pulse_id=pulse.id)


def brief(asking: Asking, reason: str) -> str:
    """A reason in one's own words, as long as its column holds."""
    if len(reason) > LONGEST:
        raise Invalid("too_long", longest=LONGEST, length=len(reason))
    return reason


def _own(asking: Asking) -> None:
    pulses.find_pulse(asking.session, asking.person, asking.subject["pulse_id"])


form(
    Form(
        name="pulse_reason",
        roles=MEMBER,
        steps=(Choice(name="reason", of=reasons("barrier"), other=True, optional=True, check=brief),),
        finish=pulses.explain_pulse,
        guard=_own,
    )
)


def early(session: Session, now: datetime) -> Iterable[int]:
    """Pairs ten or thirty days after their start."""
    return [] if calendar.is_quiet(now) else pulses.pairs_to_rate(session, now)


@job("pulses_early", "45 9 * * *", find=early)
def ask_early(session: Session, pair_id: int, now: datetime) -> None:
    """Ask each of the incubatee's contacts once."""
    if (pair := still_due(session, pair_id, now, early)) is None:
        return
    day = pulses.early_due(session, pair, now)
    for reader in speakers(session, pair.incubatee):
        once = f"pulse:{pair.id}:{day}:{reader.id}"
        tell(session, reader, "pulse_asked", kind=Kind.CALL, once=once, subject=f"pulse:{pair.id}", pair=pair, day=day)
