"""The engine's small marks: events seen, leases held, jobs walked, and the append-only audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, delete, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.system import clock, counts
from models.system.accounts import Person
from models.system.writing import Writing, each


class Seen(Base):
    """An event that has had its effect."""

    __tablename__ = "seen"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class Lease(Base):
    """Who polls or keeps the timetable, until when, by the machine's clock in seconds."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime]


class Walked(Base):
    """Up to which moment a job of the timetable has been run."""

    __tablename__ = "walked"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    until: Mapped[datetime]


class Audit(Base):
    """Who did what, when, on which record; never changed, never deleted."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime] = mapped_column(default=clock.now)


_SEEN = Base.metadata.tables["seen"]
_NOTE = {
    dialect.__name__.rpartition(".")[2]: Writing(
        dialect.insert(_SEEN).values(each("channel", "event_id", "seen_at")).on_conflict_do_nothing()
    )
    for dialect in (sqlite, postgresql)
}
_LINE = insert(Base.metadata.tables["audit"])


def first_sight(session: Session, channel: str, event_id: str) -> bool:
    """Note an event; False when it has been seen before."""
    note = _NOTE[session.connection().dialect.name]
    return note.run(session, channel=channel, event_id=event_id, seen_at=clock.now()) == 1


def record(session: Session, person: Person | None, action: str, *, subject: str | None = None, **detail: Any) -> None:
    """Add a line to the audit trail (no personal data in `detail`: ids and codes only)."""
    who = person.id if person else None
    session.execute(
        _LINE, {"person_id": who, "action": action, "subject": subject, "detail": detail, "at": clock.now()}
    )


def note_failure(session: Session, job: str) -> None:
    """A job, or one of its keys, broke: counted, and kept for those who look after the assistant."""
    counts.add("job_failed", job)
    record(session, None, "job_failed", subject=job)


def record_each(session: Session, action: str, subjects: Sequence[str]) -> None:
    """Add a line to the audit trail for each of several records, at once."""
    facts: dict[str, Any] = {"person_id": None, "action": action, "detail": {}, "at": clock.now()}
    if subjects:
        session.execute(_LINE, [{**facts, "subject": subject} for subject in subjects])


def hold_lease(session: Session, name: str, *, holder: str, seconds: float) -> bool:
    """Take or renew a lease by the machine's own time; False when another process holds it."""
    now = clock.machine()
    lease = session.get(Lease, name, with_for_update=True)
    if lease is None:
        lease = Lease(name=name, holder=holder, until=now)
        session.add(lease)
    elif lease.holder != holder and lease.until > now:
        return False
    lease.holder, lease.until = holder, now + timedelta(seconds=seconds)
    session.flush()
    return True


def release_leases(session: Session, *, holder: str | None = None) -> None:
    """Give up the leases of a process that ends, or all of them (None)."""
    given_up = delete(Lease)
    session.execute(given_up if holder is None else given_up.where(Lease.holder == holder))
