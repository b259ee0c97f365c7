"""A bot under load: its processes, its server, and people enough that nobody has to walk a script twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks import town
from benchmarks.frame import Figure, cores, figure
from benchmarks.load import Crowd, Walker
from benchmarks.processes import Process, running
from benchmarks.scripts import Scripted, people
from benchmarks.stub import Stub


@dataclass(frozen=True)
class Round:
    """What a crowd cost and got: seconds of the bot's processor time, seconds in all, and those each act took."""

    cpu: float
    seconds: float
    took: Sequence[float]

    @property
    def cost(self) -> float:
        """Milliseconds of processor time an update."""
        return self.cpu / len(self.took) * 1000

    @property
    def rate(self) -> float:
        """Updates a second."""
        return len(self.took) / self.seconds

    def __add__(self, other: Round) -> Round:
        return Round(self.cpu + other.cpu, self.seconds + other.seconds, [*self.took, *other.took])


@dataclass
class Subject:
    """A bot with its own server."""

    stub: Stub
    crowd: Crowd
    processes: Sequence[Process]
    met: int = 0

    def fresh(self, scripted: Scripted, count: int) -> list[Walker]:
        """People who have not been there."""
        self.met += count
        return people(scripted, town.chats(self.met - count, count))

    async def walk(self, crowd: Sequence[Walker], *, chats: int, ahead: int = 1, rest_at: int = 1_000_000) -> Round:
        """Let people walk on in their script (to the end, or where they rest), so many at a time."""
        for one in crowd:
            one.rests_at = rest_at
        before = self._cpu()
        return self._round(before, await self.crowd.at_once(crowd, chats=chats, ahead=ahead))

    async def calm(self, crowd: Sequence[Walker], *, rate: float) -> Round:
        """Let people act at random moments, so many acts a second."""
        before = self._cpu()
        return self._round(before, await self.crowd.at_rate(crowd, rate=rate))

    def _cpu(self) -> float:
        return sum(one.cpu for one in self.processes)

    def _round(self, before: float, seconds: float) -> Round:
        return Round(self._cpu() - before, seconds, self.crowd.took)


@asynccontextmanager
async def subject(command: Sequence[str], **settings: str) -> AsyncIterator[Subject]:
    """A bot that runs, on the core of what is measured, with a server of its own."""
    async with Stub() as stub, running(stub, command, cores()[0], **settings) as process:
        yield Subject(stub, Crowd(stub), [process])


def beside(what: str, rounds: Sequence[Round], peers: Sequence[Round], *, of: str, **facts: Any) -> Figure:
    """A figure of one measure (`cost` or `rate`) of several rounds, beside a peer's; its goal is one of the ratio."""
    ours, theirs = ([getattr(one, of) for one in each] for each in (rounds, peers))
    return figure(what, ours, peer_rounds=theirs, unit={"cost": "ms", "rate": "/s"}[of], **{"of": "ratio", **facts})
