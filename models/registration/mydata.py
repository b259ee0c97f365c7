"""Everything kept about one person: to look at, to take along, to correct, to have deleted. Knows no sentence.

Walks every table of the programme, so that a table somebody adds tomorrow is covered: a row belongs to a person when
one of its columns points at them; a column with personal data says so with `info={"personal": "<that column>"}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, func, or_, select, update
from sqlalchemy.orm import Session

from models.base import Base, Refused
from models.oversight import duties
from models.registration.consent import withdraw
from models.registration.joining import Joining, JoiningStatus
from models.registration.people import Officer, memberships, seats
from models.registration.team import may_leave, pass_on, succeed
from models.registration.traces import clear_letters, clear_records
from models.registration.units import Unit
from models.system import clock
from models.system.accounts import Account, Person
from models.system.dialogs import Dialog
from models.system.letters import Kind, tell
from models.system.marks import record

# What belongs to the machinery, not to people.
SECRETS = {"secret_hash", "token", "stamp", "claimed_by", "claimed_until", "version", "extra", "buttons"}


def collect(session: Session, person: Person) -> dict[str, list[dict[str, Any]]]:
    """Every row that belongs to a person, by table, as plain values (moments in ISO 8601, UTC)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, owners in _tables():
        rows = session.execute(select(table).where(or_(*(owner == person.id for owner in owners))))
        if own := [_own(table, dict(row._mapping), person) for row in rows]:
            found[table.name] = own
    return found


def _own(table: Table, row: dict[str, Any], person: Person) -> dict[str, Any]:
    """A row without the machinery's secrets and without what it holds about somebody else."""
    personal = {column.name: column.info["personal"] for column in table.columns if "personal" in column.info}
    others = {name for name, owner in personal.items() if row[owner] != person.id}
    return {name: _plain(value) for name, value in row.items() if name not in SECRETS | others}


def _tables() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Every table with the columns that point at a person."""
    people = Base.metadata.tables["people"]
    for table in Base.metadata.sorted_tables:
        owners = [people.c.id] if table is people else [
            column for column in table.columns if any(key.column is people.c.id for key in column.foreign_keys)
        ]  # fmt: skip
        if owners:
            yield table, owners


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def personal_columns() -> list[tuple[Table, Column[Any], Column[Any]]]:
    """Columns that hold personal data: (table, the column, the column that says whose)."""
    return [
        (table, column, table.c[column.info["personal"]])
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if "personal" in column.info
    ]


def correct(session: Session, person: Person, *, person_name: str, phone: str) -> Person:
    """Set one's name and number right."""
    person.name, person.phone = person_name, phone
    record(session, person, "person_corrected")
    tell(session, person, "corrected", kind=Kind.REPLY)
    return person


def left_behind(session: Session, person: Person) -> list[Unit]:
    """The units that would have nobody left to talk to."""
    units = list(dict.fromkeys(one.unit for one in memberships(session, person)))
    return [unit for unit in units if may_leave(session, person, unit) in ("choose", "last")]


def forget(session: Session, person: Person, *, shown_as: str) -> None:
    """Withdraw consent and delete what is personal; records and figures stay, without a name.

    Others see `shown_as` from now on. The account is left with a stranger who has agreed to nothing, so that a last
    answer can still be given there.
    """
    if person.left_at is not None:
        raise Refused("not_found")
    name, phone = person.name, person.phone
    _leave_everything(session, person)
    for table, column, owner in personal_columns():
        session.execute(update(table).where(owner == person.id).values({column.name: None}))
    session.expire_all()
    person.name, person.left_at, person.hat_id, person.active_at = shown_as, clock.now(), None, None
    withdraw(session, person)
    clear_letters(session, person, [word for word in (name, phone) if word], shown_as)
    clear_records(session, person, name, shown_as)
    for dialog in session.scalars(select(Dialog).where(Dialog.person_id == person.id)):
        session.delete(dialog)
    record(session, person, "person_forgotten")
    stranger = Person(language=person.language)
    session.add(stranger)
    session.flush()
    for account in session.scalars(select(Account).where(Account.person_id == person.id)):
        account.person = stranger
    session.flush()


def _leave_everything(session: Session, person: Person) -> None:
    units = list(dict.fromkeys(one.unit for one in memberships(session, person)))
    for member in memberships(session, person):
        member.left_at = clock.now()
    for seat in seats(session, person):
        seat.left_at = clock.now()
    session.flush()
    for unit in units:
        succeed(session, unit)
        pass_on(session, person, unit, every=False)
    for joining in session.scalars(select(Joining).where(Joining.person_id == person.id)):
        if joining.status is JoiningStatus.ASKED:
            joining.status = JoiningStatus.DENIED
            duties.done(session, f"joining:{joining.id}")
    # what is left is of no unit: nobody else can do it
    for duty in session.scalars(select(duties.Duty).where(duties.Duty.person_id == person.id)).all():
        if duty.done_at is None:
            duties.done(session, duty.subject, duty.kind)


def without_officers(session: Session, person: Person) -> list[Officer]:
    """The seats whose office would be empty without this person."""
    query = select(func.count()).select_from(Officer).where(Officer.left_at.is_(None))
    return [
        seat
        for seat in seats(session, person)
        if session.scalar(query.where(Officer.role == seat.role, Officer.city == seat.city)) == 1
    ]
