"""The channel of made-up people: what the bot sends lands on a phone in memory. Knows no programme.

Phones have no pictures: a drawing costs forty milliseconds and says nothing about the programme.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.engine.events import Capabilities, Event, Parcel, Receipt
from models.system import calendar, clock
from models.system.letters import ACTIVE, CALLS, Kind

Week = tuple[int, int]


@dataclass(frozen=True)
class Screen:
    """A letter as it stands on a phone: finished markup and the buttons, each (label, data)."""

    body: str
    buttons: tuple[tuple[str, str], ...]
    kind: str
    extra: dict[str, Any]
    message_id: str
    at: datetime


@dataclass
class Post:
    """What went out to whom: letters by kind, those of a person and week, and rules of the post that were broken."""

    kinds: Counter[str] = field(default_factory=Counter)
    weeks: Counter[tuple[str, Week]] = field(default_factory=Counter)  # all letters that answer no act of one's own
    calls: Counter[tuple[str, Week]] = field(default_factory=Counter)  # those that count against the budget
    days: Counter[tuple[str, int]] = field(default_factory=Counter)
    sent: set[int] = field(default_factory=set)
    twice: list[int] = field(default_factory=list)
    in_quiet: Counter[str] = field(default_factory=Counter)


class Phones:
    """Everybody's phone. `ring` is told of every letter: (chat, screen)."""

    name = "simulation"
    can = Capabilities(pictures=False)

    def __init__(self, ring: Callable[[str, Screen], None]) -> None:
        self.ring = ring
        self.post = Post()
        self.acted: dict[str, datetime] = {}
        self.sent = 0

    async def send(self, parcel: Parcel, picture: bytes | None) -> Receipt:
        self.sent += 1
        now = clock.now()
        self._book(parcel, now)
        buttons = tuple(button for row in parcel.rows for button in row)
        body, extra = parcel.body, parcel.extra
        self.ring(parcel.chat, Screen(body, buttons, parcel.kind, extra, str(self.sent), now))
        return Receipt(str(self.sent))

    async def answer(self, event: Event, toast: str | None, *, alert: bool) -> None:
        """A flash is read and forgotten."""

    def _book(self, parcel: Parcel, now: datetime) -> None:
        post, chat = self.post, parcel.chat
        if parcel.letter_id in post.sent:
            post.twice.append(parcel.letter_id)
        post.sent.add(parcel.letter_id)
        post.kinds[parcel.kind] += 1
        if parcel.kind == Kind.REPLY:
            return
        day = calendar.local_day(now)
        week = day.isocalendar()[:2]
        post.weeks[chat, week] += 1
        if now - self.acted.get(chat, datetime.min.replace(tzinfo=now.tzinfo)) <= ACTIVE + timedelta(minutes=1):
            return
        if parcel.kind == Kind.CALL:
            post.calls[chat, week] += 1
        if parcel.kind in CALLS:
            post.days[chat, day.toordinal()] += 1
        if parcel.kind != Kind.ALARM and calendar.is_quiet(now):
            post.in_quiet[parcel.kind] += 1
