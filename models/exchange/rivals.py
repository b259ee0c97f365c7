"""Rivals: units that compete for the same customers; they are not proposed to each other. Knows no sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, forget, remembered
from models.registration.units import Unit
from models.system import clock


class Rivalry(Base):
    """Two units of which one has said that they compete (`told_by`); kept once, the lower id first."""

    __tablename__ = "rivalries"
    __table_args__ = (UniqueConstraint("unit_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    told_by_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def name_rival(session: Session, unit: Unit, rival: Unit) -> None:
    """Note that a unit sees another as its competitor."""
    first, second = sorted((unit.id, rival.id))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(Rivalry).values(unit_id=first, other_id=second, told_by_id=unit.id, created_at=clock.now())
    session.execute(row.on_conflict_do_nothing())
    forget(session)


@remembered
def rivals_of(session: Session, unit_id: int) -> set[int]:
    """The units that compete with one."""
    return {row.unit_id + row.other_id - unit_id for row in session.scalars(_OF_UNIT, {"unit_id": unit_id})}


_OF_UNIT = select(Rivalry).where(or_(Rivalry.unit_id == bindparam("unit_id"), Rivalry.other_id == bindparam("unit_id")))


def all_rivals(session: Session) -> Mapping[int, set[int]]:
    """The units that compete with each unit that has any."""
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in session.execute(select(Rivalry.unit_id, Rivalry.other_id)):
        found[one].add(other)
        found[other].add(one)
    return found
