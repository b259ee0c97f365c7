"""How the assistant itself is: letters that are stuck, people it cannot reach, digests that went out.

Reads the engine's rows only; knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from models.registration.people import Membership
from models.system import calendar
from models.system.accounts import Account, Person
from models.system.letters import Delivery, Kind, Letter
from models.system.marks import Audit, Walked

STUCK = timedelta(minutes=15)
RECENT_DAYS = 7


@dataclass(frozen=True)
class Unreachable:
    """Somebody whose every address is dead: why, which unit they belong to, and their number if they gave it."""

    person: Person
    why: str
    unit: str | None
    phone: str | None


@dataclass(frozen=True)
class Health:
    """Letters waiting too long; within a week: those in doubt and undeliverable, jobs that broke; each last digest."""

    stuck: int
    stuck_since: datetime | None
    in_doubt: int
    undelivered: int
    unreachable: Sequence[Unreachable]
    digests: Sequence[tuple[str, datetime]]
    walked: dict[str, datetime]
    failed: Sequence[str]


def examine(session: Session, now: datetime) -> Health:
    """Take stock of the engine's rows."""
    late = _waiting(session, Delivery.QUEUED, now - STUCK)
    forgotten = _waiting(session, Delivery.HELD, calendar.add_days(now, -RECENT_DAYS))
    sent = select(Letter.template, func.max(Letter.sent_at)).where(
        Letter.kind == Kind.DIGEST, Letter.sent_at.is_not(None)
    )
    return Health(
        stuck=late[0] + forgotten[0],
        stuck_since=min((since for _, since in (late, forgotten) if since), default=None),
        in_doubt=_recent(session, Delivery.UNKNOWN, now),
        undelivered=_recent(session, Delivery.DEAD, now),
        unreachable=unreachable(session),
        digests=[(name, at) for name, at in session.execute(sent.group_by(Letter.template)) if at],
        walked={row.job: row.until for row in session.scalars(select(Walked))},
        failed=_failed(session, now),
    )


def unreachable(session: Session) -> list[Unreachable]:
    """The people nothing can be delivered to any more: whom somebody has to ring up."""
    other = aliased(Account)
    alive = exists().where(other.person_id == Person.id, other.dead.is_(None))
    query = select(Person, func.max(Account.dead)).join(Account, Account.person_id == Person.id)
    found = session.execute(query.where(~alive, Person.left_at.is_(None)).group_by(Person.id).order_by(Person.id))
    return [_unreachable(session, person, why or "") for person, why in found]


def _unreachable(session: Session, person: Person, why: str) -> Unreachable:
    query = select(Membership).where(Membership.person_id == person.id, Membership.left_at.is_(None))
    post = session.scalars(query.order_by(Membership.id).limit(1)).first()
    return Unreachable(person, why, post.unit.name if post else None, person.phone if person.consented_at else None)


def _waiting(session: Session, status: Delivery, before: datetime) -> tuple[int, datetime | None]:
    """How many letters have waited since before a moment, and since when."""
    query = select(func.count(), func.min(Letter.due_at)).where(Letter.status == status, Letter.due_at < before)
    number, since = session.execute(query).one()
    return number, since


def _failed(session: Session, now: datetime) -> list[str]:
    """Jobs that broke, or a key of theirs, within a week."""
    names = select(Walked.job)
    since = calendar.add_days(now, -RECENT_DAYS)
    broke = select(Audit.subject).where(Audit.subject.in_(names), Audit.action == "job_failed", Audit.at >= since)
    return sorted(name for name in session.scalars(broke.distinct()) if name)


def _recent(session: Session, status: Delivery, now: datetime) -> int:
    since = calendar.add_days(now, -RECENT_DAYS)
    query = select(func.count()).select_from(Letter).where(Letter.status == status, Letter.created_at >= since)
    return session.scalar(query) or 0
