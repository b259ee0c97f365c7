"""The timetable with 100,000 people who have something due: what finding them, serving them, and idling costs.

The peer is APScheduler with a job store of its own, one stored job a person, doing nothing: what a bot is built on that
keeps its reminders there. Ours is the real timetable with the real jobs over a real file, every commit durable. Both
are measured by the work of their process, databases included, not by the clock on the wall.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import update

from benchmarks.frame import Figure, figure
from benchmarks.province import fill
from bot.app import _free_the_dead, furnish
from bot.engine import timetable
from bot.engine.database import Database
from bot.engine.timetable import JOBS, Job, Timetable
from bot.engine.words import Words
from models.oversight.duties import Duty
from models.system import clock
from tests.databases import migrate

TITLE = "Timetable: 100,000 people with something due, beside APScheduler with a stored job for each"
PEOPLE, FEW, STORED, SERVED, ROUNDS = 100_000, 1_000, 1_000, 1_000, 3
MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=clock.SHANGHAI)  # a Wednesday: reminders
NEEDED = ("units", "people", "accounts", "memberships", "duties")


def measure() -> Iterator[Figure]:
    """Finding, handing out, a whole reminder, idling, and starting."""
    furnish()
    clock.hold(MORNING)
    peer = [stored_jobs(STORED) for _ in range(ROUNDS)]
    stored = "APScheduler, a stored job"
    try:
        with crowded(FEW) as database:
            first = [start(database) for _ in range(ROUNDS)]
        with crowded(PEOPLE) as database:
            later = [start(database) for _ in range(ROUNDS)]
            keys, found = find(database)
            yield figure(
                f"found as due, each of {len(keys):,} people", found, unit="CPU ms", peer=stored, peer_rounds=peer
            )
            handed = [hand_out(database, keys) for _ in range(ROUNDS)]
            yield figure(
                "found, handed out and noted, a prompt", handed, unit="CPU ms", peer=stored, peer_rounds=peer, most=0.05
            )
            whole, rendering = remind(database, keys)
            yield figure(
                "a whole reminder less its words", [whole - rendering], unit="CPU ms", peer=stored, peer_rounds=peer
            )
            yield Figure(what="the words of a reminder", value=rendering, unit="CPU ms")
            yield figure("an idle look at the clock", idle(database), unit="us", most=50)
            yield figure(
                f"start with {PEOPLE:,} people",
                later,
                unit="ms",
                peer=f"{FEW:,} people",
                peer_rounds=first,
                most=1.5,
                of="ratio",
            )
    finally:
        clock.hold(None)


def stored_jobs(many: int) -> float:
    """Milliseconds of work a job that APScheduler keeps in a database, from due to done and removed."""
    with tempfile.TemporaryDirectory() as folder:
        done = threading.Semaphore(0)
        _STORED.append(done)
        store = SQLAlchemyJobStore(url=f"sqlite:///{folder}/jobs.db")
        scheduler = BackgroundScheduler(jobstores={"default": store}, timezone="Asia/Shanghai")
        scheduler.start(paused=True)
        due = datetime.now(clock.SHANGHAI) - timedelta(seconds=1)
        for number in range(many):
            scheduler.add_job(_stored, "date", run_date=due, id=str(number), misfire_grace_time=3600)
        begun = time.process_time()
        scheduler.resume()
        for _ in range(many):
            done.acquire()
        while scheduler.get_jobs():
            time.sleep(0.001)
        took = time.process_time() - begun
        scheduler.shutdown()
    return took / many * 1000


_STORED: list[threading.Semaphore] = []


def _stored() -> None:
    _STORED[-1].release()


@contextmanager
def crowded(people: int) -> Iterator[Database]:
    """People whose units each hold a duty with a reminder that has come."""
    with tempfile.TemporaryDirectory(prefix="timetable-") as folder:
        url = f"sqlite:///{Path(folder)}/bot.db"
        migrate(url)
        database = Database(url)
        fill(database.engine, people, only=NEEDED)
        with database.engine.begin() as connection:
            everybody = update(Duty).where(Duty.kind == "log_session", Duty.id > people)
            connection.execute(everybody.values(remind_at=MORNING - timedelta(minutes=5), done_at=None))
        yield database
        database.close()


def start(database: Database) -> float:
    """Milliseconds of work until a new process is at work: what dead ones held is freed, and the clock is looked at."""
    begun = time.process_time()
    database.submit(_free_the_dead).result()
    asyncio.run(_table(database).tick())
    return (time.process_time() - begun) * 1000


def find(database: Database) -> tuple[list[int], list[float]]:
    """Who is due a reminder, and milliseconds a person to find that out, by the real job."""
    took, keys = [], []
    for _ in range(ROUNDS):
        begun = time.process_time()
        keys = list(database.submit(lambda session: JOBS["reminders"].find(session, clock.now())).result())
        took.append((time.process_time() - begun) * 1000 / len(keys))
    return [int(str(key)) for key in keys], took


def hand_out(database: Database, keys: list[int]) -> float:
    """Milliseconds of work a prompt for what the timetable does itself: find, batches, audit lines, durable commits."""
    one = replace(JOBS["reminders"], act=lambda session, key, now: None)
    return _run(database, one) / len(keys)


def remind(database: Database, keys: list[int]) -> tuple[float, float]:
    """Milliseconds of work of a reminder by the real job, and of that for rendering its words."""
    spent: list[float] = []
    plain = Words.render

    def timed(*given: object, **context: object) -> object:
        begun = time.process_time()
        try:
            return plain(*given, **context)  # type: ignore[arg-type]
        finally:
            spent.append((time.process_time() - begun) * 1000)

    one = replace(JOBS["reminders"], find=lambda session, now: keys[:SERVED])
    Words.render = timed  # type: ignore[assignment,method-assign]
    try:
        whole = _run(database, one)
    finally:
        Words.render = plain  # type: ignore[method-assign]
    return whole / SERVED, sum(spent) / SERVED


def idle(database: Database, many: int = 1_000) -> list[float]:
    """Microseconds of a tick at which nothing is due."""

    async def ticks() -> list[float]:
        table = _table(database)
        await table.tick()
        await table.tick()
        took = []
        for _ in range(many):
            begun = time.process_time()
            await table.tick()
            took.append((time.process_time() - begun) * 1e6)
        return took

    found = asyncio.run(ticks())
    return [median(found[first : first + many // 5]) for first in range(0, many, many // 5)]


def _run(database: Database, one: Job) -> float:
    """Milliseconds of work for the timetable to run a job."""
    kept = JOBS[one.name]
    timetable.JOBS[one.name] = one
    begun = time.process_time()
    try:
        asyncio.run(_table(database)._run([one.name]))
    finally:
        timetable.JOBS[one.name] = kept
    return (time.process_time() - begun) * 1000


def _table(database: Database) -> Timetable:
    async def nothing() -> None:
        """No letter is sent: that is another benchmark's matter."""

    return Timetable(database, worker="0-bench", sweep=nothing)
