"""Fixtures: every test that touches rows runs on both databases; every letter is rendered in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.engine.database import Database
from bot.sandbox.server import Sandbox
from models.system import calendar
from tests import rendering
from tests.databases import Servers
from tests.talk import World, open_world

settings.register_profile("any machine", deadline=None)  # however slow it is
settings.load_profile("any machine")


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
    calendar.use_overrides({})


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox without a bot, for tests in which the bot is a process of its own."""
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def rows(database_url: str) -> Iterator[Database]:
    """The bot's database, seen from outside."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(autouse=True)
def both_languages() -> Iterator[None]:
    """Whatever a test says in one language must be sayable in the other."""
    rendering.FAULTS.clear()
    with rendering.in_both_languages():
        yield
    assert rendering.FAULTS == []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """After a run of everything, name the blocks that no test has rendered."""
    folder = Path(session.config.cache.mkdir("rendered")) if session.config.cache else None
    if folder is None or session.config.option.collectonly:
        return
    worker = getattr(session.config, "workerinput", {}).get("workerid", "main")
    rendering.save(folder, worker)
    everything = session.config.args == session.config.getini("testpaths") and not session.config.getoption("keyword")
    if worker == "main" and (lost := rendering.missing(folder)) and everything and session.exitstatus == 0:
        session.config.get_terminal_writer().line(f"\nNever rendered in any test: {' '.join(lost)}", yellow=True)
