"""The bot in this process that can die at any step, meets a failing database, and lives fifty times as fast."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Connection, event, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from bot import papers
from bot.app import App
from bot.channels.telegram import Telegram
from bot.engine import outbox
from bot.engine.database import Database
from bot.engine.events import Event, Gone, Lost, Parcel, Receipt, Spoiled, Wait
from bot.floods import Flood
from bot.sandbox.server import Sandbox
from models.system import calendar, clock
from models.system.letters import Delivery, Letter
from tests.lives.watching import Record, Watched

T = TypeVar("T")
SPEED = 50  # seconds of the bot's own waiting that pass in one
STOPS = [time_of_day(hour, minute) for hour, minute in (
    (3, 31), (7, 36), (8, 31), (8, 46), (9, 1), (9, 50), (10, 6), (11, 31), (14, 31), (16, 31), (18, 11), (21, 0),
)]  # fmt: skip
STOPS_AT = 0.3  # how often the bot happens to look at such an hour
TAKES_OVER = 46  # seconds after which another process has what a dead one held
ATTEMPTS = 60  # rounds of work before a life is said to have no end
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8ffff3f0005fe02fea7356a0b0000000049454e44ae426082"
)


class Death(BaseException):
    """The process is gone from here on."""


class Fate:
    """Counts the steps of one process; at a chosen one it dies, and stays dead."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.dead = False

    def step(self) -> None:
        if self.left is not None:
            self.left -= 1
            self.dead = self.dead or self.left <= 0
        if self.dead:
            raise Death


class Weather:
    """What the database meets: `storms` is a list of where the next transactions fail: begin, commit or after."""

    def __init__(self) -> None:
        self.storms: list[str] = []

    def strikes(self, *, at: str) -> None:
        if self.storms and self.storms[0] == at:
            self.storms.pop(0)
            raise out_of_reach(at)


def out_of_reach(at: str) -> OperationalError:
    words = {"begin": "database is locked", "commit": "database or disk is full", "after": "connection lost"}
    return OperationalError(at, None, cast(BaseException, sqlite3.OperationalError(words[at])))


class FragileDatabase(Database):
    """A database whose process may die before or after each transaction, and which may be gone or full."""

    def __init__(self, url: str, fate: Fate, weather: Weather) -> None:
        super().__init__(url)
        self.fate, self.weather = fate, weather
        if self.embedded:  # lives end before a power failure could
            event.listen(self.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA synchronous=OFF"))
        event.listen(self.engine, "begin", lambda connection: weather.strikes(at="begin"))
        event.listen(self.engine, "commit", self._commits)

    def _commits(self, connection: Connection) -> None:
        try:
            self.weather.strikes(at="commit")
        except OperationalError:
            if not self.embedded:  # a server that could not commit has rolled back
                connection.connection.rollback()
            raise

    async def run(self, work: Callable[[Session], T]) -> T:
        self.fate.step()
        result = await super().run(work)
        self.fate.step()
        self.weather.strikes(at="after")
        return result


class FragileTelegram(Telegram):
    """The channel of a process that may die before or after each call; notes what became of each letter."""

    def __init__(self, token: str, *, api_url: str, fate: Fate, record: Record) -> None:
        super().__init__(token, api_url=api_url)
        self.fate, self.record = fate, record

    async def send(self, parcel: Parcel, picture: bytes | None) -> Receipt:
        self.fate.step()
        self.record.sending[int(parcel.chat)] = parcel.letter_id
        try:
            receipt = await super().send(parcel, picture)
        except Gone as gone:
            self.record.refused[parcel.letter_id] = str(gone)
            raise
        except Spoiled as spoiled:
            self.record.refused[parcel.letter_id] = f"spoiled: {spoiled}"
            raise
        except Lost as lost:
            self.record.doubts[parcel.letter_id] += lost.accepted
            raise
        except Wait:
            self.record.doubts[parcel.letter_id] += len(parcel.body) > 3000  # a piece of it may have gone
            raise
        except asyncio.CancelledError:  # its process ended while the server had it in hand
            self.record.doubts[parcel.letter_id] += 1
            raise
        finally:
            self.record.sending.pop(int(parcel.chat), None)
        self.record.receipts[parcel.letter_id] += 1
        self.fate.step()
        return receipt

    async def answer(self, event: Event, toast: str | None, *, alert: bool) -> None:
        self.fate.step()
        await super().answer(event, toast, alert=alert)

    async def fetch(self, *, seconds: int, besides: Collection[Event] = ()) -> list[Event]:
        self.fate.step()
        return await super().fetch(seconds=seconds, besides=besides)


class Bot(Protocol):
    """What a life does with its bot, whatever the bot is; `calm` says that nothing is about to go wrong with it."""

    deaths: int

    @property
    def calm(self) -> bool: ...

    def calm_down(self) -> None:
        """From now on nothing goes wrong."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def work(self) -> None:
        """Let it do everything there is to do."""

    async def tick(self) -> None:
        """Let it look at the timetable."""

    async def elapse(self, delta: timedelta) -> None:
        """A little while in which nothing happens."""

    async def pass_time(self, until: datetime) -> None:
        """Let time pass up to a moment, with what the timetable brings."""

    async def absence(self, until: datetime) -> None:
        """The bot is down until a moment."""


class InProcess:
    """One bot after another over the same database, in this process."""

    def __init__(self, sandbox: Sandbox, rows: Database, url: str, chance: random.Random) -> None:
        assert isinstance(sandbox.world, Watched)
        self.sandbox, self.rows, self.url, self.chance = sandbox, rows, url, chance
        self.record = sandbox.world.record
        self.weather = Weather()
        self.deaths = 0
        self.fate: Fate
        self.app: App
        self.channel: FragileTelegram

    @property
    def calm(self) -> bool:
        return not (self.weather.storms or self.fate.left)

    def calm_down(self) -> None:
        self.weather.storms.clear()
        self.fate.left = None

    async def elapse(self, delta: timedelta) -> None:
        clock.hold(clock.now() + delta)
        HASTE.later(delta.total_seconds())

    async def start(self) -> None:
        """A new process."""
        self.fate = Fate()
        self.channel = FragileTelegram(self.sandbox.token, api_url=self.sandbox.url, fate=self.fate, record=self.record)
        self.app = App(FragileDatabase(self.url, self.fate, self.weather), [self.channel], rate=0)
        self.app.flood = Flood(burst=10_000)
        self.app.enclosures.draw = _draw  # type: ignore[method-assign]
        self.app.enclosures.write = self._write  # type: ignore[method-assign]
        self.app.timetable.think = asyncio.to_thread
        await self._persist(self.channel.open)
        await self._persist(self.app.take_over)

    async def _write(self, spec: dict[str, Any]) -> tuple[str, bytes]:
        """A workbook, written beside the loop only: another process for each life would take longer than the life."""
        return await asyncio.to_thread(papers.write, self.url, spec)

    async def reborn(self) -> None:
        """The process is dead: nothing it held in memory goes on, and the next takes over after a while."""
        self.fate.dead = True
        self.deaths += 1
        tasks = {*self.app._under_way, *self.app.outbox.serving.values()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.stop()
        self.rows.submit(self._mourn).result()
        HASTE.later(TAKES_OVER)
        await self.start()

    def _mourn(self, session: Session) -> None:
        """Note the letters on their way when a process ended; those that had come and were not marked come again."""
        for letter in session.scalars(select(Letter.id).where(Letter.status == Delivery.QUEUED)):
            self.record.orphans.add(letter)
            self.record.doubts[letter] += bool(self.record.receipts[letter])

    async def stop(self) -> None:
        await asyncio.to_thread(self.app.database.close)
        await self.channel.close()

    async def work(self) -> None:
        """Poll, turn and send until nothing is left to do, whatever strikes."""
        for _ in range(ATTEMPTS):
            try:
                events = await self.channel.fetch(seconds=0)
                await self.app.take(events)
                self.channel.handled()
                await self._settle()
                swept = await self.app.outbox.sweep()
                await self._settle()
                if not events and not swept and not self.weather.storms:
                    return
                if not events and not swept:
                    self.weather.storms.clear()
            except Death:
                await self.reborn()
            except Wait as wait:
                HASTE.later(wait.seconds)
            except (Lost, DBAPIError):
                if self.fate.dead:
                    await self.reborn()
                self.rows.submit(self._mourn).result()
        raise AssertionError(f"the bot is never done; storms {self.weather.storms}")

    async def _settle(self) -> None:
        try:
            await self.app.settle()
        finally:
            if self.fate.dead:
                raise Death

    async def _persist(self, act: Callable[[], Any]) -> None:
        """Do something of the bot's own again until the server and the database let it."""
        for _ in range(ATTEMPTS):
            with contextlib.suppress(DBAPIError, Lost):
                await act()
                return
        raise AssertionError("the server or the database never comes back")

    async def pass_time(self, until: datetime) -> None:
        """Look at the timetable now and then up to a moment, as a running bot does every ten seconds."""
        while (now := clock.now()) < until:
            moment = min(until, self._next_stop(now))
            HASTE.later((moment - now).total_seconds())
            clock.hold(moment)
            await self.tick()

    def _next_stop(self, now: datetime) -> datetime:
        """Just after one of the next hours at which something falls due."""
        day = calendar.local_day(now)
        stops = [datetime.combine(day + timedelta(n), hour, clock.SHANGHAI) for n in range(3) for hour in STOPS]
        ahead = [stop for stop in stops if stop > now]
        chosen = next((stop for stop in ahead if self.chance.random() < STOPS_AT), ahead[-1])
        return chosen + timedelta(seconds=self.chance.randint(1, 240))

    async def absence(self, until: datetime) -> None:
        """The bot is down until a moment; then each job that was missed runs once."""
        clock.hold(until)
        HASTE.later(TAKES_OVER)
        await self.tick()

    async def tick(self) -> None:
        for _ in range(ATTEMPTS):
            try:
                await self.app.timetable.tick()
                break
            except Death:
                await self.reborn()
            except DBAPIError:
                continue
        await self.work()


async def _draw(spec: dict[str, Any]) -> bytes:
    return PIXEL


class Haste:
    """The bot's own waiting made short: its counters run faster, and leases end when a death wants them to."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def later(self, seconds: float) -> None:
        """Let seconds pass for leases and pauses alone."""
        self.ahead += seconds

    def ticks(self) -> float:
        return time.monotonic() * SPEED + self.ahead

    def machine(self) -> datetime:
        return _machine() + timedelta(seconds=self.ahead)

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)


HASTE = Haste()
_machine = clock.machine


@contextmanager
def hurried() -> Iterator[None]:
    """While a life lasts, the outbox sleeps, counts and leases in haste."""
    with ExitStack() as stack:
        for room, name, stand_in in (
            (clock, "ticks", HASTE.ticks),
            (clock, "machine", HASTE.machine),
            (outbox, "asyncio", HASTE),
        ):
            stack.callback(setattr, room, name, getattr(room, name))
            setattr(room, name, stand_in)
        yield
