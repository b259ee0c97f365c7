"""Briefs: one command, and the numbers of the board come as a document to put before others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.routes import command
from bot.engine.turns import Turn
from bot.engine.words import Words, speak
from handlers import OFFICE, term
from handlers.oversight.board import city_named
from models.oversight import briefs
from models.oversight.briefs import Brief
from models.system.accounts import Person
from models.system.clock import SHANGHAI
from models.system.sheets import Cell, Report, Sheet

WIDTHS = (16, 16, 12)  # characters


@command("brief", roles=OFFICE)
def make_brief(turn: Turn, rest: str) -> None:
    """Of the whole scope, or of the city named behind the command."""
    briefs.ask_brief(turn.session, turn.person, city=city_named(turn, rest) if rest else None)


def lay_out(session: Session, spec: dict[str, Any]) -> Report:
    """The document a letter asks for, with what its reader may still see."""
    person, words = session.get_one(Person, spec["person"]), speak(spec["language"])
    at = datetime.fromisoformat(spec["at"])
    found, here = briefs.brief(session, person, city=spec["city"], at=at), at.astimezone(SHANGHAI)
    label, where = words.label, where_of(spec["city"], words)
    return Report(
        name=label("brief.file").format(where=where, moment=here),
        mark=label("export.mark").format(name=person.name, moment=here),
        title=label("brief.title").format(where=where, moment=here),
        opening=[label("brief.opening").format(where=where, moment=here)],
        sheets=_sheets(found, words),
        closing=[label("brief.closing")],
    )


def where_of(city: str | None, words: Words) -> str:
    """The scope in words."""
    return term("cities", city, language=words.language) if city else words.label("export.province")


def _sheets(found: Brief, words: Words) -> list[Sheet]:
    """What stands where now, what came in, and where most is late."""

    def sheet(name: str, *heads: str, rows: Iterator[Sequence[Cell]]) -> Sheet:
        labels = [words.label(f"brief.{head}") for head in heads]
        return Sheet(words.label(f"brief.{name}"), labels, rows, WIDTHS[: len(heads)])

    months = ((words.label(f"export.list.{name}"), this, last) for name, this, last in found.months)
    late = ((where_of(city, words), many) for city, many in found.figures.late_by_city)
    made = [
        sheet("standing", "what", "state", "number", rows=_standing(found, words)),
        sheet("lately", "what", "this_month", "last_month", rows=months),
    ]
    return [*made, sheet("late", "where", "number", rows=late)] if found.figures.late_by_city else made


def _standing(found: Brief, words: Words) -> Iterator[Sequence[Cell]]:
    """The board's numbers, state by state."""
    for section, counts in found.figures.counts.items():
        for code, many in counts.items():
            state = f"brief.duty.{code}" if section == "duties" else f"status.{code}"
            yield words.label(f"brief.section.{section}"), words.label(state), many
