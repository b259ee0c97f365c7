"""What happens, as plain numbers in memory: so cheap that every turn can be counted. Knows no exporter and no row.

Numbers are kept by this process alone and begin at nought with it. Labels are codes, never anything that was typed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict

from models.system import clock

Name = tuple[str, ...]  # what is counted, then its labels
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
COUNTS: defaultdict[Name, int] = defaultdict(int)
LATEST: dict[Name, float] = {}  # what was measured last
_SAID: dict[Name, float] = {}
_UNSAID: defaultdict[Name, int] = defaultdict(int)


class Spread:
    """How values spread: how many up to each of BOUNDS and above the last one, and their sum."""

    def __init__(self) -> None:
        self.clear()

    def add(self, value: float) -> None:
        self.sum += value
        self.numbers[bisect_left(BOUNDS, value)] += 1

    def clear(self) -> None:
        self.sum = 0.0
        self.numbers = [0] * (len(BOUNDS) + 1)


TURN_SECONDS = Spread()


def add(*name: str) -> None:
    """Count one more."""
    COUNTS[name] += 1


def note(value: float, *name: str) -> None:
    """Count one more, and remember what was measured of it."""
    COUNTS[name] += 1
    LATEST[name] = value


def to_say(*name: str, every: float = 60.0) -> int:
    """How often something happened since it was last said; 0 while that is less than `every` seconds ago."""
    now = clock.ticks()
    _UNSAID[name] += 1
    if now - _SAID.get(name, -every) < every:
        return 0
    _SAID[name] = now
    return _UNSAID.pop(name)


def forget() -> None:
    """Begin anew (for tests, which share a process)."""
    COUNTS.clear()
    LATEST.clear()
    _SAID.clear()
    _UNSAID.clear()
    TURN_SECONDS.clear()
