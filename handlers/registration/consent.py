"""Consent comes first: who asks, why, what is kept, which rights. What somebody came for waits behind the button."""

from __future__ import annotations

from bot.engine.events import clean
from bot.engine.routes import HOUSE, Door, button, command, enter
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers.registration import guidance, invitations
from handlers.registration.replies import agrees
from models.registration import consent
from models.registration.invitations import find_invitation
from models.system.letters import last_letter

KEPT = 800  # characters of what was typed before


def ask_consent(turn: Turn, door: Door | None) -> bool:
    """Whether the person has consented to the present notice; if not, show it, and keep what they came for."""
    if consent.given(turn.person):
        return True
    typed = clean(str(turn.event.value))[:KEPT] if turn.event.kind == "text" and door is None else ""
    wanted, rest = _shown(turn) if typed else ("", "")
    if wanted and agrees(typed):
        agree(turn, wanted, rest)
    elif wanted == "invitation":
        found = find_invitation(turn.session, turn.person, int(rest))
        turn.say("consent_invited", invitation=found)
    elif len(typed) >= guidance.SHORT and not consent.looks_personal(typed, name=turn.event.name):
        turn.say("consent_words", wanted="words", rest=typed)
    else:
        turn.say("consent_notice", wanted=door.name if door and door.name in HOUSE.commands else "start", rest="")
    return False


def _shown(turn: Turn) -> tuple[str, str | int]:
    """What the newest letter's button to agree leads on to; nothing where it has none."""
    letter = last_letter(turn.session, turn.person)
    flat = [one for row in letter.buttons for one in row] if letter else []
    return next(((one["args"][0], one["args"][1]) for one in flat if one["action"] == "consent.agree"), ("", ""))


@command("start", open=True)
def start(turn: Turn, rest: str) -> None:
    """The first word of every chat; with an invitation's secret behind it, the invitation."""
    if rest:
        return invitations.show_by_secret(turn, rest)
    if not consent.given(turn.person):
        return turn.say("consent_notice", wanted="start", rest="")
    return guidance.greet(turn)


@button("consent.agree", open=True)
def agree(turn: Turn, wanted: str, rest: str | int) -> None:
    """Agree, and go on to what one came for."""
    if turn.person.left_at is not None:
        return turn.flash("flash.old_button", alert=True)
    consent.agree(turn.session, turn.person, name=clean(turn.event.name))
    turn.change("consent_thanks")
    if wanted == "invitation":
        return invitations.show(turn, int(rest))
    if wanted == "words" and rest:
        return guidance.free_text(turn, str(rest))
    if (door := HOUSE.commands.get(wanted)) and wanted != "start":
        return enter(turn, door, str(rest))
    return guidance.greet(turn)


@button("consent.decline", open=True)
def decline(turn: Turn) -> None:
    """Not now: nothing is kept."""
    turn.change("consent_declined")


job("kept_words", "20 * * * *", find=consent.kept_words)(consent.drop_words)
job("strangers", "30 3 * * *", find=consent.strangers)(consent.forget_stranger)
