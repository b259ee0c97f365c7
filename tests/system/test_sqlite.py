"""SQLite's savepoints: one statement for all, and the innermost is the one that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from models.system.accounts import Person
from models.system.opening import open_engine
from tests.databases import Servers


@pytest.fixture
def engine(servers: Servers, tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(servers.sqlite_url(tmp_path))
    yield engine
    engine.dispose()


def test_all_savepoints_are_the_same_statement(engine: Engine) -> None:
    said = list[str]()
    event.listen(engine, "before_cursor_execute", lambda connection, cursor, statement, *_: said.append(statement))
    with engine.connect() as connection, connection.begin():
        for _ in range(3):
            with connection.begin_nested():
                pass
    assert said == ["SAVEPOINT unit", "RELEASE unit"] * 3


def test_the_innermost_savepoint_is_the_one_that_is_undone(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        session = Session(connection, join_transaction_mode="create_savepoint")
        session.add(Person(name="outer"))
        session.flush()
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            session.add(Person(name="inner"))
            session.flush()
            1 / 0  # noqa: B018
        session.commit()
        session.add(Person(name="undone"))
        session.flush()
        session.rollback()
    with Session(engine) as session:
        assert session.scalars(select(Person.name)).all() == ["outer"]


def test_who_only_reads_does_not_wait_for_the_writer(servers: Servers, tmp_path: Path) -> None:
    url = servers.sqlite_url(tmp_path)
    writer, reader = open_engine(url), open_engine(url, begins="BEGIN")
    with writer.begin() as writing, reader.begin() as reading:  # a second BEGIN IMMEDIATE would wait 30 s and fail
        for each in (writing, reading):
            assert each.connection.dbapi_connection.in_transaction  # type: ignore[union-attr]
    for one in (writer, reader):
        one.dispose()
