"""Delivery of updates to the bot's own address: in order per chat, chats side by side, repeated until a 2xx."""

import asyncio
import contextlib
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from bot.sandbox.errors import bad_request
from bot.sandbox.guard import LOCAL_NAMES

if TYPE_CHECKING:
    from bot.sandbox.updates import Update, Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Webhook:
    """Where updates go; `retry_seconds` grows to five seconds while the bot does not answer 2xx."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error_date: int = 0
    last_error_message: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if parts.hostname not in LOCAL_NAMES:
            raise bad_request("bad webhook: the sandbox delivers to this machine only")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Deliveries:
    """Pushes pending updates while a webhook is set; one task, started and stopped with it."""

    def __init__(self, updates: "Updates") -> None:
        self.updates = updates
        self.webhook: Webhook | None = None
        self.first_retry = 0.2
        self._task: asyncio.Task[None] | None = None

    def switch(self, webhook: Webhook | None) -> None:
        """Change or end delivery; outside a running loop it begins with the server."""
        self.stop()
        self.webhook = webhook
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            self.start()

    def start(self) -> None:
        if self.webhook and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._run(self.webhook))

    def stop(self) -> None:
        if self._task and not self._task.get_loop().is_closed():
            self._task.cancel()
        self._task = None

    async def _run(self, webhook: Webhook) -> None:
        gate = asyncio.Semaphore(max(1, webhook.max_connections))
        busy: set[int] = set()
        async with asyncio.TaskGroup() as group:
            while True:
                repeated, self.updates.again = self.updates.again, []
                for update in repeated:
                    group.create_task(self._deliver(webhook, update, gate))
                for chat in {chat_of(update) for update in self.updates.pending} - busy:
                    busy.add(chat)
                    group.create_task(self._lane(webhook, chat, busy, gate))
                await self.updates.arrived.wait(30)

    async def _lane(self, webhook: Webhook, chat: int, busy: set[int], gate: asyncio.Semaphore) -> None:
        while update := next((waiting for waiting in self.updates.pending if chat_of(waiting) == chat), None):
            await self._deliver(webhook, update, gate)
            with contextlib.suppress(ValueError):
                self.updates.pending.remove(update)
        busy.discard(chat)

    async def _deliver(self, webhook: Webhook, update: "Update", gate: asyncio.Semaphore) -> None:
        pause = self.first_retry
        while True:
            async with gate:
                status, words = await _post(webhook, orjson.dumps(update))
            if 200 <= status < 300:
                self.updates.note_delivered([update])
                return
            webhook.last_error_date, webhook.last_error_message = int(time.time()), words
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5)


def chat_of(update: "Update") -> int:
    """The chat an update belongs to; what has none shares a lane."""
    for value in update.values():
        if isinstance(value, dict):
            message = value.get("message", value)
            return int(message.get("chat", {}).get("id", 0))
    return 0


async def _post(webhook: Webhook, body: bytes) -> tuple[int, str]:
    """Status and reason of one delivery; status 0 when there was no answer."""
    parts = urlsplit(webhook.url)
    tls = parts.scheme == "https"
    head = [
        f"POST {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ] + ([f"{SECRET_HEADER}: {webhook.secret}"] if webhook.secret else [])
    try:
        async with asyncio.timeout(30):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or (443 if tls else 80), ssl=tls)
            try:
                writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
                status = (await reader.readline()).decode("latin-1").split(" ", 2)
                await reader.read()
            finally:
                writer.close()
        return int(status[1]), f"Wrong response from the webhook: {' '.join(status[1:]).strip()}"
    except TimeoutError:
        return 0, "Read timeout expired"
    except (OSError, IndexError, ValueError) as trouble:
        return 0, f"Connection failed: {type(trouble).__name__}"
