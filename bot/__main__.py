"""The command line: `python -m bot --help`."""

from __future__ import annotations

import asyncio
import gc
import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
SANDBOX_PORT = 8080


@app.command()
def run() -> None:
    """Serve with the settings from the environment or .env."""
    gc.disable()  # nothing that is made while starting is rubbish; it is looked for from the first update on
    from bot import settings
    from bot.commands.run import make_ready, run
    from bot.logs import report_crashes, set_up_logs

    loaded = settings.load()
    set_up_logs(loaded.log_level)
    report_crashes()
    make_ready(loaded.database_url)
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


Force = Annotated[bool, typer.Option("--force", help="replace what is there")]


@app.command()
def backup(file: Path, force: Force = False) -> None:
    """Copy the database to a file, while the bot runs."""
    from bot import settings
    from bot.commands.backup import back_up

    print(back_up(settings.database_url(), file, force=force))


@app.command()
def restore(file: Path, force: Force = False) -> None:
    """Put a backup in the place of the database; the bot must be stopped."""
    from bot import settings
    from bot.commands.backup import restore

    print(restore(settings.database_url(), file, force=force))


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
    from bot.commands.run import make_room
    from bot.logs import set_up_logs

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


class Kind(StrEnum):
    """What `understand` reads."""

    NEED = "need"
    LOG = "log"
    READING = "reading"


@app.command()
def match(
    needs: Annotated[Path | None, typer.Option(help="needs, a JSON record a line")] = None,
    offers: Annotated[Path | None, typer.Option(help="offers, a JSON record a line")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="a workbook with a sheet of each")] = None,
    top: Annotated[int, typer.Option(help="how many offers for each need")] = 10,
    language: str = "zh",
) -> None:
    """The best offers for each need of a file, with reasons."""
    from bot.commands.match import match_files, match_sheets

    if xlsx is not None:
        done = match_sheets(xlsx, sys.stdout, sys.stderr, top=top, lang=language)
    elif needs is not None and offers is not None:
        done = match_files(needs, offers, sys.stdout, sys.stderr, top=top, lang=language)
    else:
        raise typer.BadParameter("give --needs FILE and --offers FILE, or --xlsx FILE")
    raise typer.Exit(0 if done else 1)


@app.command()
def understand(
    as_: Annotated[Kind, typer.Option("--as", help="what the lines are")],
    in_: Annotated[Path, typer.Option("--in", help="a JSON record a line")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the day of the logs")] = None,
    language: str = "zh",
) -> None:
    """What needs, one-message logs or typed readings say."""
    from bot.commands.understand import understand_file
    from models.system import calendar, clock

    today: date = on.date() if on else calendar.local_day(clock.now())
    raise typer.Exit(0 if understand_file(as_.value, in_, sys.stdout, sys.stderr, today=today, lang=language) else 1)


@app.command()
def roster(
    names: Annotated[Path, typer.Option(help="a name a line")],
    roster: Annotated[Path | None, typer.Option(help="a roster of your own")] = None,
    language: str = "zh",
) -> None:
    """Typed unit names looked up in the award roster."""
    from bot.commands.roster import look_up_names

    raise typer.Exit(0 if look_up_names(names, sys.stdout, sys.stderr, roster=roster, lang=language) else 1)


@app.command()
def simulate(
    incubators: Annotated[int, typer.Option(help="units that teach")] = 600,
    incubatees: Annotated[int, typer.Option(help="units that learn")] = 2500,
    months: Annotated[int, typer.Option(min=1, max=12, help="how long, from January 2026")] = 12,
    seed: Annotated[int, typer.Option(help="another one, other people")] = 7,
    database: Annotated[str, typer.Option(help="an empty one; else var/simulation.sqlite, made anew")] = "",
    language: str = "zh",
) -> None:
    """The programme lived by made-up people: what it comes to and what it costs; 1 when a rule broke."""
    from bot.commands.simulate import fresh, simulate
    from bot.logs import set_up_logs

    set_up_logs("error")
    url = database or fresh(Path("var/simulation.sqlite"))
    size = {"incubators": incubators, "incubatees": incubatees, "months": months}
    told = simulate(url, say=lambda line: print(line, flush=True), language=language, seed=seed, **size)
    raise typer.Exit(1 if told["broken"] else 0)


if __name__ == "__main__":
    app()
