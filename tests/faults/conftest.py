"""A sandbox without a bot, and the bot's database seen from outside: the bot itself is a process of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.engine.database import Database
from bot.sandbox.server import Sandbox


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def rows(database_url: str) -> Iterator[Database]:
    """The bot's database, seen from outside."""
    database = Database(database_url)
    yield database
    database.close()
