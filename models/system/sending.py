"""Letters on their way out: put down, claimed by a process, held on to, and marked with what became of them.

The statements are built once, for this is what every turn does. Knows no sentence, no channel and no loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from models.base import Base
from models.system import calendar, clock
from models.system.accounts import Account
from models.system.letters import Delivery, Kind, Letter
from models.system.writing import Writing, each

LEASE = timedelta(seconds=30)
PATIENCE = 6  # how often a letter is taken up again before it is given up
ONCE_ONLY = (Kind.DIGEST,)  # not sent again when it may have gone already
AT_ANY_HOUR = (Kind.REPLY, Kind.ALARM)

SENDING = (
    "id",
    "template",
    "kind",
    "body",
    "buttons",
    "extra",
    "token",
    "attempts",
    "claimed_by",
    "due_at",
    "created_at",
)
_LETTERS = Base.metadata.tables["letters"]
PUT = (
    *("person_id", "account_id", "template", "kind", "status", "once", "subject", "body", "buttons", "extra", "token"),
    *("due_at", "claimed_by", "claimed_until", "attempts", "created_at"),
)
_PUT = Writing(insert(_LETTERS).values(each(*PUT)))
_DUE = (
    select(
        *(_LETTERS.c[name] for name in SENDING),
        *(Account.id.label("account_id"), Account.channel, Account.chat, Account.dead),
    )
    .outerjoin_from(_LETTERS, Account)
    .where(
        _LETTERS.c.status == literal(Delivery.QUEUED, literal_execute=True),  # as the partial index has it
        _LETTERS.c.due_at <= bindparam("now"),
        or_(_LETTERS.c.claimed_until.is_(None), _LETTERS.c.claimed_until < bindparam("machine")),
        or_(_LETTERS.c.account_id.is_(None), Account.channel.in_(bindparam("channels", expanding=True))),
    )
    .order_by(_LETTERS.c.due_at, _LETTERS.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=_LETTERS, skip_locked=True)
)
_CLAIM = (
    update(_LETTERS)
    .where(_LETTERS.c.id == bindparam("letter_id"))
    .values(claimed_by=bindparam("worker"), claimed_until=bindparam("until"), attempts=bindparam("tries"))
)
_SENT = (
    update(_LETTERS)
    .where(_LETTERS.c.id == bindparam("letter_id"), _LETTERS.c.claimed_by == bindparam("worker"))
    .values(
        status=Delivery.SENT, claimed_by=None, claimed_until=None, sent_at=bindparam("at"), external_id=bindparam("as")
    )
)


def put(session: Session, letters: list[dict[str, Any]]) -> None:
    """Put down finished letters (columns by name); each gets its `id`."""
    session.flush()
    for letter in letters:
        letter["id"] = _PUT.new(session, **letter, attempts=0, created_at=clock.now())


def claim_due(session: Session, worker: str, *, most: int, channels: Iterable[str]) -> list[dict[str, Any]]:
    """Claim letters for these channels that are due and nobody's, with their addresses; what cannot or may not go is
    put aside."""
    now, machine = clock.now(), clock.machine()
    wanted = {"now": now, "machine": machine, "most": most, "channels": list(channels)}
    connection = session.connection()
    claimed = []
    for row in connection.execute(_DUE, wanted).mappings():
        aside: dict[str, Any] = {}
        if row["claimed_by"] and row["kind"] in ONCE_ONLY:
            aside = {"status": Delivery.UNKNOWN}
        elif row["account_id"] is None or row["dead"] or row["attempts"] >= PATIENCE:
            aside = {"status": Delivery.DEAD}
        elif row["kind"] not in AT_ANY_HOUR and calendar.is_quiet(now) and not _meant_for_a_quiet_hour(row):
            aside = {"due_at": calendar.next_open(now)}
        if aside:
            session.execute(update(Letter).where(Letter.id == row["id"]).values(**aside))
        else:
            claimed.append(dict(row))
    mine = {"worker": worker, "until": machine + LEASE}
    claims = [  # whoever held it before has died over it, perhaps
        {"letter_id": letter["id"], "tries": letter["attempts"] + bool(letter["claimed_by"]), **mine}
        for letter in claimed
    ]
    if claims:
        connection.execute(_CLAIM, claims)
    return claimed


def _meant_for_a_quiet_hour(letter: Mapping[Any, Any]) -> bool:
    """Whether a letter was written for somebody who is in the chat at night, and not held up since the day."""
    return calendar.is_quiet(letter["created_at"]) and calendar.is_quiet(letter["due_at"])


def renew(session: Session, worker: str, letters: Iterable[int]) -> list[int]:
    """Hold on to letters that wait in memory; returns those that are still this worker's."""
    mine = Letter.id.in_(letters) & (Letter.claimed_by == worker) & (Letter.status == Delivery.QUEUED)
    held = update(Letter).where(mine).values(claimed_until=clock.machine() + LEASE).returning(Letter.id)
    return list(session.scalars(held.execution_options(synchronize_session=False)))


def set_aside_doubtful(session: Session) -> int:
    """In a copy of earlier rows: digests that were due then may have gone since, so they are not sent; how many."""
    due = (Letter.status == Delivery.QUEUED) & Letter.kind.in_(ONCE_ONLY) & (Letter.due_at <= clock.now())
    aside = update(Letter).where(due).values(status=Delivery.UNKNOWN, claimed_by=None, claimed_until=None)
    return len(session.scalars(aside.returning(Letter.id)).all())


def mark_sent(session: Session, worker: str, sent: Iterable[tuple[int, str]]) -> None:
    """Note letters that have gone out, each with the channel's id for it; only the claimant may."""
    marks = [{"letter_id": letter, "as": known, "worker": worker, "at": clock.now()} for letter, known in sent]
    if marks:
        session.connection().execute(_SENT, marks)


def mark(
    session: Session,
    worker: str,
    letter_id: int,
    status: Delivery,
    *,
    due_at: datetime | None = None,
    tried: bool = False,
    external_id: str | None = None,
    **account: Any,
) -> None:
    """Note what else became of a letter, and of its address (`chat`, `dead`); only the claimant may."""
    values: dict[Any, Any] = {"status": status, "claimed_by": None, "claimed_until": None}
    if status is Delivery.SENT:
        values |= {"sent_at": clock.now(), "external_id": external_id}
    if due_at is not None:
        values["due_at"] = due_at
    if tried:
        values["attempts"] = Letter.attempts + 1
    mine = update(Letter).where(Letter.id == letter_id, Letter.claimed_by == worker)
    address = session.scalars(mine.values(**values).returning(Letter.account_id)).first()
    if address is not None and account:
        session.execute(update(Account).where(Account.id == address).values(**account))
