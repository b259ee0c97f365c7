"""Following the sandbox's clock: when it is moved forward, walk through everything that falls due on the way."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog

from bot.app import App
from models.system import clock

log = structlog.get_logger()
PATIENCE = aiohttp.ClientTimeout(total=40)


class SandboxClock:
    """The clock of a sandbox at `url`, and how far this process has walked towards it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.known = 0

    async def adopt(self) -> None:
        """Start where the sandbox says this world has got to."""
        async with aiohttp.ClientSession(timeout=PATIENCE) as http:
            self.known = int((await self._ask(http, {}))["reached"])
        clock.shift(self.known)

    async def follow(self, app: App) -> None:
        """Keep the programme's clock where the sandbox's stands; report each stop, so that the page can show it."""
        async with aiohttp.ClientSession(timeout=PATIENCE) as http:
            while True:
                try:
                    target = int((await self._ask(http, {"known": str(self.known)}))["offset"])
                    if target > self.known:
                        await self._walk(app, http, target)
                except (aiohttp.ClientError, TimeoutError) as error:
                    log.warning("clock_not_reached", error=type(error).__name__)
                    await asyncio.sleep(1)

    async def _ask(self, http: aiohttp.ClientSession, known: dict[str, str]) -> dict[str, Any]:
        async with http.get(self.url, params=known) as response:
            state: dict[str, Any] = await response.json()
            return state

    async def _walk(self, app: App, http: aiohttp.ClientSession, target: int) -> None:
        async def arrive(moment: datetime) -> None:
            seconds = min((moment - clock.machine()).total_seconds(), target)
            clock.shift(max(seconds, clock.offset()))
            await app.outbox.sweep()
            await app.settle()
            await self._report(http, int(clock.offset()))

        await app.timetable.walk(clock.machine() + timedelta(seconds=target), arrive=arrive)
        self.known = target
        clock.shift(target)
        await self._report(http, target)

    async def _report(self, http: aiohttp.ClientSession, offset: int) -> None:
        async with http.post(f"{self.url}/reached", json={"offset": offset}) as response:
            await response.read()
