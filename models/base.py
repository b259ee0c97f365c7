"""The ground every table stands on: column types, status moves and the polite refusal.

Must not know any table, sentence or channel.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from sqlalchemy import JSON, ColumnElement, DateTime, Enum, Index, MetaData, event, literal, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound="Base")
Json = JSON().with_variant(JSONB(), "postgresql")


class Plain(sqlite.DATETIME):
    """A moment without a zone as SQLite keeps it, written in one go."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        return lambda value: value.isoformat(" ", "microseconds") if value else None


class Utc(TypeDecorator[datetime]):
    """A moment, aware and in UTC; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kept = Plain() if dialect.name == "sqlite" else DateTime(timezone=True)  # type: ignore[no-untyped-call]
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words_of(kind: type[StrEnum]) -> Enum:
    """A column that holds the values of a StrEnum as plain text."""
    return Enum(kind, native_enum=False, length=40, values_callable=lambda enum: [word.value for word in enum])


def literally(value: Any) -> ColumnElement[Any]:
    """A value that stands in the statement itself, so that a database sees that a partial index serves it."""
    return literal(value, literal_execute=True)


def index_where(name: str, *columns: Any, where: str) -> Index:
    """An index of those rows only for which a condition holds, so that it stays small while the table grows."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Base(DeclarativeBase):
    """A row of the programme."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: Utc(), dict[str, Any]: Json, list[Any]: Json, list[str]: Json}


LOCK = {"key_share": True}  # rows that refer to a locked one may still be added: nobody waits for those


def lock(session: Session, row: Base) -> None:
    """Read a row anew and hold on to it alone, not to those it was once read with (which PostgreSQL refuses)."""
    session.refresh(row, with_for_update={**LOCK, "of": type(row)})


def fetch(session: Session, kind: type[R], key: Any, *, lock: bool = False) -> R | None:
    """A row by its key, None without one; to be changed it is read anew and held on to (`lock`)."""
    return session.get(kind, key, with_for_update=LOCK if lock else None, populate_existing=lock)


def locked(session: Session, kind: type[R], key: Any) -> R:
    """A row that is known to be there, read anew and held on to."""
    return session.get_one(kind, key, with_for_update=LOCK, populate_existing=True)


def remembered(ask: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
    """A question about rows that a turn asks again and again: answered once, and anew as soon as rows have changed.

    Whoever changes such rows by a statement of their own says so with `forget`. The answer is not to be changed.
    """

    @wraps(ask)
    def asked(session: Session, /, *about: P.args, **more: P.kwargs) -> T:
        settle(session)
        known = session.info.setdefault("remembered", {})
        key = (ask, about, *more.items())
        if key not in known:
            known[key] = ask(session, *about, **more)
        answer: T = known[key]
        return answer

    return asked


def settle(session: Session) -> None:
    """Write down what has changed, before a question is asked that would not do so by itself."""
    if session.autoflush and (session.identity_map.check_modified() or session.new or session.deleted):
        session.flush()


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_soft_rollback")
@event.listens_for(Session, "after_commit")
def forget(session: Session, *_: Any) -> None:
    """Rows have changed: what was remembered of them may hold no more."""
    session.info.pop("remembered", None)


class Refused(Exception):
    """A kind no: `code` names the sentence to show (block `refused_<code>`), `params` fill it in."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params, self.block = code, params, f"refused_{code}"


class Invalid(Exception):
    """An answer that cannot be taken: `code` names the sentence (block `invalid_<code>`) that says what to do."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params, self.block = code, params, f"invalid_{code}"


Moves = dict[Any, frozenset[Any]]
MOVES: dict[type[StrEnum], Moves] = {}


def moves(kind: type[StrEnum], table: dict[Any, set[Any]]) -> None:
    """Declare which status may follow which; the one table that `move`, the tests and the charts read."""
    MOVES[kind] = {source: frozenset(table.get(source, set())) for source in kind}


def move(row: Any, to: StrEnum) -> None:
    """Change the status of a row, or refuse with the state it is in (`refused_moved_on`)."""
    if to not in MOVES[type(to)][row.status]:
        raise Refused("moved_on", status=f"{type(to).__name__.lower()}.{row.status.value}")
    row.status = to
