"""The vocabulary for those who keep it: its size, where it lies, and the words it does not know yet."""

from __future__ import annotations

from bot.engine.routes import command
from bot.engine.turns import Turn
from models.exchange import vocab
from models.registration.people import Role


@command("vocab", roles={Role.ASSOCIATION})
def show_vocab(turn: Turn, rest: str) -> None:
    """Unknown words of the newest needs, and what the vocabulary holds."""
    turn.say("vocab", report=vocab.report(turn.session))
