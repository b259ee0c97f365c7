"""Waking whoever waits: a signal for long polls, a stream for the page. Safe to trigger from another thread."""

import asyncio
from collections.abc import Callable
from typing import Any


class Signal:
    """Wakes all who wait; holds no state of its own, so a waiter re-checks its condition."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wake everybody who waits now."""
        for future in tuple(self._waiting):
            _on_its_loop(future, lambda future=future: future.done() or future.set_result(None))  # type: ignore[misc]

    async def wait(self, seconds: float) -> bool:
        """True when woken, False when the time is over."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            done, _ = await asyncio.wait({future}, timeout=max(seconds, 0))
            return bool(done)
        finally:
            self._waiting.discard(future)
            future.cancel()


def _on_its_loop(future: asyncio.Future[None], act: Callable[[], Any]) -> None:
    loop = future.get_loop()
    try:
        here: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    if here is loop:
        act()
    elif not loop.is_closed():
        loop.call_soon_threadsafe(act)


class Stream:
    """What happens, told to every open page, in order."""

    def __init__(self) -> None:
        self._readers: set[asyncio.Queue[tuple[str, Any]]] = set()

    @property
    def watched(self) -> bool:
        """Is a page open? If not, nobody needs the views computed."""
        return bool(self._readers)

    def open(self) -> asyncio.Queue[tuple[str, Any]]:
        queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue(maxsize=5000)
        self._readers.add(queue)
        return queue

    def close(self, queue: asyncio.Queue[tuple[str, Any]]) -> None:
        self._readers.discard(queue)

    def publish(self, event: str, data: Any) -> None:
        """A reader too slow to keep up is told to start over."""
        for queue in tuple(self._readers):
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(("restart", None))
            else:
                queue.put_nowait((event, data))
