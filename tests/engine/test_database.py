"""Units of work on either database: what is handed in late is refused at once, what was taken is finished."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from bot.engine.database import THREADS, Database

SOON = 5.0  # seconds


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """One of a test's own, closed by the test."""
    database = Database(database_url)
    yield database
    database.close()


def nothing(session: Session) -> str:
    return "done"


async def test_what_is_handed_in_after_the_end_is_refused_at_once(database: Database) -> None:
    database.close()
    with pytest.raises(RuntimeError, match="closed"):
        database.submit(nothing)
    with pytest.raises(RuntimeError, match="closed"):
        await database.run(nothing)


def test_what_was_handed_in_before_the_end_is_finished(database: Database) -> None:
    go = threading.Event()
    first = database.submit(lambda session: go.wait(SOON))
    later = [database.submit(nothing) for _ in range(20)]
    closing = threading.Thread(target=database.close)
    closing.start()
    go.set()
    closing.join(SOON)
    assert first.result(SOON) and [one.result(SOON) for one in later] == ["done"] * 20


class Halt(BaseException):
    """What is no ordinary error, as the end of the process or of a test is none."""


def test_a_thread_outlives_whatever_a_unit_of_work_raises(database: Database) -> None:
    def halt(session: Session) -> None:
        raise Halt

    for failing in [database.submit(halt) for _ in range(THREADS)]:
        with pytest.raises(Halt):
            failing.result(SOON)
    assert database.submit(nothing).result(SOON) == "done"
