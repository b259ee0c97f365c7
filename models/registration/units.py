"""Units: enterprises and organisations as incubator, incubatee or both. Knows no sentence and no channel."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, validates

from models.base import MOVES, Base, Refused, fetch, moves, words_of
from models.registration.roster_names import clean, squeezed
from models.system import calendar, clock
from models.system.accounts import Person


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
        Standing.PENDING: {Standing.ACTIVE, Standing.RETURNED, Standing.NONE},
        Standing.RETURNED: {Standing.PENDING, Standing.NONE},
        Standing.ACTIVE: {Standing.FROZEN},
        Standing.FROZEN: {Standing.ACTIVE},
    },
)


VERIFIED = (Standing.ACTIVE, Standing.FROZEN)


class Relation(StrEnum):
    """Why an incubatee may take part (notice, part two)."""

    CHAIN = "chain"  # up- or downstream of an incubator
    INDUSTRY = "industry"  # same industry, in the province
    OTHER = "other"  # other, in the province


class Unit(Base):
    """A legal person; `city` is its four-digit code (None outside the province), `industry` its GB/T 4754 code.

    `county` is a six-digit code, or the place in words outside the province; `key` is the name in one spelling, by
    which it is looked up. `review` keeps what its officer should see beside it. From `rematch_on` on it is matched anew
    after a pair that ended early; None once its requests go out again.
    """

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    key: Mapped[str] = mapped_column(String(120), index=True)
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    city: Mapped[str | None] = mapped_column(String(4), index=True)
    county: Mapped[str | None] = mapped_column(String(20))
    industry: Mapped[str | None] = mapped_column(String(6))
    as_incubator: Mapped[Standing] = mapped_column(words_of(Standing), default=Standing.NONE, index=True)
    as_incubatee: Mapped[Standing] = mapped_column(words_of(Standing), default=Standing.NONE, index=True)
    relation: Mapped[Relation | None] = mapped_column(words_of(Relation))
    relation_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    relation_confirmed_at: Mapped[datetime | None]
    rematch_on: Mapped[date | None] = mapped_column(index=True)
    review: Mapped[dict[str, Any]] = mapped_column(default=dict)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    partner: Mapped[Unit | None] = relationship(remote_side=[id])
    pairs_of_name: Mapped[list[NamePair]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @validates("name")
    def _spell(self, _: str, name: str) -> str:
        self.key = key_of(name)
        known = {one.pair: one for one in self.pairs_of_name}
        self.pairs_of_name = [known.get(pair) or NamePair(pair=pair) for pair in sorted(pairs_in(self.key))]
        return name

    def standing(self, side: Side) -> Standing:
        """How far the unit is on one side."""
        return self.as_incubator if side is Side.INCUBATOR else self.as_incubatee

    def stand(self, side: Side, to: Standing) -> None:
        """Move the unit on one side, or refuse with how far it is."""
        now = self.standing(side)
        if to not in MOVES[Standing][now]:
            raise Refused("moved_on", status=f"standing.{now.value}")
        if side is Side.INCUBATOR:
            self.as_incubator = to
        else:
            self.as_incubatee = to

    @property
    def sides(self) -> list[Side]:
        """The sides on which the unit has registered, whatever became of it."""
        return [side for side in Side if self.standing(side) is not Standing.NONE]

    @property
    def verified(self) -> bool:
        """Whether an office has found it in order on one side at least."""
        return self.as_incubator in VERIFIED or self.as_incubatee in VERIFIED

    @property
    def cools_till(self) -> date | None:
        """The day from which its requests go out again, while that day is to come."""
        return _to_come(self.rematch_on)

    @property
    def outside(self) -> bool:
        """Whether it lies outside the province."""
        return self.city is None


def cooling(session: Session, unit_id: int) -> date | None:
    """The same as `cools_till`, read anew: for whoever holds a need of the unit, so that its turn is not missed."""
    return _to_come(session.scalar(select(Unit.rematch_on).where(Unit.id == unit_id)))


def _to_come(day: date | None) -> date | None:
    return day if day and day > calendar.local_day(clock.now()) else None


class NamePair(Base):
    """Two neighbouring characters of a unit's key, by which a name that is not quite right finds it among many."""

    __tablename__ = "name_pairs"

    pair: Mapped[str] = mapped_column(String(2), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), primary_key=True, index=True)


class FormerName(Base):
    """A name a unit had before; who types it still finds the unit."""

    __tablename__ = "former_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(120), index=True)
    until_at: Mapped[datetime] = mapped_column(default=clock.now)


def key_of(name: str) -> str:
    """A unit name in the one spelling by which it is looked up."""
    return squeezed(clean(name))[:120]


def pairs_in(key: str) -> set[str]:
    """Every two neighbouring characters of a key."""
    return {key[at : at + 2] for at in range(len(key) - 1)}


def find_unit(session: Session, person: Person, unit_id: int, *, lock: bool = False) -> Unit:
    """A unit for its own people and for the offices that watch over it; Refused for anybody else."""
    from models.registration.people import may_see  # people knows units, not the other way round

    unit = fetch(session, Unit, unit_id, lock=lock)
    if unit is None or not may_see(session, person, unit):
        raise Refused("not_found")
    return unit
