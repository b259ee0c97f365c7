"""What an officer types to look something up: a pair's or ticket's number, a city, a unit's name."""

from __future__ import annotations

import re

from bot.engine.turns import Turn
from handlers.incubation.pairs import show_pair
from handlers.oversight.board import show_city
from handlers.oversight.tickets import show_ticket
from handlers.registration.units import show_unit
from models import vocabulary
from models.incubation.pairs import pair_numbered
from models.oversight.tickets import ticket_numbered
from models.registration import registering
from models.registration.people import OFFICERS

PAIR, TICKET = re.compile(r"20\d{2}-\d{4,6}"), re.compile(r"T-20\d{2}-\d{4,6}", re.IGNORECASE)
LISTED = 5
SHORTEST, LONGEST = 2, 40  # characters of a name


def numbered(turn: Turn, text: str) -> bool:
    """Whether the number of a pair or ticket, or a city, was typed, which is then shown to those who may see it."""
    bare = _bare(turn, text)
    if TICKET.fullmatch(bare):
        show_ticket(turn, ticket_numbered(turn.session, bare.upper()))
        return True
    if PAIR.fullmatch(bare):
        show_pair(turn, pair_numbered(turn.session, bare))
        return True
    if turn.has_one(OFFICERS) and (city := _city(turn, bare)):
        show_city(turn, city)
        return True
    return False


def named(turn: Turn, text: str) -> bool:
    """Whether a unit of the officer's scope was named, which is then shown."""
    bare = _bare(turn, text)
    if not turn.has_one(OFFICERS) or not SHORTEST <= len(bare) <= LONGEST:
        return False
    found = registering.units_like(turn.session, turn.person, bare)
    if len(found) == 1:
        show_unit(turn, found[0].id)
    elif found:
        turn.say("units_found", typed=bare, units=found[:LISTED], more=max(0, len(found) - LISTED))
    return bool(found)


def _bare(turn: Turn, text: str) -> str:
    """What was typed without the words of asking around it: of 恒力塑料怎么样了 the name."""
    said = text.strip(" ,，。.?？!！")
    for mark in ("before", "after"):
        for word in turn.words.label(f"lookup.{mark}").split("|"):
            said = said.removeprefix(word) if mark == "before" else said.removesuffix(word)
    return said.strip(" ,，。.?？!！")


def _city(turn: Turn, bare: str) -> str | None:
    suffix = turn.words.label("lookup.city")
    known = {name.casefold(): code for code, city in vocabulary.cities().items() for name in (city.zh, city.en)}
    return known.get(bare.casefold()) or known.get(bare.casefold().removesuffix(suffix))
