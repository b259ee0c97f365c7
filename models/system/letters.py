"""What the programme says to people: a letter is born in the transaction that caused it and sent afterwards.

Knows the message budget and quiet hours, but no sentence and no channel.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, index_where, words_of
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.reading import Reading, table

ACTIVE = timedelta(minutes=30)
A_DAY, A_WEEK = 1, 3  # calls; requests count in the day alone (programme, section 5)
AT_ONCE = 500  # values of one statement
BUDGET = 7_100_001  # the kind of lock that guards one person's budget of calls


class Kind(StrEnum):
    """Why a letter goes out; decides pace, quiet hours and what happens after an unknown time-out."""

    REPLY = "reply"  # to one's own act: at once, rather twice than never
    ANSWER = "answer"  # what became of one's own request: rather twice than never
    CALL = "call"  # the ball is in your court: quiet hours and the message budget
    REQUEST = "request"  # a question to you with days to answer it: quiet hours and one call a day, in any week
    DIGEST = "digest"  # by the timetable: at most once
    ALARM = "alarm"  # red line: at any hour


CALLS = (Kind.CALL, Kind.REQUEST)


class Delivery(StrEnum):
    """Where a letter stands on its way."""

    QUEUED = "queued"
    HELD = "held"
    SENT = "sent"
    MERGED = "merged"
    DROPPED = "dropped"
    DEAD = "dead"
    UNKNOWN = "unknown"


class Letter(Base):
    """A finished text with its buttons `[[{label, action, args}]]`; `once` makes it unique for ever."""

    __tablename__ = "letters"
    __table_args__ = (
        Index(
            "ix_letters_due",
            "due_at",
            sqlite_where=text("status = 'queued'"),
            postgresql_where=text("status = 'queued'"),
        ),
        Index("ix_letters_person_kind", "person_id", "kind", "created_at"),
        index_where("ix_letters_old", "created_at", where="once IS NULL OR body != ''"),
        Index(
            "ix_letters_held",
            "person_id",
            sqlite_where=text("status = 'held'"),
            postgresql_where=text("status = 'held'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    template: Mapped[str] = mapped_column(String(60))
    kind: Mapped[Kind] = mapped_column(words_of(Kind))
    status: Mapped[Delivery] = mapped_column(words_of(Delivery))
    once: Mapped[str | None] = mapped_column(String(120), unique=True)
    subject: Mapped[str | None] = mapped_column(String(60), index=True)
    body: Mapped[str] = mapped_column(Text)
    buttons: Mapped[list[Any]] = mapped_column(default=list)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    token: Mapped[str] = mapped_column(String(16), unique=True, default=lambda: secrets.token_urlsafe(9))
    due_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    external_id: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


_LETTERS = table(Letter)
_TAPPED = Reading(select(_LETTERS).where(_LETTERS.c.token == bindparam("token")), Letter)


def find_by_token(session: Session, token: str) -> Letter | None:
    """The letter that a button was tapped under."""
    return _TAPPED.one(session, token=token)


_ARRIVED = or_(_LETTERS.c.status == Delivery.SENT, _LETTERS.c.status == Delivery.QUEUED)
_LAST = Reading(
    select(_LETTERS)
    .where(_LETTERS.c.person_id == bindparam("person"), _ARRIVED)
    .where(_LETTERS.c.due_at <= bindparam("now"))
    .order_by(_LETTERS.c.id.desc())
    .limit(1),
    Letter,
)


def last_letter(session: Session, person: Person) -> Letter | None:
    """The newest letter that somebody has before them."""
    return _LAST.one(session, person=person.id, now=clock.now())


_QUOTED = Reading(
    select(_LETTERS)
    .where(_LETTERS.c.person_id == bindparam("person"), _LETTERS.c.external_id == bindparam("message"))
    .order_by(_LETTERS.c.id.desc())
    .limit(1),
    Letter,
)


def quoted_letter(session: Session, person: Person, message: str) -> Letter | None:
    """The letter that stands in a message which somebody quotes."""
    return _QUOTED.one(session, person=person.id, message=message)


@dataclass
class Told:
    """A letter not yet rendered; the engine renders it at the end of the turn."""

    person: Person
    template: str
    kind: Kind
    once: str | None
    subject: str | None
    context: dict[str, Any]
    replaces: str | None = None
    due_at: datetime | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def tell(
    session: Session,
    person: Person,
    template: str,
    *,
    kind: Kind = Kind.ANSWER,
    once: str | None = None,
    subject: str | None = None,
    picture: dict[str, Any] | None = None,
    paper: dict[str, Any] | None = None,
    **context: Any,
) -> bool:
    """Say something to a person in their language; False when `once` was said before.

    `subject` (such as "request:17") lets `hush` drop a letter whose matter is settled before it went out.
    `picture` and `paper` are specs of what is made off the loop when the letter is sent.
    """
    pending: list[Told] = session.info.setdefault("told", [])
    if once is not None:
        if any(told.once == once for told in pending):
            return False
        if session.scalar(_WRITTEN, {"once": once}) is not None:
            return False
    extra = {name: spec for name, spec in (("picture", picture), ("paper", paper)) if spec}
    pending.append(Told(person, template, kind, once, subject, context, extra=extra))
    return True


_WRITTEN = select(Letter.id).where(Letter.once == bindparam("once"))


def said(session: Session, marks: Iterable[str]) -> set[str]:
    """Which of these letters, each by its `once`, have been written before."""
    every, found = list(marks), set[str]()
    for first in range(0, len(every), AT_ONCE):
        query = select(Letter.once).where(Letter.once.in_(every[first : first + AT_ONCE]))
        found |= {mark for mark in session.scalars(query) if mark}
    return found


def hush(session: Session, *subjects: str) -> None:
    """Drop every waiting letter about matters that are settled."""
    session.info["told"] = [
        told for told in session.info.get("told", []) if told.subject not in subjects or told.kind not in CALLS
    ]
    for letter in session.scalars(_WAITING, {"subjects": subjects}):
        letter.status = Delivery.DROPPED


_WAITING = select(Letter).where(
    Letter.subject.in_(bindparam("subjects", expanding=True)),
    Letter.status.in_((Delivery.QUEUED, Delivery.HELD)),
    Letter.claimed_by.is_(None),
    Letter.kind.in_(CALLS),
)


def schedule(session: Session, person: Person, kind: Kind, now: datetime) -> tuple[Delivery, datetime]:
    """When a letter may go: at once, at the next open hour, or held to be merged into the next morning's one.

    One call a day and three a week to somebody who is not in the chat right now (programme, section 5). A request to
    answer goes out the next working morning at the latest, so that its days are not over before it is read.
    """
    present = person.active_at is not None and abs(now - person.active_at) <= ACTIVE  # a clock may be set back
    if kind in (Kind.REPLY, Kind.DIGEST, Kind.ALARM) or present:
        return Delivery.QUEUED, now
    opens = calendar.next_open(now)
    if kind is Kind.ANSWER:
        return Delivery.QUEUED, opens
    if opens > now or spent(session, person, now, kind):
        return Delivery.HELD, opens
    return Delivery.QUEUED, now


def call_goes_at(session: Session, person: Person, now: datetime) -> datetime:
    """When a call told now is to go out, as far as it can be foreseen: later calls may still come between."""
    status, at = schedule(session, person, Kind.CALL, now)
    while status is Delivery.HELD and spent(session, person, at):
        at = calendar.next_working_morning(at)
    return at


_ALONE = select(func.pg_advisory_xact_lock(BUDGET, bindparam("person")))


def spent(session: Session, person: Person, now: datetime, kind: Kind = Kind.CALL) -> bool:
    """Whether today's call, or this week's three, have already gone to this person; a request looks at the day alone.

    Units of work that run side by side and call the same person judge this one after the other, until they commit.
    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer
        session.execute(_ALONE, {"person": person.id})
    midnight, monday = _budgets(now)
    today, week = session.execute(_SPENT, {"person": person.id, "midnight": midnight, "monday": monday}).one()
    pending = [told.kind for told in session.info.get("rendered", []) if told.person is person and told.kind in CALLS]
    full = kind is Kind.CALL and week + pending.count(Kind.CALL) >= A_WEEK
    return full or today + len(pending) >= A_DAY


def unspent(now: datetime) -> ColumnElement[bool]:
    """The people whose budget of calls is not spent, for the database to find: the rule of `spent` for many at once."""
    midnight, monday = _budgets(now)
    today, week = _calls(midnight, *CALLS), _calls(monday, Kind.CALL)
    today, week = (calls.where(Letter.person_id == Person.id) for calls in (today, week))
    return and_(today.scalar_subquery() < A_DAY, week.scalar_subquery() < A_WEEK)


def _budgets(now: datetime) -> tuple[datetime, datetime]:
    """Since when a day's and a week's calls are counted."""
    today_on = calendar.local_day(now)
    midnight = datetime.combine(today_on, time(), clock.SHANGHAI)
    return midnight, midnight - timedelta(days=today_on.weekday())


def _calls(since: datetime | BindParameter[datetime], *kinds: Kind) -> Select[int]:
    sent = Letter.kind.in_(kinds), Letter.status.in_((Delivery.QUEUED, Delivery.SENT)), Letter.due_at >= since
    return select(func.count(Letter.id)).where(*sent)


_TODAY = func.count(Letter.id).filter(Letter.due_at >= bindparam("midnight"))
_WEEK = func.count(Letter.id).filter(Letter.kind == Kind.CALL)
_SPENT = (
    _calls(bindparam("monday"), *CALLS).where(Letter.person_id == bindparam("person")).with_only_columns(_TODAY, _WEEK)
)
