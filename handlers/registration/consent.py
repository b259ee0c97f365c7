"""Consent comes first: who asks, why, what is kept, which rights; and taking it back."""

from __future__ import annotations

from bot.engine.routes import HOUSE, Door, button, command
from bot.engine.turns import Turn
from models.registration import consent


def ask_consent(turn: Turn, door: Door | None) -> bool:
    """Whether the person has consented to the present notice; if not, show it, and keep what they came for."""
    if consent.given(turn.person):
        return True
    turn.say("consent_notice", wanted=door.name if door and door.name in HOUSE.commands else "", rest="")
    return False


@command("start", open=True)
def start(turn: Turn, rest: str) -> None:
    """The first word of every chat; with an invitation's token behind it, the invitation."""
    if not consent.given(turn.person):
        return turn.say("consent_notice", wanted="start", rest=rest)
    return turn.say("welcome")


@button("consent.agree", open=True)
def agree(turn: Turn, wanted: str, rest: str) -> None:
    """Agree, and go on to what one came for."""
    consent.agree(turn.session, turn.person, name=turn.event.name)
    turn.change("consent_thanks")
    if door := HOUSE.commands.get(wanted):
        door.handler(turn, rest)


@command("help", open=True)
def show_help(turn: Turn, rest: str) -> None:
    """What one can do here."""
    turn.say("help")
