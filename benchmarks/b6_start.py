"""From the command to the first question for updates, and the memory of a bot that waits and of one with many forms."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import processes, town
from benchmarks.frame import Figure, cores, figure, pin
from benchmarks.processes import running
from benchmarks.scripts import typed
from benchmarks.stub import Stub
from benchmarks.subjects import subject

TITLE = "Start and memory, beside E"
ROUNDS, OPEN, AT_ONCE = 5, 10_000, 64
SETTLED = 5.0  # seconds until a bot has read its vocabulary


def measure() -> Iterator[Figure]:
    """Start and idle memory in rounds, then ten thousand people who begin a form."""
    pin(cores()[1])
    with TemporaryDirectory() as folder:
        url = town.sqlite(Path(folder), factories=OPEN)
        yield from asyncio.run(starts(url))
        yield asyncio.run(dialogs(url))


async def starts(url: str) -> list[Figure]:
    """Nothing compiled anew, the database migrated before: as after a restart."""
    took: dict[str, list[float]] = {"ours": [], "E": []}
    cpu: dict[str, list[float]] = {"ours": [], "E": []}
    idle: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, command in (("ours", processes.OURS), ("E", processes.ECHO)):
            async with Stub() as stub, running(stub, command, cores()[0], DATABASE_URL=url) as process:
                took[name].append(time.perf_counter() - process.began)
                cpu[name].append(process.cpu)
                if name not in idle:
                    await asyncio.sleep(SETTLED)
                    idle[name] = process.rss
    start = figure("start to first getUpdates", took["ours"], peer="E", peer_rounds=took["E"], unit="s", most=1.0)
    work = figure("  processor time of that", cpu["ours"], peer="E", peer_rounds=cpu["E"], unit="s")
    rss, peer = idle["ours"], idle["E"]
    return [start, work, Figure(what="memory when idle", value=rss, unit="MB", peer="E", peer_value=peer, most=90.0)]


async def dialogs(url: str) -> Figure:
    """What is kept in memory of ten thousand people in the middle of a form: nothing should be."""
    async with subject(processes.OURS, DATABASE_URL=url) as bot:
        await asyncio.sleep(SETTLED)
        await bot.walk(bot.fresh(typed, AT_ONCE), chats=AT_ONCE)
        before = bot.processes[0].rss
        await bot.walk(bot.fresh(typed, OPEN - AT_ONCE), chats=AT_ONCE, rest_at=1)
        more = bot.processes[0].rss - before
    return Figure(what=f"memory more with {OPEN:,} open forms", value=more, unit="MB", most=30.0)
