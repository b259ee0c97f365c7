"""Following the sandbox's clock: when it is moved forward, walk through everything that falls due on the way."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import aiohttp
import structlog

from bot.app import App
from models.system import clock

log = structlog.get_logger()


async def follow_clock(app: App, url: str) -> None:
    """Keep the programme's clock where the sandbox's stands; report each stop, so that the page can show it."""
    async with aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(url, params={"known": str(clock.offset())}) as response:
                    target = float((await response.json())["offset"])
                if target > clock.offset():
                    await _walk(app, http, url, target)
            except (aiohttp.ClientError, TimeoutError) as error:
                log.warning("clock_not_reached", error=type(error).__name__)
                await asyncio.sleep(1)


async def _walk(app: App, http: aiohttp.ClientSession, url: str, target: float) -> None:
    async def arrive(moment: datetime) -> None:
        clock.shift((moment - clock.machine()).total_seconds())
        await app.outbox.sweep()
        await app.settle()
        await http.post(f"{url}/reached", json={"offset": min(clock.offset(), target)})

    await app.timetable.walk(clock.machine() + timedelta(seconds=target), arrive=arrive)
    clock.shift(target)
    await http.post(f"{url}/reached", json={"offset": target})
