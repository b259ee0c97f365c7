"""Fixtures: every test that touches rows runs on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.databases import Servers
from tests.talk import World, open_world


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Template databases, and a PostgreSQL server once one is asked for."""
    servers = Servers()
    yield servers
    servers.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh migrated database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield servers.sqlite_url(tmp_path)
    else:
        url = servers.postgres_url()
        yield url
        servers.drop(url)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A sandbox with a bot over a fresh database, the clock standing on a Monday morning."""
    async with open_world(database_url) as world:
        yield world
