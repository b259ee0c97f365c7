"""A year of the programme at full size, lived by made-up people: what it comes to, and what it costs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.channels.markup import plain
from bot.commands.migrate import migrate
from bot.commands.run import make_room
from bot.commands.world import exists
from bot.engine.database import Database
from bot.engine.words import speak
from bot.simulation import figures, invariants
from bot.simulation.figures import Effort
from bot.simulation.year import Year
from models.system import clock

Say = Callable[[str], object]


def simulate(url: str, *, say: Say, language: str, seed: int, **size: int) -> dict[str, Any]:
    """Live so many months in an empty database; returns the figures, with what broke a rule under `broken`."""
    make_room(url)
    migrate(url)
    database = Database(url)
    try:
        if database.submit(exists).result():
            raise SystemExit(plain(speak(language).render("simulation_not_empty").body))
        return asyncio.run(_live(database, url, say=say, language=language, seed=seed, **size))
    finally:
        clock.hold(None)


def fresh(path: Path) -> str:
    """The address of an embedded database of ours, empty even where an earlier year had been lived in it."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    return f"sqlite:///{path}"


async def _live(database: Database, url: str, *, say: Say, language: str, seed: int, **size: int) -> dict[str, Any]:
    words, effort = speak(language), Effort()
    year = Year(database, language=language, seed=seed, **size)
    broken: list[str] = []

    def tell(block: str, **context: Any) -> None:
        say(plain(words.render(block, **context).body))

    async def month_over(end: datetime) -> None:
        found = await database.run(invariants.broken)
        broken.extend(found)
        tell("simulation_month", end=end, year=year, effort=effort, letters=year.phones.sent, broken=found)

    try:
        await year.live(month_over)
        broken += figures.rules_of_post(year.phones.post)
        told = await database.run(figures.of_programme)
        year.app.thinking.close()
        told |= figures.of_post(year) | figures.of_silence(year)
        told |= await asyncio.to_thread(figures.of_machine, year, effort, database, url)
        tell("simulation_report", broken=broken, **told)
        return told | {"broken": broken}
    finally:
        await year.app.close()
