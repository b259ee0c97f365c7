"""The queue of updates for the bot: numbered without end, delivered at least once. Knows no message."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from bot.sandbox.errors import ONLY_ONE_POLLER, conflict
from bot.sandbox.signals import Signal

Update = dict[str, Any]
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
KINDS = {
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "inline_query",
    "channel_post",
    "edited_channel_post",
    "poll",
    "poll_answer",
    "chat_join_request",
    *NOT_BY_DEFAULT,
}


def first_id() -> int:
    """A start that a later run without memory still exceeds: ten ids for every second since late 2023."""
    return int((time.time() - 1_700_000_000) * 10)


class Updates:
    """Pending updates, those delivered before, and the one poller that may wait for more."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._changed = changed
        self.next_id = first_id()
        self.pending: deque[Update] = deque()
        self.delivered: deque[Update] = deque(maxlen=500)
        self.again: list[Update] = []
        self.held: list[Update] | None = None
        self.allowed: set[str] | None = None
        self.arrived = Signal()
        self._poller: object | None = None

    def add(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Number an update and queue it; None when the bot has said it does not want this kind."""
        if not self.wants(kind):
            return None
        number = self.next_id
        update = {"update_id": number, kind: payload}
        self.next_id += 1
        if self.held is None:
            self.pending.append(update)
            self.arrived.notify()
        else:
            self.held.append(update)
        self._changed()
        return number

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def allow(self, kinds: list[str] | None) -> None:
        """Only these kinds from now on; an empty list is the default set, None leaves things as they are."""
        if kinds is not None:
            self.allowed = {kind for kind in kinds if kind in KINDS} or None

    def hold(self) -> None:
        """Keep new updates back, to release them later in another order."""
        self.held = self.held or []

    def release(self, order: Sequence[int] | None = None) -> None:
        """Deliver what was held back; `order` are positions, e.g. (2, 0, 1) brings the last one first."""
        held, self.held = self.held or [], None
        chosen = list(order) if order is not None else list(range(len(held)))
        if sorted(chosen) != list(range(len(held))):
            raise ValueError(f"{len(held)} updates are held back; an order must name each of 0…{len(held) - 1} once")
        self.pending.extend(held[position] for position in chosen)
        self.arrived.notify()

    def redeliver(self, count: int) -> list[int]:
        """Bring the last `count` updates that were already delivered once more, whatever the offset says."""
        repeated = list(self.delivered)[-count:]
        self.again.extend(repeated)
        self.arrived.notify()
        return [update["update_id"] for update in repeated]

    def acknowledge(self, offset: int) -> None:
        """Forget what the bot confirms: everything below `offset`; a negative one keeps only the last -offset."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
            return
        kept = [update for update in self.pending if update["update_id"] >= offset]
        if len(kept) < len(self.pending):
            self.pending = deque(kept)

    def batch(self, limit: int) -> list[Update]:
        """What a getUpdates answers now; repeated updates come once and need no confirmation."""
        repeated, self.again = self.again[:limit], self.again[limit:]
        fresh = [update for update, _ in zip(self.pending, range(limit - len(repeated)), strict=False)]
        self.note_delivered(fresh)
        return repeated + fresh

    def note_delivered(self, updates: list[Update]) -> None:
        known = {update["update_id"] for update in self.delivered}
        self.delivered.extend(update for update in updates if update["update_id"] not in known)

    async def poll(self, limit: int, seconds: float) -> list[Update]:
        """Long poll; a second poller ends the first one with Telegram's 409."""
        me = self._poller = object()
        self.arrived.notify()
        deadline = time.monotonic() + seconds
        try:
            while not self.pending and not self.again and (left := deadline - time.monotonic()) > 0:
                await self.arrived.wait(left)
                if self._poller is None:
                    return []
                if self._poller is not me:
                    raise conflict(ONLY_ONE_POLLER)
            return self.batch(limit)
        finally:
            if self._poller is me:
                self._poller = None

    def end_polling(self) -> None:
        """Let the poller go at once (shutdown, or a webhook takes over)."""
        self._poller = None
        self.arrived.notify()

    @property
    def polled(self) -> bool:
        """Is somebody waiting for updates right now?"""
        return self._poller is not None
