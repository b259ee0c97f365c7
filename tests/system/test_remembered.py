"""What a turn has asked the database once it does not ask again, until rows have changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.engine.database import Database
from models.exchange.rivals import name_rival, rivals_of
from models.registration.people import Membership, Officer, Post, Role, memberships, roles_of, seats
from models.registration.units import Side, Standing, Unit
from models.system import clock
from models.system.accounts import Person


@pytest.fixture
def session(rows: Database) -> Iterator[Session]:
    with Session(rows.engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def person(session: Session) -> Person:
    person = Person(name="王芳")
    session.add_all([person, *(Unit(name=name, key=name, as_incubatee=Standing.ACTIVE) for name in ("甲", "乙"))])
    session.flush()
    session.add(Membership(person_id=person.id, unit_id=_unit(session, "甲").id, post=Post.CONTACT))
    session.commit()
    return person


def _unit(session: Session, name: str) -> Unit:
    return session.scalars(select(Unit).where(Unit.name == name)).one()


def _statements(engine: Engine) -> list[str]:
    heard: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: heard.append(given[2]))
    return heard


def test_a_question_is_asked_once(rows: Database, session: Session, person: Person) -> None:
    heard = _statements(rows.engine)
    first = memberships(session, person)
    seats(session, person)
    asked = len(heard)
    assert set(roles_of(session, person)) == {Role.MEMBER, Side.INCUBATEE}
    assert memberships(session, person) is first
    assert len(heard) == asked


def test_a_change_is_seen_at_once_even_before_it_is_written(session: Session, person: Person) -> None:
    assert not seats(session, person)
    session.add(Officer(person_id=person.id, role=Role.CITY, city="3301"))
    assert [seat.role for seat in seats(session, person)] == [Role.CITY]
    seats(session, person)[0].left_at = clock.now()
    assert not seats(session, person)


def test_without_autoflush_the_database_is_asked_as_it_is(session: Session, person: Person) -> None:
    assert len(memberships(session, person)) == 1
    with session.no_autoflush:
        memberships(session, person)[0].left_at = clock.now()
        assert len(memberships(session, person)) == 1
    assert not memberships(session, person)


def test_what_was_taken_back_is_not_remembered(session: Session, person: Person) -> None:
    with pytest.raises(RuntimeError), session.begin_nested():
        session.add(Officer(person_id=person.id, role=Role.PROVINCE))
        assert seats(session, person)
        raise RuntimeError
    assert not seats(session, person)
    session.add(Officer(person_id=person.id, role=Role.PROVINCE))
    assert seats(session, person)
    session.rollback()
    assert not seats(session, person)


def test_another_turn_asks_anew(rows: Database, session: Session, person: Person) -> None:
    assert memberships(session, person)
    session.commit()
    with Session(rows.engine) as other:
        other.scalars(select(Membership)).one().left_at = clock.now()
        other.commit()
    assert not memberships(session, person)


def test_a_statement_of_its_own_says_that_rows_have_changed(session: Session, person: Person) -> None:
    one, other = _unit(session, "甲"), _unit(session, "乙")
    assert rivals_of(session, one.id) == set()
    name_rival(session, one, other)
    assert rivals_of(session, one.id) == {other.id}
    assert rivals_of(session, other.id) == {one.id}
