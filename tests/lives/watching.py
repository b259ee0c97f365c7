"""What a life sees: every message the sandbox accepted, with the letter it was, and every line the bot logged."""

from __future__ import annotations

import logging
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.records import Message
from bot.sandbox.world import World
from models.system import clock


@dataclass(frozen=True)
class Heard:
    """A message somebody received, or saw change; `letter` is the row it came from (None: not known)."""

    chat: int
    text: str
    letter: int | None
    at: datetime
    labels: tuple[str, ...] = ()
    message: str = ""  # its number in the chat
    tokens: frozenset[str] = frozenset()  # of the letters whose buttons it carries
    unsure: bool = False  # whoever sent it was told that it had failed


@dataclass
class Record:
    """All that was heard and all that happened to letters on their way."""

    heard: list[Heard] = field(default_factory=list)
    sending: dict[int, int] = field(default_factory=dict)  # chat → the letter on its way there
    receipts: Counter[int] = field(default_factory=Counter)  # letter → how often its sender knew it had arrived
    doubts: Counter[int] = field(
        default_factory=Counter
    )  # letter → how often it may have arrived unknown to its sender
    refused: dict[int, str] = field(default_factory=dict)  # letter → why the channel will never take it
    orphans: set[int] = field(default_factory=set)  # letters whose process died, or lost its database, over them
    logged: list[str] = field(default_factory=list)
    turned_away: set[int] = field(default_factory=set)  # chats for which a call was refused for good
    met: Counter[int] = field(default_factory=Counter)  # chat → how many calls for it met a fault

    def of(self, chat: int) -> list[Heard]:
        return [one for one in self.heard if one.chat == chat]

    def arrivals(self) -> dict[int, Counter[str]]:
        """Letter → how often each of its pieces arrived."""
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for one in self.heard:
            if one.letter is not None:
                found[one.letter][one.text] += 1
        return found


_met: ContextVar[str] = ContextVar("met", default="")  # the fault that the call being answered has met


class NotedFaults(Faults):
    """Faults that are remembered while the call that meets one is answered."""

    def __init__(self, record: Record) -> None:
        super().__init__()
        self.record = record

    def take(self, method: str, chat: int | None) -> Fault | None:
        fault = super().take(method, chat)
        _met.set(fault.kind if fault else "")
        if fault and chat:
            self.record.met[chat] += 1
        return fault


class Watched(World):
    """A sandbox's world that notes what the bot says."""

    def __init__(self) -> None:
        self.record = Record()
        super().__init__()
        self.faults = NotedFaults(self.record)

    def touch(self, message: Message) -> None:
        super().touch(message)
        if message.from_bot:
            letter = self.record.sending.get(message.chat)
            heard = Heard(message.chat, message.text, letter, clock.now(), tuple(message.labels))
            tokens = frozenset(button.data.partition(".")[0] for row in message.buttons for button in row)
            unsure = _met.get().endswith("_after")
            self.record.heard.append(replace(heard, message=str(message.id), tokens=tokens, unsure=unsure))


TROUBLE = {"turn_failed", "job_failed", "letter_markup", "letter_spoiled", "turn_broken", "picture_failed"}


@contextmanager
def listening(record: Record) -> Iterator[None]:
    """Note what the bot logs as trouble, with the place in the code, instead of printing it."""

    def note(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if event.get("event") in TROUBLE:
            place = traceback.format_exc(limit=-6) if event.get("exc_info") else ""
            shown = {key: value for key, value in event.items() if key != "exc_info"}
            record.logged.append(f"{shown}\n{place}")
        raise structlog.DropEvent

    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    before = structlog.get_config()
    structlog.configure(processors=[note])
    try:
        yield
    finally:
        structlog.configure(**before)
