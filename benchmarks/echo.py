"""The peer E: the echo bot of the python-telegram-bot documentation, nothing changed: `python -m benchmarks.echo`.

With a number it sends as many messages instead, eight at a time, and ends.
"""

from __future__ import annotations

import asyncio
import os
import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Echo the user message."""
    assert update.message is not None and update.message.text is not None
    await update.message.reply_text(update.message.text)


async def send(count: int) -> None:
    """Send so many messages to as many chats."""
    builder = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(f"{os.environ['BOT_API_URL']}/bot")
    chats = iter(range(1, count + 1))

    async def sender() -> None:
        for chat in chats:
            await application.bot.send_message(chat, "早上好！今天有 3 件事等您。")

    async with builder.build() as application:
        await asyncio.gather(*(sender() for _ in range(8)))


def main() -> None:
    """Start the bot."""
    builder = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(f"{os.environ['BOT_API_URL']}/bot")
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    asyncio.run(send(int(sys.argv[1]))) if len(sys.argv) > 1 else main()
