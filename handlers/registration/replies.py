"""An answer typed under a letter of ours: what waits there for one, and how well the words fit it.

What plainly fits goes where it belongs; where that is not plain, one line asks first, and nothing is typed twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.engine.routes import act_on
from bot.engine.turns import Turn
from bot.engine.words import LANGUAGES, speak
from models.oversight import duties
from models.oversight.duties import Duty
from models.system.letters import Letter, last_letter, quoted_letter

SURE, LIKELY, PERHAPS = 3, 2, 1  # it is done; it is asked before anything else; it is asked before a need is guessed
LONGEST = 800  # characters of an answer
ASKED = "reply_meant"
YES = {ASKED: "", "session_heard": "session.log", "trouble_heard": "need.new"}  # what a yes to these letters does
TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Reply:
    """The button that takes the words, and how well they fit it."""

    fits: int
    action: str
    args: tuple[Any, ...]


Reader = Callable[..., Reply | None]
READERS: dict[str, Reader] = {}
OF_DUTIES: dict[str, str] = {}


def replies_to(action: str, *, duty: str | None = None) -> Callable[[Reader], Reader]:
    """Declare how words typed under a letter with this button, or about this kind of duty, are read.

    A function of (turn, words, *the button's args) that gives a Reply, or None where they do not fit.
    """

    def declare(reader: Reader) -> Reader:
        READERS[action] = reader
        if duty is not None:
            OF_DUTIES[duty] = action
        return reader

    return declare


def heard(turn: Turn, text: str, least: int) -> bool:
    """Whether words typed while no form is open answer what waits for one; then they are taken, or asked about."""
    if len(text) > LONGEST:
        return False
    letter = last_letter(turn.session, turn.person)
    if letter is not None and letter.template in YES and agrees(text) and (meant := _meant(letter)):
        act_on(turn, meant)
        return True
    for letter, duty, action, args in _waiting(turn):
        reply = READERS[action](turn, text, *args)
        if reply is None or reply.fits < least or (letter is None and (reply.fits < SURE or agrees(text))):
            continue
        if reply.fits == SURE and letter is not None:
            act_on(turn, {"action": reply.action, "args": list(reply.args)})
        else:
            turn.say(ASKED, typed=text, about=_first_line(letter), duty=duty, reply=reply)
        return True
    return False


def _meant(letter: Letter) -> dict[str, Any] | None:
    """The one button that a plain yes stands for; None where there are several."""
    wanted, flat = YES[letter.template], [one for row in letter.buttons for one in row]
    found = [one for one in flat if one["action"] == wanted] if wanted else flat[:1]
    return found[0] if len(found) == 1 else None


def _waiting(turn: Turn) -> Iterator[tuple[Letter | None, Duty | None, str, tuple[Any, ...]]]:
    """What waits for an answer: in the quoted letter, else the newest; then the most urgent duty."""
    here = turn.event.message_id if turn.event.kind == "text" else None
    letter = quoted_letter(turn.session, turn.person, here) if here else None
    letter = letter or last_letter(turn.session, turn.person)
    if letter is not None and letter.template == ASKED:
        letter = None  # it has been asked what its words were for
    flat = [one for row in letter.buttons for one in row] if letter else []
    for one in flat:
        if one["action"] in READERS:
            yield letter, None, one["action"], tuple(one["args"])
            return
    opened = [one["args"][0] for one in flat if one["action"] == "duty.open"]
    own = duties.scopes_of(turn.session, turn.person)
    found = [turn.session.get(Duty, opened[0])] if len(opened) == 1 else duties.some_of(turn.session, *own, most=1)
    for duty in found:
        if duty is not None and duty.done_at is None and duty.kind in OF_DUTIES:
            about = letter if opened else None
            yield about, duty, OF_DUTIES[duty.kind], (int(duty.subject.rpartition(":")[2]),)


def _first_line(letter: Letter | None) -> str:
    """How a letter begins, without its marks."""
    lines = TAGS.sub("", letter.body).strip().splitlines() if letter else []
    return lines[0] if lines else ""


def agrees(text: str) -> bool:
    """Whether words are a plain yes."""
    said = text.strip(" ,，。.!！~").casefold()
    return any(said in _words(language, "yes") for language in LANGUAGES)


def refuses(text: str) -> bool:
    """Whether words begin with a no."""
    said = text.strip().casefold()
    return any(said.startswith(tuple(_words(language, "no"))) for language in LANGUAGES)


def asks(text: str) -> bool:
    """Whether words end like a question."""
    return any(text.strip().endswith(tuple(_words(language, "asking"))) for language in LANGUAGES)


def _words(language: str, which: str) -> list[str]:
    return speak(language).label(f"reply.{which}_words").split("|")
