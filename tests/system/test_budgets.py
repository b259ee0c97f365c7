"""The budget of calls where several units of work run side by side."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.engine.turns import write_letters
from models.system import clock
from models.system.accounts import Account, Person
from models.system.letters import Delivery, Kind, Letter, tell

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=clock.SHANGHAI)
A_WHILE = 0.5  # seconds in which the other would have judged, were it not made to wait


@pytest.fixture
def person_id(rows: Database) -> Iterator[int]:
    clock.hold(MONDAY)
    with Session(rows.engine) as session:
        person = Person(name="王芳")
        session.add(person)
        session.flush()
        session.add(Account(person_id=person.id, channel="telegram", external_id="1", chat="1"))
        known = person.id
        session.commit()
    yield known
    clock.hold(None)


def test_two_units_of_work_side_by_side_do_not_both_spend_the_days_call(rows: Database, person_id: int) -> None:
    """Each writes its call before the other has committed; the second is held."""
    written, judged = threading.Event(), threading.Event()

    empty: dict[str, Any] = {"lines": [], "listed": 0, "more": 0}

    def call(session: Session, name: str) -> None:
        tell(session, session.get_one(Person, person_id), "held_together", kind=Kind.CALL, once=name, **empty)
        write_letters(session, None)

    def first(session: Session) -> None:
        call(session, "first")
        written.set()
        judged.wait(A_WHILE)

    def second(session: Session) -> None:
        written.wait(10)
        call(session, "second")
        judged.set()

    for done in [rows.submit(first), rows.submit(second)]:
        done.result(30)
    with Session(rows.engine) as session:
        became = {letter.once: letter.status for letter in session.scalars(select(Letter))}
    assert became == {"first": Delivery.QUEUED, "second": Delivery.HELD}
