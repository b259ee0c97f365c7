"""A statement put into words once for each kind of database and handed to the driver's own cursor.

SQLAlchemy's way from a statement to its rows takes five times as long as the driver itself for a row or two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update

Way = Callable[[Any], Any] | None  # how a value is prepared for the driver, or read from it; None: it stays as it is


def hand_over(connection: Connection, text: str, values: Any = ()) -> Any:
    """Run a finished text; the driver's cursor after it, to be read before the same text is run again.

    A database connection keeps its cursor for each text, with all that the driver has found out about it. An error is
    raised, and heard of, as SQLAlchemy's are.
    """
    cursors = connection.info.setdefault("cursors", {})
    if (cursor := cursors.get(text)) is None:
        cursor = cursors[text] = connection.connection.cursor()
    try:
        for hear in connection.dispatch.before_cursor_execute:
            hear(connection, cursor, text, values, None, False)
        cursor.execute(text, values)
    except Exception as error:
        del cursors[text]  # it will be closed
        connection._handle_dbapi_exception(error, text, values, cursor, None)
    return cursor


class Driven:
    """A statement whose values are given by name; what is constant in it stays."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self.statement = statement
        self._known: dict[str, Worded] = {}

    def run(self, connection: Connection, given: Mapping[str, Any]) -> Any:
        """The driver's cursor after it."""
        worded = self.worded(connection.dialect)
        return hand_over(connection, worded.text, worded.values(given))

    def worded(self, dialect: Dialect) -> Worded:
        """The statement as this kind of database is told it."""
        if dialect.name not in self._known:
            self._known[dialect.name] = Worded(self.statement, dialect)
        return self._known[dialect.name]


class Worded:
    """Its text, what becomes of the values given, and how each column of a row is read."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.text = str(compiled)
        self._in_order = compiled.positiontup is not None
        self._ways: list[tuple[str, Any, Way]] = [
            (name, compiled.params[name], compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or compiled.params
        ]
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        self.reading: list[Way] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        ]

    def values(self, given: Mapping[str, Any]) -> Any:
        """What is given, and what stands fixed, as the driver takes it."""
        said = ((name, given.get(name, fixed), way) for name, fixed, way in self._ways)
        if self._in_order:
            return tuple(way(value) if way else value for _, value, way in said)
        return {name: way(value) if way else value for name, value, way in said}

    def row(self, values: Iterable[Any]) -> list[Any]:
        """A row of the driver's as Python values."""
        return [way(value) if way else value for value, way in zip(values, self.reading, strict=True)]
