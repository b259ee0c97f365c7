"""How a database goes about a statement: which tables it would read whole, by its own account.

Knows statements and their plans, and nothing of the programme.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

PLANNED = re.compile(r"\s*(SELECT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
FRUGAL = (
    "enable_seqscan = off",
    "enable_mergejoin = off",
    "enable_hashjoin = off",
    "seq_page_cost = 1000",
    "random_page_cost = 1000",
    "cpu_operator_cost = 0",
)
ROOMS = ("/models/", "/handlers/", "/bot/")


@dataclass(frozen=True)
class Said:
    """A statement with the parameters it was first given, and the function of ours that said it."""

    statement: str
    parameters: Any
    caller: str


class Listener:
    """Hears every distinct statement of an engine."""

    def __init__(self, engine: Engine) -> None:
        self.said: dict[str, Said] = {}
        event.listen(engine, "before_cursor_execute", self._hear)

    def _hear(self, _: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        if statement not in self.said and PLANNED.match(statement):
            first = parameters[0] if many and isinstance(parameters, list | tuple) else parameters
            self.said[statement] = Said(statement, first, _caller())


def _caller() -> str:
    """The innermost function of ours on the way to the database, as "models/oversight/board.py:_count"."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        file = frame.f_code.co_filename
        room = next((room for room in ROOMS if room in file and "site-packages" not in file), None)
        if room and "/tests/" not in file:
            return f"{file[file.rindex(room) + 1 :]}:{frame.f_code.co_name}"
        frame = frame.f_back
    return "?"


class Planner:
    """Asks a database how it would run a statement; `read_whole` names the tables it would read from end to end.

    An index that holds only some of the rows may be read whole. PostgreSQL is told that reading is dear, and working
    out is not, so that it does in small tables what it would do in large ones.
    """

    def __init__(self, engine: Engine) -> None:
        self.sqlite = engine.dialect.name == "sqlite"
        self._connection: Any = engine.raw_connection()
        self._cursor = self._connection.cursor()
        if not self.sqlite:
            for setting in FRUGAL:
                self._cursor.execute(f"SET {setting}")
        self._partial = self._partial_indexes()

    def close(self) -> None:
        self._connection.close()

    def read_whole(self, said: Said) -> set[str]:
        """The tables of a statement that would be read whole."""
        if self.sqlite:
            lines = self._cursor.execute(f"EXPLAIN QUERY PLAN {said.statement}", said.parameters or ()).fetchall()
            return set(self._scanned(line[3] for line in lines))
        self._cursor.execute(f"EXPLAIN (FORMAT JSON) {said.statement}", said.parameters)
        ((plan,),) = self._cursor.fetchall()
        return set(self._walked(plan[0]["Plan"]))

    def _partial_indexes(self) -> set[str]:
        source = (
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
            if self.sqlite
            else "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL"
        )
        self._cursor.execute(source)
        return {name for (name,) in self._cursor.fetchall()}

    def _scanned(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            found = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", line)
            if found and found[1] not in ("CONSTANT",) and found[2] not in self._partial:
                yield found[1]

    def _walked(self, node: dict[str, Any], table: str = "") -> Iterator[str]:
        table = node.get("Relation Name", table)
        index = node.get("Index Name")
        if node["Node Type"] == "Seq Scan" or (index and "Index Cond" not in node and index not in self._partial):
            yield node.get("Alias", table) if node["Node Type"] != "Bitmap Index Scan" else table
        for below in node.get("Plans", ()):
            yield from self._walked(below, table)
