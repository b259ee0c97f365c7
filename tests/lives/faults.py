"""What may strike: the wire, the process, the database and the clock, each at a random moment of a seeded life."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from models.system import clock
from models.system.dialogs import Dialog
from models.system.letters import Kind, Letter
from models.system.marks import Audit
from tests.lives.bots import InProcess

if TYPE_CHECKING:
    from tests.lives.life import Life

Strike = Callable[["Life", random.Random], Awaitable[str]]


async def wire(life: Life, chance: random.Random) -> str:
    """The next calls are refused, broken off, or answered too late."""
    chat = chance.choice([None, *(one.number for one in life.residents)])
    kind = chance.choice(
        ("too_many_requests", "server_error", "timeout_before", "timeout_after", "reset_before", "reset_after")
    )
    times, method = chance.choice((1, 1, 2, 3, 6)), chance.choice(("*", "sendMessage", "editMessageText"))
    seconds = 0.02 if kind.startswith("timeout") else chance.choice((1, 3))
    life.sandbox.world.faults.add(kind, method=method, chat=chat, times=times, seconds=seconds)
    return f"{kind} for {times} calls of {method} to {chat or 'anybody'}"


async def polling(life: Life, chance: random.Random) -> str:
    """The next poll for updates fails."""
    kind = chance.choice(("server_error", "reset_after", "too_many_requests"))
    life.sandbox.world.faults.add(kind, method="getUpdates", seconds=1)
    return f"{kind} for the next poll"


async def again(life: Life, chance: random.Random) -> str:
    """Updates come once more, amid the next act or with nothing else to do, when nothing may change."""
    count = chance.randint(1, 6)
    if alone := chance.random() < 0.5:
        await life.bot.work()
    before = life.look(effects)
    life.sandbox.world.updates.redeliver(count)
    if alone:
        await life.bot.work()
        if (after := life.look(effects)) != before:
            life.memory.repeated.append(f"{count} updates came again: before {before}, afterwards {after}")
    return f"the last {count} updates come again" + (", alone" if alone else "")


def effects(life: Life, session: Session) -> list[str]:
    """How much people have brought about: answers to them, lines of the audit trail, answers in open forms."""
    kinds = (Letter.kind == Kind.REPLY, Audit.person_id.is_not(None), Dialog.id > 0)
    found = [str(session.scalar(select(func.count()).where(kind))) for kind in kinds]
    return [*found, *session.scalars(select(Dialog.stamp).order_by(Dialog.id))]


async def block(life: Life, chance: random.Random) -> str:
    """Somebody blocks the bot until they write again."""
    who = chance.choice(life.residents)
    life.phone(who.number).block()
    life.blockers.add(who.number)
    return f"{who.name} blocks the bot"


async def death(life: Life, chance: random.Random) -> str:
    """The process dies within its next steps."""
    assert isinstance(life.bot, InProcess)
    steps = chance.randint(1, 14)
    life.bot.fate.left = steps
    return f"the process dies at its step {steps}"


async def storm(life: Life, chance: random.Random) -> str:
    """The database is locked, full, or gone right after a commit, for some transactions."""
    assert isinstance(life.bot, InProcess)
    at = [chance.choice(("begin", "commit", "after")) for _ in range(chance.choice((1, 1, 2, 5)))]
    life.bot.weather.storms += at
    return f"the database fails at {', '.join(at)}"


async def cut_off(life: Life, chance: random.Random) -> str:
    """The PostgreSQL server drops every connection; the SQLite file is only busy for a moment."""
    url = make_url(life.url)
    if url.get_backend_name() != "postgresql":
        return await storm(life, chance)
    with psycopg.connect(life.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"  # and wait until it has said so
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            (url.database,),
        )
    return "the server drops every connection"


async def back(life: Life, chance: random.Random) -> str:
    """The clock is set back."""
    minutes = chance.choice((5, 60, 120))
    clock.hold(clock.now() - timedelta(minutes=minutes))
    life.went_back = True
    return f"the clock goes back {minutes} minutes"


async def down(life: Life, chance: random.Random) -> str:
    """Nobody runs for a while, up to two days."""
    hours = chance.choice((0.5, 3, 20, 48))
    life.rested = True
    life.fresh_from = life.sandbox.world.updates.next_id
    await life.bot.absence(clock.now() + timedelta(hours=hours))
    return f"the bot was down for {hours} hours"


IN_PROCESS: dict[Strike, int] = {
    wire: 8, polling: 1, again: 3, block: 1, death: 6, storm: 4, cut_off: 1, back: 1, down: 1,
}  # fmt: skip


async def strike(life: Life, chance: random.Random, counted: Counter[str]) -> str:
    """Let one thing go wrong; says what."""
    chosen = chance.choices(list(life.strikes), list(life.strikes.values()))[0]
    counted[chosen.__name__] += 1
    return await chosen(life, chance)
