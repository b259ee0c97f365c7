"""What a database says when it cannot, and what it says when we have asked for nonsense: real errors of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from models.system.opening import open_engine
from models.system.outages import absent, raced, trouble_of

NO_ROOM = {
    "sqlite": ("PRAGMA max_page_count = 1", "INSERT INTO seen SELECT 'x', hex(randomblob(99999)), '2026-01-01'"),
    "postgresql": ("DO $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$",),
}
TWICE = ("INSERT INTO seen VALUES ('x', '1', '2026-01-01')",) * 2


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine that waits for no lock."""
    engine = open_engine(database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 1"))
    yield engine
    engine.dispose()


def said(engine: Engine, *statements: str) -> DBAPIError:
    """What the last of these statements is answered."""
    with engine.connect() as connection:
        *before, last = statements
        for one in before:
            connection.execute(text(one))
        with pytest.raises(DBAPIError) as error:
            connection.execute(text(last))
    return error.value


def no_room(engine: Engine) -> DBAPIError:
    return said(engine, *NO_ROOM[engine.dialect.name])


def a_lock(engine: Engine) -> DBAPIError:
    with engine.connect() as holder:
        holder.execute(text("UPDATE seen SET seen_at = seen_at"))
        if engine.dialect.name == "sqlite":
            return said(engine, "SELECT 1")
        holder.execute(text("LOCK TABLE seen IN ACCESS EXCLUSIVE MODE"))
        return said(engine, "SET lock_timeout = '1ms'", "SELECT * FROM seen")


def cut_off(engine: Engine) -> DBAPIError:
    if engine.dialect.name == "postgresql":
        return said(engine, "SELECT pg_terminate_backend(pg_backend_pid())")
    unreachable = open_engine("sqlite:////nowhere/at/all.db")
    with pytest.raises(DBAPIError) as error:
        unreachable.connect()
    return error.value


OUTAGES: dict[Callable[[Engine], DBAPIError], set[str]] = {
    no_room: {"disk full"},
    a_lock: {"locked", "55P03"},
    cut_off: {"SQLITE_CANTOPEN", "57P01", "out of reach"},
}


@pytest.mark.fault(7, 8, 9)
@pytest.mark.parametrize("befalls", OUTAGES)
def test_a_database_that_cannot_is_absent(engine: Engine, befalls: Callable[[Engine], DBAPIError]) -> None:
    error = befalls(engine)
    assert absent(error) and not raced(error)
    assert trouble_of(error).partition(" (")[0] in OUTAGES[befalls]


@pytest.mark.parametrize("nonsense", ["SELECT * FROM no_such_table", "SELECT no_such_column FROM seen", "SELEKT 1"])
def test_an_error_of_ours_is_none_of_the_database(engine: Engine, nonsense: str) -> None:
    """Else the update that brings it about would be asked for again and again, and nobody else's with it."""
    error = said(engine, nonsense)
    assert not absent(error) and not raced(error)


def test_the_same_key_twice_is_a_race_and_no_outage(engine: Engine) -> None:
    error = said(engine, *TWICE)
    assert raced(error) and not absent(error)
