"""What a test of real processes does from outside: it waits, counts rows and messages, and lets a minute pass."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.sandbox.people import Phone
from models.system.letters import Delivery, Letter
from models.system.marks import Lease

RECOVERY = timedelta(seconds=50)  # what we promise is sixty; the rest is for a process to start and to look
PATIENCE = 90.0  # seconds of a busy machine


def count(rows: Database, *what: object) -> int:
    """How many rows there are."""

    def look(session: Session) -> int:
        return session.scalar(select(func.count()).where(*what)) or 0  # type: ignore[arg-type]

    return rows.submit(look).result()


async def until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something to come true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.05)


async def settled(rows: Database) -> None:
    """Wait until every letter that may go is out and marked."""
    await until(lambda: count(rows, Letter.status == Delivery.QUEUED) == 0)


async def hears(phone: Phone, words: str) -> None:
    """Wait until somebody hears something."""
    await phone.receive(words, timeout=PATIENCE)


def heard(phone: Phone, words: str) -> int:
    """How many messages of the bot hold some words."""
    return sum(words in message.text for message in phone.messages if message.from_bot)


async def consent(phone: Phone) -> None:
    """A newcomer agrees."""
    phone.say("/start")
    await hears(phone, "先说清")
    phone.tap_label("同意并开始")
    await hears(phone, "已记下")


def time_passes(session: Session) -> None:
    """Nearly a minute goes by for whatever a process that is no more had claimed and leased, without waiting for it."""
    for letter in session.scalars(select(Letter).where(Letter.claimed_until.is_not(None))):
        assert letter.claimed_until is not None
        letter.claimed_until -= RECOVERY
    for lease in session.scalars(select(Lease)):
        lease.until -= RECOVERY
