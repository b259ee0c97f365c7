"""A small province lives a month: rules hold, figures make sense."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot import __main__ as command_line
from bot.commands.simulate import fresh, simulate
from bot.engine.database import Database
from bot.simulation import invariants
from bot.simulation.figures import Share, Spread
from models.exchange.offers import Offer
from models.system.letters import Letter

T = TypeVar("T")
SMALL: dict[str, Any] = {"incubators": 3, "incubatees": 5}


def test_a_month_is_lived_by_the_rules(tmp_path: Path) -> None:
    """A few winners and factories, one month; then a place too many is found out."""
    database_url = fresh(tmp_path / "month.sqlite")
    printed: list[str] = []
    told = simulate(database_url, say=printed.append, language="zh", seed=7, months=1, **SMALL)
    assert told["broken"] == []
    assert told["incubatees"] >= 1
    assert told["turns"] > 50 and 0 < told["turn"].mean < told["turn"].most
    assert told["calls"].most <= told["budget"] and told["a_day"] == 1
    assert len(printed) == 2 and "每个月底检查，规则都守住了" in printed[-1] and "一个来回" in printed[-1]
    assert "turn_failed" not in look(database_url, templates)
    assert look(database_url, overbooked) == ["places_are_counted"]


def templates(session: Session) -> set[str]:
    return set(session.scalars(select(Letter.template)))


def overbooked(session: Session) -> list[str]:
    """The rules that break when an offer takes one too many."""
    offer = session.scalars(select(Offer).limit(1)).one()
    offer.taken = offer.capacity + 1
    session.flush()
    return [line.partition(":")[0] for line in invariants.broken(session)]


def look(url: str, work: Callable[[Session], T]) -> T:
    database = Database(url)
    try:
        return database.submit(work).result()
    finally:
        database.close()


def test_nothing_of_nothing_is_no_fault() -> None:
    assert Share(0, 0).percent == 0 and Share(1, 3).percent == 33.3
    assert Spread.of([]).most == 0 and Spread.of([1.0, 3.0]).mean == 2.0


def test_the_command_says_what_it_takes() -> None:
    said = CliRunner().invoke(command_line.app, ["simulate", "--help"]).output
    for option in ("--incubators", "--incubatees", "--months", "--seed", "--database", "--language"):
        assert option in said
