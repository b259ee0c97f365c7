"""The board: counts in an officer's scope, then lists of five, then one record."""

from __future__ import annotations

from bot.engine.routes import button, command
from bot.engine.turns import Turn
from handlers import OFFICE, PAGE, term
from handlers.oversight.duties import show_card
from handlers.oversight.tickets import show_ticket
from models.base import Refused
from models.oversight import board, duties
from models.oversight.exports import LISTS
from models.system import clock
from models.system.typed import match
from models.vocabulary import cities

CITIES = 6
CARDS = {"units": "unit", "needs": "need", "offers": "offer", "requests": "request", "pairs": "pair"}


@command("board", roles=OFFICE)
def show_board(turn: Turn, rest: str) -> None:
    """The whole scope, or the city named behind the command."""
    show_city(turn, city_named(turn, rest) if rest else None)


@button("board.city", roles=OFFICE)
def show_city(turn: Turn, city: str | None = None) -> None:
    """Counts by state."""
    scope = board.scope_of(turn.session, turn.person, city)
    wide = board.scope_of(turn.session, turn.person) is None
    figures = board.figures(turn.session, scope, clock.now())
    turn.change("board", city=scope, figures=figures.counts, wide=wide, now=figures.at)


@button("board.cities", roles=OFFICE)
def pick_city(turn: Turn, start: int = 0) -> None:
    """The cities to choose from, for those who see them all."""
    if board.scope_of(turn.session, turn.person) is not None:
        raise Refused("not_found")
    codes = list(cities())
    more = start + CITIES if start + CITIES < len(codes) else 0
    turn.change("board_cities", cities=codes[start : start + CITIES], more=more)


@button("board.section", roles=OFFICE)
def show_section(turn: Turn, section: str, city: str | None = None) -> None:
    """The states of a section with their counts; few rows are listed at once."""
    scope = board.scope_of(turn.session, turn.person, city)
    figures = board.figures(turn.session, scope, clock.now())
    counts = figures.counts.get(section)
    if counts is None:
        raise Refused("not_found")
    if section == "duties":
        return list_late(turn, 0, scope)
    if sum(counts.values()) <= PAGE:
        return list_rows(turn, section, None, 0, scope)
    return turn.change("board_section", section=section, counts=counts, city=scope, now=figures.at)


@button("board.list", roles=OFFICE)
def list_rows(turn: Turn, section: str, code: str | None, start: int, city: str | None = None) -> None:
    """Five records of a state."""
    scope = board.scope_of(turn.session, turn.person, city)
    found = board.rows(turn.session, scope, section, code, start=start, many=PAGE + 1)
    more = start + PAGE if len(found) > PAGE else None
    may = section in LISTS
    rows = found[:PAGE]
    turn.change("board_rows", section=section, code=code, rows=rows, start=start, more=more, city=scope, exports=may)


@button("board.late", roles=OFFICE)
def list_late(turn: Turn, start: int, city: str | None = None) -> None:
    """Five of the duties that are late."""
    scope = board.scope_of(turn.session, turn.person, city)
    late = board.late(scope, clock.now())
    shown = duties.first_of(turn.session, late, start=start, most=PAGE + 1)
    more = start + PAGE if len(shown) > PAGE else None
    total = duties.how_many(turn.session, late)
    turn.change("board_late", duties=shown[:PAGE], total=total, start=start, more=more, city=scope)


@button("board.card", roles=OFFICE)
def show_record(turn: Turn, section: str, row_id: int) -> None:
    """One record with whose turn it is."""
    row = board.find_row(turn.session, turn.person, section, row_id)
    if section == "tickets":
        return show_ticket(turn, row_id)
    open_duties = board.duties_of(turn.session, f"{CARDS[section]}:{row_id}")
    return turn.say(f"board_{CARDS[section]}", duties=open_duties[:3], **{CARDS[section]: row})


@button("board.duty", roles=OFFICE)
def show_duty(turn: Turn, duty_id: int) -> None:
    """What can be done about a late duty."""
    duty = duties.find_duty(turn.session, turn.person, duty_id)
    if not duties.watches(turn.session, turn.person, duty):
        raise Refused("not_found")
    show_card(turn, duty)


def city_named(turn: Turn, typed: str) -> str:
    """The city of a typed code or name; an unknown one reads as it is and is refused."""
    named = [(code, term("cities", code, language=turn.person.language)) for code in cities()]
    return typed if typed in cities() or typed.isdigit() else match(typed, named) or typed
