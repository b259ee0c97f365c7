"""The same form on PostgreSQL: what a step costs the bot beside SQLite, and what four processes do that one does not.

The server and the stub use the second core while one process is measured. Four processes share both cores with them, so
the last figure says what two cores give in all, not what four processes could do on machines of their own. The server
keeps its data in memory where it can; it answers a commit as a server with a fast disk does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import processes, town
from benchmarks.frame import Figure, cores, figure, pin
from benchmarks.load import Crowd
from benchmarks.processes import running
from benchmarks.pusher import SECRET, Pusher
from benchmarks.scripts import typed
from benchmarks.stub import Stub
from benchmarks.subjects import Round, Subject, beside, subject
from tests import databases

TITLE = "The same on PostgreSQL, beside the embedded database; four processes beside one"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
ROUNDS, CROWD, WARM, AT_ONCE, FLEET = 4, 48, 48, 64, 4
FACTORIES = WARM + ROUNDS * CROWD


def measure() -> Iterator[Figure]:
    """Cost of a step beside SQLite in rounds, then the rate of one webhook process and of four."""
    databases.SETTINGS.update(DURABLE)
    server = databases.Postgres()
    pin(cores()[1])
    pin(cores()[1], process=server.pid)
    try:
        with TemporaryDirectory() as folder:
            embedded = town.sqlite(Path(folder), factories=FACTORIES)
            yield from asyncio.run(costs(embedded, _town(server, "one")))
        pin(*cores())
        pin(*cores(), process=server.pid)
        yield from asyncio.run(fleets(_town(server, "alone"), _town(server, "fleet")))
    finally:
        server.stop()


def _town(server: databases.Postgres, name: str) -> str:
    url = server.create(name, template="template0")
    town.build(url, factories=FACTORIES)
    return url


async def costs(embedded: str, served: str) -> list[Figure]:
    """One process on each, in turn."""
    async with AsyncExitStack() as stack:
        bots = [
            await stack.enter_async_context(subject(processes.OURS, DATABASE_URL=url)) for url in (served, embedded)
        ]
        ours, peer = await _rounds(*bots)
    facts: dict[str, Any] = {"peer": "SQLite"}
    cost = beside("processor time of the bot, a step", ours, peer, of="cost", most=1.5, **facts)
    return [cost, beside("updates a second", ours, peer, of="rate", **facts)]


async def fleets(alone: str, together: str) -> list[Figure]:
    """One process that takes webhooks, and four behind a round-robin, each fleet with a database of its own."""
    async with fleet(alone, 1) as one, fleet(together, FLEET) as four:
        ours, peer = await _rounds(four, one)
    rates = [[each.rate for each in rounds] for rounds in (ours, peer)]
    facts: dict[str, Any] = {"unit": "/s", "peer": "one", "least": 1.6, "of": "ratio"}
    return [figure("updates a second, four processes", rates[0], peer_rounds=rates[1], **facts)]


async def _rounds(ours: Subject, peer: Subject) -> tuple[list[Round], list[Round]]:
    found: tuple[list[Round], list[Round]] = ([], [])
    for bot in (ours, peer):
        await bot.walk(bot.fresh(typed, WARM), chats=AT_ONCE)
    for _ in range(ROUNDS):
        for bot, rounds in zip((ours, peer), found, strict=True):
            rounds.append(await bot.walk(bot.fresh(typed, CROWD), chats=AT_ONCE))
    return found


@asynccontextmanager
async def fleet(url: str, count: int) -> AsyncIterator[Subject]:
    """So many webhook processes on all cores."""
    async with AsyncExitStack() as stack:
        stub = await stack.enter_async_context(Stub())
        ports = [databases.free_port() for _ in range(count)]
        settings = {"BOT_MODE": "webhook", "WEBHOOK_URL": "http://127.0.0.1/telegram", "WEBHOOK_SECRET": SECRET}
        bots = [
            await stack.enter_async_context(
                running(stub, processes.OURS, *cores(), DATABASE_URL=url, WEBHOOK_PORT=str(port), **settings)
            )
            for port in ports
        ]
        pusher = Pusher(stub, ports)
        await pusher.open()
        try:
            yield Subject(stub, Crowd(stub, put=pusher.put), bots)
        finally:
            await pusher.close()
        assert not pusher.refused, f"{len(pusher.refused)} updates were refused, such as {pusher.refused[0]!r}"
