"""SQLite as its one writer uses it: its own way to begin, and savepoints that are not built anew each time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from models.system.driven import hand_over

NAME = "sqlite.embedded"
STATEMENTS = 1_000  # kept prepared by a connection; there are some four hundred of ours


class Embedded(SQLiteDialect_pysqlite):
    """Begins with `begins`; all savepoints share a name, for the innermost is always the one that is meant."""

    driver = "embedded"
    supports_statement_cache = True

    def __init__(self, begins: str = "BEGIN IMMEDIATE", **usual: Any) -> None:
        super().__init__(**usual)
        self._begins = begins

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute(self._begins)

    def do_savepoint(self, connection: Connection, name: str) -> None:
        hand_over(connection, "SAVEPOINT unit")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        hand_over(connection, "ROLLBACK TO unit")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        hand_over(connection, "RELEASE unit")


registry.register(NAME, __name__, Embedded.__name__)
