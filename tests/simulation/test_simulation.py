"""A small province lives a month: rules hold, figures make sense, and the same seed lives the same life."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot import __main__ as command_line
from bot.commands.simulate import fresh, simulate
from bot.engine.database import Database
from bot.simulation import invariants, people
from bot.simulation.figures import Share, Spread
from bot.simulation.year import BEGINS
from models.exchange.offers import Offer
from models.system.letters import Letter

T = TypeVar("T")
SMALL: dict[str, Any] = {"incubators": 3, "incubatees": 5}


def test_a_month_is_lived_by_the_rules(database_url: str) -> None:
    """A few winners and factories, one month; then a place too many is found out."""
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


def test_a_seed_lives_one_life(tmp_path: Path) -> None:
    """Twice the same letters to the same people at the same moments; another seed brings other people."""
    assert life(fresh(tmp_path / "one.sqlite"), 3) == life(fresh(tmp_path / "two.sqlite"), 3)
    assert names(3) == names(3) != names(4)


def names(seed: int) -> list[str]:
    there: dict[str, Any] = {"units": 9, "start": BEGINS, "until": BEGINS + timedelta(days=90)}
    return [one.name for one in people.contacts(seed, people.FACTORY, 9, **there)]


def life(url: str, seed: int) -> str:
    """What was said to whom when, in one figure."""
    simulate(url, say=lambda line: None, language="en", seed=seed, months=1, incubators=2, incubatees=3)
    said = look(url, everything_said)
    assert len(said) > 50
    return hashlib.sha256(repr(said).encode()).hexdigest()


def everything_said(session: Session) -> list[tuple[Any, ...]]:
    rows = session.execute(select(Letter.person_id, Letter.template, Letter.due_at, Letter.body).order_by(Letter.id))
    return [tuple(row) for row in rows]


def test_nothing_of_nothing_is_no_fault() -> None:
    assert Share(0, 0).percent == 0 and Share(1, 3).percent == 33.3
    assert Spread.of([]).most == 0 and Spread.of([1.0, 3.0]).mean == 2.0


def test_nobody_simulates_into_a_lived_in_database(tmp_path: Path) -> None:
    url = fresh(tmp_path / "again.sqlite")
    nobody: dict[str, Any] = {"incubators": 0, "incubatees": 0, "months": 1}
    assert simulate(url, say=lambda line: None, language="zh", seed=1, **nobody)["turns"] >= 0
    with pytest.raises(SystemExit, match="已经有人了"):
        simulate(url, say=lambda line: None, language="zh", seed=1, **nobody)


def test_the_command_says_what_it_takes() -> None:
    said = CliRunner().invoke(command_line.app, ["simulate", "--help"]).output
    for option in ("--incubators", "--incubatees", "--months", "--seed", "--database", "--language"):
        assert option in said
