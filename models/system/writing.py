"""What every turn writes, past the ORM's unit of work."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Insert, Update, bindparam
from sqlalchemy.orm import Session

from models.system.driven import Driven


class Writing:
    """An insert or update with a bound parameter for every value; nothing is filled in by itself."""

    def __init__(self, statement: Insert | Update) -> None:
        self._changes = Driven(statement)
        numbered = isinstance(statement, Insert) and "id" in statement.table.c
        self._makes = Driven(statement.returning(statement.table.c.id)) if numbered else self._changes

    def run(self, session: Session, **given: Any) -> int:
        """Run it; how many rows there are now of it."""
        return int(self._changes.run(session.connection(), given).rowcount)

    def new(self, session: Session, **given: Any) -> int:
        """Insert a row; its number."""
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            return int(self._changes.run(connection, given).lastrowid)
        return int(self._makes.run(connection, given).fetchone()[0])


def each(*names: str) -> dict[str, BindParameter[Any]]:
    """Values to be given by these names."""
    return {name: bindparam(name) for name in names}
