"""The same done for many things by several processes at once, in the order of one. Knows no work.

The processes are forked: what the work looks at, an index of offers, is shared with them as it stands and sent nowhere.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

from bot.aside import end_with_us

FEW = 300  # things that one process has done before others are of use
TOGETHER = 25  # things handed out at once
AHEAD = 3  # shares handed out to each process, so that it never waits and little waits for being taken

Given = TypeVar("Given")
Done = TypeVar("Done")


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1  # elsewhere forking is not safe


def spread(
    act: Callable[[Given], Done], given: Sequence[Given], *, lost: Callable[[], object] | None = None
) -> Iterator[Done]:
    """What `act` makes of each thing given, in their order; what it makes must be picklable.

    Few things are done by this process alone. When another one dies, `lost` is called, and this one does the rest.
    """
    hands, done = cores(), 0
    if hands > 1 and len(given) >= FEW:
        try:
            for share in _shared(act, given, hands):
                yield from share
                done += len(share)
        except BrokenProcessPool:
            if lost:
                lost()
    yield from map(act, given[done:])


def _shared(act: Callable[[Given], Done], given: Sequence[Given], hands: int) -> Iterator[list[Done]]:
    gc.freeze()  # else the first search for rubbish would copy every page that is shared
    pool = ProcessPoolExecutor(hands, get_context("fork"), _begin, (act, given))
    try:
        shares = (pool.submit(_do, start) for start in range(0, len(given), TOGETHER))
        waiting: deque[Future[list[Done]]] = deque(islice(shares, hands * AHEAD))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(islice(shares, 1))
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()


_work: tuple[Callable[[Any], Any], Sequence[Any]]


def _begin(act: Callable[[Any], Any], given: Sequence[Any]) -> None:
    """In another process: what it was forked to do; it ends with ours, which alone hears Ctrl-C."""
    global _work
    _work = act, given
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_us()


def _do(start: int) -> list[Any]:
    act, given = _work
    return [act(one) for one in given[start : start + TOGETHER]]
