"""The terminal as a channel: what a person types is an event, what the bot says is printed. Buttons are numbers."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import sys
from collections.abc import Awaitable, Callable
from typing import TextIO

from bot.channels.markup import plain
from bot.engine.events import Capabilities, Event, Parcel, Receipt


class Terminal:
    """One person at one terminal; a number typed stands for the button it names."""

    name = "terminal"
    can = Capabilities(edits=False, pictures=False, files=False, toasts=False)

    def __init__(self, actor: str, *, language: str = "zh", out: TextIO | None = None) -> None:
        self.actor, self.language = actor, language
        self.out = out or sys.stdout
        self.buttons: list[str] = []
        self._numbers = itertools.count(1)
        self._run = secrets.token_hex(6)
        self._printed = itertools.count(1)

    async def send(self, parcel: Parcel, picture: bytes | None) -> Receipt:
        number = next(self._printed)
        labels = [(label, data) for row in parcel.rows for label, data in row]
        self.buttons = [data for _, data in labels]
        print(f"\n{plain(parcel.body)}", file=self.out)
        if text := parcel.extra.get("file", {}).get("text"):
            print(text, file=self.out)
        print("".join(f"  [{n}] {label}" for n, (label, _) in enumerate(labels, 1)), file=self.out, flush=True)
        return Receipt(str(number))

    async def answer(self, event: Event, toast: str | None, *, alert: bool) -> None:
        if toast:
            print(f"  » {toast}", file=self.out, flush=True)

    def event(self, line: str) -> Event:
        """What a typed line means: a number is a tap, everything else is text."""
        number = next(self._numbers)
        tap = line.strip().isdigit() and 1 <= int(line) <= len(self.buttons)
        return Event(
            channel=self.name,
            event_id=f"{self._run}-{number}",
            actor=self.actor,
            chat=self.actor,
            kind="tap" if tap else "text",
            value=self.buttons[int(line) - 1] if tap else line,
            language=self.language,
            name=self.actor,
            query_id=str(number) if tap else None,
        )

    async def converse(
        self, take: Callable[[list[Event]], Awaitable[None]], settle: Callable[[], Awaitable[None]]
    ) -> None:
        """Read lines until the input ends."""
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip():
                await take([self.event(line.rstrip("\n"))])
                await settle()
