"""What every turn reads, put into the session past the ORM's own loading, which takes twice as long for a row or two.

The objects are the session's like any others: one for each row, changes are noticed, what is not read is loaded later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, Table
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from models.base import Base, settle
from models.system.driven import Driven

Kind = TypeVar("Kind", bound=Base)


class Reading(Generic[Kind]):
    """A question for objects of one mapped class, built once, and for one that each of them leads to (`by` which
    relationship, to which class). `of` selects all columns of their tables, the other's first.
    """

    def __init__(self, of: Select[Any], kind: type[Kind], *, by: str = "", to: type[Base] | None = None) -> None:
        self.of, self.kind, self.by, self.to = Driven(of), kind, by, to
        self._names, self._others = _names(kind), _names(to) if to else []

    def all(self, session: Session, **given: Any) -> list[Kind]:
        """The objects found, in the order asked for."""
        settle(session)
        connection = session.connection()
        read = self.of.worded(connection.dialect).row
        return [self._object(session, read(row)) for row in self.of.run(connection, given).fetchall()]

    def one(self, session: Session, **given: Any) -> Kind | None:
        """The first of them."""
        return next(iter(self.all(session, **given)), None)

    def _object(self, session: Session, row: Sequence[Any]) -> Kind:
        values = iter(row)
        other = {self.by: _own(session, self.to, dict(zip(self._others, values, strict=False)))} if self.to else {}
        return _own(session, self.kind, dict(zip(self._names, values, strict=True)) | other)


def table(kind: type[Base]) -> Table:
    """The table of a mapped class; its columns are named as the attributes are."""
    return Base.metadata.tables[kind.__tablename__]


def _names(kind: type[Base]) -> list[str]:
    return [column.key for column in table(kind).columns]


def _own(session: Session, kind: type[Kind], values: Mapping[str, Any]) -> Kind:
    """The session's object for a row: the one it has, or one made of these values as the ORM itself makes them."""
    key = kind, (values["id"],), None
    known: Kind | None = session.identity_map.get(key)
    if known is not None:
        return known
    made: Kind = kind.__mapper__.class_manager.new_instance()
    state = instance_state(made)
    state.dict.update(values)
    state.key, state.session_id = key, session.hash_key
    session.identity_map.add(state)
    return made
