"""Playing the ball: every kind of duty says how it is opened, so lists, reminders and digests can carry its button."""

from __future__ import annotations

from collections.abc import Callable

from bot.engine.routes import button
from bot.engine.turns import Turn
from models.base import Refused
from models.oversight import duties

Opener = Callable[[Turn, int], None]
SubjectOpener = Callable[[Turn, str], None]
OPENERS: dict[str, SubjectOpener] = {}


def opens(kind: str) -> Callable[[Opener], Opener]:
    """Declare what opening a duty of this kind shows: a function of (turn, id of the record)."""

    def declare(opener: Opener) -> Opener:
        opens_subject(kind)(lambda turn, subject: opener(turn, int(subject.rpartition(":")[2])))
        return opener

    return declare


def opens_subject(kind: str) -> Callable[[SubjectOpener], SubjectOpener]:
    """The same for a kind that concerns records of several tables: a function of (turn, subject such as need:17)."""

    def declare(opener: SubjectOpener) -> SubjectOpener:
        if kind in OPENERS:
            raise ValueError(f"duty {kind} is opened twice")
        OPENERS[kind] = opener
        return opener

    return declare


@button("duty.open")
def open_duty(turn: Turn, duty_id: int) -> None:
    """Show what is to be done, to whoever holds the ball or watches over it; the opener checks the record itself."""
    duty = duties.find_duty(turn.session, turn.person, duty_id)
    if duty.done_at is not None:
        return turn.flash("flash.duty_done", alert=True)
    if duty.kind not in OPENERS:
        raise Refused("not_found")
    return OPENERS[duty.kind](turn, duty.subject)
