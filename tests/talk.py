"""People talking to the bot over the sandbox's wire, and what they see: the grammar of every transcript test."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from unittest.mock import patch

from sqlalchemy.orm import Session

from bot.app import App
from bot.aside import Aside
from bot.channels.telegram import Telegram
from bot.engine.database import Database
from bot.engine.timetable import JOBS
from bot.engine.words import width
from bot.floods import Flood
from bot.sandbox.people import Phone
from bot.sandbox.server import Sandbox
from models.system import calendar, clock

T = TypeVar("T")
PHONE_LINE = 44  # half-width cells on a line of a phone
PHONE_LINES = 15
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.SHANGHAI)
Turn = tuple[Any, ...]


class Human:
    """One person with a phone. `talk` walks a transcript: what they do, then what the answers must contain."""

    def __init__(self, world: World, phone: Phone) -> None:
        self.world, self.phone = world, phone
        self.taps = 0

    async def talk(self, *lines: Turn) -> None:
        """Each line: what is typed (or "[label]" to tap, or a callable of the phone), then texts that must be seen.

        A text beginning with "!" must not be seen; "?label" asks for a button.
        """
        for did, *expected in lines:
            await self.do(did)
            seen = self.seen()
            for text in expected:
                self._expect(text, seen, did)

    async def do(self, did: Any) -> str:
        """Type, tap or send one thing, let the bot work it off, and return what was seen."""
        self.phone.read()
        self.taps += 1
        if callable(did):
            did(self.phone)
        elif found := re.fullmatch(r"\[(.+)\]", did, re.DOTALL):
            self.phone.tap_label(found[1])
        else:
            self.phone.say(did)
        await self.world.work()
        return self.seen()

    def seen(self) -> str:
        """Everything new since the last act: messages, their buttons, alerts."""
        parts = []
        for message in self._fresh():
            parts.append(message.text)
            parts += [f"[{button.text}]" for row in message.buttons for button in row]
        parts += [str(alert.get("text")) for alert in self.phone.alerts if alert.get("text")]
        return "\n".join(parts)

    def _fresh(self) -> list[Any]:
        return [message for message in self.phone.inbox if message.from_bot]

    def _expect(self, text: str, seen: str, did: Any) -> None:
        if text.startswith("!"):
            assert text[1:] not in seen, f"after {did!r} nobody should see {text[1:]!r} in:\n{seen}"
        elif text.startswith("?"):
            assert f"[{text[1:]}]" in seen, f"after {did!r} a button {text[1:]!r} is missing in:\n{seen}"
        else:
            assert text in seen, f"after {did!r} {text!r} is missing in:\n{seen}"


class World:
    """A sandbox, one bot process in this process, one database, and a clock that stands where the test puts it."""

    def __init__(self, sandbox: Sandbox, app: App, channel: Telegram) -> None:
        self.sandbox, self.app, self.channel = sandbox, app, channel
        self.people: dict[int, Human] = {}

    def human(self, id: int, name: str = "", language: str = "zh-hans") -> Human:
        """A person with a phone in the sandbox."""
        if id not in self.people:
            phone = self.sandbox.world.person(id, name=name or f"人{id}", language_code=language)
            self.people[id] = Human(self, phone)
        return self.people[id]

    async def work(self) -> None:
        """Let the bot handle all that has come in, and send all that is due, until nothing is left."""
        while True:
            events = await self.channel.fetch(seconds=0)
            await self.app.take(events)
            self.channel.handled()
            await self.app.settle()
            swept = await self.app.outbox.sweep()
            await self.app.settle()
            if not events and not swept:
                break
        self._check_lines()

    def _check_lines(self) -> None:
        for human in self.people.values():
            for message in human.phone.messages:
                if message.from_bot and not message.text.startswith("…"):
                    lines = sum(max(1, -(-width(line) // PHONE_LINE)) for line in message.text.split("\n"))
                    assert lines <= PHONE_LINES, f"{lines} lines on a phone:\n{message.text}"

    async def run(self, work: Callable[[Session], T]) -> T:
        """Look into, or arrange, the database in one transaction."""
        return await self.app.database.run(work)

    async def due(self, job: str) -> list[Any]:
        """What a job would find to do now."""
        return await self.run(lambda session: list(JOBS[job].find(session, clock.now())))

    async def pass_time(self, *, to: datetime | None = None, **delta: float) -> None:
        """Move the clock forward, running every job that falls due on the way, in order."""
        until = to or clock.now() + timedelta(**delta)

        async def arrive(moment: datetime) -> None:
            clock.hold(moment)

        await self.app.timetable.walk(until, arrive=arrive)
        await self.work()

    async def next_morning(self, hour: int = 8, minute: int = 46) -> None:
        """Move to the next working morning, after the city offices' digest."""
        day = calendar.nth_working_day(calendar.local_day(clock.now()), 1)
        await self.pass_time(to=datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.SHANGHAI))


class Kept(Aside):
    """One process for the heavy work of all worlds: to start one takes as long as a transcript."""

    def close(self) -> None:
        """It ends with the tests."""


KEPT = Kept()


@asynccontextmanager
async def open_world(url: str) -> AsyncIterator[World]:
    """A world over a migrated database, on a Monday at nine in the morning."""
    clock.hold(MONDAY)
    async with Sandbox() as sandbox:
        channel = Telegram(sandbox.token, api_url=sandbox.url)
        with patch("bot.app.Aside", lambda: KEPT):
            app = App(Database(url), [channel], rate=0)
        app.flood = Flood(burst=10_000)  # transcripts type faster than people
        await channel.open()
        try:
            yield World(sandbox, app, channel)
        finally:
            await app.close()
            await channel.close()
            clock.hold(None)
