"""Words that the exchange's templates ask for: a text cut to fit, a reason, a figure, who holds the ball."""

from __future__ import annotations

from typing import Any

from bot.engine.words import say_number, speak, width
from handlers import TEMPLATE_WORDS, term
from models.exchange.matching import Reason, worded
from models.exchange.troubles import Trouble
from models.oversight.duties import Duty
from models.registration.people import Role


def short(text: str, cells: int = 60, *, language: str) -> str:
    """A text on one line, cut to so many half-width cells."""
    line = " ".join(str(text).split())
    if width(line) <= cells:
        return line
    kept, used = "", 1
    for character in line:
        used += width(character)
        if used > cells:
            break
        kept += character
    return kept.rstrip() + "…"


def why(reason: dict[str, str], *, language: str) -> str:
    """A reason for or against an offer, in the reader's language, quoting both sides."""
    return worded(speak(language).labels, Reason(**reason), language)


def why_theirs(reason: dict[str, str], *, language: str) -> str:
    """The same told to the incubator, whose offer it is."""
    labels = speak(language).labels
    pattern = labels.get(f"theirs.{reason['kind']}", labels[reason["kind"]])
    return worded({**labels, reason["kind"]: pattern}, Reason(**reason), language)


def whys(reasons: list[dict[str, str]], *, language: str) -> str:
    """Several reasons on one line."""
    return ("；" if language == "zh" else "; ").join(why(reason, language=language) for reason in reasons)


def figure(reading: dict[str, Any], *, language: str) -> str:
    """An indicator as it stands and as it is wanted: 报废率 20% → 5%."""
    if "id" not in reading:
        return str(reading.get("text", ""))
    unit = reading.get("unit") or ""
    now, wanted = (
        f"{say_number(value, language)}{unit}" if (value := reading.get(key)) is not None else ""
        for key in ("now", "wanted")
    )
    name = term("indicators", reading["id"], language=language)
    return " ".join(filter(None, (name, now, f"→ {wanted}" if wanted else "")))


def holder(duty: Duty, *, language: str) -> str:
    """Whose turn it is: a person, a unit or an office."""
    words = speak(language)
    if duty.person is not None:
        return duty.person.name or "–"
    if duty.unit is not None:
        return duty.unit.name
    if duty.office is Role.CITY:
        return words.label("holder.city").format(city=term("cities", duty.city, language=language))
    return words.label(f"holder.{duty.office}")


def task(duty: Duty, *, language: str) -> str:
    """What is to be done."""
    return speak(language).label(f"duty.{duty.kind}").format(**duty.title)


def secret_names(*texts: Trouble | None, language: str) -> str:
    """The kinds of secrets that some texts seem to hold."""
    words = speak(language)
    kinds = dict.fromkeys(kind for text in texts if text for kind in text.secrets)
    return ("、" if language == "zh" else ", ").join(words.label(f"secret.{kind}") for kind in kinds)


TEMPLATE_WORDS.update(
    short=short,
    why=why,
    why_theirs=why_theirs,
    whys=whys,
    figure=figure,
    holder=holder,
    task=task,
    secret_names=secret_names,
)
