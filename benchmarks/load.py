"""People who talk to a bot at the stub: each walks a script, checks that every answer is the one due, and is timed.

A script is a list of (act, mark): a text to type, or `Tap` of a button of the last answer, and a text that the answer
must contain. Several acts may be under way in one chat; answers must come in the order of the acts.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from benchmarks.stub import Stub, Update

PATIENCE = 60.0  # seconds without any answer
Put = Callable[[Update], None]


@dataclass(frozen=True)
class Tap:
    """A tap on the button with this label (its beginning)."""

    label: str


Script = Sequence[tuple[str | Tap, str]]


@dataclass
class Walker:
    """One person in one chat."""

    chat: int
    script: Script
    place: int = 0
    rests_at: int = 1_000_000
    under_way: deque[tuple[float, str]] = field(default_factory=deque)
    answer: Mapping[str, Any] = field(default_factory=dict)
    message: int = 0

    @property
    def done(self) -> bool:
        return self.place >= min(len(self.script), self.rests_at)

    def act(self, put: Put) -> None:
        """Do what comes next in the script."""
        act, mark = self.script[self.place]
        self.place += 1
        self.under_way.append((time.perf_counter(), mark))
        someone = {"id": self.chat, "is_bot": False, "first_name": "W", "language_code": "zh-hans"}
        chat = {"id": self.chat, "type": "private", "first_name": "W"}
        message = {"message_id": self.message or 1, "date": 1, "chat": chat, "text": "."}
        if isinstance(act, Tap):
            query = {"id": f"{self.chat}.{self.place}", "chat_instance": "1", "data": self.button(act.label)}
            put({"callback_query": {**query, "from": someone, "message": message}})
        else:
            command = [{"type": "bot_command", "offset": 0, "length": len(act)}] if act.startswith("/") else []
            put({"message": {**message, "from": someone, "text": act, "entities": command}})

    def button(self, label: str) -> str:
        """What lies behind a button of the last answer; a missing one is not answered as the script has it."""
        markup = self.answer.get("reply_markup") or {}
        rows = (orjson.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
        found = [one["callback_data"] for row in rows for one in row if one["text"].startswith(label)]
        return str(found[0]) if found else "missing"


class Crowd:
    """Everybody at a stub, and how long each of their acts took to be answered, in seconds."""

    def __init__(self, stub: Stub, *, put: Put | None = None) -> None:
        self.put: Put = put or stub.put
        self.walkers: dict[str, Walker] = {}
        self.took: list[float] = []
        self.others = 0  # messages to people who are not here
        self.wrong: list[str] = []
        self.next: Callable[[Walker], None] = lambda walker: None
        self._heard = time.perf_counter()
        stub.sent = self.sent

    def sent(self, chat: str, given: Mapping[str, Any], message: int) -> None:
        """A message has reached a chat."""
        self._heard = time.perf_counter()
        walker = self.walkers.get(chat)
        if walker is None:
            self.others += 1
            return
        if not walker.under_way:
            self.wrong.append(f"nobody in {chat} waits for: {given.get('text')}")
            return
        began, mark = walker.under_way.popleft()
        self.took.append(self._heard - began)
        if mark not in str(given.get("text")):
            self.wrong.append(f"{chat} expected {mark}, got: {given.get('text')}")
        walker.answer, walker.message = given, message
        self.next(walker)

    async def at_once(self, people: Iterable[Walker], *, chats: int, ahead: int = 1) -> float:
        """So many chats at a time, each act following its answer, `ahead` acts under way in each; seconds it took."""
        waiting, all_done = deque(people), asyncio.Event()
        self.walkers, self.took, busy = {str(one.chat): one for one in waiting}, [], 0

        def step(walker: Walker) -> None:
            nonlocal busy
            if not walker.done:
                return walker.act(self.put)
            if walker.under_way:
                return None
            busy -= 1
            return enter()

        def enter() -> None:
            nonlocal busy
            if waiting:
                busy += 1
                walker = waiting.popleft()
                for _ in range(ahead):
                    if not walker.done:
                        walker.act(self.put)
            elif not busy:
                all_done.set()

        self.next, start = step, time.perf_counter()
        for _ in range(chats):
            enter()
        await self._until(all_done.wait())
        return time.perf_counter() - start

    async def at_rate(self, people: Iterable[Walker], *, rate: float, seed: int = 7) -> float:
        """So many acts a second at random moments, each by somebody at random who is free; seconds it took.

        Not by turns: everybody would be at the same step of the script at the same time, as no crowd ever is.
        """
        dice, free = random.Random(seed), list(people)
        self.walkers, self.took = {str(one.chat): one for one in free}, []
        total = sum(len(one.script) - one.place for one in free)  # nobody rests here
        self.next = lambda walker: None if walker.done else free.append(walker)
        start = moment = time.perf_counter()
        for _ in range(total):
            moment += dice.expovariate(rate)
            if (rest := moment - time.perf_counter()) > 0:
                await asyncio.sleep(rest)
            while not free:
                await self._until(asyncio.sleep(0.001))
            free.pop(dice.randrange(len(free))).act(self.put)
        while any(one.under_way for one in self.walkers.values()):
            await self._until(asyncio.sleep(0.01))
        return time.perf_counter() - start

    async def _until(self, done: Awaitable[object]) -> None:
        """Wait for something while answers keep coming."""
        task = asyncio.ensure_future(done)
        while not task.done():
            await asyncio.wait([task], timeout=1)
            silent = time.perf_counter() - self._heard
            assert silent < PATIENCE, f"no answer for {silent:.0f} s; {self.wrong[:3]}"
        assert not self.wrong, f"{len(self.wrong)} wrong answers, such as: {self.wrong[:3]}"


def percentile(took: Sequence[float], share: float) -> float:
    """The time within which this share of acts was answered, in milliseconds."""
    return sorted(took)[min(len(took) - 1, int(len(took) * share))] * 1000


def middle(took: Sequence[float]) -> float:
    """The median time in milliseconds."""
    return statistics.median(took) * 1000
