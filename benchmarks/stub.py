"""A Bot API server that answers at once and knows nothing but numbers: the other end of every process-level benchmark.

It runs in the benchmark's own process and leaves the bot's core to the bot. A round trip takes `delay` seconds, half on
the way in and half on the way out. Whoever puts an update in is told of each message that goes to its chat.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

import orjson

TOKEN = "99999:benchmark"
MOST = 100  # updates in one answer
CHUNKED = b"transfer-encoding: chunked"
Update = dict[str, Any]
Sent = Callable[[str, Mapping[str, Any], int], None]  # chat, parameters, message id
ME = {"id": 99999, "is_bot": True, "first_name": "B", "username": "b_bot"}
ME |= dict.fromkeys(("can_join_groups", "can_read_all_group_messages", "supports_inline_queries"), False)


class Stub:
    """The server; updates wait in it until they are acknowledged."""

    def __init__(self, *, delay: float = 0.0) -> None:
        self.delay = delay
        self.sent: Sent = lambda chat, given, message: None
        self.calls: dict[str, int] = {}
        self.first_poll: asyncio.Event = asyncio.Event()
        self.port = 0
        self._waiting: list[Update] = []
        self._ids, self._messages = count(1), count(1)
        self._poll: asyncio.Future[None] | None = None
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Stub:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Http(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *broken: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def url(self) -> str:
        """Where bots find it."""
        return f"http://127.0.0.1:{self.port}"

    def numbered(self, update: Update) -> Update:
        """The update with the next number."""
        return {"update_id": next(self._ids), **update}

    def put(self, update: Update) -> None:
        """Let the next getUpdates have an update."""
        self._waiting.append(self.numbered(update))
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def clear(self) -> None:
        """Forget what waits: the next bot begins anew."""
        self._waiting.clear()
        self.first_poll = asyncio.Event()

    async def answer(self, method: str, given: Mapping[str, Any]) -> bytes:
        """What the server says to a call."""
        self.calls[method] = self.calls.get(method, 0) + 1
        if method == "getUpdates":
            return await self._updates(given)
        if method in ("sendMessage", "editMessageText"):
            chat = str(given["chat_id"])
            message = next(self._messages) if method == "sendMessage" else int(given["message_id"])
            self.sent(chat, given, message)
            said = {"message_id": message, "date": 1, "chat": {"id": int(chat), "type": "private"}, "text": "."}
            return orjson.dumps({"ok": True, "result": said})
        return orjson.dumps({"ok": True, "result": ME if method == "getMe" else True})

    async def _updates(self, given: Mapping[str, Any]) -> bytes:
        offset = int(given.get("offset") or 0)
        self.first_poll.set()
        self._waiting = [update for update in self._waiting if update["update_id"] >= offset]
        if not self._waiting and (seconds := float(given.get("timeout") or 0)):
            self._poll = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._poll], timeout=seconds)
            self._poll = None
        return orjson.dumps({"ok": True, "result": self._waiting[:MOST]})


class _Http(asyncio.Protocol):
    """Just enough HTTP: one request at a time on a connection that stays open."""

    def __init__(self, stub: Stub) -> None:
        self.stub, self.buffer = stub, b""
        self.transport: asyncio.Transport | None = None
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        low = head.lower()
        if CHUNKED in low:
            if not body.endswith(b"0\r\n\r\n"):
                return
            body = b"".join(re.findall(rb"[0-9a-f]+\r\n(.*?)\r\n", body, re.DOTALL))
        elif (length := re.search(rb"content-length: (\d+)", low)) and len(body) < int(length[1]):
            return
        self.buffer = b""
        method = head.split(b" ", 2)[1].rpartition(b"/")[2].decode()
        self.task = asyncio.ensure_future(self._serve(method, read(low, body)))

    async def _serve(self, method: str, given: Mapping[str, Any]) -> None:
        if delay := self.stub.delay / 2:
            await asyncio.sleep(delay)
        answer = await self.stub.answer(method, given)
        if delay:
            await asyncio.sleep(delay)
        if self.transport is not None:
            size = str(len(answer)).encode()
            self.transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + size + b"\r\n\r\n" + answer
            )


def read(head: bytes, body: bytes) -> Mapping[str, Any]:
    """The parameters of a call, in whichever way a library writes them."""
    if not body:
        return {}
    if b"application/json" in head:
        found: Mapping[str, Any] = orjson.loads(body)
        return found
    if b"multipart/form-data" in head:
        parts = re.findall(rb'name="(\w+)"\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', body, re.DOTALL)
        return {name.decode(): value.decode() for name, value in parts}
    return dict(parse_qsl(body.decode()))
