"""Calls that were held back go out together, one message a person, on the next open morning."""

from __future__ import annotations

from bot.engine.routes import button
from bot.engine.timetable import job
from bot.engine.turns import Turn
from models.oversight import mornings
from models.system.letters import Letter

job("held_letters", "*/15 * * * *", find=mornings.held)(mornings.release)


@button("letter.open", open=True)
def open_letter(turn: Turn, letter_id: int) -> None:
    """Show a call that was laid together with others, with its own buttons."""
    letter = turn.session.get(Letter, letter_id)
    if letter is None or letter.person_id != turn.person.id:
        return turn.flash("flash.unknown_button", alert=True)
    return turn.say("letter_again", body=letter.body, rows=letter.buttons)
