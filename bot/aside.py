"""Heavy work in a process of its own, which ends when ours does. Knows no work; light, for that process imports it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

T = TypeVar("T")


class Aside:
    """Heavy work goes to one process of its own, started when first needed, and anew when it has died."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, function: Callable[..., T], *values: Any) -> T:
        """The result of a function that is found by its name, with values that can be pickled."""
        if self._pool is None:
            # A forked child would keep our sockets open after we close them, so that the other end never learns of it.
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_with_us)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, function, *values)
        except BrokenProcessPool:
            self._pool = None
            raise

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


def end_with_us() -> None:
    """In the other process: end as soon as ours is no more, though it was killed and could not say so."""
    ours = parent_process()
    assert ours is not None

    def wait() -> None:
        ours.join()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
