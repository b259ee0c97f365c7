"""Several processes on one PostgreSQL database, added, stopped and killed at will: one polls, nothing comes twice."""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.app import STAND_BY_SECONDS, furnish
from bot.engine.database import Database
from bot.engine.timetable import JOBS, LEASE_SECONDS
from bot.sandbox.people import Phone
from bot.sandbox.server import Sandbox
from models.registration.people import Role
from models.system import clock
from models.system.letters import Delivery, Kind, Letter
from models.system.marks import Audit, Lease, Seen, Walked
from models.system.opening import open_engine
from tests.databases import Servers
from tests.exchange import people
from tests.operations.crew import Member, at, count, let_lapse, manned, round_robin, until

MORNING = datetime(2026, 11, 30, 8, 46, tzinfo=clock.SHANGHAI)  # a Monday, just after the digests fell due
OFFICERS, PEOPLE, SEED = 60, 24, 20261130
AGREE, AGREED = "同意并开始", "已记下"


@pytest.fixture
def database_url(servers: Servers) -> Iterator[str]:
    """PostgreSQL alone: several processes are what it is for."""
    url = servers.postgres_url()
    yield url
    servers.drop(url)


def holder(rows: Database, name: str) -> int:
    """The process that holds a lease, 0 when nobody does."""

    def look(session: Session) -> int:
        lease = session.get(Lease, name)
        return int(lease.holder.partition("-")[0]) if lease and lease.until > clock.machine() else 0

    return rows.submit(look).result()


def lapse(rows: Database, *living: Member) -> None:
    rows.submit(partial(let_lapse, living=[one.child.pid for one in living if one.child])).result()


def conflicts(sandbox: Sandbox) -> int:
    return sum("Conflict" in (call["error"] or "") for call in sandbox.world.calls)


async def answered(phone: Phone, did: str) -> None:
    phone.say(did)
    await phone.receive(f"没有 {did}", timeout=30)


@pytest.mark.fault(6)
async def test_one_polls_and_the_one_that_stands_by_takes_over(
    sandbox: Sandbox, database_url: str, rows: Database, tmp_path: Path
) -> None:
    assert LEASE_SECONDS + 2 * STAND_BY_SECONDS < 60, "a lease that has just been renewed, and one look too early"
    phone = sandbox.world.person(1, name="王建国")
    one, two = (Member(sandbox, database_url, tmp_path) for _ in range(2))
    async with manned(one, two):
        await until(lambda: holder(rows, "poller"))
        phone.say("/start")
        await phone.receive("先说清", timeout=30)
        phone.tap_label(AGREE)
        await phone.receive(AGREED, timeout=30)
        first, other = (one, two) if one.child and holder(rows, "poller") == one.child.pid else (two, one)
        assert (await other.health())[1]["poller"]["mine"] is False

        await first.end(signal.SIGKILL)
        phone.say("/nonsense")
        lapse(rows, other)
        await phone.receive("没有 /nonsense", timeout=30)
        assert (await other.health())[1]["poller"]["mine"] is True

        await first.start()  # the one that was killed comes back, and stands by
        other.send(signal.SIGSTOP)  # the poller stands still for longer than its lease
        lapse(rows, first)
        await answered(phone, "/still")
        await asyncio.sleep(LEASE_SECONDS / 6)  # it lapsed early: as long as its holder is sure without a look
        other.send(signal.SIGCONT)
        await answered(phone, "/awake")
        await asyncio.sleep(6)  # time to quarrel about the updates
        assert conflicts(sandbox) <= 1, "the old poller hears once that it is no more"
        assert (await other.health())[1]["poller"]["mine"] is False

        assert await first.end(signal.SIGTERM) == 0  # it gives its lease up, so that nobody has to wait for it
        await answered(phone, "/bye")
    assert conflicts(sandbox) <= 1
    assert count(rows, Letter.template == "unknown_command") == 4
    for word in ("nonsense", "still", "awake", "bye"):
        assert sum(f"没有 /{word}" in message.text for message in phone.messages) == 1


def morning(session: Session) -> None:
    """Offices whose digests fell due a minute ago, when nobody kept the timetable."""
    for n in range(OFFICERS):
        city = ("3301", "3306")[n % 2]
        people.officer(session, 5001 + n, f"官{n}", Role.CITY, city)
    for name in JOBS:
        session.add(Walked(job=name, until=MORNING - timedelta(minutes=30)))


@pytest.mark.fault(6)
async def test_processes_come_and_go_and_nothing_comes_twice(
    sandbox: Sandbox, database_url: str, rows: Database, tmp_path: Path
) -> None:
    """Two webhook processes and two workers; each dies at some time, the keeper of the timetable amid the digests."""
    furnish()
    clock.hold(MORNING - timedelta(days=3))
    rows.submit(morning).result()
    clock.hold(None)
    for n in range(OFFICERS):
        sandbox.world.person(5001 + n).person.started = True
    chance = random.Random(SEED)
    crowd = [sandbox.world.person(number, name=f"人{number}") for number in range(1, PEOPLE + 1)]
    hooks: list[Member] = []
    async with round_robin(lambda: [one.hook for one in hooks]) as front:
        settings = {"CLOCK_URL": at(sandbox, MORNING)}
        member = partial(Member, sandbox, database_url, tmp_path, **settings)
        hooks += [member(mode="webhook", front=front) for _ in range(2)]
        workers = [member(mode="worker") for _ in range(2)]
        crew = [*hooks, *workers]
        async with manned(*crew):
            keeper = await keeper_amid_digests(rows, crew)
            talking = asyncio.gather(*(talk(phone, chance.random() * 4) for phone in crowd))
            await keeper.end(signal.SIGKILL)
            await asyncio.sleep(0.2)
            lapse(rows, *(one for one in crew if one.alive))
            for victim in chance.sample([one for one in crew if one is not keeper], 3):
                await asyncio.sleep(chance.random())
                await victim.end(chance.choice((signal.SIGKILL, signal.SIGTERM)))
                lapse(rows, *(one for one in crew if one.alive))
                revived = next(one for one in crew if not one.alive)
                await revived.start()
            await talking
            await until(lambda: count(rows, Letter.kind == Kind.DIGEST) == OFFICERS)
            await until(lambda: count(rows, Letter.status == Delivery.QUEUED) == 0)
            figures = [await one.figure("bot_database_up") for one in crew if one.alive]
    assert figures == [1.0] * len(figures) and len(figures) >= 3
    digests_went_once(sandbox, rows)
    assert count(rows, Audit.action == "consent_given") == PEOPLE
    assert count(rows, Letter.template == "consent_notice") == PEOPLE
    assert count(rows, Seen.channel == "telegram") == 2 * PEOPLE


async def talk(phone: Phone, after: float) -> None:
    """A newcomer agrees, whoever answers."""
    await asyncio.sleep(after)
    phone.say("/start")
    await phone.receive("先说清", timeout=90)
    phone.tap_label(AGREE)
    await phone.receive(AGREED, timeout=90)


async def keeper_amid_digests(rows: Database, crew: list[Member]) -> Member:
    """The process that keeps the timetable, as soon as it has written some digests and not yet all."""
    await until(lambda: count(rows, Letter.kind == Kind.DIGEST), every=0.002)
    return next(one for one in crew if one.child and one.child.pid == holder(rows, "timetable"))


def digests_went_once(sandbox: Sandbox, rows: Database) -> None:
    """Every officer has one digest, and none was delivered twice; one in doubt is marked so rather than sent again."""

    def look(session: Session) -> list[tuple[str, Delivery]]:
        query = select(Letter.once, Letter.status).where(Letter.kind == Kind.DIGEST)
        return [(once or "", status) for once, status in session.execute(query)]

    written = rows.submit(look).result()
    assert len(written) == len({once for once, _ in written}) == OFFICERS
    assert {status for _, status in written} <= {Delivery.SENT, Delivery.UNKNOWN}
    heard = Counter(
        phone.id
        for phone in (sandbox.world.person(5001 + n) for n in range(OFFICERS))
        for message in phone.messages
        if "周报" in message.text or "汇总" in message.text
    )
    assert max(heard.values()) == 1
    assert sum(heard.values()) >= sum(status is Delivery.SENT for _, status in written)


@pytest.mark.fault(7)
async def test_a_process_that_starts_before_its_database_waits_for_it(
    sandbox: Sandbox, servers: Servers, database_url: str, tmp_path: Path
) -> None:
    phone = sandbox.world.person(1, name="王建国")
    phone.say("/start")
    bot = Member(sandbox, database_url, tmp_path)
    with servers.without_postgres():
        starting = asyncio.create_task(bot.start())
        await until(lambda: "database_not_reached" in bot.said() if bot.log_file.exists() else False)
        assert bot.alive
    try:
        await starting
        await phone.receive("先说清", timeout=30)
        assert "Traceback" not in bot.said()
    finally:
        await bot.end(signal.SIGKILL)


def test_a_server_that_gives_no_answer_is_not_waited_for_long() -> None:
    """It takes the connection and then is silent, as a host does that has vanished."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = open_engine(f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing")
        begun = time.monotonic()
        with pytest.raises(OperationalError):
            engine.connect()
        assert time.monotonic() - begun < 30
