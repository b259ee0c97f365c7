"""A server that closed its connections is noticed before they are used again."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bot.engine.database import Database
from models.system.accounts import Person
from tests.databases import Servers


@pytest.fixture
def database_url(servers: Servers) -> Iterator[str]:
    """PostgreSQL alone: SQLite has no server."""
    url = servers.postgres_url()
    yield url
    servers.drop(url)


def test_connections_that_the_server_closed_are_made_anew(rows: Database, database_url: str) -> None:
    def backend(session: Session) -> int:
        session.add(Person())
        return int(session.scalar(text("SELECT pg_backend_pid()")) or 0)

    before = rows.submit(backend).result()
    with psycopg.connect(make_url(database_url).set(drivername="postgresql").render_as_string(False)) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (before,))
    assert rows.submit(backend).result() != before
    assert len(rows.submit(lambda session: session.scalars(select(Person)).all()).result()) == 2
