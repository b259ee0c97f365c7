"""What may strike a real process: signals, outages of its database and the wire, each during the next act."""

from __future__ import annotations

import asyncio
import random
import signal
from datetime import timedelta

from models.system import clock
from tests.faults.outages import full, gone, locked
from tests.lives import faults
from tests.lives.life import Life
from tests.lives.processes import RealBot

DELAYS = ((0.0, 0.06), (0.0, 0.4), (0.2, 1.5))  # seconds from an act: its turn, its letters, marks
BRIEFLY = (0.2, 1.5)  # seconds


def bot_of(life: Life) -> RealBot:
    assert isinstance(life.bot, RealBot)
    return life.bot


def _soon(chance: random.Random) -> float:
    return round(chance.uniform(*chance.choice(DELAYS)), 3)


async def kill(life: Life, chance: random.Random) -> str:
    """kill -9 during the next act, sometimes once more while the next process starts."""
    bot, delay = bot_of(life), _soon(chance)
    again = round(chance.uniform(0, 1.5), 3) if chance.random() < 0.25 else None

    async def strike() -> None:
        await asyncio.sleep(delay)
        if again is not None:
            await bot.process.end()
            await bot.buried(living=None)
            starting = asyncio.create_task(bot.process.start())
            await asyncio.sleep(again)
            await bot.process.end()
            await asyncio.gather(starting, return_exceptions=True)
        await bot.die(signal.SIGKILL)

    bot.plan = strike
    return f"kill -9 after {delay} s" + (f", and again {again} s into its start" if again is not None else "")


async def ask_to_stop(life: Life, chance: random.Random) -> str:
    """SIGTERM during the next act."""
    bot, delay = bot_of(life), _soon(chance)

    async def strike() -> None:
        await asyncio.sleep(delay)
        await bot.die(signal.SIGTERM)

    bot.plan = strike
    return f"SIGTERM after {delay} s"


async def pause(life: Life, chance: random.Random) -> str:
    """SIGSTOP during the next act, SIGCONT a moment later."""
    bot, delay, still = bot_of(life), _soon(chance), round(chance.uniform(*BRIEFLY), 2)

    async def strike() -> None:
        await asyncio.sleep(delay)
        bot.process.send(signal.SIGSTOP)
        await asyncio.sleep(still)
        bot.process.send(signal.SIGCONT)

    bot.plan = strike
    return f"SIGSTOP after {delay} s, SIGCONT {still} s later"


async def usurp(life: Life, chance: random.Random) -> str:
    """On PostgreSQL a second process takes over from one that stands still; an embedded database has only one."""
    bot = bot_of(life)
    if life.rows.embedded:
        return await pause(life, chance)
    delay, still, after = _soon(chance), round(chance.uniform(1, 3), 2), round(chance.uniform(0, 0.5), 2)
    sign = chance.choice((signal.SIGKILL, signal.SIGTERM))

    async def strike() -> None:
        await asyncio.sleep(delay)
        await bot.usurped(still, after, sign)

    bot.plan = strike
    return f"SIGSTOP after {delay} s, another process starts, SIGCONT {still} s later, {sign.name} after {after} s"


async def outage(life: Life, chance: random.Random) -> str:
    """The database is locked, full or gone during the next act, for a moment."""
    bot, delay, lasts = bot_of(life), _soon(chance), round(chance.uniform(*BRIEFLY), 2)
    kinds = {"locked": lambda: locked(life.url), "full": lambda: full(bot.process, life.rows)}
    if not life.rows.embedded:
        kinds["gone"] = lambda: gone(life.url)
    kind = chance.choice(list(kinds))

    async def strike() -> None:
        await asyncio.sleep(delay)
        with kinds[kind]():
            await asyncio.sleep(lasts)
        life.rows.submit(bot.let_go).result()

    bot.plan = strike
    return f"the database is {kind} after {delay} s, for {lasts} s"


async def set_back(life: Life, chance: random.Random) -> str:
    """The process starts anew by a clock that was set back."""
    bot, minutes = bot_of(life), chance.choice((5, 60, 120))
    earlier = clock.now() - timedelta(minutes=minutes)
    life.went_back = True
    await bot.die(signal.SIGTERM, meanwhile=lambda: bot.clock.jump(earlier))
    return f"SIGTERM, and the clock goes back {minutes} minutes"


async def slow_wire(life: Life, chance: random.Random) -> str:
    """The next calls are refused, broken off, or answered too late, for as short a time as the real clock allows."""
    chat = chance.choice([None, *(one.number for one in life.residents)])
    kind = chance.choice(
        ("too_many_requests", "server_error", "timeout_before", "timeout_after", "reset_before", "reset_after")
    )
    times, method = chance.choice((1, 1, 2, 3)), chance.choice(("*", "sendMessage", "editMessageText"))
    seconds = chance.choice((0.02, 0.5)) if kind.startswith("timeout") else 1
    life.sandbox.world.faults.add(kind, method=method, chat=chat, times=times, seconds=seconds)
    return f"{kind} for {times} calls of {method} to {chat or 'anybody'}"


STRIKES: dict[faults.Strike, int] = {
    kill: 8, ask_to_stop: 3, pause: 2, usurp: 2, outage: 3, slow_wire: 6, faults.polling: 1, faults.again: 2,
    faults.block: 1, faults.down: 1, set_back: 1,
}  # fmt: skip
