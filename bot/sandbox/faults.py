"""Trouble on demand: refusals, silence, broken connections, and the pace Telegram allows. Knows no message."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from bot.sandbox.errors import ApiError, forbidden, group_migrated, too_many_requests, unknown_method

REFUSALS = ("too_many_requests", "blocked", "server_error", "unknown_method", "bad_request", "migrated")
WIRE = ("timeout_before", "timeout_after", "reset_before", "reset_after")
KINDS = REFUSALS + WIRE
SENDING = {"sendmessage", "sendphoto", "senddocument"}
BODY_5XX = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


@dataclass
class Fault:
    """What goes wrong the next `times` times that `method` ("*" for any) is called, if given only for one chat.

    `seconds` is retry_after for "too_many_requests" and how long a "timeout_…" hangs; `code` the status of a
    "server_error"; `description` the words of a "bad_request"; `new_chat` where a "migrated" chat went.
    "…_after" means: the call has its effect, but the caller never hears of it.
    """

    kind: str
    method: str = "*"
    chat: int | None = None
    times: int = 1
    seconds: float = 3
    code: int = 502
    description: str = "Bad Request: chat not found"
    new_chat: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault «{self.kind}»; known: {', '.join(KINDS)}")

    def matches(self, method: str, chat: int | None) -> bool:
        return self.method.lower() in ("*", method.lower()) and self.chat in (None, chat)

    def refusal(self) -> ApiError:
        """The answer a refusing fault gives."""
        if self.kind == "too_many_requests":
            return too_many_requests(max(1, round(self.seconds)))
        if self.kind == "blocked":
            return forbidden("bot was blocked by the user")
        if self.kind == "server_error":
            return ApiError(self.code, BODY_5XX.get(self.code, "Internal Server Error"))
        if self.kind == "unknown_method":
            return unknown_method()
        return group_migrated(self.new_chat) if self.kind == "migrated" else ApiError(400, self.description)


class Faults:
    """The queue of faults, first in first out."""

    def __init__(self) -> None:
        self.queue: list[Fault] = []

    def add(self, kind: str, **details: Any) -> Fault:
        """Queue a fault; see Fault for the details."""
        fault = Fault(kind, **details)
        self.queue.append(fault)
        return fault

    def take(self, method: str, chat: int | None) -> Fault | None:
        """The fault this call meets, used up by one; "getUpdates" is met only by faults that name it."""
        for fault in self.queue:
            if fault.matches(method, chat) and (fault.method != "*" or method.lower() != "getupdates"):
                fault.times -= 1
                if fault.times <= 0:
                    self.queue.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        self.queue.clear()

    def to_json(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self.queue]


class Pace:
    """One message a second to a chat and thirty a second in all, when strict; a breach is a 429."""

    def __init__(self) -> None:
        self.strict = False
        self.clock: Callable[[], float] = time.monotonic
        self._last: dict[int, float] = {}
        self._recent: deque[float] = deque()

    def check(self, method: str, chat: int | None) -> None:
        """Count one send; ApiError 429 when it comes too early."""
        if not self.strict or chat is None or method.lower() not in SENDING:
            return
        now = self.clock()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if now - self._last.get(chat, -1) < 1 or len(self._recent) >= 30:
            raise too_many_requests(1)
        self._last[chat] = now
        self._recent.append(now)
