"""What is typed where a card stands: agreement, the name of an answer, another answer, or more words to read."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.engine.forms import Choice, Confirm, Number, Step
from models.base import Invalid, Refused
from models.system.typed import match

if TYPE_CHECKING:
    from bot.engine.dialogs import Talk

GUESS, REVIEW, EDIT, FINISH = "guess", "review", "edit", "finish"
GIBBERISH = "…" * 9  # whatever reads this reads anything, and so tells nothing
SENTENCE, LONGEST = re.compile(r"[,，。;；?？!！]"), 20  # what is no short answer
ADDS = 4  # characters from which words typed under a guess are more of the text, and no unclear yes or no
REMEMBERS = {  # what the buttons of the cards make the engine remember
    "guess_yes": ("guessed", None),
    "guess_no": ("editing", True),
    "review_yes": ("agreed", True),
    "review_no": ("editing", True),
    "review": ("editing", None),
}


def listed(talk: Talk, place: str) -> list[Step]:
    """The steps whose answers a card shows: all, or those just guessed, to be changed with the text they are from."""
    guessed = set(talk.dialog.notes.get("guessed") or [])
    if guessed and place == EDIT:
        guessed |= {source for source, names in talk.dialog.notes.get("drawn", {}).items() if guessed & {*names}}
    answered = [step for step in talk.steps() if step.name in talk.dialog.answers]
    return [step for step in answered if not guessed or step.name in guessed]


def take(talk: Talk, place: str, kind: str, value: Any) -> None:
    """Whatever is sent while a card stands."""
    if kind != "text":
        raise Invalid(f"at_{place}", typed="")
    named = [(code, f"form.{place}_{code}") for code in ("yes", "no") if place != EDIT]
    if said := match(value, [(code, talk.asking.words.label(key)) for code, key in named]):
        return talk.press(f"{place}_{said}", None)
    if place != GUESS and (name := match(value, [(one.name, talk.label(one)) for one in listed(talk, EDIT)])):
        return talk.press("again", name)
    if place != EDIT:
        with suppress(Invalid):
            return talk.press(f"{place}_{Confirm(name='sure').accept(talk.asking, kind, value)}", None)
    source = talk.form.adds_to(talk.dialog.notes) if place == GUESS else None
    if _changed(talk, place, value, plain=source is not None):
        return None
    if source and (len(value) >= ADDS or any(map(str.isdigit, value))):
        return talk.answer(source, f"{talk.dialog.answers[source.name]}\n{value}")
    raise Invalid(f"at_{place}", typed=value[:40])


def tells_more(talk: Talk, place: Step, value: str) -> bool:
    """Add words that are no answer, but tell one, to the text that the answer was sought in: they may tell more."""
    source = next((step for step in talk.steps() if step.adds and talk.dialog.answers.get(step.name)), None)
    if source is None or source.reads is None or place is source:
        return False
    with suppress(Invalid):
        found = source.reads(talk.asking, source.read(talk.asking, value))
        if found.get(place.name) is not None and talk.fits(place.name, found[place.name]):
            talk.answer(source, f"{talk.dialog.answers[source.name]}\n{value}")
            return True
    return False


def _changed(talk: Talk, place: str, value: str, *, plain: bool) -> bool:
    """Take words as another answer to the one step shown that reads them, and reads them otherwise than before.

    Where words are added to a text, only what is no sentence (`plain`) is one: a number, a day, a telephone.
    """
    found = []
    if len(value) > LONGEST or SENTENCE.search(value):
        return False
    for step in listed(talk, place):
        if (plain and isinstance(step, Choice)) or _reads(talk, step, GIBBERISH):
            continue
        if (read := _reads(talk, step, value)) and read[1] != talk.asking.values.get(step.name):
            found.append((step, read[0]))
    if len(found) > 1:  # a number is read in much
        found = [one for one in found if not isinstance(one[0], Number)]
    if len(found) != 1:
        return False
    ((step, raw),) = found
    talk.answer(step, raw)
    talk.mark(editing=None)
    talk.place()
    talk.note = talk.asking.words.line("form_changed", what=talk.label(step), value=talk.shown(step))
    return True


def _reads(talk: Talk, step: Step, value: str) -> tuple[Any, Any] | None:
    """The raw answer and the value that a step reads in words, if it does."""
    with suppress(Invalid, Refused):
        raw = step.accept(talk.asking, "text", value)
        return raw, step.read(talk.asking, raw)
    return None
