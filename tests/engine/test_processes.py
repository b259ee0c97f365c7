"""The bot as a real process, killed at random moments: nothing accepted is lost and nothing happens twice."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.sandbox.people import Phone
from bot.sandbox.server import Sandbox
from models.system.letters import Letter, Post
from models.system.marks import Audit, Seen, release_leases
from tests.processes import running

AGREE = "同意并开始"


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


def count(rows: Database, *what: object) -> int:
    def look(session: Session) -> int:
        return session.scalar(select(func.count()).where(*what)) or 0  # type: ignore[arg-type]

    return rows.submit(look).result()


async def consent(phone: Phone) -> None:
    phone.say("/start")
    await phone.receive("先说清")
    phone.tap_label(AGREE)
    await phone.receive("已记下")


async def test_03_killed_at_random_an_answer_counts_once(sandbox: Sandbox, database_url: str, rows: Database) -> None:
    chance = random.Random(3)
    for number in range(1, 4):
        phone = sandbox.world.person(number, name=f"人{number}")
        async with running(sandbox, database_url) as bot:
            phone.say("/start")
            await phone.receive("先说清")
            phone.tap_label(AGREE)
            await asyncio.sleep(chance.random() * 0.03)
            await bot.end()
        rows.submit(_expire).result()
        async with running(sandbox, database_url):
            if not any("已记下" in message.text for message in phone.messages):
                await phone.receive("已记下")
    assert count(rows, Audit.action == "consent_given") == 3


async def test_04_killed_after_the_send_a_reply_comes_at_most_twice(
    sandbox: Sandbox, database_url: str, rows: Database
) -> None:
    phone = sandbox.world.person(1, name="王工")
    async with running(sandbox, database_url) as bot:
        await consent(phone)
        await asyncio.sleep(1.2)
        sandbox.world.faults.add("timeout_after", method="sendMessage", seconds=3)
        phone.say("/nonsense")
        await phone.receive("没有 /nonsense")
        await bot.end()
    rows.submit(_expire).result()
    async with running(sandbox, database_url):
        await _until(lambda: count(rows, Letter.status == Post.QUEUED) == 0)
    heard = [message for message in phone.messages if message.from_bot and "没有 /nonsense" in message.text]
    assert 1 <= len(heard) <= 2
    assert count(rows, Letter.template == "unknown_command") == 1


def _expire(session: Session) -> None:
    """Let half a minute pass for what a killed process had claimed."""
    for letter in session.scalars(select(Letter).where(Letter.claimed_by.is_not(None))):
        letter.claimed_until = letter.created_at
    release_leases(session)


async def _until(true: object, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < until, "waited in vain"
        await asyncio.sleep(0.05)


async def test_06_two_processes_share_one_database(sandbox: Sandbox, database_url: str, rows: Database) -> None:
    crowd = [sandbox.world.person(number, name=f"人{number}") for number in range(1, 26)]
    async with running(sandbox, database_url) as first, running(sandbox, database_url):
        for _ in range(4):
            for phone in crowd:
                phone.say("/start")
        await _until(lambda: count(rows, Seen.channel == "telegram") == 100)
        await _until(lambda: count(rows, Letter.status == Post.SENT) == 100)
        assert not [call for call in sandbox.world.calls if "Conflict" in (call["error"] or "")]
        await first.end(signal.SIGTERM)
    assert count(rows, Letter.template == "consent_notice") == 100
    assert all(sum(message.from_bot for message in phone.messages) == 4 for phone in crowd)


async def test_08_a_locked_sqlite_is_waited_for(sandbox: Sandbox, database_url: str) -> None:
    phone = sandbox.world.person(1, name="王工")
    async with running(sandbox, database_url):
        await consent(phone)
        if database_url.startswith("sqlite"):
            lock = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
            lock.execute("BEGIN IMMEDIATE")
            phone.say("/nonsense")
            await asyncio.sleep(1.5)
            lock.execute("ROLLBACK")
            lock.close()
        else:
            phone.say("/nonsense")
        await phone.receive("没有 /nonsense")
    assert not any("没有办成" in message.text for message in phone.messages)


async def test_10_asked_to_stop_it_stops_within_ten_seconds_and_leaves_nothing_half_done(
    sandbox: Sandbox, database_url: str, rows: Database
) -> None:
    crowd = [sandbox.world.person(number, name=f"人{number}") for number in range(1, 21)]
    async with running(sandbox, database_url) as bot:
        for phone in crowd:
            phone.say("/start")
        started = time.monotonic()
        assert await bot.end(signal.SIGTERM) == 0
        assert time.monotonic() - started < 10
    async with running(sandbox, database_url):
        await _until(lambda: all(any(m.from_bot for m in phone.messages) for phone in crowd))
    assert count(rows, Letter.template == "consent_notice") == 20
