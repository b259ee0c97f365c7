"""Who is talking: a person and the accounts they talk through. Knows no unit, no office and no role."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from models.base import Base, index_where
from models.system import clock
from models.system.reading import Reading, table
from models.system.writing import Writing, each


class Person(Base):
    """A human being; name and phone stay empty until consent is given."""

    __tablename__ = "people"
    __table_args__ = (index_where("ix_people_strangers", "created_at", where="consent_version IS NULL"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(80), info={"personal": "id"})
    phone: Mapped[str | None] = mapped_column(String(40), info={"personal": "id"})
    language: Mapped[str] = mapped_column(String(8), default="zh")
    consent_version: Mapped[str | None] = mapped_column(String(20))
    consented_at: Mapped[datetime | None]
    hat_id: Mapped[int | None]
    left_at: Mapped[datetime | None]
    active_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Account(Base):
    """A person's address in one channel; `dead` says why nothing can be delivered there any more."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(64))
    chat: Mapped[str] = mapped_column(String(64))
    dead: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


_NEWEST = (
    select(Account)
    .where(Account.person_id == bindparam("person_id"), Account.dead.is_(None))
    .order_by(Account.id.desc())
    .limit(1)
)
_PEOPLE, _ACCOUNTS = table(Person), table(Account)
_AT = Reading(
    select(_PEOPLE, _ACCOUNTS)
    .join_from(_PEOPLE, _ACCOUNTS)
    .where(_ACCOUNTS.c.channel == bindparam("channel"), _ACCOUNTS.c.external_id == bindparam("external_id"))
    .with_for_update(of=_PEOPLE, key_share=True),
    Account,
    by="person",
    to=Person,
)


def arrive(session: Session, *, channel: str, external_id: str, chat: str, language: str) -> Account:
    """The account an event came from, made on first sight with nothing personal in it; its person's row is locked."""
    account = _AT.one(session, channel=channel, external_id=external_id)
    if account is None:
        person = Person(language=language)
        account = Account(channel=channel, external_id=external_id, chat=chat, person=person)
        session.add(account)
        session.flush()
    if account.dead or account.chat != chat:
        account.dead, account.chat = None, chat
    return account


_SAW = Writing(update(_PEOPLE).where(_PEOPLE.c.id == bindparam("person")).values(each("active_at")))


def saw(session: Session, person: Person, *, within: timedelta) -> None:
    """Note that somebody is there, unless that is known of the time just past."""
    now = clock.now()
    if person.active_at is None or abs(now - person.active_at) > within:
        _SAW.run(session, person=person.id, active_at=now)
        set_committed_value(person, "active_at", now)


def reached_at(session: Session, person: Person) -> Account | None:
    """Where a person is reached: their newest account that is alive."""
    if person.id is None:
        session.flush()
    return session.scalars(_NEWEST, {"person_id": person.id}).first()
