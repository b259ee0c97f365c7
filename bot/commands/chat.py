"""A conversation in the terminal, with the same engine and the same rows as on the phone."""

from __future__ import annotations

from bot.app import App
from bot.channels.terminal import Terminal
from bot.engine.database import Database


async def chat(url: str, *, actor: str, language: str) -> None:
    """Talk as `actor` until the input ends; letters that wait for this person are sent as well."""
    terminal = Terminal(actor, language=language)
    app = App(Database(url), [terminal], rate=0)

    async def settle() -> None:
        await app.settle()
        await app.outbox.sweep()
        await app.settle()

    try:
        await app.take([terminal.event("/start")])
        await settle()
        await terminal.converse(app.take, settle)
    finally:
        await app.close()
