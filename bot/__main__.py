"""The command line: `python -m bot --help`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
SANDBOX_PORT = 8080


@app.command()
def run() -> None:
    """Serve with the settings from the environment or .env."""
    from bot import settings
    from bot.commands.migrate import migrate
    from bot.commands.run import make_room, run, set_up_logs

    loaded = settings.load()
    set_up_logs(loaded.log_level)
    make_room(loaded.database_url)
    migrate(loaded.database_url)
    asyncio.run(run(loaded))


@app.command()
def migrate() -> None:
    """Bring the database to the newest tables."""
    from bot import settings
    from bot.commands.migrate import migrate
    from bot.commands.run import make_room

    url = settings.database_url()
    make_room(url)
    migrate(url)
    print(f"{url.partition('@')[2] or url}: up to date")


@app.command()
def sandbox(port: int = SANDBOX_PORT, state: Path = Path("var/sandbox.json")) -> None:
    """A local Bot API server with a chat page."""
    from bot.sandbox.server import serve

    state.parent.mkdir(parents=True, exist_ok=True)
    serve(port=port, state=state)


@app.command()
def demo(port: int = SANDBOX_PORT, folder: Path = Path("var")) -> None:
    """The whole programme on this machine: sandbox, bot and a demo world, at one address."""
    from bot.commands.demo import demo

    raise SystemExit(demo(port=port, folder=folder))


@app.command()
def invite() -> None:
    """A one-time invitation for the first provincial officer."""
    from bot import settings
    from bot.commands.invite import invite

    invite(settings.database_url())


@app.command()
def chat(as_: Annotated[str, typer.Option("--as")] = "me", language: str = "zh") -> None:
    """Talk to the bot in this terminal."""
    from bot import settings
    from bot.commands.chat import chat
    from bot.commands.migrate import migrate
    from bot.commands.run import make_room, set_up_logs

    url = settings.database_url()
    set_up_logs("warning")
    make_room(url)
    migrate(url)
    asyncio.run(chat(url, actor=as_, language=language))


@app.command()
def chart(language: str = "zh") -> None:
    """Draw every form and status table as Markdown."""
    from bot.commands.chart import chart

    for line in chart(language):
        print(line)


if __name__ == "__main__":
    app()
