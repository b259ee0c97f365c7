"""Briefs: what an office puts before others, with the numbers of its board and what came in lately.

Knows no sentence and no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.oversight import board, exports
from models.oversight.exports import EVERYTHING, Wanted
from models.system import clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record


@dataclass(frozen=True)
class Brief:
    """The board of a scope at a moment, and how many rows each list got in this month and in the one before."""

    city: str | None
    figures: board.Figures
    months: Sequence[tuple[str, int, int]]


def brief(session: Session, officer: Person, *, city: str | None, at: datetime) -> Brief:
    """The numbers of a brief, counted now; Refused for a scope that is not the officer's."""
    scope = board.scope_of(session, officer, city)
    this, last = (
        exports.count(session, Wanted(EVERYTHING, scope, period, at)) for period in ("this_month", "last_month")
    )
    return Brief(scope, board.count(session, scope, at), [(name, this[name], last[name]) for name in this])


def ask_brief(session: Session, officer: Person, *, city: str | None) -> None:
    """Have a brief made and sent, one paper at a time; that it was asked for stays written down."""
    scope, at = board.scope_of(session, officer, city), clock.now()
    if exports.being_made(session, officer):
        tell(session, officer, "export_in_work", kind=Kind.REPLY)
        return
    record(session, officer, "brief_made", city=scope)
    spec = {"name": "brief", "language": officer.language, "person": officer.id, "at": at.isoformat(), "city": scope}
    tell(session, officer, "brief_made", kind=Kind.REPLY, paper=spec, city=scope, at=at)
