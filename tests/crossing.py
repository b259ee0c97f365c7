"""Two processes at work on the same rows: side by side, or one inside the other's unit of work."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.engine.database import Database
from models.base import Refused
from models.system import clock
from tests.talk import MONDAY

Work = Callable[[Session], Any]
OVERLAP = 0.5  # seconds for which a unit of work stays open beside another


@pytest.fixture
def two(database_url: str) -> Iterator[tuple[Database, Database]]:
    """Two processes' worth of database on the same tables."""
    clock.hold(MONDAY)
    with closing(Database(database_url)) as one, closing(Database(database_url)) as other:
        yield one, other
    clock.hold(None)


def at_once(works: Sequence[tuple[Database, Work]], chance: random.Random) -> list[Any]:
    """Run units of work side by side, each after a pause of its own; results, or what they were refused with."""
    barrier = threading.Barrier(len(works))

    def run(database: Database, work: Work, pause: float) -> Any:
        barrier.wait()
        time.sleep(pause)
        try:
            return database.submit(work).result(30)
        except Refused as no:
            return no.code

    with ThreadPoolExecutor(len(works)) as pool:
        pauses = [chance.choice((0, 0, 0.0005, 0.002)) for _ in works]
        futures = [pool.submit(run, *work, pause) for work, pause in zip(works, pauses, strict=True)]
        return [future.result(60) for future in futures]


def crossed(two: tuple[Database, Database], first: Work, second: Work, *, then: Work | None = None) -> tuple[Any, Any]:
    """Begin the second unit of work when the first has done its part and not committed; what each came to.

    `then` is what the first does besides, once the second has had its time.
    """
    done, tried = threading.Event(), threading.Event()

    def ahead(session: Session) -> Any:
        result = first(session)
        session.flush()
        done.set()
        tried.wait(OVERLAP)
        return then(session) if then else result

    def behind(session: Session) -> Any:
        done.wait(10)
        try:
            return second(session)
        finally:
            tried.set()

    one, other = two[0].submit(ahead), two[1].submit(behind)
    return _outcome(one), _outcome(other)


def _outcome(future: Any) -> Any:
    try:
        return future.result(30)
    except Refused as no:
        return no.code
