"""Units: enterprises and organisations as incubator, incubatee or both. Knows no sentence and no channel."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, moves, words_of
from models.system import clock


class Side(StrEnum):
    """On which side a unit stands."""

    INCUBATOR = "incubator"
    INCUBATEE = "incubatee"


class Standing(StrEnum):
    """How far a unit is with one side."""

    NONE = "none"
    PENDING = "pending"
    RETURNED = "returned"
    ACTIVE = "active"
    FROZEN = "frozen"


moves(
    Standing,
    {
        Standing.NONE: {Standing.PENDING},
        Standing.PENDING: {Standing.ACTIVE, Standing.RETURNED},
        Standing.RETURNED: {Standing.PENDING},
        Standing.ACTIVE: {Standing.FROZEN},
        Standing.FROZEN: {Standing.ACTIVE},
    },
)


class Relation(StrEnum):
    """Why an incubatee may take part (notice, part two)."""

    CHAIN = "chain"  # up- or downstream of an incubator
    INDUSTRY = "industry"  # same industry, in the province
    OTHER = "other"  # other, in the province


class Unit(Base):
    """A legal person; `city` is its four-digit code (None outside the province), `industry` its GB/T 4754 code."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    city: Mapped[str | None] = mapped_column(String(4), index=True)
    county: Mapped[str | None] = mapped_column(String(20))
    industry: Mapped[str | None] = mapped_column(String(6))
    as_incubator: Mapped[Standing] = mapped_column(words_of(Standing), default=Standing.NONE, index=True)
    as_incubatee: Mapped[Standing] = mapped_column(words_of(Standing), default=Standing.NONE, index=True)
    relation: Mapped[Relation | None] = mapped_column(words_of(Relation))
    relation_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    relation_confirmed_at: Mapped[datetime | None]
    review: Mapped[dict[str, Any]] = mapped_column(default=dict)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def standing(self, side: Side) -> Standing:
        """How far the unit is on one side."""
        return self.as_incubator if side is Side.INCUBATOR else self.as_incubatee
