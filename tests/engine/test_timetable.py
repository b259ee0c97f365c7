"""Jobs by the clock: in order, once, after absences too; calls within the budget."""

from __future__ import annotations

import gc
import os
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.engine import timetable
from models.system import calendar, clock, matter
from models.system.accounts import Person
from models.system.letters import Delivery, Kind, Letter, tell
from tests.engine.lab import lab as lab
from tests.talk import MONDAY, Human, World

RAN: list[tuple[str, datetime]] = []


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only these jobs: a digest at nine on working days, a sweep every half hour, and the held letters."""
    monkeypatch.setattr(timetable, "JOBS", {"held_letters": timetable.JOBS["held_letters"]})
    RAN.clear()

    def everybody(session: Session, now: datetime) -> Iterable[int]:
        return list(session.scalars(select(Person.id)))

    @timetable.job("digest", "0 9 * * mon-fri", find=everybody)
    def digest(session: Session, person_id: int, now: datetime) -> None:
        RAN.append(("digest", now))
        once = f"digest:{person_id}:{calendar.local_day(now)}"
        tell(session, session.get_one(Person, person_id), "small_done", kind=Kind.DIGEST, once=once, word="简报")

    @timetable.job("sweep", "*/30 * * * *", find=everybody)
    def sweep(session: Session, person_id: int, now: datetime) -> None:
        RAN.append(("sweep", now))

    yield


@pytest.fixture
async def someone(world: World, lab: None, jobs: None) -> Human:
    someone = world.human(1, "王工")
    await someone.talk(("/start", "?同意并开始"), ("[同意并开始]",))
    await world.app.timetable.tick()
    RAN.clear()
    return someone


def digests(human: Human) -> int:
    return sum(message.text == "收到：简报" for message in human.phone.messages)


async def test_a_moved_clock_passes_every_job_in_order(someone: Human, world: World) -> None:
    await world.pass_time(days=1, hours=0.5)
    assert [name for name, _ in RAN].count("digest") == 1
    assert [moment for _, moment in RAN] == sorted(moment for _, moment in RAN)
    assert [moment for name, moment in RAN if name == "digest"] == [MONDAY + timedelta(days=1)]
    assert digests(someone) == 1


async def test_12_a_digest_missed_is_sent_once_when_the_process_is_back(someone: Human, world: World) -> None:
    clock.hold(MONDAY + timedelta(days=1, minutes=30))
    await world.app.timetable.tick()
    await world.app.timetable.tick()
    await world.work()
    assert digests(someone) == 1


async def test_two_days_down_each_job_runs_once(someone: Human, world: World) -> None:
    clock.hold(MONDAY + timedelta(days=2, hours=3))
    await world.app.timetable.tick()
    assert sorted(name for name, _ in RAN) == ["digest", "sweep"]


@pytest.mark.fault(11)
async def test_11_a_clock_that_jumps_brings_nothing_twice(someone: Human, world: World) -> None:
    for hours in (26, 24, 26, 22, 27):
        clock.hold(MONDAY + timedelta(hours=hours))
        await world.app.timetable.tick()
    await world.work()
    assert digests(someone) == 1


async def test_only_the_holder_of_the_lease_walks(someone: Human, world: World) -> None:
    other = timetable.Timetable(world.app.database, worker="another", sweep=world.app.outbox.sweep)
    clock.hold(MONDAY + timedelta(days=1))
    assert await other.tick() == 0
    assert await world.app.timetable.tick() == 3


async def call(world: World, word: str) -> None:
    def say(session: Session, key: int, now: datetime) -> None:
        tell(session, session.get_one(Person, key), "small_done", kind=Kind.CALL, subject=f"matter:{word}", word=word)

    one = timetable.Job("call", "0 0 * * *", lambda session, now: [1], say)
    await world.run(lambda session: timetable.serve(session, one, [1]))
    await world.work()


def heard(human: Human, word: str) -> bool:
    return any(f"收到：{word}" in message.text for message in human.phone.messages)


async def test_one_call_a_day_the_rest_together_next_morning(someone: Human, world: World) -> None:
    clock.hold(MONDAY + timedelta(hours=1))
    for word in ("甲", "乙", "丙"):
        await call(world, word)
    assert heard(someone, "甲")
    assert not heard(someone, "乙")
    await world.next_morning()
    assert "您有 2 件事在等" in someone.phone.messages[-1].text
    await someone.talk(("[看第1件]", "收到：乙", "?按我"))


async def test_quiet_hours_wait_for_the_morning(someone: Human, world: World) -> None:
    clock.hold(MONDAY.replace(hour=21))
    await call(world, "夜里的事")
    assert not heard(someone, "夜里的事")
    await world.pass_time(to=MONDAY + timedelta(days=1))
    assert heard(someone, "夜里的事")


async def test_somebody_in_the_chat_hears_at_once(someone: Human, world: World) -> None:
    for word in ("甲", "乙"):
        await call(world, word)
    assert heard(someone, "甲")
    assert heard(someone, "乙")


async def test_three_calls_a_week(someone: Human, world: World) -> None:
    for day in range(5):
        clock.hold(MONDAY + timedelta(days=day, hours=1))
        await call(world, f"第{day}天")
    sent = [day for day in range(5) if heard(someone, f"第{day}天")]
    assert sent == [0, 1, 2]


async def test_a_settled_matter_is_not_called_about(someone: Human, world: World) -> None:
    from models.system.letters import hush

    clock.hold(MONDAY.replace(hour=21))
    await call(world, "作废的事")
    await world.run(lambda session: hush(session, "matter:作废的事"))
    await world.pass_time(to=MONDAY + timedelta(days=1, hours=1))
    assert not heard(someone, "作废的事")
    letters = await world.run(lambda session: session.scalars(select(Letter).order_by(Letter.id)).all())
    assert Delivery.DROPPED in {letter.status for letter in letters}


def doubled_elsewhere(matter: int) -> tuple[int, int]:
    """What is thought out, and in which process."""
    if matter < 0:
        raise ValueError("cannot be thought out")
    return matter * 2, os.getpid()


async def test_what_takes_long_is_thought_out_in_another_process(someone: Human, world: World) -> None:
    acted: list[tuple[int, tuple[int, int]]] = []

    @timetable.job(
        "ponder",
        "* * * * *",
        find=lambda session, now: [-1, 0, 21],
        ponder=lambda session, key, now: key or None,
        think=doubled_elsewhere,
    )
    def ponder(session: Session, key: int, now: datetime, thought: tuple[int, int]) -> None:
        acted.append((key, thought))

    await world.app.timetable.tick()
    clock.hold(MONDAY + timedelta(minutes=2))
    await world.app.timetable.tick()
    ((key, (doubled, process)),) = acted
    assert (key, doubled) == (21, 42), "nothing to ponder is left alone, and what breaks holds up nobody else"
    assert process != os.getpid()


async def test_no_rubbish_is_looked_for_while_the_rows_to_think_over_are_there(
    someone: Human, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeping: list[bool] = []
    rows: list[weakref.ref[Person]] = []
    left: list[Person | None] = []

    @contextmanager
    def watched() -> Iterator[None]:
        with matter.unswept():
            yield
            left.extend(row() for row in rows)

    def read(session: Session, key: int, now: datetime) -> list[str]:
        people = session.scalars(select(Person)).all()
        sweeping.append(gc.isenabled())
        rows.extend(map(weakref.ref, people))
        return [person.language for person in people]

    monkeypatch.setattr(timetable, "unswept", watched)
    job = timetable.job("ponder", "* * * * *", find=lambda session, now: [1], ponder=read, think=len)
    job(lambda session, key, now, number: None)
    await world.app.timetable.tick()
    clock.hold(MONDAY + timedelta(minutes=2))
    await world.app.timetable.tick()
    assert sweeping == [False]
    assert left
    assert set(left) == {None}
    assert gc.isenabled()


async def test_a_call_beyond_the_budget_is_looked_at_again_next_morning(someone: Human, world: World) -> None:
    clock.hold(MONDAY + timedelta(hours=1))
    for word in ("甲", "乙"):
        await call(world, word)
    await world.pass_time(hours=1)
    assert await world.run(lambda session: list(timetable.JOBS["held_letters"].find(session, clock.now()))) == []
    held = await world.run(
        lambda session: session.scalars(select(Letter.due_at).where(Letter.status == Delivery.HELD)).one()
    )
    assert held == calendar.opening(MONDAY + timedelta(days=1))
    await world.next_morning()
    assert heard(someone, "乙")


async def test_a_walk_makes_no_stop_of_its_own_at_night_for_what_comes_in_every_hour(
    someone: Human, world: World
) -> None:
    await world.pass_time(to=MONDAY + timedelta(days=1, minutes=40))
    swept = [moment for name, moment in RAN if name == "sweep"]
    assert [moment for moment in swept if calendar.is_quiet(moment)] == []
    assert MONDAY + timedelta(hours=8, minutes=30) in swept and swept[-1] == MONDAY + timedelta(days=1, minutes=40)
