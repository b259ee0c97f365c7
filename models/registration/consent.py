"""Consent to the handling of personal data, with version and time; before it nothing personal is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models.base import index_where, literally, locked
from models.system import clock
from models.system.accounts import Account, Person
from models.system.letters import Letter
from models.system.marks import record

VERSION = "2026-11"
WORDS_KEPT = timedelta(hours=24)  # what a newcomer typed before agreeing
STRANGERS_KEPT = timedelta(days=30)  # the address of somebody who never agreed

index_where("ix_letters_words", Letter.created_at, where="template = 'consent_words'")


def given(person: Person) -> bool:
    """Whether the present notice was agreed to."""
    return person.consent_version == VERSION


def agree(session: Session, person: Person, *, name: str) -> None:
    """Note the consent with its version and time; only now is the name kept."""
    if given(person):
        return
    person.consent_version, person.consented_at = VERSION, clock.now()
    person.name = person.name or name.strip()[:80] or None
    record(session, person, "consent_given", version=VERSION)


def withdraw(session: Session, person: Person) -> None:
    """Note that the consent was taken back."""
    record(session, person, "consent_withdrawn", version=person.consent_version)
    person.consent_version = person.consented_at = None


def looks_personal(text: str, *, name: str) -> bool:
    """Whether words typed before consent may hold personal data: a number to call, an address, the writer's name."""
    return bool(re.search(r"\d[\d\s-]{5,}\d|@", text)) or any(part in text for part in name.split())


def kept_words(session: Session, now: datetime) -> Sequence[int]:
    """Notices nobody has agreed to for a day, that still carry what was typed before them."""
    kept = Letter.template == literally("consent_words")
    query = select(Letter.id).where(kept, Letter.created_at <= now - WORDS_KEPT)
    return session.scalars(query).all()


def drop_words(session: Session, letter_id: int, now: datetime) -> None:
    """Forget such words; the notice can still be agreed to."""
    letter = session.get_one(Letter, letter_id)
    letter.template = "consent_notice"
    letter.buttons = [[{**one, "args": [""] * len(one["args"])} for one in row] for row in letter.buttons]


def strangers(session: Session, now: datetime) -> Sequence[int]:
    """People who never agreed, or took it back, and have not been here for a month."""
    seen = or_(Person.active_at <= now - STRANGERS_KEPT, Person.active_at.is_(None))
    reached = select(Account.id).where(Account.person_id == Person.id)
    query = select(Person.id).where(Person.consent_version.is_(None), seen, reached.exists())
    return session.scalars(query.where(Person.created_at <= now - STRANGERS_KEPT)).all()


def forget_stranger(session: Session, person_id: int, now: datetime) -> None:
    """Delete where somebody was reached and what was said to them, unless they have come back and agreed meanwhile."""
    locked(session, Person, person_id)
    if person_id not in strangers(session, now):
        return
    for letter in session.scalars(select(Letter).where(Letter.person_id == person_id)):
        session.delete(letter)
    session.flush()
    for account in session.scalars(select(Account).where(Account.person_id == person_id)):
        # Letters of whoever was reached here before, and has had themselves forgotten.
        session.execute(update(Letter).where(Letter.account_id == account.id).values(account_id=None))
        session.delete(account)
