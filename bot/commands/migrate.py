"""Bring a database to the newest tables, one step of its history after the other."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

import models
from models.system.opening import open_engine

if TYPE_CHECKING:
    from alembic.config import Config

LOCK = 0x696E63  # any number of our own, by which processes of one bot know each other
HISTORY = Path(__file__).resolve().parents[1] / "migrations"


def load_models() -> None:
    """Import every table, so that the metadata is whole."""
    for module in pkgutil.walk_packages(models.__path__, "models."):
        importlib.import_module(module.name)


def newest() -> str:
    """The number of the last step of the history."""
    return max(path.name.partition("_")[0] for path in (HISTORY / "versions").glob("[0-9]*.py"))


def present(connection: Connection) -> str | None:
    """The step a database stands at, None when it is empty."""
    if "alembic_version" not in inspect(connection).get_table_names():
        return None
    number: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return number


def configuration(connection: Connection) -> Config:
    """Alembic's settings for one open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HISTORY))
    config.attributes["connection"] = connection
    return config


def migrate(url: str, to: str = "head") -> None:
    """Create or upgrade all tables (or go back to an earlier step); all or nothing.

    SystemExit with a sentence when the database was written by a newer version than this one.
    """
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            if to == "head" and present(connection) == newest():
                return
            if connection.dialect.name == "postgresql":  # who starts at the same time waits, and finds it done
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            _walk(connection, to)
    finally:
        engine.dispose()


def _walk(connection: Connection, to: str) -> None:
    # Imported here: a database that is up to date, as at nearly every start, does without it.
    from alembic import command
    from alembic.util import CommandError

    load_models()
    try:
        (command.upgrade if to == "head" else command.downgrade)(configuration(connection), to)
    except CommandError as error:
        raise SystemExit(
            f"This database belongs to a newer version of the bot ({error}); start that version, or restore a backup."
        ) from None


def write_step(url: str, message: str, *, tables: Collection[str] | None = None) -> None:
    """Write the next step of the history: what the tables (or those named) have that the database at `url` has not."""
    from alembic import command

    load_models()
    engine = open_engine(url)
    with engine.begin() as connection:
        number = f"{int(newest()) + 1:04d}" if any((HISTORY / "versions").glob("[0-9]*.py")) else "0001"
        config = configuration(connection)
        config.attributes["tables"] = tables
        command.revision(config, message, autogenerate=True, rev_id=number)
    engine.dispose()
