"""A full disk: nothing half is kept; the process lives, says so, and goes on when there is room again."""

from __future__ import annotations

import asyncio
import errno
import io
import resource
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
import structlog

from bot import vitals
from bot.engine.database import Database
from bot.logs import set_up_logs
from bot.sandbox.people import Phone
from bot.sandbox.server import Sandbox
from models.system.letters import Letter
from models.system.marks import Seen
from tests.operations.crew import Member, count, manned

NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
"""


@asynccontextmanager
async def full_disk(bot: Member, url: str) -> AsyncIterator[None]:
    """No more room for this process: SQLite's files may not grow; PostgreSQL answers as it does with a full disk."""
    assert bot.child is not None
    if url.startswith("sqlite"):
        limits = resource.prlimit(bot.child.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(bot.child.pid, resource.RLIMIT_FSIZE, (4096, limits[1]))
        yield
        resource.prlimit(bot.child.pid, resource.RLIMIT_FSIZE, limits)
        return
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(NO_ROOM)
        for table in ("seen", "leases", "letters"):
            change = f"BEFORE INSERT OR UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION no_room()"
            other.execute(f"CREATE TRIGGER no_room {change}".encode())
        yield
        other.execute("DROP FUNCTION no_room CASCADE")


async def consent(phone: Phone) -> None:
    phone.say("/start")
    await phone.receive("先说清", timeout=30)
    phone.tap_label("同意并开始")
    await phone.receive("已记下", timeout=30)


async def becomes(bot: Member, true: Callable[[int, list[str]], bool]) -> tuple[int, list[str]]:
    """Wait until the process's page says something."""
    end = time.monotonic() + 60
    while True:
        status, said = await bot.health()
        if true(status, said.get("red", [])):
            return status, said.get("red", [])
        assert time.monotonic() < end, f"the page says {status} {said}"
        await asyncio.sleep(0.2)


@pytest.mark.fault(9)
async def test_a_full_disk_is_red_said_and_survived(
    sandbox: Sandbox, rows: Database, database_url: str, tmp_path: Path
) -> None:
    """What comes meanwhile is not acknowledged, and is worked off once there is room again."""
    phone = sandbox.world.person(1, name="王建国")
    bot = Member(sandbox, database_url, tmp_path, mode="polling" if rows.embedded else "webhook")
    async with manned(bot):
        await consent(phone)
        await becomes(bot, lambda status, red: status == 200)
        known = count(rows, Seen.channel == "telegram")
        async with full_disk(bot, database_url):
            phone.read()
            phone.say("/nonsense")
            assert await becomes(bot, lambda status, red: "database" in red) == (503, ["database"])
            for _ in range(3):  # red by itself, not by the company of turns that fail
                await asyncio.sleep(vitals.FRESH + 0.1)
                assert (await bot.health())[1]["red"] == ["database"]
            assert await bot.figure("bot_database_up") == 0
            assert await bot.figure('bot_database_errors_total{error="OperationalError"}') > 0
            assert bot.alive and phone.inbox == []
            assert count(rows, Seen.channel == "telegram") == known
        await phone.receive("没有 /nonsense", timeout=60)
        await becomes(bot, lambda status, red: status == 200)
        assert bot.alive
    assert count(rows, Letter.template == "unknown_command") == 1
    said = bot.said()
    assert "disk full" in said
    assert said.count("\n") < 40, "a full disk is not filled with its own log"
    assert "王建国" not in said and "Traceback" not in said


def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log stands on the same full disk, most likely."""

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sys.stderr", Full())
    set_up_logs("info")
    structlog.get_logger().warning("poll_failed", why="disk full")
    structlog.reset_defaults()
