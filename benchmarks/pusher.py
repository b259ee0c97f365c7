"""Telegram's side of webhooks: each update goes to the next process in turn, and is done with when it says 200."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import cycle

import orjson

from benchmarks.stub import Stub, Update

SECRET = "benchmark-secret-0123456789"
CONNECTIONS = 16  # to each process
PATIENCE = 60.0
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Pusher:
    """A plain round-robin over processes that listen at these ports."""

    def __init__(self, stub: Stub, ports: Sequence[int]) -> None:
        self.stub, self.ports = stub, ports
        self.refused: list[bytes] = []
        self._free: list[asyncio.Queue[Connection]] = [asyncio.Queue() for _ in ports]
        self._next = cycle(range(len(ports)))
        self._under_way: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Connect to every process, as soon as it listens."""
        until = time.monotonic() + PATIENCE
        for port, free in zip(self.ports, self._free, strict=True):
            while free.qsize() < CONNECTIONS:
                try:
                    free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
                except OSError:
                    assert time.monotonic() < until, f"nobody listens at {port}"
                    await asyncio.sleep(0.05)

    async def close(self) -> None:
        """Let go of the processes."""
        for free in self._free:
            while not free.empty():
                free.get_nowait()[1].close()

    def put(self, update: Update) -> None:
        """Send an update off."""
        task = asyncio.create_task(self._post(next(self._next), orjson.dumps(self.stub.numbered(update))))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _post(self, process: int, body: bytes) -> None:
        head = f"POST /telegram HTTP/1.1\r\nHost: b\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
        request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        reader, writer = await self._free[process].get()
        try:
            answer = await _exchange(reader, writer, request)
        except (asyncio.IncompleteReadError, ConnectionError):  # it was left idle for too long
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[process])
            answer = await _exchange(reader, writer, request)
        if not answer.startswith(b"HTTP/1.1 200"):
            self.refused.append(answer)
        self._free[process].put_nowait((reader, writer))


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    return await reader.readuntil(b"\r\n\r\n")
