"""What is handed to the driver is what SQLAlchemy would have made of it: values, errors, listeners."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, bindparam, event, insert, or_, select
from sqlalchemy.exc import IntegrityError

from bot.engine.database import Database
from models.system.accounts import Account, Person
from models.system.driven import Driven
from models.system.reading import table

PEOPLE, ACCOUNTS = table(Person), table(Account)
NAMED = select(PEOPLE).where(
    or_(PEOPLE.c.language == "en", PEOPLE.c.language == "zh"), PEOPLE.c.name == bindparam("name")
)
AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture
def connection(rows: Database) -> Iterator[Connection]:
    with rows.engine.connect() as connection, connection.begin():
        people = [{"name": name, "language": language} for name, language in (("王芳", "zh"), ("王芳", "fr"))]
        connection.execute(insert(PEOPLE), [{**one, "active_at": AT, "created_at": AT} for one in people])
        yield connection


def test_given_values_and_constants_find_what_sqlalchemy_finds(connection: Connection) -> None:
    named = Driven(NAMED)
    (row,) = named.run(connection, {"name": "王芳"}).fetchall()
    assert named.worded(connection.dialect).row(row) == list(connection.execute(NAMED, {"name": "王芳"}).one())
    assert named.run(connection, {"name": "王方"}).fetchall() == []


def test_an_error_is_raised_and_counted_as_every_other(connection: Connection) -> None:
    heard: list[type[BaseException]] = []
    event.listen(connection.engine, "handle_error", lambda about: heard.append(type(about.sqlalchemy_exception)))
    values = {"person_id": 10_000, "channel": "telegram", "external_id": None, "chat": "7"}
    put = Driven(insert(ACCOUNTS).values({name: bindparam(name) for name in values}))
    with pytest.raises(IntegrityError) as raised, connection.begin_nested():
        put.run(connection, values)
    assert heard == [IntegrityError]
    assert "parameters hidden" in str(raised.value)  # they may hold what people typed


def test_what_failed_can_be_said_again(connection: Connection) -> None:
    values = {"name": "王方", "language": "zh", "active_at": AT, "created_at": AT}
    put = Driven(insert(PEOPLE).values({name: bindparam(name) for name in ("id", *values)}))
    assert put.run(connection, {"id": 50, **values}).rowcount == 1
    with pytest.raises(IntegrityError), connection.begin_nested():
        put.run(connection, {"id": 50, **values})
    assert put.run(connection, {"id": 51, **values}).rowcount == 1


def test_a_database_connection_keeps_its_own_cursor(connection: Connection) -> None:
    named, here = Driven(NAMED), {"name": "王芳"}
    with connection.engine.connect() as other:
        mine, theirs = named.run(connection, here), named.run(other, here)
        assert mine is not theirs
        assert (len(mine.fetchall()), theirs.fetchall()) == (1, [])  # the others' is not committed yet
        assert named.run(connection, here) is mine


def test_who_listens_to_statements_hears_it(connection: Connection) -> None:
    said: list[str] = []
    event.listen(connection.engine, "before_cursor_execute", lambda *about: said.append(about[2]))
    Driven(NAMED).run(connection, {"name": "王芳"})
    assert len(said) == 1 and said[0].startswith("SELECT people.id")
