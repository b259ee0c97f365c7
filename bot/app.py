"""The composition root: hangs the programme's answers on the engine and runs one process of the bot."""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
from collections import defaultdict
from collections.abc import Collection, Coroutine, Iterable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import select, update
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import handlers
from bot.aside import Aside
from bot.enclosures import Enclosures
from bot.engine import words
from bot.engine.database import Database
from bot.engine.events import Channel, Event, Lost, Wait
from bot.engine.outbox import Outbox
from bot.engine.routes import HOUSE, Outcome, excuse, take
from bot.engine.timetable import LEASE_SECONDS, Timetable
from bot.floods import Flood
from models.base import literally
from models.exchange.candidates import SHELF
from models.exchange.understanding import understand
from models.oversight import holidays
from models.registration import people
from models.system import clock, counts
from models.system.letters import Delivery, Letter
from models.system.marks import Lease, hold_lease, release_leases
from models.system.outages import absent, trouble_of

log = structlog.get_logger()
T = TypeVar("T")
POLL_SECONDS, STAND_BY_SECONDS, SWEEP_SECONDS, TICK_SECONDS = 25, 5.0, 1.0, 10.0
CALENDAR_SECONDS = 45.0  # and a tick: within a minute
LAST = 24  # of a larger batch, that may be in hand while more are asked for


def furnish() -> None:
    """Open every room: declare all handlers and answer the engine's three questions."""
    handlers.open_rooms()
    HOUSE.roles_of = people.roles_of
    HOUSE.gate, HOUSE.free_text = handlers.gate, handlers.free_text
    words.teach(**handlers.TEMPLATE_WORDS)


class Poller(Channel, Protocol):
    """A channel that is asked for its events."""

    async def fetch(self, *, seconds: int, besides: Collection[Event] = ()) -> list[Event]: ...

    def handled(self, *, besides: Collection[Event] = ()) -> None: ...


class App:
    """One process: events through turns, letters through the outbox, jobs through the timetable."""

    def __init__(self, database: Database, channels: Sequence[Channel], *, rate: float = 29.0) -> None:
        furnish()
        self.worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.database = database
        self.drawings, self.thinking = Aside(), Aside()
        self.channels = {channel.name: channel for channel in channels}
        url = database.engine.url.render_as_string(hide_password=False)
        self.enclosures = Enclosures(url, drawing=self.drawings, writing=self.thinking)
        self.outbox = Outbox(database, channels, worker=self.worker, enclose=self.enclosures.enclose, rate=rate)
        self.timetable = Timetable(database, worker=self.worker, sweep=self.outbox.sweep, think=self.thinking.run)
        listen(database.engine, "handle_error", _count_error)
        self.flood = Flood()
        self.talkative = False
        self.polled_at: float | None = None  # by the steady counter
        self._under_way: set[asyncio.Task[None]] = set()
        self._calendar_until = 0.0  # by the steady counter

    async def take_over(self) -> None:
        """An embedded database has one process: what an earlier one had claimed or leased is free at once."""
        if self.database.embedded:
            await self.database.run(_free_the_dead)

    async def take(self, events: Sequence[Event]) -> None:
        """Work off a batch: in order per chat, chats side by side; returns when every turn is committed."""
        await _ended(self._begin(events).values())

    def _begin(self, events: Sequence[Event]) -> dict[str, asyncio.Task[None]]:
        chats: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            chats[event.chat].append(event)
        return {chat: self._start(self._in_order(one)) for chat, one in chats.items()}

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _in_order(self, events: Sequence[Event]) -> None:
        for event in events:
            begun = clock.ticks()
            outcome = await self._turn(event) if self.flood.admits(event.actor) else await self._hold_back(event)
            self._count(event.kind, outcome.how, clock.ticks() - begun)
            self.outbox.post(outcome.parcels)
            if event.query_id:
                self._start(self.channels[event.channel].answer(event, outcome.toast, alert=outcome.alert))

    def _count(self, kind: str, how: str, seconds: float) -> None:
        counts.add("updates", kind, how)
        counts.TURN_SECONDS.add(seconds)
        if self.talkative:
            log.debug("turn", kind=kind, how=how, seconds=round(seconds, 4))

    async def _turn(self, event: Event) -> Outcome:
        try:
            return await self.database.run(partial(take, event=event, worker=self.worker))
        except Exception as error:
            if absent(error):
                raise
            log.exception("turn_broken", kind=event.kind, error=type(error).__name__)
            return await self.database.run(partial(excuse, event=event, worker=self.worker))

    async def _hold_back(self, event: Event) -> Outcome:
        """One notice to somebody who writes too fast; the rest of the flood has no effect."""
        if not self.flood.notices(event.actor):
            return Outcome(how="too_fast")
        return await self.database.run(partial(excuse, event=event, worker=self.worker, block="too_fast"))

    async def settle(self) -> None:
        """Wait until every turn, answer and letter of this process is out."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)
        await self.outbox.drain()

    # the three loops of a running bot

    async def poll(self, channel: Poller) -> None:
        """Ask for updates while holding the poller's lease; nothing is acknowledged before it is committed.

        Of many, the last are still worked off while more are asked for, so that a server far away holds nobody up.
        """
        sure = 0.0  # until when, by the steady counter, the lease outlasts a look for updates
        last: Sequence[Event] = ()
        working: dict[str, asyncio.Task[None]] = {}
        while True:
            try:
                if sure < (asked := clock.ticks()):
                    if not await self.database.run(
                        lambda session: hold_lease(session, "poller", holder=self.worker, seconds=LEASE_SECONDS)
                    ):
                        self.polled_at = None
                        await asyncio.sleep(STAND_BY_SECONDS)
                        continue
                    sure = asked + LEASE_SECONDS / 6
                events = await channel.fetch(seconds=POLL_SECONDS, besides=last)
                self.polled_at = clock.ticks()
                await _ended(working.values())
                working, last = self._begin(events), events[-LAST:] if len(events) > LAST else ()
                first = {event.chat for event in events[: len(events) - len(last)]}
                await _ended([working.pop(chat) for chat in first])
                channel.handled(besides=last)
            except Exception as error:
                await asyncio.gather(*working.values(), return_exceptions=True)
                sure, last, working = 0.0, (), {}
                if isinstance(error, Wait):
                    log.warning("poll_waits", seconds=error.seconds)
                else:
                    _complain("poll_failed", error)
                await asyncio.sleep(error.seconds if isinstance(error, Wait) else 1)

    async def sweep(self) -> None:
        """Send what falls due, and what a dead process left behind."""
        while True:
            try:
                if await self.outbox.sweep():
                    await self.outbox.room(within=SWEEP_SECONDS)
                    continue
            except Exception as error:
                _complain("sweep_failed", error)
            await asyncio.sleep(SWEEP_SECONDS)

    async def tick(self) -> None:
        """Walk the timetable."""
        while True:
            try:
                await self.keep_calendar()
                await self.timetable.tick()
            except Exception as error:
                _complain("tick_failed", error)
            await asyncio.sleep(TICK_SECONDS)

    async def keep_calendar(self) -> None:
        """Count with the days off and swap days that have been loaded, here or elsewhere, within the last minute."""
        if clock.ticks() >= self._calendar_until:
            await self.database.run(holidays.renew)
            self._calendar_until = clock.ticks() + CALENDAR_SECONDS

    async def warm(self) -> None:
        """Read the vocabulary and lay out the offers, little by little, before somebody has to wait for them."""
        try:
            await asyncio.to_thread(_learn)
            gc.freeze()  # nor is it looked through for rubbish while the offers are laid out
            while not await self.database.run(SHELF.warm):
                await asyncio.sleep(0)
            gc.collect()
            gc.freeze()  # what stands by now stays: looking through it for rubbish takes a tenth of all time
        except Exception as error:
            _complain("not_warmed", error)

    async def close(self, *, within: float = 7.0) -> None:
        """Finish what is in hand, within so many seconds; what has gone out is written down all along."""
        settling, end = asyncio.create_task(self.settle()), clock.ticks() + within
        try:
            while not settling.done() and clock.ticks() < end:
                await asyncio.wait([settling], timeout=SWEEP_SECONDS)
                await self.outbox.mark()
            if not settling.done():
                log.warning("closed_with_letters_waiting")
            await self.database.run(lambda session: release_leases(session, holder=self.worker))
        except DBAPIError as error:
            log.warning("closed_without_database", why=trouble_of(error))
        settling.cancel()
        await asyncio.gather(settling, return_exceptions=True)
        self.drawings.close()
        self.thinking.close()
        self.database.close()


def _learn() -> None:
    """Read the vocabulary, and build the patterns with which logs and figures are read."""
    understand("")
    for patterns in ("session_notes", "readings"):
        import_module(f"models.incubation.{patterns}")


async def _ended(turns: Iterable[asyncio.Task[None]]) -> None:
    """Wait for turns, told to stop as well: we still send what they have to say; raises what went wrong with one."""
    for broken in await asyncio.shield(asyncio.gather(*turns, return_exceptions=True)):
        if broken is not None:
            raise broken


def _complain(event: str, error: Exception) -> None:
    """A loop goes on whatever happens; what is simply out of reach is said once a minute, all else with its place."""
    if not isinstance(error, Lost | DBAPIError):
        log.exception(event, error=type(error).__name__)
    elif times := counts.to_say(event, type(error).__name__):
        why = trouble_of(error) if isinstance(error, DBAPIError) else str(error)
        log.warning(event, error=type(error).__name__, why=why, times=times)


def _count_error(context: ExceptionContext) -> None:
    counts.add("database_error", type(context.sqlalchemy_exception or context.original_exception).__name__)


def _free_the_dead(session: Session) -> None:
    """Let go of what processes of this machine held that are no more."""
    waiting = Letter.status == literally(Delivery.QUEUED)  # as the partial index has it
    holders = set(session.scalars(select(Letter.claimed_by).where(waiting, Letter.claimed_by.is_not(None)).distinct()))
    holders |= set(session.scalars(select(Lease.holder)))
    for holder in holders:
        if holder and not _alive(holder):
            session.execute(
                update(Letter).where(waiting, Letter.claimed_by == holder).values(claimed_until=clock.machine())
            )
            release_leases(session, holder=holder)


def _alive(worker: str) -> bool:
    """Whether the process that a worker's name begins with still runs here; one of our own number is no more."""
    number = worker.partition("-")[0]
    if number == str(os.getpid()):  # in a container each has the number of the one before
        return False
    return number.isdigit() and Path(f"/proc/{number}").exists() if Path("/proc").exists() else False
