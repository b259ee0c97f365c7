"""A province of any size laid into an empty database by bulk inserts, for what is measured or explained over many rows.

The shares are lifelike (most is done and quiet, a little is open), no row breaks a rule of the tables, and the same
size gives the same rows. Nothing of it is queued to be sent. Texts repeat; nothing here says anything to anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    true,
)

from benchmarks import province_records, province_units
from benchmarks.province_shares import Row, Size
from bot.commands.migrate import load_models
from models.base import Base
from models.system import clock

TOGETHER = 5_000  # rows of one statement
ORIGINALS = 1_000  # units written row by row
ONE_OF_A_KIND = {"name", "key", "external_id", "chat", "number", "once", "token", "event_id", "subject", "secret_hash"}

Rows = Callable[[Size, datetime], Iterable[Row]]
TABLES: dict[str, Rows] = {
    "units": province_units.units,
    "people": province_units.people,
    "accounts": province_units.accounts,
    "name_pairs": province_units.name_pairs,
    "former_names": province_units.former_names,
    "awards": province_units.awards,
    "invitations": province_units.invitations,
    "memberships": province_units.memberships,
    "needs": province_units.needs,
    "offers": province_units.offers,
    "requests": province_units.requests,
    "pairs": province_records.pairs,
    "goals": province_records.goals,
    "checkins": province_records.checkins,
    "measurements": province_records.measurements,
    "session_logs": province_records.session_logs,
    "duties": province_records.duties,
    "supervisions": province_records.supervisions,
    "tickets": province_records.tickets,
    "letters": province_records.letters,
    "audit": province_records.audit,
    "seen": province_records.seen,
    "dialogs": province_records.dialogs,
    "follows": province_units.follows,
    "undertakings": province_records.undertakings,
    "pulses": province_records.pulses,
    "post_versions": province_units.versions,
    "pauses": province_records.pauses,
    "team_members": province_records.team_members,
    "contact_consents": province_records.contact_consents,
    "concerns": province_records.concerns,
    "ticket_notes": province_records.ticket_notes,
}
OFFICES: dict[str, Rows] = {
    "people": province_units.officers_as_people,
    "accounts": province_units.officers_accounts,
    "officers": province_units.officers,
    "letters": province_records.digests,
}


def fill(
    engine: Engine,
    units: int,
    *,
    sessions: int | None = None,
    now: datetime | None = None,
    only: Collection[str] = (),
) -> Size:
    """Fill an empty migrated database (or `only` some tables of it); ten sessions a unit unless told otherwise.

    A thousand units are written row by row, the rest are copies of them made by the database itself.
    """
    load_models()
    copies = max(1, units // ORIGINALS)
    base = Size(units // copies, (units * 10 if sessions is None else sessions) // copies)
    now = now or clock.now()
    chosen = {name: rows for name, rows in TABLES.items() if not only or name in only}
    with engine.begin() as connection:
        counts = {name: pour(connection, name, rows(base, now)) for name, rows in chosen.items()}
        for name in chosen if copies > 1 else ():
            copy(connection, Base.metadata.tables[name], copies, counts)
        for name, rows in OFFICES.items():
            pour(connection, name, rows(Size(base.units * copies, 0), now))
        _settle_keys(connection)
        if connection.dialect.name == "postgresql":  # which looks at its tables by itself; SQLite does not
            connection.execute(text("ANALYZE"))
    return Size(base.units * copies, base.sessions * copies)


def pour(connection: Connection, name: str, rows: Iterable[Row]) -> int:
    """Insert many rows of one table; returns how many."""
    table, count = Base.metadata.tables[name], 0
    for _, alike in groupby(rows, key=dict.keys):
        while some := list(islice(alike, TOGETHER)):
            connection.execute(insert(table), some)
            count += len(some)
    return count


def copy(connection: Connection, table: Table, copies: int, counts: Mapping[str, int]) -> None:
    """Lay down a table's rows again, until there are so many copies; ids move on, and what must be unique stays so."""
    numbers = select(literal(1).label("k")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.k + 1).where(numbers.c.k < copies - 1))

    def copied(column: Column[Any]) -> ColumnElement[Any]:
        moves_with = {"id": table.name, "series": "goals"}.get(column.name)
        for key in column.foreign_keys:
            moves_with = key.column.table.name
        if moves_with:
            return column + numbers.c.k * counts[moves_with]
        return column.concat(cast(numbers.c.k + 1000, String)) if column.name in ONE_OF_A_KIND else column

    rows = select(*(copied(column) for column in table.columns)).select_from(table.join(numbers, true()))
    connection.execute(insert(table).from_select([column.name for column in table.columns], rows))


def _settle_keys(connection: Connection) -> None:
    """Rows came with their ids; the counters of PostgreSQL are told of it."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns and (highest := connection.scalar(select(func.max(table.c.id)))):
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest)))
