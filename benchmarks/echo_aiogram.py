"""Another peer: the echo bot of aiogram 3's documentation, with nothing changed; run by a Python that has aiogram.

The pinned packages and aiogram want different versions of pydantic, so it lives in a virtual environment of its own.
"""

from __future__ import annotations

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

dp = Dispatcher()


@dp.message()  # type: ignore[untyped-decorator, unused-ignore]
async def echo_handler(message: Message) -> None:
    """Send a copy of what was received."""
    await message.answer(message.text or "")


async def main() -> None:
    """Start the bot."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_URL"]))
    await dp.start_polling(Bot(os.environ["BOT_TOKEN"], session=session))


if __name__ == "__main__":
    asyncio.run(main())
