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
from models.system.letters import Kind, Letter, Post
from models.system.marks import Walked

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
    """Letters waiting too long, in doubt and undeliverable within a week; when each digest went out last."""

    stuck: int
    stuck_since: datetime | None
    in_doubt: int
    undelivered: int
    unreachable: Sequence[Unreachable]
    digests: Sequence[tuple[str, datetime]]
    walked: dict[str, datetime]


def examine(session: Session, now: datetime) -> Health:
    """Take stock of the engine's rows."""
    waiting = select(func.count(), func.min(Letter.due_at)).where(
        Letter.status == Post.QUEUED, Letter.due_at < now - STUCK
    )
    stuck, since = session.execute(waiting).one()
    sent = select(Letter.template, func.max(Letter.sent_at)).where(
        Letter.kind == Kind.DIGEST, Letter.sent_at.is_not(None)
    )
    return Health(
        stuck=stuck,
        stuck_since=since,
        in_doubt=_recent(session, Post.UNKNOWN, now),
        undelivered=_recent(session, Post.DEAD, now),
        unreachable=unreachable(session),
        digests=[(name, at) for name, at in session.execute(sent.group_by(Letter.template)) if at],
        walked={row.job: row.until for row in session.scalars(select(Walked))},
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


def _recent(session: Session, status: Post, now: datetime) -> int:
    since = calendar.add_days(now, -RECENT_DAYS)
    query = select(func.count()).select_from(Letter).where(Letter.status == status, Letter.created_at >= since)
    return session.scalar(query) or 0
