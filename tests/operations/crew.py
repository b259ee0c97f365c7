"""Processes of one bot in every mode: pollers, webhook processes behind a plain round-robin, workers."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, delete, func, select, true, update
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.sandbox.server import Sandbox
from models.system import clock
from models.system.letters import Letter
from models.system.marks import Lease
from tests.databases import free_port
from tests.processes import PATIENCE, ROOT, BotProcess

SECRET = "a-secret-of-this-test"


class Member(BotProcess):
    """One process in some mode; up when it answers on its own page. Its log is kept in a file."""

    def __init__(
        self, sandbox: Sandbox, url: str, folder: Path, *, mode: str = "polling", front: str = "", **settings: str
    ) -> None:
        self.mode, self.page, self.hook = mode, free_port(), free_port()
        given = {"BOT_MODE": mode, "METRICS_PORT": str(self.page), "WEBHOOK_PORT": str(self.hook)}
        if mode == "webhook":
            front = front or f"http://127.0.0.1:{self.hook}/telegram"
            given |= {"WEBHOOK_URL": front, "WEBHOOK_SECRET": SECRET}
        super().__init__(sandbox, url, **(given | settings))
        self.log_file = folder / f"{self.page}.log"

    async def start(self) -> None:
        """Start, and wait until its page answers."""
        with self.log_file.open("ab") as log:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=self.environment, stderr=log
            )
        until = time.monotonic() + PATIENCE
        while not (await self.health())[0]:
            assert self.child.poll() is None, f"the bot ended before it began: {self.said()}"
            assert time.monotonic() < until, f"the bot did not begin: {self.said()}"
            await asyncio.sleep(0.02)

    async def end(self, sign: int = signal.SIGKILL) -> int:
        """Send a signal and wait for the end; returns the exit code."""
        assert self.child is not None
        if self.child.poll() is None:
            self.child.send_signal(sign)
        return await asyncio.to_thread(self.child.wait, PATIENCE)

    @property
    def alive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def said(self) -> str:
        """Its log so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    async def get(self, path: str) -> tuple[int, str]:
        """A page of the operator's; status 0 when nobody answers."""
        return await asyncio.to_thread(fetch, f"http://127.0.0.1:{self.page}{path}")

    async def health(self) -> tuple[int, dict[str, Any]]:
        status, text = await self.get("/healthz")
        return status, json.loads(text) if status else {}

    async def figure(self, name: str) -> float:
        """One sample of the metrics page, 0 when it is not there."""
        _, text = await self.get("/metrics")
        return next((float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(f"{name} ")), 0.0)


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (OSError, ValueError):
        return 0, ""


@asynccontextmanager
async def manned(*members: Member) -> AsyncIterator[None]:
    """All of them started, side by side, and gone afterwards, whatever happens."""
    try:
        await asyncio.gather(*(member.start() for member in members))
        yield
    finally:
        for member in members:
            if member.alive:
                await member.end(signal.SIGKILL)


@asynccontextmanager
async def round_robin(ports: Callable[[], list[int]]) -> AsyncIterator[str]:
    """A plain balancer: each call goes to the next process; one that does not take it is passed over."""
    turns = itertools.count()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        choice, n = ports(), next(turns)
        with contextlib.closing(writer):
            for port in (choice[(n + i) % len(choice)] for i in range(len(choice))):
                try:
                    up, down = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    continue
                with contextlib.closing(down):
                    ways = [asyncio.create_task(pump(reader, down)), asyncio.create_task(pump(up, writer))]
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                return

    server = await asyncio.start_server(forward, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/telegram"


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


def let_lapse(session: Session, *, living: list[int]) -> None:
    """Let the time pass after which others take over what processes that are no more had claimed and leased."""
    ours = [f"{pid}-%" for pid in living]
    letters = and_(Letter.claimed_by.is_not(None), *(Letter.claimed_by.not_like(name) for name in ours))
    session.execute(update(Letter).where(letters).values(claimed_until=clock.machine() - timedelta(seconds=1)))
    session.execute(delete(Lease).where(and_(true(), *(Lease.holder.not_like(name) for name in ours))))


def count(rows: Database, *what: Any) -> int:
    """How many rows there are."""
    return rows.submit(lambda session: session.scalar(select(func.count()).where(*what)) or 0).result()


async def until(so: Callable[[], Any], seconds: float = PATIENCE, *, every: float = 0.05) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(every)


def at(sandbox: Sandbox, moment: datetime) -> str:
    """Set the sandbox's clock for processes that start from now on; the address at which they follow it."""
    now = sandbox.world.clock
    now.offset_seconds = now.reached = int((moment - clock.machine()).total_seconds())
    return f"{sandbox.url}/sandbox/clock"
