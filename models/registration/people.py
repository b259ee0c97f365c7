"""Who a person is to the programme: roles in units and offices. Knows no sentence and no channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, object_session, relationship

from models.base import Base, Refused, index_where, remembered, words_of
from models.registration.units import Side, Standing, Unit
from models.system import clock
from models.system.accounts import Person
from models.system.reading import Reading, table


class Post(StrEnum):
    """What a person is in a unit."""

    CONTACT = "contact"
    BACKUP = "backup"
    MENTOR = "mentor"
    RESPONSIBLE = "responsible"
    LEADER = "leader"
    TEAM = "team"


class Role(StrEnum):
    """What a door asks for. Unit roles hold in any unit that stands on that side, verified or not yet."""

    INCUBATOR = "incubator"  # contact or backup of an incubator
    INCUBATEE = "incubatee"  # contact or backup of an incubatee
    MENTOR = "mentor"
    MEMBER = "member"  # anybody who belongs to a unit
    CITY = "city"
    ASSOCIATION = "association"
    PROVINCE = "province"
    EXPERT = "expert"


OFFICERS = (Role.CITY, Role.ASSOCIATION, Role.PROVINCE)
SPEAKERS = (Post.CONTACT, Post.BACKUP)


class Membership(Base):
    """A person's post in a unit; one person may hold several posts in several units. `skills`: a mentor's methods."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "unit_id", "post"),
        index_where("ix_memberships_left", "unit_id", where="left_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    post: Mapped[Post] = mapped_column(words_of(Post))
    skills: Mapped[list[str]] = mapped_column(default=list)
    left_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class Officer(Base):
    """A person's seat in an office: a city office (`city`: four digits), the association, the province, an expert."""

    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[Role] = mapped_column(words_of(Role), index=True)
    city: Mapped[str | None] = mapped_column(String(4), index=True)
    left_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person] = relationship()


_UNITS, _MEMBERSHIPS, _TAKEN = table(Unit), table(Membership), table(Officer)
_POSTS = Reading(
    select(_UNITS, _MEMBERSHIPS)
    .join_from(_UNITS, _MEMBERSHIPS)
    .where(_MEMBERSHIPS.c.person_id == bindparam("person_id"), _MEMBERSHIPS.c.left_at.is_(None))
    .order_by(_MEMBERSHIPS.c.id),
    Membership,
    by="unit",
    to=Unit,
)
_SEATS = Reading(
    select(_TAKEN)
    .where(_TAKEN.c.person_id == bindparam("person_id"), _TAKEN.c.left_at.is_(None))
    .order_by(_TAKEN.c.id),
    Officer,
)


@remembered
def memberships(session: Session, person: Person) -> Sequence[Membership]:
    """The posts a person holds now."""
    return _POSTS.all(session, person_id=person.id)


def belongs_to(person: Person, unit: Unit) -> bool:
    """Whether somebody holds a post in a unit now."""
    session = object_session(person)
    return session is not None and any(one.unit_id == unit.id for one in memberships(session, person))


@remembered
def seats(session: Session, person: Person) -> Sequence[Officer]:
    """The office seats a person holds now."""
    return _SEATS.all(session, person_id=person.id)


def roles_of(session: Session, person: Person) -> Iterator[str]:
    """Every role a person has, what the doors check: those in units first, for most people sit in no office."""
    for one in memberships(session, person):
        yield Role.MEMBER
        if one.post is Post.MENTOR:
            yield Role.MENTOR
        if one.post in SPEAKERS:
            yield from (side for side in Side if one.unit.standing(side) is not Standing.NONE)
    yield from (seat.role for seat in seats(session, person))


def acting_unit(session: Session, person: Person, side: Side | None = None) -> Unit:
    """The unit a contact or backup acts for: the hat they wear, or the only one that fits; else they must choose."""
    units = {
        one.unit_id: one.unit
        for one in memberships(session, person)
        if one.post in SPEAKERS and (side is None or one.unit.standing(side) is not Standing.NONE)
    }
    if person.hat_id in units:
        return units[person.hat_id]
    if not units:
        raise Refused("no_unit")
    if len(units) > 1:
        raise Refused("choose_hat")
    return next(iter(units.values()))


_HOLDERS = (
    select(Membership)
    .options(joinedload(Membership.person))
    .where(
        Membership.unit_id == bindparam("unit_id"),
        Membership.left_at.is_(None),
        Membership.post.in_(bindparam("posts", expanding=True)),
    )
    .order_by(Membership.id)
)
_OFFICERS = (
    select(Officer)
    .options(joinedload(Officer.person))
    .where(Officer.role == bindparam("role"), Officer.left_at.is_(None))
    .order_by(Officer.id)
)
_OF_CITY = _OFFICERS.where(Officer.city == bindparam("city"))


def speakers(session: Session, unit: Unit) -> list[Person]:
    """Who is written to for a unit: its contact, or its backup when there is none."""
    posts = session.scalars(_HOLDERS, {"unit_id": unit.id, "posts": SPEAKERS}).all()
    for post in SPEAKERS:
        if found := [one.person for one in posts if one.post is post]:
            return found
    return []


def officers(session: Session, role: Role, *, city: str | None = None) -> list[Person]:
    """The officers of an office (of one city for a city office)."""
    if role is not Role.CITY:
        return [one.person for one in session.scalars(_OFFICERS, {"role": role})]
    return [one.person for one in session.scalars(_OF_CITY, {"role": role, "city": city})]


def holders_of(session: Session, unit: Unit, *posts: Post) -> list[Person]:
    """Who holds one of these posts in a unit now."""
    found = session.scalars(_HOLDERS, {"unit_id": unit.id, "posts": posts})
    return list(dict.fromkeys(one.person for one in found))


def speaks_for(session: Session, person: Person, unit: Unit) -> bool:
    """Whether a person is contact or backup of a unit."""
    return any(one.unit_id == unit.id and one.post in SPEAKERS for one in memberships(session, person))


def may_see(session: Session, person: Person, unit: Unit) -> bool:
    """Whether a person belongs to a unit, or sits in an office that watches over it."""
    return any(one.unit_id == unit.id for one in memberships(session, person)) or oversees(session, person, unit)


def oversees(session: Session, person: Person, unit: Unit) -> bool:
    """Whether a person sits in an office that watches over a unit; to belong to it is not enough."""
    return any(
        seat.role in (Role.ASSOCIATION, Role.PROVINCE) or (seat.role is Role.CITY and seat.city == unit.city)
        for seat in seats(session, person)
    )


def office_for(session: Session, city: str | None) -> Role:
    """Who acts for a city: its office, or the association while the office has nobody or there is no city."""
    return Role.CITY if city and officers(session, Role.CITY, city=city) else Role.ASSOCIATION


def city_of(session: Session, person: Person) -> str | None:
    """The city an officer sees; None for the association and the province, which see all; Refused for anybody else."""
    own = seats(session, person)
    if any(seat.role in (Role.ASSOCIATION, Role.PROVINCE) for seat in own):
        return None
    for seat in own:
        if seat.role is Role.CITY:
            return seat.city
    raise Refused("role")
