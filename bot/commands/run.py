"""One process of the bot for real use: loops until it is told to stop, then finishes what is in hand."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import traceback
from collections.abc import Coroutine, MutableMapping
from pathlib import Path
from typing import Any

import structlog
import uvicorn

import handlers
from bot.app import App
from bot.channels.telegram import Telegram
from bot.channels.telegram_webhook import receiver
from bot.commands.follow import SandboxClock
from bot.engine.database import Database
from bot.engine.events import Gone, Lost
from bot.engine.routes import HOUSE
from bot.engine.words import LANGUAGES, speak
from bot.settings import Settings
from handlers.registration import guidance

log = structlog.get_logger()


def set_up_logs(level: str) -> None:
    """Structured lines on stderr; libraries that would print addresses with the token are silenced."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for noisy in ("httpx", "httpcore", "aiohttp", "telegram", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _where(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where something broke, by file and line alone: messages and variables may hold what people typed."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        event["where"] = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
        event["error"] = type(error).__name__
    return event


def make_room(url: str) -> None:
    """The folder of an embedded database."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)


def menu() -> dict[str, list[tuple[str, str]]]:
    """The command list by language, the daily ones first; Chinese is the default one."""
    listed = {}
    for language in LANGUAGES:
        labels = speak(language).labels
        known = [name for name, door in HOUSE.commands.items() if door.menu and f"command.{name}" in labels]
        names = [*guidance.in_order(known), "help"]
        listed["" if language == "zh" else language] = [(name, labels[f"command.{name}"]) for name in names]
    return listed


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    make_room(settings.database_url)
    channel = Telegram(settings.bot_token.get_secret_value(), api_url=settings.bot_api_url)
    app = App(Database(settings.database_url), [channel])
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    try:
        await app.take_over()
        await _open(channel)
        handlers.LINK_ROOT = f"https://t.me/{channel.username}?start="
        await channel.show_commands(menu())
        log.info("serving", mode=settings.bot_mode, database=app.database.engine.dialect.name)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(loop) for loop in await _loops(app, channel, settings)]
            await stop.wait()
            for task in tasks:
                task.cancel()
    finally:
        await app.close()
        await channel.close()


async def _open(channel: Telegram) -> None:
    while True:
        try:
            return await channel.open()
        except Gone:
            raise SystemExit("BOT_TOKEN was refused by the Bot API server; check it with @BotFather.") from None
        except Lost as error:
            log.warning("server_not_reached", error=str(error))
            await asyncio.sleep(2)


async def _loops(app: App, channel: Telegram, settings: Settings) -> list[Coroutine[Any, Any, None]]:
    loops = [app.sweep(), app.tick(), app.warm()]
    if settings.clock_url:
        sandbox = SandboxClock(settings.clock_url)
        await sandbox.adopt()
        loops.append(sandbox.follow(app))
    if settings.bot_mode == "webhook":
        secret = settings.webhook_secret.get_secret_value()
        config = uvicorn.Config(
            receiver(secret, app.take), host="127.0.0.1", port=settings.webhook_port, log_level="warning"
        )
        server = uvicorn.Server(config)
        await channel.listen_here(settings.webhook_url, secret)
        return [*loops, server.serve()]
    await channel.listen_here(None, "")
    return [*loops, app.poll(channel)]
