"""Promising secrecy about a pair: read the text, then agree with one's name."""

from __future__ import annotations

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Form, Text
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from handlers import MEMBER
from handlers.oversight.duties import opens
from models.base import Invalid
from models.incubation import agreements
from models.incubation.undertakings import Undertaking, find_undertaking

SHORTEST_NAME, LONGEST_NAME = 2, 40


def show_undertaking(turn: Turn, undertaking: Undertaking) -> None:
    """The text of the undertaking in its version, with the button that signs it, or with the signature."""
    turn.say(f"undertaking_{undertaking.version.replace('-', '_')}", undertaking=undertaking, pair=undertaking.pair)


@button("undertaking.read", roles=MEMBER)
def read_undertaking(turn: Turn, pair_id: int) -> None:
    """Read what one promises about a pair."""
    show_undertaking(turn, agreements.my_undertaking(turn.session, turn.person, pair_id))


@opens("sign_undertaking")
def open_undertaking(turn: Turn, undertaking_id: int) -> None:
    """The undertaking that waits for one's name."""
    show_undertaking(turn, find_undertaking(turn.session, turn.person, undertaking_id))


@button("undertaking.sign", roles=MEMBER)
def start_signing(turn: Turn, undertaking_id: int) -> None:
    """Agree: one's name under the text."""
    undertaking = find_undertaking(turn.session, turn.person, undertaking_id)
    if undertaking.signed_at is not None:
        return turn.flash("flash.already_signed")
    return begin(turn, "sign_undertaking", undertaking_id=undertaking_id)


def _own(asking: Asking) -> None:
    find_undertaking(asking.session, asking.person, asking.subject["undertaking_id"])


def _a_name(asking: Asking, name: str) -> str:
    letters = [sign for sign in name if sign.isalpha()]
    if not SHORTEST_NAME <= len(letters) <= LONGEST_NAME or any(sign.isdigit() for sign in name):
        raise Invalid("signature", typed=name[:40])
    return name


form(
    Form(
        name="sign_undertaking",
        roles=MEMBER,
        steps=(Text(name="name", longest=80, check=_a_name),),
        finish=agreements.sign_undertaking,
        guard=_own,
    )
)
