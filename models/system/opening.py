"""A database opened as the bot needs it: full durability, writers that wait, values as JSON columns keep them."""

from __future__ import annotations

import json
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine
from sqlalchemy.event import listen, listens_for

from models.system import postgres, sqlite

STRICT = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def written(value: Any) -> str:
    """A value as a JSON column keeps it; what the fast writer refuses (half a character) the patient one takes."""
    try:
        return orjson.dumps(value, option=STRICT).decode()
    except TypeError:
        return json.dumps(value)


def read(text: str | bytes) -> Any:
    """The value of a JSON column."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def open_engine(url: str, *, begins: str = "BEGIN IMMEDIATE") -> Engine:
    """An engine with full durability: WAL and FULL on SQLite, writers that wait instead of failing."""
    usual: dict[str, Any] = {"hide_parameters": True, "json_serializer": written, "json_deserializer": read}
    if not url.startswith("sqlite"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        engine = create_engine(url, pool_size=8, max_overflow=8, connect_args=postgres.PATIENCE, **usual)
        listen(engine, "checkout", postgres.still_there)
        return engine
    driven = url.replace("sqlite:", f"{sqlite.NAME.replace('.', '+')}:", 1)
    patience = {"check_same_thread": False, "timeout": 30, "cached_statements": sqlite.STATEMENTS}
    engine = create_engine(driven, begins=begins, connect_args=patience, **usual)

    @listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @listens_for(engine, "checkin")
    def let_go(connection: Any, _: Any) -> None:
        if connection is not None and connection.in_transaction:  # its commit failed, and would hold everybody up
            connection.rollback()

    return engine
