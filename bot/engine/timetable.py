"""The clock's work: which job falls due when, walked in order, each recipient in a transaction of their own.

APScheduler's triggers say when; rows say what is due; unique keys say once. Nothing here is kept in a job store.
What takes long to work out is worked out between two transactions, off the loop and away from the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

import structlog
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.engine.turns import write_letters
from models.system import calendar, clock, counts
from models.system.clock import SHANGHAI
from models.system.marks import Walked, hold_lease, note_failure, record_each
from models.system.matter import packed, thought, unswept
from models.system.outages import absent

log = structlog.get_logger()
_trigger = lru_cache(CronTrigger.from_crontab)
LEASE_SECONDS = 45.0
TOGETHER = 50  # keys under one commit: few enough that nobody waits long behind them
EVERY_MINUTE, IN_EVERY_HOUR = "* * * * *", " * * * *"  # a whole entry, and how entries end
Find = Callable[[Session, datetime], Iterable[Hashable]]
Ponder = Callable[[Session, Any, datetime], Any]


@dataclass(frozen=True)
class Job:
    """`find(session, now)` lists keys, `act(session, key, now)` serves one; `cron` is in Shanghai time.

    With `ponder` and `think`, what `ponder(session, key, now)` reads is handed to the pure function `think`, and `act`
    gets its result as a fourth argument; matter and result must be picklable. Nothing (None) to ponder, nothing done.
    """

    name: str
    cron: str
    find: Find
    act: Callable[..., None]
    ponder: Ponder | None = None
    think: Callable[[Any], Any] | None = None


JOBS: dict[str, Job] = {}


def job(
    name: str, cron: str, *, find: Find, ponder: Ponder | None = None, think: Callable[[Any], Any] | None = None
) -> Callable[[Any], Any]:
    """Declare a job: the decorated verb takes (session, key, now) and runs once for every key that `find` lists."""

    def declare(act: Callable[..., None]) -> Callable[..., None]:
        if name in JOBS:
            raise ValueError(f"job {name} is declared twice")
        JOBS[name] = Job(name, cron, find, act, ponder, think)
        return act

    return declare


def fires(one: Job, after: datetime, until: datetime) -> list[datetime]:
    """The moments at which a job falls due, after one moment and up to another."""
    trigger = _trigger(one.cron, timezone=SHANGHAI)
    moments: list[datetime] = []
    moment = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
    while moment is not None and moment <= until:
        moments.append(moment)
        moment = trigger.get_next_fire_time(moment, moment + timedelta(microseconds=1))
    return moments


def soonest(one: Job, after: datetime) -> datetime:
    """The first moment after another at which a job falls due."""
    found: datetime = _trigger(one.cron, timezone=SHANGHAI).get_next_fire_time(None, after + timedelta(microseconds=1))
    return found


def serve(session: Session, one: Job, keys: list[Any], *thought: Any) -> None:
    """Serve each key of a job; the letters wait for the sweep."""
    for key in keys:
        one.act(session, key, clock.now(), *thought)
    record_each(session, one.name, [str(key)[:60] for key in keys])
    write_letters(session, None)


def _read(session: Session, ponder: Ponder, key: Any, now: datetime) -> bytes | None:
    """What a job is to think over. Rubbish is looked for only when the rows are gone, so that nobody waits for that."""
    with unswept():
        return packed(ponder(session, key, now))


class Timetable:
    """Walks the jobs of one process; with several processes only the holder of the lease walks."""

    def __init__(
        self,
        database: Database,
        *,
        worker: str,
        sweep: Callable[[], Awaitable[object]],
        think: Callable[..., Awaitable[Any]] = asyncio.to_thread,
    ) -> None:
        self.database, self.worker, self.sweep, self.think = database, worker, sweep, think
        self._walking = asyncio.Lock()
        self._lease_sure = 0.0
        self._idle_until, self._jobs_seen = clock.now(), 0

    async def tick(self) -> int:
        """Run what has fallen due by now; after an absence each job once, however often it was missed."""
        async with self._walking:
            idle = clock.now() < self._idle_until and len(JOBS) == self._jobs_seen
            if idle and clock.ticks() < self._lease_sure:
                return 0
            self._idle_until, sure = clock.now(), clock.ticks() + LEASE_SECONDS / 3
            due = await self.database.run(self._due)
            if due is None:
                return 0
            self._lease_sure = sure
            for moment, name in due:
                counts.note((clock.now() - moment).total_seconds(), "job", name)
                await self._run([name])
            if due and await self._leased():  # whoever has taken over meanwhile walks, and marks, for itself
                await self.database.run(lambda session: self._walked(session, due))
            self._jobs_seen = len(JOBS)
            self._idle_until = min((soonest(one, self._idle_until) for one in JOBS.values()), default=self._idle_until)
            return len(due)

    async def walk(self, until: datetime, *, arrive: Callable[[datetime], Awaitable[None]]) -> None:
        """Pass through every due moment up to `until` in order, setting the clock at each; for a moved clock.

        Jobs that come in every hour run along at the moments of all others, and at their own only while people may be
        written to; those of every minute never at their own. So a month stays a short walk.
        """
        async with self._walking:
            start = clock.now()
            always = [one.name for one in JOBS.values() if one.cron.endswith(IN_EVERY_HOUR)]
            own = [one for one in JOBS.values() if one.cron != EVERY_MINUTE]
            moments = ((at, one.name) for one in own for at in fires(one, start, until))
            stops = sorted(stop for stop in moments if stop[1] not in always or not calendar.is_quiet(stop[0]))
            for moment, due in groupby(stops, key=lambda stop: stop[0]):
                await arrive(moment)
                await self._run(list(dict.fromkeys([*always, *(name for _, name in due)])))
            await arrive(until)
            await self._run(always)
            await self.database.run(lambda session: self._walked(session, [(until, name) for name in JOBS]))

    def _due(self, session: Session) -> list[tuple[datetime, str]] | None:
        """What has fallen due, in order; None while another process holds the lease."""
        if not hold_lease(session, "timetable", holder=self.worker, seconds=LEASE_SECONDS):
            return None
        now = clock.now()
        walked = {row.job: row.until for row in session.query(Walked)}
        due: list[tuple[datetime, str]] = []
        for one in JOBS.values():
            if one.name not in walked:
                session.add(Walked(job=one.name, until=now))
            elif missed := fires(one, max(walked[one.name], now - timedelta(days=14)), now):
                due.append((missed[-1], one.name))
        return sorted(due)

    async def _run(self, names: list[str]) -> None:
        """Serve all keys of these jobs; a job or key that fails is logged and holds up no other."""
        for one, keys in await self.database.run(lambda session: self._listed(session, names)):
            together = 1 if one.ponder else TOGETHER
            for first in range(0, len(keys), together):
                if not await self._leased():
                    return
                await self._attend(one, keys[first : first + together])
        await self.sweep()

    def _listed(self, session: Session, names: list[str]) -> list[tuple[Job, list[Hashable]]]:
        listed = []
        for name in names:
            try:
                with session.begin_nested():
                    listed.append((JOBS[name], list(JOBS[name].find(session, clock.now()))))
            except Exception as error:
                if absent(error):
                    raise
                log.exception("job_failed", job=name, error=type(error).__name__)
                note_failure(session, name)
        return listed

    async def _leased(self) -> bool:
        """Whether the timetable is still ours; the lease is renewed now and then during a long walk."""
        if clock.ticks() < self._lease_sure:
            return True
        held = await self.database.run(
            lambda session: hold_lease(session, "timetable", holder=self.worker, seconds=LEASE_SECONDS)
        )
        self._lease_sure = clock.ticks() + LEASE_SECONDS / 3 if held else 0.0
        return held

    async def _attend(self, one: Job, keys: list[Any]) -> None:
        """Serve a few keys under one commit; when that fails, each alone."""
        try:
            answer: tuple[Any, ...] = ()
            if one.ponder and one.think:
                ponder, now = one.ponder, clock.now()
                matter = await self.database.run(lambda session: _read(session, ponder, keys[0], now))
                if matter is None:
                    return None
                answer = (await self.think(thought, one.think, matter),)
            await self.database.run(lambda session: serve(session, one, keys, *answer))
        except Exception as error:
            if absent(error):
                raise
            if len(keys) == 1:
                log.exception("job_failed", job=one.name, error=type(error).__name__)
                return await self.database.run(lambda session: note_failure(session, one.name))
            for key in keys:
                await self._attend(one, [key])

    def _walked(self, session: Session, stops: list[tuple[datetime, str]]) -> None:
        for moment, name in stops:
            row = session.get(Walked, name)
            if row is None:
                session.add(Walked(job=name, until=moment))
            elif row.until < moment:
                row.until = moment
