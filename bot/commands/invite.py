"""The first provincial officer comes in by the command line; everybody else by an invitation in the chat."""

from __future__ import annotations

from bot.commands.migrate import migrate
from bot.commands.run import make_room
from bot.engine.database import Database
from models.registration.invitations import invite_first_officer


def invite(url: str) -> None:
    """Print a one-time invitation; typed to the bot as `/start TOKEN` it makes the reader a provincial officer."""
    make_room(url)
    migrate(url)
    database = Database(url)
    token = database.submit(invite_first_officer).result()
    database.close()
    print(f"/start {token}")
