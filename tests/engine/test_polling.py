"""Of many updates the last are in hand while more are asked for; order, and what is acknowledged, stay as they are."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy.exc import OperationalError

from bot.app import LAST, App
from bot.engine.events import Event
from bot.engine.routes import Outcome
from bot.engine.timetable import LEASE_SECONDS
from models.system.marks import hold_lease
from tests.talk import World

MANY = 100


def happened(number: int, chat: int | None = None) -> Event:
    where = str(number if chat is None else chat)
    return Event("telegram", str(number), where, where, "text", f"第{number}件")


class Scripted:
    """A channel that hands out what it is given, and what was not acknowledged again."""

    def __init__(self) -> None:
        self.pending: list[Event] = []
        self.asked: list[list[int]] = []
        self.offset = 0

    async def fetch(self, *, seconds: int, besides: Collection[Event] = ()) -> list[Event]:
        in_hand = {event.event_id for event in besides}
        self.asked.append(sorted(map(int, in_hand)))
        while not (due := [event for event in self.pending if int(event.event_id) >= self.offset]):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0)
        self.given = int(due[:MANY][-1].event_id) + 1
        return [event for event in due[:MANY] if event.event_id not in in_hand]

    def handled(self, *, besides: Collection[Event] = ()) -> None:
        self.offset = min((int(event.event_id) for event in besides), default=self.given)


class Turns:
    """What became of each event, in order; some are made to wait, or fail the first time."""

    def __init__(self, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.held: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self.waits: Collection[int] = ()
        self.fails: set[int] = set()
        monkeypatch.setattr(app, "_turn", self.turn)
        monkeypatch.setattr(app.flood, "admits", lambda actor: True)

    async def turn(self, event: Event) -> Outcome:
        number = int(event.event_id)
        self.begun.append(number)
        if number in self.waits:
            await self.held[number].wait()
        if number in self.fails:
            self.fails.remove(number)
            raise OperationalError("", {}, Exception("gone"))
        self.done.append(number)
        return Outcome()


async def until(met: object, timeout: float = 20.0) -> None:
    async with asyncio.timeout(timeout):
        while not met():  # type: ignore[operator]
            await asyncio.sleep(0.01)


@pytest.fixture
def channel() -> Scripted:
    return Scripted()


@pytest.fixture
def turns(world: World, monkeypatch: pytest.MonkeyPatch) -> Turns:
    return Turns(world.app, monkeypatch)


@asynccontextmanager
async def polling(world: World, channel: Scripted, events: Sequence[Event]) -> AsyncIterator[None]:
    channel.pending = list(events)
    poller = asyncio.create_task(world.app.poll(channel))  # type: ignore[arg-type]
    try:
        yield
    finally:
        poller.cancel()
        with suppress(asyncio.CancelledError):
            await poller


async def test_while_the_last_are_in_hand_more_are_asked_for(world: World, channel: Scripted, turns: Turns) -> None:
    tail = range(MANY - LAST, MANY)
    turns.waits = tail
    async with polling(world, channel, [happened(n) for n in range(MANY)]):
        await until(lambda: len(channel.asked) == 2)
        assert channel.asked == [[], [*tail]]
        assert channel.offset == tail[0], "what is in hand is not acknowledged"
        channel.pending.append(happened(MANY, chat=tail[-1]))
        await asyncio.sleep(0.05)
        assert MANY not in turns.begun, "a chat keeps its order"
        for number in tail:
            turns.held[number].set()
        await until(lambda: channel.offset == MANY + 1)
    assert sorted(turns.done) == [*range(MANY + 1)]
    assert turns.done[-1] == MANY


async def test_a_few_are_waited_for(world: World, channel: Scripted, turns: Turns) -> None:
    turns.waits = [1]
    async with polling(world, channel, [happened(n) for n in range(3)]):
        await until(lambda: len(turns.done) == 2)
        await asyncio.sleep(0.05)
        assert (channel.asked, channel.offset) == ([[]], 0)
        turns.held[1].set()
        await until(lambda: channel.offset == 3)


async def test_a_chat_with_an_early_event_is_waited_for(world: World, channel: Scripted, turns: Turns) -> None:
    turns.waits = [MANY - 1]
    events = [happened(n) for n in range(MANY - 1)]
    async with polling(world, channel, [*events, happened(MANY - 1, chat=0)]):
        await until(lambda: len(turns.done) == MANY - 1)
        await asyncio.sleep(0.05)
        assert channel.offset == 0
        turns.held[MANY - 1].set()
        await until(lambda: channel.offset == MANY)


async def test_what_fails_among_the_last_comes_again(world: World, channel: Scripted, turns: Turns) -> None:
    broken = MANY - 5
    turns.fails = {broken}
    async with polling(world, channel, [happened(n) for n in range(MANY)]):
        await until(lambda: channel.offset == MANY)
    assert turns.done.count(broken) == 1
    assert set(turns.done) == {*range(MANY)}


async def test_what_a_process_of_the_same_number_held_is_free_at_once(world: World) -> None:
    """In a container every process has the number of the one before."""
    before = f"{os.getpid()}-0123abcd"
    await world.run(lambda session: hold_lease(session, "poller", holder=before, seconds=LEASE_SECONDS))
    await world.app.take_over()
    mine = await world.run(lambda s: hold_lease(s, "poller", holder=world.app.worker, seconds=LEASE_SECONDS))
    assert mine == world.app.database.embedded, "an embedded database has one process"
