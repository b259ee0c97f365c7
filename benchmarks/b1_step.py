"""The real bot, as its own process on a core of its own, beside two echo bots that keep nothing.

Measured is the mean update of a whole `/need`: taken in, told apart from repeats, parsed and checked, stored with its
letter in one commit that is on the disk (SQLite, `synchronous=FULL`), and answered. An echo only answers. One of the
eight updates is a trouble in free words, which is understood and compared with 200 others; so the mean of the five that
answer a question is given apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import processes, town
from benchmarks.frame import Figure, cores, pin
from benchmarks.load import middle, percentile
from benchmarks.scripts import BEGUN, Scripted, echoed, tapped, typed
from benchmarks.subjects import Round, Subject, beside, subject

TITLE = "One durable step of /need, beside echo bots (E: the stock one of python-telegram-bot)"
ROUNDS, CROWD, WARM, AT_ONCE = 5, 48, 48, 64  # rounds; people in each, and before the first; chats at a time
FAR, FAR_AT_ONCE, FAR_CROWD = 0.05, 128, 192  # seconds of a round trip; chats at a time and people then
CALM = 60  # people at half load
FACTORIES = 3 * WARM + 2 * ROUNDS * CROWD + CALM + 2 * FAR_CROWD
Bots = tuple[Subject, Subject, Subject | None]


def measure() -> Iterator[Figure]:
    """Processor time and rate in rounds, then times at half load, then far away."""
    pin(cores()[1])
    yield from asyncio.run(_measure())


async def _measure() -> list[Figure]:
    async with _bots() as bots:
        ours, echo, _ = bots
        found = await crowded(*bots)
        found += await calm(ours, echo)
        rss, peer = ours.processes[0].rss, echo.processes[0].rss
        found.append(Figure(what="memory after all this", value=rss, unit="MB", peer="E", peer_value=peer))
        return found + await far(ours, echo)


@asynccontextmanager
async def _bots() -> AsyncIterator[Bots]:
    """Ours, E and aiogram's, if that can be had; all up, and all but the measured one asleep."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        url = town.sqlite(Path(folder), factories=FACTORIES)
        ours = await stack.enter_async_context(subject(processes.OURS, DATABASE_URL=url))
        echo = await stack.enter_async_context(subject(processes.ECHO))
        command = processes.aiogram()
        yield ours, echo, await stack.enter_async_context(subject(command)) if command else None


async def crowded(ours: Subject, echo: Subject, other: Subject | None) -> list[Figure]:
    """Processor time and rate while as many wait as a bot likes to take together."""
    plans: dict[str, tuple[Subject, Scripted]] = {"typed": (ours, typed), "tapped": (ours, tapped), "E": (echo, echoed)}
    plans |= {"aiogram": (other, echoed)} if other else {}
    for bot, scripted in plans.values():
        await bot.walk(bot.fresh(scripted, WARM), chats=AT_ONCE)
    whole: dict[str, list[Round]] = {name: [] for name in plans}
    asked: dict[str, list[Round]] = {name: [] for name in plans}
    for _ in range(ROUNDS):
        for name, (bot, scripted) in plans.items():
            crowd = bot.fresh(scripted, CROWD)
            begun = await bot.walk(crowd, chats=AT_ONCE, rest_at=BEGUN)
            asked[name].append(await bot.walk(crowd, chats=AT_ONCE))
            whole[name].append(begun + asked[name][-1])
    cost: dict[str, Any] = {"of": "cost", "peer": "E"}
    found = [
        beside("processor time, a step of the whole form", whole["typed"], whole["E"], most=1.0, **cost),
        beside("processor time, a question answered", asked["typed"], asked["E"], most=1.0, **cost),
        beside("  the second goal", asked["typed"], asked["E"], most=0.6, **cost),
        beside("processor time, a step with buttons", whole["tapped"], whole["E"], most=1.0, **cost),
        beside("updates a second", whole["typed"], whole["E"], of="rate", peer="E", least=1.0),
    ]
    if other is None:
        note = "aiogram could not be installed into var/aiogram, so it is missing here"
        return [*found, Figure(what="peers", value=1, note=note)]
    facts = {"peer": "aiogram"}
    found.append(
        beside("processor time, a step of the whole form", whole["typed"], whole["aiogram"], of="cost", **facts)
    )
    return [*found, beside("updates a second", whole["typed"], whole["aiogram"], of="rate", **facts)]


async def calm(ours: Subject, echo: Subject) -> list[Figure]:
    """How long an answer takes when acts come at random moments, half as many as each bot can take."""
    took = {}
    for name, bot, scripted in (("ours", ours, typed), ("E", echo, echoed)):
        full = await bot.walk(bot.fresh(scripted, WARM), chats=AT_ONCE)
        took[name] = (await bot.calm(bot.fresh(scripted, CALM), rate=full.rate / 2)).took
    mine, theirs = took["ours"], took["E"]
    p50 = {"value": middle(mine), "peer_value": middle(theirs), "most": 5.0}
    p99 = {"value": percentile(mine, 0.99), "peer_value": percentile(theirs, 0.99), "most": 25.0}
    parts: tuple[tuple[str, dict[str, Any]], ...] = (("p50", p50), ("p99", p99))
    return [Figure(what=f"answer at half load, {name}", unit="ms", peer="E", **part) for name, part in parts]


async def far(ours: Subject, echo: Subject) -> list[Figure]:
    """How much gets through when the server is far away; also with two acts of a chat under way, answered in order."""
    ours.stub.delay = echo.stub.delay = FAR
    one = await ours.walk(ours.fresh(typed, FAR_CROWD), chats=FAR_AT_ONCE)
    two = await ours.walk(ours.fresh(typed, FAR_CROWD), chats=FAR_AT_ONCE, ahead=2)
    peer = await echo.walk(echo.fresh(echoed, 6), chats=6)
    facts: dict[str, Any] = {"of": "rate", "peer": "E", "least": 500.0}
    each, pairs = (beside(what, [got], [peer], **facts) for what, got in (("one", one), ("two", two)))
    said = f"updates a second at {FAR * 1000:.0f} ms round trip"
    return [replace(each, what=said, of="value"), replace(pairs, what=f"{said}, typing ahead", of="value")]
