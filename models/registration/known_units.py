"""Looks a typed name up among the registered units and in the award roster. Knows no sentence.

What is found is only proposed: whoever types the name says whether it is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from models.registration.guesses import tidy_name
from models.registration.roster import Roster, award_roster
from models.registration.roster_names import clean, parse
from models.registration.units import FormerName, NamePair, Standing, Unit, key_of, pairs_in

NEAR = 3  # units proposed
WIDE = 300  # names compared closely


@dataclass(frozen=True)
class Sought:
    """A typed unit name with the registered units and roster names it may mean; `sure` when it can mean only one."""

    name: str
    units: tuple[Unit, ...] = ()
    winners: tuple[str, ...] = ()
    sure: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def found(self) -> bool:
        return bool(self.units or self.winners)


def seek(session: Session, typed: str) -> Sought:
    """Look a typed name up; the result is remembered for the rest of the turn."""
    remembered: dict[str, Sought] = session.info.setdefault("sought", {})
    if typed not in remembered:
        remembered[typed] = _seek(session, tidy_name(typed))
    return remembered[typed]


def _seek(session: Session, name: str) -> Sought:
    same = units_named(session, name)
    if len(same) == 1:
        return Sought(name, tuple(same), sure=True)
    near = same or near_units(session, name)
    verdict = award_roster().find(name)
    taken = {key_of(unit.name) for unit in near}
    winners = tuple(winner for winner in verdict.names if key_of(winner) not in taken)
    return Sought(name, tuple(near), winners, sure=verdict.verdict == "accept" and not near)


def units_named(session: Session, name: str) -> list[Unit]:
    """The units of exactly this name, however it is spelled, now or in former times."""
    key = key_of(name)
    called = union(select(Unit.id).where(Unit.key == key), select(FormerName.unit_id).where(FormerName.key == key))
    return list(session.scalars(select(Unit).where(Unit.id.in_(called)).order_by(Unit.id)))


def near_units(session: Session, name: str, *, but: Unit | None = None) -> list[Unit]:
    """Up to three registered units whose names this may be another spelling of."""
    among = [unit for unit in _sharing(session, name) if unit is not but]
    verdict = Roster.of(dict.fromkeys((unit.name for unit in among), "")).find(name)
    return [unit for found in verdict.names for unit in among if unit.name == found][:NEAR]


def _sharing(session: Session, name: str) -> list[Unit]:
    """Units that share two neighbouring characters of the brand, else (for misheard ones) of the whole telling part."""
    parts = parse(clean(name))
    return _with_pairs(session, parts.brand) or _with_pairs(session, parts.core)


def _with_pairs(session: Session, telling: str) -> list[Unit]:
    holding = [
        select(NamePair.unit_id).where(NamePair.pair == pair).order_by(NamePair.unit_id).limit(WIDE).subquery()
        for pair in sorted(pairs_in(telling))
    ]
    if not holding:
        return []
    alike = union(*(select(one.c.unit_id) for one in holding))
    return list(session.scalars(select(Unit).where(Unit.id.in_(alike)).order_by(Unit.id).limit(WIDE)))


def with_code(session: Session, code: str) -> Unit | None:
    """The unit registered under a credit code."""
    return session.scalar(select(Unit).where(Unit.credit_code == code))


def active_incubators(session: Session) -> list[Unit]:
    """Verified incubators, by name."""
    query = select(Unit).where(Unit.as_incubator == Standing.ACTIVE).order_by(Unit.name)
    return list(session.scalars(query))


def has_incubator_in(session: Session, industry: str) -> bool:
    """Whether an incubator of a two-digit industry is registered and verified."""
    query = select(Unit.id).where(Unit.as_incubator == Standing.ACTIVE, Unit.industry.startswith(industry[:3]))
    return session.scalar(query.limit(1)) is not None
