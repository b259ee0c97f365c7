"""A process that was down, and a clock that jumps: what fell due goes once, marked late, and never again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.sandbox.server import Sandbox
from models.oversight import duties
from models.registration.people import Role
from models.system import calendar, clock
from models.system.letters import Delivery, Kind, Letter
from models.system.marks import Lease, Walked
from tests.exchange import people
from tests.faults.watching import count, heard, settled, time_passes, until
from tests.processes import BotProcess
from tests.talk import MONDAY

TUESDAY = MONDAY + timedelta(days=1)  # at nine, when the association's digest falls due
A_LOOK = 1.0  # seconds in which a digest that should not go would be written


@pytest.fixture
def nine(rows: Database) -> Iterator[datetime]:
    """The hour of a digest that has something to say."""
    clock.hold(TUESDAY - timedelta(minutes=5))
    rows.submit(something_waits).result()
    yield TUESDAY
    clock.hold(None)


def something_waits(session: Session) -> None:
    people.offices(session)
    due_at = calendar.add_working_days(clock.now(), 5)
    told: dict[str, Any] = {"number": "T-1", "from": "柯桥一厂"}
    duties.hand(session, "accept_ticket", "need:1", office=Role.ASSOCIATION, due_at=due_at, **told)


@pytest.mark.fault(11)
@pytest.mark.fault(12)
async def test_down_over_nine_and_then_a_clock_that_jumps(
    sandbox: Sandbox, database_url: str, rows: Database, nine: datetime
) -> None:
    officer = sandbox.world.person(people.ASSOCIATION, name="赵审")
    officer.say("/start")
    sandbox.world.updates.pending.clear()
    bot = BotProcess(sandbox, database_url, CLOCK_URL=f"{sandbox.url}/sandbox/clock")
    try:
        for moment, digests in (
            (-5, 0),
            (30, 1),
            (-90, 1),
            (32, 1),
        ):  # minutes from nine; the third life is in the past
            at = nine + timedelta(minutes=moment)
            stand(sandbox, at)
            await bot.start()
            await looked_at_the_timetable(bot, rows, at)
            if digests:
                await until(lambda: heard(officer, "待办 🔴"))
            await settled(rows)
            assert heard(officer, "待办 🔴") == digests
            await bot.end()
            rows.submit(time_passes).result()
    finally:
        await bot.end()
    (digest,) = [message.text for message in officer.messages if message.from_bot]
    assert "迟发，原定 11月24日（周二） 09:00" in digest
    assert count(rows, Letter.kind == Kind.DIGEST) == count(rows, Letter.status == Delivery.SENT) == 1


def stand(sandbox: Sandbox, moment: datetime) -> None:
    """Put the clock of the programme somewhere, while no process looks."""
    now = sandbox.world.clock
    now.offset_seconds = now.reached = int(moment.timestamp() - clock.machine().timestamp())


async def looked_at_the_timetable(bot: BotProcess, rows: Database, at: datetime) -> None:
    """A process holds the timetable's lease and has walked what is due every minute, if that lies ahead."""
    assert bot.child is not None
    await until(lambda: count(rows, Lease.name == "timetable", Lease.holder.startswith(f"{bot.child.pid}-")))  # type: ignore[union-attr]
    await until(lambda: count(rows, Walked.until >= at - timedelta(minutes=1)))
    await asyncio.sleep(A_LOOK)
