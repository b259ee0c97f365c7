"""A process that sends what is queued as fast as it can, without the pace: `python -m benchmarks.drain COUNT`."""

from __future__ import annotations

import asyncio
import os
import sys

from bot.app import App
from bot.channels.telegram import Telegram
from bot.engine.database import Database


async def drain(count: int) -> None:
    """Sweep until so many letters are sent and marked."""
    channel = Telegram(os.environ["BOT_TOKEN"], api_url=os.environ["BOT_API_URL"])
    app = App(Database(os.environ["DATABASE_URL"]), [channel], rate=0)
    await channel.open()
    while app.outbox.sent < count:
        await app.outbox.sweep()
        await app.outbox.room(within=1.0)
    await app.close()
    await channel.close()


if __name__ == "__main__":
    asyncio.run(drain(int(sys.argv[1])))
