"""What every turn writes, handed to the driver in words found once: to look for them takes five times as long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import BindParameter, CursorResult, Dialect, Insert, Update, bindparam
from sqlalchemy.orm import Session

Prepare = Callable[[dict[str, Any]], Any]


class Writing:
    """An insert or update with a bound parameter for every value; nothing is filled in by itself."""

    def __init__(self, statement: Insert | Update) -> None:
        self.statement = statement
        self._known: dict[str, tuple[str, Prepare]] = {}

    def run(self, session: Session, **given: Any) -> CursorResult[Any]:
        """Run it; `rowcount` tells how many rows there are now of it."""
        connection = session.connection()
        if connection.dialect.name not in self._known:
            self._known[connection.dialect.name] = self._worded(connection.dialect)
        words, prepare = self._known[connection.dialect.name]
        return connection.exec_driver_sql(words, prepare(given))

    def new(self, session: Session, **given: Any) -> int:
        """Insert a row; its number."""
        made = self.run(session, **given)
        return int(made.scalar_one() if made.returns_rows else made.lastrowid)

    def _worded(self, dialect: Dialect) -> tuple[str, Prepare]:
        statement = self.statement
        if isinstance(statement, Insert) and "id" in statement.table.c and dialect.name != "sqlite":
            statement = statement.returning(statement.table.c.id)
        compiled = statement.compile(dialect=dialect)
        types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        ways = [(name, types[name].bind_processor(dialect)) for name in compiled.positiontup or types]

        def prepare(given: dict[str, Any]) -> Any:
            values = [way(given[name]) if way else given[name] for name, way in ways]
            return tuple(values) if compiled.positiontup else dict(zip(types, values, strict=True))

        return str(compiled), prepare


def each(*names: str) -> dict[str, BindParameter[Any]]:
    """Values to be given by these names."""
    return {name: bindparam(name) for name in names}
