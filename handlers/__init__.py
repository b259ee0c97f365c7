"""What people can do: declarations of commands, buttons, forms and jobs. Importing a room declares what is in it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from typing import Any

from bot.engine.routes import Door
from bot.engine.turns import Turn
from bot.engine.words import speak
from models import vocabulary
from models.registration.people import OFFICERS, Role
from models.registration.units import Unit

WINGS = ("registration", "exchange", "incubation", "oversight")
MEMBER, OFFICE = frozenset({Role.MEMBER}), frozenset(OFFICERS)
SEERS = MEMBER | OFFICE  # of a pair or unit; whose, the fetch checks


PAGE = 5  # entries of a list in one message


def paged(total: int, start: int, most: int = PAGE) -> dict[str, Any]:
    """How a list goes on, as its template has it: `start`, `total`, how many are the `rest`, where `more` begin."""
    rest = max(0, total - start - most)
    return {"start": start, "total": total, "rest": rest, "more": start + most if rest else None}


def term(kind: str, code: str | None, *, language: str) -> str:
    """The name of a vocabulary entry: term("methods", "spc"); an unknown or own one stands as it is."""
    if not code:
        return "–"
    table = vocabulary.reasons(kind.removeprefix("reasons.")) if kind.startswith("reasons.") else TERMS[kind]()
    return vocabulary.label(table[code], language) if code in table else code


def terms(kind: str, codes: Sequence[str], *, language: str) -> str:
    """Several names in a row."""
    return ("、" if language == "zh" else ", ").join(term(kind, code, language=language) for code in codes) or "–"


TERMS: dict[str, Callable[[], Any]] = {
    "methods": vocabulary.methods,
    "areas": vocabulary.areas,
    "experience_areas": vocabulary.experience_areas,
    "forms": vocabulary.forms,
    "activities": vocabulary.activities,
    "indicators": vocabulary.indicators,
    "industries": vocabulary.industries,
    "cities": vocabulary.cities,
    "counties": vocabulary.all_districts,
}
LINK_ROOT = ""  # what stands before an invitation token; set once the bot knows its own name


def invite_link(secret: str, *, language: str) -> str:
    """The address that opens the bot with an invitation; empty while the bot does not know its own name."""
    return f"{LINK_ROOT}{secret}" if LINK_ROOT else ""


def place(unit: Unit, *, language: str) -> str:
    """Where a unit lies: city and county, or the words it gave for a place outside the province."""
    if unit.city is None:
        return f"{speak(language).label('place.outside')} {unit.county or ''}".strip()
    return " ".join(term(kind, code, language=language) for kind, code in _places(unit) if code)


def _places(unit: Unit) -> tuple[tuple[str, str | None], ...]:
    return ("cities", unit.city), ("counties", unit.county)


TEMPLATE_WORDS: dict[str, Callable[..., Any]] = {
    "term": term,
    "terms": terms,
    "place": place,
    "invite_link": invite_link,
}


def open_rooms() -> None:
    """Import every handler of every wing, once."""
    for wing in WINGS:
        package = importlib.import_module(f"handlers.{wing}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"handlers.{wing}.{module.name}")


def gate(turn: Turn, door: Door | None) -> bool:
    """Nobody passes without consent; what they wanted is kept behind the consent button."""
    from handlers.registration.consent import ask_consent

    return ask_consent(turn, door)


def free_text(turn: Turn, text: str) -> None:
    """Something typed while no form is open: a need in the making, perhaps."""
    from handlers.registration import guidance

    guidance.free_text(turn, text)
