"""The webhook of a real process: who may call, what it takes, and that nothing is lost when it is told to go."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest

from bot.channels.telegram_webhook import LARGEST
from bot.engine.database import Database
from bot.sandbox.server import Sandbox
from models.system.accounts import Person
from models.system.letters import Delivery, Letter
from models.system.marks import Seen
from tests.operations.crew import SECRET, Member, count, manned, until

HEADER = "X-Telegram-Bot-Api-Secret-Token"
TRUSTED = {HEADER: SECRET}


@pytest.fixture
async def bot(sandbox: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Member]:
    member = Member(sandbox, database_url, tmp_path, mode="webhook")
    async with manned(member):
        yield member


async def call(bot: Member, body: bytes | Any, **headers: str) -> int:
    """The status of one call of the webhook."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with aiohttp.ClientSession() as http, http.post(address(bot), data=data, headers=headers) as answer:
        return answer.status


def address(bot: Member) -> str:
    return f"http://127.0.0.1:{bot.hook}/telegram"


def start(update_id: int, person: int = 5) -> dict[str, Any]:
    """Somebody types /start."""
    user = {"id": person, "is_bot": False, "first_name": "王建国", "language_code": "zh-hans"}
    chat = {"id": person, "type": "private", "first_name": "王建国"}
    message = {"message_id": 1, "date": 0, "from": user, "chat": chat, "text": "/start"}
    return {"update_id": update_id, "message": message}


@pytest.mark.fault(24, 25)
async def test_what_is_not_telegrams_has_no_effect(sandbox: Sandbox, bot: Member, rows: Database) -> None:
    """Wrong secrets, too large, broken, and of unknown kinds; then all goes on."""
    assert await call(bot, start(1)) == 403
    for _ in range(50):
        assert await call(bot, start(1), **{HEADER: SECRET + "x"}) == 403
    assert await call(bot, b"x" * (5 * 2**20), **{HEADER: "wrong"}) == 403
    for body, status in (
        (b'{"update_id": 1, "message"', 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        ({"update_id": 2, "poll_answer": {"poll_id": "1"}}, 200),
        ({"update_id": 3, "from_the_future": {"name": "王建国"}}, 200),
        ({"update_id": 4, "message": {"from": 7, "chat": "?"}}, 200),
        ({}, 200),
    ):
        assert await call(bot, body, **TRUSTED) == status, body
    await too_large(bot, f"Content-Length: {LARGEST + 1}", [b"{"])  # the rest never comes
    pieces = [b"10000\r\n" + b"x" * 65536 + b"\r\n"] * (LARGEST // 65536 + 1)
    await too_large(bot, "Transfer-Encoding: chunked", pieces)  # the end never comes
    assert count(rows, Seen.channel == "telegram") == count(rows, Person.id > 0) == 0
    assert await bot.figure('bot_updates_ignored_total{kind="poll_answer"}') == 1
    assert await bot.figure('bot_updates_ignored_total{kind="from_the_future"}') == 1
    assert await bot.figure('bot_webhook_refused_total{why="secret"}') == 52
    assert bot.said().count("webhook_refused") == 3, "once for each reason, however often"
    assert "王建国" not in bot.said()
    assert await call(bot, start(5), **TRUSTED) == 200
    assert count(rows, Seen.event_id == "5") == 1
    assert await call(bot, start(5), **TRUSTED) == 200
    assert count(rows, Letter.template == "consent_notice") == 1


async def too_large(bot: Member, head: str, chunks: list[bytes]) -> None:
    """What is too large is refused as soon as that is known, not when it has all been read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", bot.hook)
    with closing(writer):
        writer.write(f"POST /telegram HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\n{head}\r\n\r\n".encode())
        for chunk in chunks:
            writer.write(chunk)
        assert b" 413 " in await asyncio.wait_for(reader.readline(), 10)


def listens(port: int) -> bool:
    """Whether a process takes connections."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Standstill:
    """Turns cannot commit until it is over: somebody else holds the database."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def __aenter__(self) -> None:
        if self.url.startswith("sqlite"):
            self.sqlite = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None)
            self.sqlite.execute("BEGIN IMMEDIATE")
        else:
            self.postgres = psycopg.connect(self.url.replace("+psycopg", ""))
            self.postgres.execute("LOCK TABLE seen IN ACCESS EXCLUSIVE MODE")

    async def __aexit__(self, *trouble: object) -> None:
        if self.url.startswith("sqlite"):
            self.sqlite.execute("ROLLBACK")
            self.sqlite.close()
        else:
            self.postgres.close()


async def test_it_answers_only_after_the_commit(bot: Member, rows: Database, database_url: str) -> None:
    async with Standstill(database_url):
        asked = asyncio.create_task(call(bot, start(1), **TRUSTED))
        await asyncio.sleep(0.5)
        assert not asked.done()
    assert await asked == 200
    assert count(rows, Seen.event_id == "1") == 1


@pytest.mark.fault(10)
async def test_told_to_go_it_answers_what_is_in_hand_and_takes_nothing_more(
    bot: Member, rows: Database, database_url: str, sandbox: Sandbox
) -> None:
    for number in range(1, 21):
        sandbox.world.person(number, name="王建国").person.started = True
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(Standstill(database_url))
        asked = [asyncio.create_task(call(bot, start(number, number), **TRUSTED)) for number in range(1, 21)]
        await asyncio.sleep(1.5)  # all of them are in hand
        told = time.monotonic()
        bot.send(signal.SIGTERM)
        await until(lambda: not listens(bot.hook))
    assert await asyncio.gather(*asked) == [200] * 20
    assert await bot.end(signal.SIGTERM) == 0
    assert time.monotonic() - told < 10
    assert count(rows, Seen.channel == "telegram") == 20
    assert count(rows, Letter.template == "consent_notice", Letter.status == Delivery.SENT) == 20


async def test_told_to_go_while_the_database_hangs_it_goes_all_the_same(
    bot: Member, rows: Database, database_url: str
) -> None:
    async with Standstill(database_url):
        asked = asyncio.create_task(call(bot, start(1), **TRUSTED))
        await asyncio.sleep(0.5)
        told = time.monotonic()
        assert await bot.end(signal.SIGTERM) == 0
        assert time.monotonic() - told < 10
        answered = (await asyncio.gather(asked, return_exceptions=True))[0]
        assert answered != 200
    assert count(rows, Seen.event_id == "1") == 0


@pytest.mark.fault(7)
async def test_an_update_that_could_not_be_taken_comes_again_and_counts_once(
    sandbox: Sandbox, bot: Member, rows: Database
) -> None:
    """Telegram repeats what was not answered 200; the process is killed with updates in hand, and comes back."""
    phone = sandbox.world.person(1, name="王建国")
    phone.say("/start")
    await phone.receive("先说清", timeout=30)
    phone.tap_label("同意并开始")
    await bot.end(signal.SIGKILL)
    await bot.start()
    await until(lambda: any("已记下" in message.text for message in phone.messages))
    assert count(rows, Seen.channel == "telegram") == 2
