"""One process of the bot for real use: loops until it is told to stop, then finishes what is in hand."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import DBAPIError

import handlers
from bot.app import App
from bot.channels.telegram import Telegram
from bot.commands.follow import SandboxClock
from bot.commands.migrate import migrate
from bot.engine.database import Database
from bot.engine.events import Gone, Lost
from bot.engine.routes import HOUSE
from bot.engine.words import LANGUAGES, speak
from bot.settings import Settings
from handlers.registration import guidance
from models.registration.people import OFFICERS
from models.system import clock
from models.system.outages import absent, trouble_of

if TYPE_CHECKING:
    from bot.commands.serving import Server

log = structlog.get_logger()
SETTLE_SECONDS, STOP_SECONDS = 6.0, 8.0  # after the word to stop: what is in hand goes out; the process is gone


def make_room(url: str) -> None:
    """The folder of an embedded database."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)


def menu() -> dict[str, list[tuple[str, str]]]:
    """The command list by language, the daily ones first; Chinese is the default one.

    What only an office can do is left out, for everybody reads this list: /help shows each what is theirs.
    """
    officers = frozenset(OFFICERS)
    listed = {}
    for language in LANGUAGES:
        labels = speak(language).labels
        known = [name for name, door in HOUSE.commands.items() if door.menu and f"command.{name}" in labels]
        known = [name for name in known if (roles := HOUSE.commands[name].roles) is None or roles - officers]
        names = [*guidance.in_order(known), "help"]
        listed["" if language == "zh" else language] = [(name, labels[f"command.{name}"]) for name in names]
    return listed


def make_ready(url: str) -> None:
    """Bring the database to the newest tables, however long it takes to come up."""
    make_room(url)
    while True:
        try:
            return migrate(url)
        except DBAPIError as error:
            if not absent(error):
                raise
            log.warning("database_not_reached", why=trouble_of(error))
            time.sleep(2)


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    sys.setswitchinterval(0.001)  # the loop gives way at every letter it sends, and must not wait 5 ms to go on
    channel = Telegram(settings.bot_token.get_secret_value(), api_url=settings.bot_api_url)
    app = App(Database(settings.database_url), [channel])
    app.talkative = settings.log_level == "debug"
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    end = float("inf")
    try:
        await app.take_over()
        await _open(channel)
        handlers.LINK_ROOT = f"https://t.me/{channel.username}?start="
        await channel.show_commands(menu())
        gc.freeze()  # else all that was made would be looked through now
        gc.enable()
        async with asyncio.TaskGroup() as group:
            servers = _servers(app, channel, settings)
            for server in servers:
                group.create_task(server.run_here())
            loops = [group.create_task(loop) for loop in await _loops(app, channel, settings)]
            log.info("serving", mode=settings.bot_mode, database=app.database.engine.dialect.name)
            await stop.wait()
            end = clock.ticks() + SETTLE_SECONDS
            _gone_within(STOP_SECONDS)
            for server in servers:
                server.should_exit = True
            for task in loops:
                task.cancel()
    finally:
        await app.close(within=max(1.0, min(end - clock.ticks(), SETTLE_SECONDS)))
        await channel.close()


def _gone_within(seconds: float) -> None:
    """A database that hangs must not keep a process that was asked to go: what is not committed comes again."""

    def leave() -> None:
        log.warning("left_with_work_in_hand")
        os._exit(0)

    last = threading.Timer(seconds, leave)
    last.daemon = True
    last.start()


async def _open(channel: Telegram) -> None:
    while True:
        try:
            return await channel.open()
        except Gone:
            raise SystemExit("BOT_TOKEN was refused by the Bot API server; check it with @BotFather.") from None
        except Lost as error:
            log.warning("server_not_reached", error=str(error))
            await asyncio.sleep(2)


def _servers(app: App, channel: Telegram, settings: Settings) -> list[Server]:
    """The servers that these settings ask for; their ports are open when this returns."""
    if settings.bot_mode != "webhook" and not settings.metrics_port:
        return []
    # Imported here: whoever polls and is not measured does without them.
    from bot.channels.telegram_webhook import receiver
    from bot.commands.serving import Server, pages

    servers = []
    if settings.bot_mode == "webhook":
        take = receiver(settings.webhook_secret.get_secret_value(), app.take)
        servers.append(Server(take, settings.webhook_port, "WEBHOOK_PORT"))
    if settings.metrics_port:
        servers.append(Server(pages(app, settings.bot_mode), settings.metrics_port, "METRICS_PORT"))
    return servers


async def _loops(app: App, channel: Telegram, settings: Settings) -> list[Coroutine[Any, Any, None]]:
    """What a process does of itself: every one sends and keeps the timetable; one that polls also asks for updates."""
    loops = [app.sweep(), app.tick(), app.warm()]
    if settings.clock_url:
        sandbox = SandboxClock(settings.clock_url)
        await sandbox.adopt()
        loops.append(sandbox.follow(app))
    if settings.bot_mode == "webhook":
        await channel.listen_here(settings.webhook_url, settings.webhook_secret.get_secret_value())
    elif settings.bot_mode == "polling":
        await channel.listen_here(None, "")
        loops.insert(0, app.poll(channel))
    return loops
