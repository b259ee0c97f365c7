"""The database gone, locked or full: nothing typed is lost, nobody sees a trace of it, and no restart is needed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from bot.channels.telegram_webhook import SECRET, receiver
from bot.engine.database import Database
from bot.sandbox.server import Sandbox
from models.system.letters import Delivery, Letter
from models.system.marks import Seen
from tests.databases import Servers, free_port
from tests.engine.lab import lab as lab
from tests.engine.test_wire import fault, letters, texts
from tests.faults.outages import full, locked
from tests.faults.watching import PATIENCE, consent, count, heard, hears, settled, until
from tests.processes import BotProcess, running
from tests.talk import Human, World, open_world

A_WHILE = 1.5  # seconds
BRIEF = "100ms"


@pytest.fixture
def gone_and_back(servers: Servers) -> Iterator[str]:
    """A database of the server that the test takes away."""
    url = servers.postgres_url()
    yield url
    servers.drop(url)


@pytest.mark.fault(7)
async def test_a_database_that_goes_and_comes_back(sandbox: Sandbox, servers: Servers, gone_and_back: str) -> None:
    """What is typed meanwhile stays with Telegram, and is answered once by the process that never ended."""
    phone = sandbox.world.person(1, name="王工")
    async with running(sandbox, gone_and_back) as bot:
        await consent(phone)
        with closing(Database(gone_and_back)) as rows:
            await settled(rows)
        with servers.without_postgres():
            phone.say("/nonsense")
            await until(lambda: any("poll_failed" in line for line in bot.log))
            await asyncio.sleep(A_WHILE)
            assert len(sandbox.world.updates.pending) == 1
            assert alive(bot) and heard(phone, "nonsense") == 0
        await hears(phone, "没有 /nonsense")
        with closing(Database(gone_and_back)) as rows:
            await settled(rows)
        assert alive(bot)
    assert heard(phone, "没有 /nonsense") == 1
    assert heard(phone, "没有办成") + heard(phone, "稍后再试") == 0
    quietly(bot)


def alive(bot: BotProcess) -> bool:
    return bot.child is not None and bot.child.poll() is None


def quietly(bot: BotProcess) -> None:
    """Nothing was logged with its place in the code: trouble of the database is no error of ours."""
    assert not [line for line in bot.log if '"where"' in line or "Traceback" in line]


@pytest.mark.fault(1, 7)
async def test_without_its_database_a_webhook_answers_5xx(servers: Servers, gone_and_back: str) -> None:
    async with open_world(gone_and_back) as world:
        web = httpx.ASGITransport(receiver("a-secret-of-ours", world.app.take))
        async with httpx.AsyncClient(
            transport=web, base_url="http://bot", headers={SECRET: "a-secret-of-ours"}
        ) as http:
            phone = world.human(1).phone
            phone.say("/start")
            (update,) = sandbox_updates(world)
            with servers.without_postgres():
                assert (await http.post("/telegram", json=update)).status_code == 503
            for _ in range(3):  # Telegram repeats until it is told 200, and perhaps once more
                assert (await http.post("/telegram", json=update)).status_code == 200
            await world.app.settle()
    assert heard(phone, "先说清") == 1
    assert len([message for message in phone.messages if message.from_bot]) == 1


def sandbox_updates(world: World) -> list[dict[str, Any]]:
    waiting = list(world.sandbox.world.updates.pending)
    world.sandbox.world.updates.pending.clear()
    return waiting


@pytest.mark.fault(8)
async def test_a_locked_database_is_waited_for(sandbox: Sandbox, database_url: str, rows: Database) -> None:
    phone = sandbox.world.person(1, name="王工")
    async with running(sandbox, database_url) as bot:
        await consent(phone)
        await settled(rows)
        with locked(database_url):
            phone.say("/nonsense")
            await asyncio.sleep(A_WHILE)
            assert heard(phone, "nonsense") == 0
        await hears(phone, "没有 /nonsense")
        await settled(rows)
    assert heard(phone, "没有 /nonsense") == 1 and heard(phone, "没有办成") == 0
    quietly(bot)


@pytest.fixture
async def impatient(world: World, lab: None) -> AsyncIterator[Human]:
    """Somebody whose bot waits for a lock a tenth of a second only."""
    engine = world.app.database.engine
    if world.app.database.embedded:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=100"))
    else:
        event.listen(engine, "connect", lambda connection, _: connection.execute(f"SET lock_timeout='{BRIEF}'"))
    someone = world.human(1, "王工")
    await someone.talk(("/start", "?同意并开始"), ("[同意并开始]",))
    engine.dispose()
    yield someone


@pytest.mark.fault(8)
async def test_a_lock_that_outlasts_the_patience_leaves_the_update_with_telegram(
    impatient: Human, world: World, database_url: str
) -> None:
    impatient.phone.say("/small 好")
    with locked(database_url):
        events = await world.channel.fetch(seconds=0)
        with pytest.raises(Exception, match=r"locked|lock timeout"):
            await world.app.take(events)
    await world.app.settle()
    assert texts(impatient).count("收到：好") == 0
    await world.work()  # asked again with the old offset
    assert texts(impatient)[-1] == "收到：好" and texts(impatient).count("收到：好") == 1


@pytest.mark.fault(7)
@pytest.mark.fault(8)
async def test_a_letter_waits_for_its_database(impatient: Human, world: World, database_url: str) -> None:
    """A claim to be looked up while the database is out of reach is no reason to give the letter up."""
    fault(world, "too_many_requests", chat=1, seconds=1)
    impatient.phone.say("/small 好")
    await world.app.take(await world.channel.fetch(seconds=0))
    world.channel.handled()
    world.app.outbox.in_hand = dict.fromkeys(world.app.outbox.in_hand, 0.0)
    with locked(database_url):
        await asyncio.sleep(A_WHILE)
    await world.app.settle()
    assert texts(impatient).count("收到：好") == 1
    assert (await letters(world))[-1].status is Delivery.SENT


@pytest.mark.fault(9)
async def test_a_full_disk_is_said_clearly_and_survived(sandbox: Sandbox, database_url: str, rows: Database) -> None:
    """In the log and on the health page; the process goes on, and so does what was typed, once there is room."""
    phone, page = sandbox.world.person(1, name="王工"), free_port()
    async with (
        running(sandbox, database_url, METRICS_PORT=str(page)) as bot,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{page}", timeout=PATIENCE) as http,
    ):
        await consent(phone)
        await settled(rows)
        with full(bot, rows):
            phone.say("/nonsense")
            await until(lambda: any('"why": "disk full' in line for line in bot.log))
            await asyncio.sleep(A_WHILE)
            health = await http.get("/healthz")
            assert health.status_code == 503 and "disk full" in health.text
            assert alive(bot) and heard(phone, "nonsense") == 0
            assert count(rows, Seen.channel == "telegram") == 2
        await hears(phone, "没有 /nonsense")
        await settled(rows)
        await asyncio.sleep(A_WHILE)  # for which an answer of the page may be given again
        assert (await http.get("/healthz")).status_code == 200
    assert heard(phone, "没有 /nonsense") == 1 and heard(phone, "没有办成") == 0
    assert count(rows, Letter.template == "unknown_command") == 1
    quietly(bot)
