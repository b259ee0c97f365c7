"""The real bot in a random life: one process after another, seen from outside. Knows nobody in the town."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.engine.timetable import JOBS, fires
from bot.sandbox.clock import Clock
from bot.sandbox.server import Sandbox
from models.system import clock
from models.system.letters import Delivery, Letter
from models.system.marks import Lease, Walked
from tests.lives.recognising import Recogniser
from tests.lives.watching import TROUBLE, Watched
from tests.processes import BotProcess

PATIENCE = 90.0  # seconds of a busy machine
NUDGE = 4.0  # seconds without an end after which claims of turns that were cut off are let go
AT_ONCE = 300  # seconds of the town's time that pass in one step of the clock
Plan = Callable[[], Awaitable[None]]
BUSY = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND state <> 'idle'"
)


class Followed(Clock):
    """The sandbox's clock, which the clock of the onlookers follows."""

    def arrive(self, offset: int) -> None:
        super().arrive(offset)
        clock.shift(self.reached)

    def jump(self, moment: datetime) -> None:
        """Stand at a moment for whoever starts from now on; nobody walks there."""
        self.offset_seconds = self.reached = int((moment - clock.machine()).total_seconds())
        clock.shift(self.reached)


class RealBot:
    """One process after another over the same database; `plan` is what will strike during the next act."""

    def __init__(self, sandbox: Sandbox, rows: Database, url: str, chance: random.Random) -> None:
        assert isinstance(sandbox.world, Watched)
        self.sandbox, self.rows, self.url, self.chance = sandbox, rows, url, chance
        self.world, self.record = sandbox.world, sandbox.world.record
        self.clock = self.world.clock = Followed()
        self.recogniser = Recogniser(self.record, self.world)
        self.plan: Plan | None = None
        self.deaths, self.owed, self.calming, self.lines = 0, 0.0, False, 0
        self.log: list[str] = []
        self.process = self._another()

    def _another(self) -> BotProcess:
        process = BotProcess(self.sandbox, self.url, CLOCK_URL=f"{self.sandbox.url}/sandbox/clock")
        process.echo, process.alone, process.log = False, True, self.log
        return process

    @property
    def calm(self) -> bool:
        return self.plan is None

    def calm_down(self) -> None:
        self.plan, self.calming = None, True

    # its days

    async def start(self) -> None:
        self.clock.jump(clock.now())
        await self.process.start()
        await self._until(self._walked)

    async def stop(self) -> None:
        if self.process.child is not None and self.process.child.poll() is None:
            self.process.send(signal.SIGCONT)
            await self.process.end()
        self.world.updates.end_polling()
        self.clock.stop()
        await asyncio.sleep(0.02)
        clock.shift(0)

    async def tick(self) -> None:
        await self.work()

    async def work(self) -> None:
        await self._strike()
        await self._quiet()

    async def elapse(self, delta: timedelta) -> None:
        self.owed += delta.total_seconds()
        if self.calming or self.owed >= AT_ONCE:
            await self.pass_time(clock.now() + timedelta(seconds=self.owed))

    async def pass_time(self, until: datetime) -> None:
        self.owed = 0.0
        self.clock.advance(max(1, int((until - clock.now()).total_seconds())))
        await self.work()

    async def absence(self, until: datetime) -> None:
        sign = self.chance.choice((signal.SIGKILL, signal.SIGTERM))
        await self.die(sign, meanwhile=lambda: self.clock.jump(until))
        await self._until(self._walked)

    async def die(self, sign: int, *, meanwhile: Callable[[], None] = lambda: None) -> None:
        """The process ends, asked or not, and after a while there is another."""
        code = await self.process.end(sign)
        assert sign == signal.SIGKILL or code == 0, f"asked to stop it ended with {code}"
        await self.buried(living=None)
        meanwhile()
        await self.process.start()

    async def buried(self, *, living: BotProcess | None) -> None:
        """Wait until what a dead process had sent and committed is in, and let go of what it held."""
        self.deaths += 1
        await self._until(lambda: not self.world.under_way)
        if not self.rows.embedded:
            await self._until(lambda: not self.rows.submit(lambda session: session.scalar(BUSY)).result())
        mark = f"{living.child.pid}-" if living and living.child else "nobody"
        self.rows.submit(lambda session: self._mourn(session, mark)).result()

    def _mourn(self, session: Session, living: str) -> None:
        self.recogniser.look(session)
        for letter in session.scalars(select(Letter).where(Letter.status == Delivery.QUEUED)):
            if letter.claimed_by and not letter.claimed_by.startswith(living):
                self.record.orphans.add(letter.id)
                self.record.doubts[letter.id] += self.recogniser.sure.get(letter.id, False)
                letter.claimed_until = clock.machine() - timedelta(seconds=1)
        session.execute(delete(Lease).where(Lease.holder.not_like(f"{living}%")))

    # waiting for it

    async def _strike(self) -> None:
        plan, self.plan = self.plan, None
        if plan is not None:
            await plan()

    async def _until(self, true: Callable[[], object], what: str = "") -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, f"waited in vain{what}"
            await asyncio.sleep(0.01)

    def _walked(self) -> bool:
        """Whether every job has been looked at since it fell due last."""

        def look(session: Session) -> bool:
            until = {row.job: row.until for row in session.scalars(select(Walked))}
            late = clock.now() - timedelta(minutes=1)
            return until.keys() >= JOBS.keys() and not any(fires(one, until[name], late) for name, one in JOBS.items())

        return self.rows.submit(look).result()

    async def _quiet(self) -> None:
        """Wait until nothing is left to do."""
        begun, quiet = time.monotonic(), 0
        nudge = begun + NUDGE
        while quiet < 2:
            assert self.process.child and self.process.child.poll() is None, "the bot has ended of itself"
            waiting = None if self._busy() else self.rows.submit(self._on_their_way).result()
            quiet = quiet + 1 if waiting == [] else 0
            if time.monotonic() > nudge:
                self.rows.submit(self.let_go).result()
                nudge += NUDGE
            assert time.monotonic() - begun < PATIENCE, f"the bot is never done: {self._busy() or waiting}"
            await asyncio.sleep(0.01)

    def _busy(self) -> str:
        """What is going on at the sandbox, "" for nothing."""
        updates, now = self.world.updates, self.clock
        reasons = {
            "clock": now.reached != now.offset_seconds,
            "updates": updates.pending or updates.again or not updates.polled,
            "calls": self.world.under_way or time.monotonic() - self.world.last_call_at < 0.02,
        }
        return ", ".join(name for name, true in reasons.items() if true)

    def _on_their_way(self, session: Session) -> list[int]:
        """Letters that are due and whose sender has not been told of their arrival."""
        self._read_calls()
        self.recogniser.look(session)
        due = (Letter.status == Delivery.QUEUED) & (Letter.due_at <= clock.now())
        return [id for id in session.scalars(select(Letter.id).where(due)) if not self.recogniser.sure.get(id)]

    def _read_calls(self) -> None:
        """Note the chats the server does not let it write to."""
        for call in self.world.calls:
            if call["chat"] and any(words in (call["error"] or "") for words in ("chat not found", "Forbidden")):
                self.record.turned_away.add(call["chat"])

    def let_go(self, session: Session) -> None:
        """Nearly a minute goes by for claims: a turn that did not hear of its commit left letters in nobody's hand."""
        for letter in session.scalars(
            select(Letter).where(Letter.status == Delivery.QUEUED, Letter.claimed_by.is_not(None))
        ):
            self.record.orphans.add(letter.id)
            letter.claimed_until = clock.machine() - timedelta(seconds=1)

    def complaints(self) -> Iterator[str]:
        """What it has logged as trouble since the last time."""
        fresh, self.lines = self.log[self.lines :], len(self.log)
        for line in fresh:
            said = json.loads(line) if line.startswith("{") else {"event": "crashed" if "Traceback" in line else ""}
            if said["event"] in TROUBLE or said["event"] == "crashed":
                yield line

    # what strikes it

    async def usurped(self, still: float, after: float, sign: int) -> None:
        """It stands still, another one takes over, and it goes on for a moment before it ends."""
        first, other = self.process, self._another()
        first.send(signal.SIGSTOP)
        with suppress(OperationalError):  # it may stand still with its lease in hand
            self.rows.submit(_end_leases).result()
        starting = asyncio.create_task(other.start())
        await asyncio.sleep(still)
        first.send(signal.SIGCONT)
        await asyncio.sleep(after)
        self.process, first.alone = other, False
        await first.end(sign)
        await starting  # which the poll of the first one may have cut short
        self.world.updates.end_polling()
        await self._until(lambda: self.world.updates.polled)
        await self.buried(living=other)


def _end_leases(session: Session) -> None:
    session.execute(text("SET LOCAL lock_timeout = '200ms'"))
    session.execute(delete(Lease))
