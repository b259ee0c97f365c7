"""The one place that begins and commits. A unit of work is a plain function of a Session, run off the loop.

SQLite has one writer thread, and work that waits together shares a commit; PostgreSQL has a few threads.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from models.system.opening import open_engine
from models.system.outages import first, raced

T = TypeVar("T")
Work = Callable[[Session], T]
AnyFuture = Future[Any] | asyncio.Future[Any]
Waiting = tuple[Work[Any], AnyFuture]
SHARED = 64  # units of work that may share one commit
THREADS = 8  # units of work side by side, where the database can do that


class Database:
    """Runs units of work, each all or nothing."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self.embedded = self.engine.dialect.name == "sqlite"
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._door, self._closed = threading.Lock(), False  # so that nothing is put behind the end
        self._together_at_most, threads = (SHARED, 1) if self.embedded else (1, THREADS)
        self._threads = [threading.Thread(target=self._work, name=f"turn {n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Work[T]) -> T:
        """Run one unit of work and return its result once it is committed."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._take(work, future)
        return await future

    def submit(self, work: Work[T]) -> Future[T]:
        """The same for callers without a loop."""
        future: Future[T] = Future()
        self._take(work, future)
        return future

    def _take(self, work: Work[Any], future: AnyFuture) -> None:
        with self._door:
            if self._closed:
                raise RuntimeError("the database is closed and takes no more work")
            self._queue.put((work, future))

    def close(self) -> None:
        """Finish what waits, then let go of the database."""
        with self._door:
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self.engine.dispose()

    def _alone(self, work: Work[T]) -> T:
        for again in (True, False):
            try:
                return _finished(work, Session(self.engine, expire_on_commit=False))
            except Exception as error:
                if not (again and raced(error)):
                    raise
        raise AssertionError("unreachable")

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            while len(batch) < self._together_at_most and not self._queue.empty():
                if (more := self._queue.get()) is None:
                    self._queue.put(None)
                    break
                batch.append(more)
            self._together([one for one in batch if not one[1].cancelled()])

    def _together(self, batch: list[Waiting]) -> None:
        """Run a batch under one commit; a unit that fails leaves no trace, a commit that fails fails them all."""
        results: list[tuple[Any, BaseException | None]] = []
        try:
            if len(batch) == 1:
                results = [(self._alone(batch[0][0]), None)]
            else:
                with self.engine.connect() as connection, connection.begin():
                    results = [_within(connection, work) for work, _ in batch]
        except BaseException as error:  # whoever waits is to hear of it, and the thread goes on
            results = [(None, error)] * len(batch)
        _tell([(future, *result) for (_, future), result in zip(batch, results, strict=True)])


def _tell(told: Iterable[tuple[AnyFuture, Any, BaseException | None]]) -> None:
    """What became of each unit; a loop is woken once for all that wait in it."""
    waiting: dict[asyncio.AbstractEventLoop | None, list[Any]] = defaultdict(list)
    for one in told:
        waiting[one[0].get_loop() if isinstance(one[0], asyncio.Future) else None].append(one)
    for loop, ours in waiting.items():
        with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
            loop.call_soon_threadsafe(_settle, ours) if loop else _settle(ours)


def _settle(told: Iterable[tuple[AnyFuture, Any, BaseException | None]]) -> None:
    for future, result, failure in told:
        if not future.done():
            future.set_result(result) if failure is None else future.set_exception(failure)


def _finished(work: Work[T], session: Session) -> T:
    with session:
        result = work(session)
        session.commit()
        return result


def _within(connection: Connection, work: Work[T]) -> tuple[T | None, BaseException | None]:
    """Run one unit of several; its own commit only lets go of its savepoint."""
    try:
        session = Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        return _finished(work, session), None
    except Exception as error:
        if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
            return None, error
        raise first(error) from None  # a full disk has undone the others' work with it, and their savepoints
