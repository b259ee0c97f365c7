"""What every benchmark has in common: a figure with its peer and its goal, rounds, and cores of one's own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import statistics
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured figure: the median of its rounds, `low` and `high` their range, beside a peer of the same run.

    A goal is `most` or `least`, of the figure itself or (`of="ratio"`) of its ratio to the peer.
    """

    what: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    peer: str = ""
    peer_value: float | None = None
    most: float | None = None
    least: float | None = None
    of: Literal["value", "ratio"] = "value"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the peer's figure this is."""
        return self.value / self.peer_value if self.peer_value else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none, or nothing to compare with."""
        measured = self.value if self.of == "value" else self.ratio
        if measured is None or (self.most is None and self.least is None):
            return None
        return (self.most is None or measured <= self.most) and (self.least is None or measured >= self.least)

    @property
    def goal(self) -> str:
        """The goal as people read it: "<= 1.0 x E"."""
        bounds = [(sign, bound) for sign, bound in (("<=", self.most), (">=", self.least)) if bound is not None]
        unit = self.unit if self.of == "value" else f"x {self.peer}"
        return " and ".join(f"{sign} {brief(bound)} {unit}".rstrip() for sign, bound in bounds)

    def record(self) -> dict[str, Any]:
        """The figure as one line of JSON holds it."""
        return {**asdict(self), "ratio": self.ratio, "goal": self.goal, "met": self.met}


def brief(number: float) -> str:
    """Three figures that count, thousands apart: 0.0123, 1.71, 24.3, 3,120."""
    if number == 0 or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}" if abs(number) < 1 else f"{number:.{2 if abs(number) < 10 else 1}f}"


def figure(what: str, rounds: Sequence[float], *, peer_rounds: Sequence[float] = (), **facts: Any) -> Figure:
    """A figure from the rounds of its measurement, and of its peer's."""
    facts |= {"low": min(rounds), "high": max(rounds)} if len(rounds) > 1 else {}
    peer = statistics.median(peer_rounds) if peer_rounds else None
    return Figure(what=what, value=statistics.median(rounds), peer_value=peer, **facts)


def in_turn(rounds: int, **measures: Callable[[], T]) -> dict[str, list[T]]:
    """Run several measurements one after the other, again and again, so that all see the same good and bad minutes."""
    found: dict[str, list[T]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            found[name].append(measure())
    return found


@cache
def cores() -> tuple[int, int]:
    """The core of what is measured, and that of what measures it; the same one where there is only one.

    As it was before this process was pinned to one of them.
    """
    allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    return allowed[0], allowed[-1]


def pin(*kept: int, process: int = 0) -> None:
    """Keep a process (0: this one) on these cores, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process, kept)


def apart(module: str) -> Iterator[Figure | str]:
    """The figures of a benchmark from a process of its own; a string says how it broke."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_measure, args=(module, theirs))
    child.start()
    theirs.close()
    try:
        while (found := ours.recv()) is not None:
            yield found
    except EOFError:
        yield "its process ended early"
    except BaseException:
        if child.pid:
            os.kill(child.pid, signal.SIGINT)  # let it clean up
        raise
    finally:
        child.join()


def _measure(module: str, out: Connection) -> None:
    try:
        for found in import_module(f"benchmarks.{module}").measure():
            out.send(found)
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        out.send(f"{type(error).__name__}: {error}")
    out.send(None)
