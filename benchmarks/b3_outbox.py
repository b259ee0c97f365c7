"""Letters on their way out: how many a second to a server next door, how close to the allowed pace, who waits."""

from __future__ import annotations

import asyncio
import selectors
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from benchmarks import processes, town
from benchmarks.frame import Figure, cores, figure, pin
from benchmarks.load import percentile
from benchmarks.processes import running
from benchmarks.scripts import typed
from benchmarks.stub import Stub
from benchmarks.subjects import subject
from bot.engine.database import Database, Work
from bot.engine.events import Capabilities, Event, Parcel, Receipt
from bot.engine.outbox import Outbox
from models.system import clock

TITLE = "Letters on their way out, beside the stock library's Bot sending eight at a time"
T = TypeVar("T")
ROUNDS, DRAINED = 3, 3_000
PHYSICAL, PACED = 29.94, 10_000  # letters a second that Telegram lets through; digests of one morning
TRIP, REPLIES = 0.05, 2.0  # seconds of a simulated round trip; replies a second beside the digests
TALKERS, CALM, CALM_RATE, BULK = 200, 60, 40.0, 3_000


def measure() -> Iterator[Figure]:
    """The drain, the pace on a simulated clock, and a reply's wait while bulk goes out."""
    pin(cores()[1])
    yield from asyncio.run(drain())
    yield from paced()
    yield from asyncio.run(overtaking())


async def drain() -> list[Figure]:
    """Claimed, sent and marked, from an embedded database, without any pace; the start of the process left out."""
    ours, peer = [], []
    for _ in range(ROUNDS):
        with TemporaryDirectory() as folder:
            url = town.sqlite(Path(folder), factories=DRAINED, incubators=1, needs=1)
            town.post_digests(url, DRAINED)
            command = (sys.executable, "-m", "benchmarks.drain", str(DRAINED))
            ours.append(await _rate(command, DATABASE_URL=url))
        peer.append(await _rate((*processes.ECHO, str(DRAINED))))
    return [figure("letters a second", ours, unit="/s", peer="Bot", peer_rounds=peer, least=3_000.0)]


async def _rate(command: tuple[str, ...], **settings: str) -> float:
    """Messages a second between the first and the last that reach the server."""
    moments: list[float] = []
    async with Stub() as stub:
        stub.sent = lambda chat, given, message: moments.append(time.perf_counter())
        async with running(stub, command, cores()[0], **settings, BOT_MODE="none"):
            while len(moments) < DRAINED:
                await asyncio.sleep(0.01)
    return (len(moments) - 1) / (moments[-1] - moments[0])


def paced() -> Iterator[Figure]:
    """A morning's digests at the pace of a running bot, on a simulated clock, alone and with replies beside them."""
    alone, _ = simulated(replies=0.0)
    most = 1.05 * PACED / PHYSICAL
    yield Figure(
        what=f"{PACED:,} digests, simulated", value=alone, unit="s", most=most, note=f"{PHYSICAL:.0f}/s at best"
    )
    both, waits = simulated(replies=REPLIES)
    count = PACED + len(waits)
    what = f"the same with {len(waits)} replies beside them"
    yield Figure(what=what, value=both, unit="s", most=1.05 * count / PHYSICAL)
    p99 = percentile(waits, 0.99)
    yield Figure(
        what="  a reply then, p99", value=p99, unit="ms", peer="alone", peer_value=TRIP * 1000, most=2.0, of="ratio"
    )


def simulated(*, replies: float) -> tuple[float, list[float]]:
    """How long the digests took, and how long each reply did, in simulated seconds."""
    loop, ticks = Simulated(), clock.ticks
    clock.ticks = loop.time
    try:
        with TemporaryDirectory() as folder:
            url = town.sqlite(Path(folder), factories=PACED, incubators=1, needs=1)
            town.post_digests(url, PACED)
            return loop.run_until_complete(_morning(url, replies))
    finally:
        clock.ticks = ticks
        loop.close()


async def _morning(url: str, replies: float) -> tuple[float, list[float]]:
    database, channel = AtOnce(url), Distant()
    outbox = Outbox(database, [channel], worker="w", enclose=_nothing)
    dice, waits, began = Random(7), [], clock.ticks()
    task = asyncio.ensure_future(_talk(outbox, dice, replies)) if replies else None
    while channel.digests < PACED:
        claimed = await outbox.sweep()
        await (outbox.room(within=1.0) if claimed else asyncio.sleep(1.0))
    took = clock.ticks() - began
    if task:
        task.cancel()
    await outbox.drain()
    database.close()
    waits = [at - channel.posted[number] for number, at in channel.arrived.items()]
    return took, waits


async def _talk(outbox: Outbox, dice: Random, rate: float) -> None:
    """Replies that nobody planned, each known by the moment it was said."""
    channel: Any = outbox.channels["telegram"]
    number = -1
    while True:
        await asyncio.sleep(dice.expovariate(rate))
        channel.posted[number] = clock.ticks()
        chat = str(town.FIRST_CHAT + PACED - number)
        outbox.post([Parcel(number, 1, "telegram", chat, "reply", "好", paced=False)])
        number -= 1


async def _nothing(one: Parcel, can: Capabilities) -> tuple[Parcel, None]:
    return one, None


class Distant:
    """A channel where everything arrives after one round trip; counts digests and times replies."""

    name = "telegram"
    can = Capabilities()

    def __init__(self) -> None:
        self.digests = 0
        self.posted: dict[int, float] = {}
        self.arrived: dict[int, float] = {}

    async def send(self, parcel: Parcel, picture: bytes | None) -> Receipt:
        await asyncio.sleep(TRIP)
        if parcel.letter_id < 0:
            self.arrived[parcel.letter_id] = clock.ticks()
        else:
            self.digests += 1
        return Receipt("1")

    async def answer(self, event: Event, toast: str | None, *, alert: bool) -> None:
        raise AssertionError("nobody taps here")


class AtOnce(Database):
    """Work is done while simulated time stands still."""

    async def run(self, work: Work[T]) -> T:
        return self.submit(work).result()


class Simulated(asyncio.SelectorEventLoop):
    """A loop in which waiting takes no time: when nothing is ready, its clock jumps to what comes next."""

    def __init__(self) -> None:
        super().__init__(_Jumping(self))
        self.now = 1_000.0  # seconds since the machine started, say

    def time(self) -> float:
        return self.now


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: Simulated) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self._loop.now += timeout
        return ready


async def overtaking() -> list[Figure]:
    """The real bot at its real pace: how long a step takes to be answered while digests go out, and without."""
    took: dict[bool, list[float]] = {}
    for bulk in (False, True):
        with TemporaryDirectory() as folder:
            url = town.sqlite(Path(folder), factories=BULK + TALKERS)
            if bulk:
                town.post_digests(url, BULK, after=TALKERS)
            async with subject(processes.OURS, DATABASE_URL=url) as bot:
                await bot.walk(bot.fresh(typed, 20), chats=8)
                took[bulk] = list((await bot.calm(bot.fresh(typed, CALM), rate=CALM_RATE)).took)
                assert bool(bot.crowd.others) is bulk, "digests should go out in one run only"
    p99, alone = percentile(took[True], 0.99), percentile(took[False], 0.99)
    what = "a step's answer under bulk, p99"
    return [Figure(what=what, value=p99, unit="ms", peer="no bulk", peer_value=alone, most=2.0, of="ratio")]
