"""What people have promised and allowed about a pair: secrecy (保密承诺), use of their number. No sentence here.

One row a person and pair. The text stands in the messages under its version; a new version asks everybody again.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused
from models.oversight import duties
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person

if TYPE_CHECKING:
    from models.incubation.pairs import Pair

VERSION = "2026-11"
DUE = 10  # working days for agreement, team and undertakings
REMINDERS = (3, 7, 10)


class Secrecy(StrEnum):
    """公开, 项目内, 不进系统: for everybody, for the pair, or only "it exists and was seen on site"."""

    PUBLIC = "public"
    PAIR = "pair"
    KEPT_OUT = "kept_out"


class Undertaking(Base):
    """A person's promise about one pair; unsigned until `signed_at`, `name` is what the person wrote under it."""

    __tablename__ = "undertakings"
    __table_args__ = (UniqueConstraint("pair_id", "person_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    version: Mapped[str] = mapped_column(String(20), default=VERSION)
    name: Mapped[str | None] = mapped_column(String(80), info={"personal": "person_id"})
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    signed_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()
    pair: Mapped[Pair] = relationship()


class ContactConsent(Base):
    """A person lets the people of the other side of one pair have their name and telephone number."""

    __tablename__ = "contact_consents"
    __table_args__ = (UniqueConstraint("pair_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person] = relationship()


def undertaking_of(session: Session, pair: Pair, person: Person) -> Undertaking | None:
    """The person's undertaking about this pair in the present version of the text, signed or not."""
    return session.scalar(_OWN, {"pair_id": pair.id, "person_id": person.id})


_OWN = select(Undertaking).where(
    Undertaking.pair_id == bindparam("pair_id"),
    Undertaking.person_id == bindparam("person_id"),
    Undertaking.version == VERSION,
)


def signed(session: Session, pair: Pair, person: Person) -> bool:
    """Whether the person has promised secrecy about this pair."""
    found = undertaking_of(session, pair, person)
    return found is not None and found.signed_at is not None


def ask_to_sign(session: Session, pair: Pair, person: Person, unit: Unit) -> Undertaking:
    """Ask somebody for their undertaking, once; while the pair lasts it is their duty."""
    found = undertaking_of(session, pair, person)
    if found is not None:
        return found
    undertaking = Undertaking(pair_id=pair.id, person_id=person.id, unit_id=unit.id, version=VERSION)
    session.add(undertaking)
    session.flush()
    if pair.ended_on is not None:  # whoever wants to read on signs; nobody is pressed for it
        return undertaking
    duties.hand(
        session,
        "sign_undertaking",
        f"undertaking:{undertaking.id}",
        person=person,
        unit=unit,
        city=pair.city,
        due_at=calendar.add_working_days(clock.now(), DUE),
        remind=REMINDERS,
        number=pair.number,
        incubatee=pair.incubatee.name,
        incubator=pair.incubator.name,
    )
    return undertaking


def find_undertaking(session: Session, person: Person, undertaking_id: int) -> Undertaking:
    """One's own undertaking; Refused for everybody else."""
    undertaking = session.get(Undertaking, undertaking_id)
    if undertaking is None or undertaking.person_id != person.id:
        raise Refused("not_found")
    return undertaking


def unsigned(session: Session, pair: Pair) -> list[Undertaking]:
    """Who was asked about this pair and has not signed yet."""
    query = select(Undertaking).where(Undertaking.pair_id == pair.id, Undertaking.version == VERSION)
    return list(session.scalars(query.where(Undertaking.signed_at.is_(None)).order_by(Undertaking.id)))
