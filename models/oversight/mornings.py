"""Calls that were held back go out together, one message a person, on the next open morning. Knows no sentence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import literally, locked
from models.system import calendar
from models.system.accounts import Person
from models.system.letters import Delivery, Kind, Letter, spent, tell

LINES = 5  # calls laid together in one message; the rest stay held


def held(session: Session, now: datetime) -> list[int]:
    """People with calls held back, while people may be written to."""
    if calendar.is_quiet(now):
        return []
    query = select(Letter.person_id).where(Letter.status == literally(Delivery.HELD), Letter.due_at <= now).distinct()
    return list(session.scalars(query))


def release(session: Session, person_id: int, now: datetime) -> None:
    """Let one call out as it is; lay several together, each a line with a button that opens it.

    Where the budget is spent they wait for the next working morning. A request to answer does not wait for a new week,
    and what else is held goes along with it.
    """
    person = locked(session, Person, person_id)
    query = select(Letter).where(Letter.person_id == person_id, Letter.status == Delivery.HELD, Letter.due_at <= now)
    letters = sorted(session.scalars(query.order_by(Letter.id)), key=lambda letter: letter.kind is not Kind.REQUEST)
    if not letters:
        return
    kind = letters[0].kind
    if spent(session, person, now, kind):
        for letter in letters:
            letter.due_at = calendar.next_working_morning(now)
        return
    if len(letters) == 1:
        letters[0].status = Delivery.QUEUED
        letters[0].due_at = now
        return
    told, rest = letters[:LINES], letters[LINES:]
    listed = [letter for letter in rest if letter.kind is Kind.REQUEST]  # their days run, so they are named at least
    for letter in (*told, *listed):
        letter.status = Delivery.MERGED
    lines = [(letter, letter.body.partition("\n")[0]) for letter in told]
    more = len(rest) - len(listed)
    tell(session, person, "held_together", kind=kind, lines=lines, listed=len(listed), more=more)
