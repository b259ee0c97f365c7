"""Reminders: one letter a person and day about everything that waits on them, within the message budget.

Knows which moments have come, not what is written. Offices are reminded by their digests, so only people and units are
swept here. A wave of a duty is one of its reminder moments; a missed wave goes out with the next, not after it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import Session

from models.base import Refused
from models.oversight import duties, holding, housekeeping
from models.oversight.duties import Duty
from models.oversight.supervision import Means, Supervision
from models.system import calendar, clock
from models.system.accounts import Account, Person
from models.system.dialogs import Dialog
from models.system.letters import Kind, Letter, tell, unspent
from models.system.marks import record

MOST = 4  # reminders of one duty; after that people take over
CARD_WEEKDAY, CARD_TIME = 1, time(10)  # Tuesday, or the first working day after it
AT_ONCE = 500  # values of one statement
DRAFT_DAYS = 5  # after which a draft is named a second time


def due_people(session: Session, now: datetime, *, forms: Collection[str]) -> list[int]:
    """Whom to remind now: something of theirs has come due, they can be reached and their budget is not spent."""
    before_card = calendar.local_day(now) == calendar.local_day(card_at(now)) and now < card_at(now)
    if calendar.is_quiet(now) or before_card:
        return []
    come = holding.held_by(duties.OF_PEOPLE, Duty.remind_at <= now).subquery()
    told = select(Supervision.id).where(
        Supervision.duty_id == come.c.duty_id,
        Supervision.means == Means.REMINDER,
        Supervision.person_id == come.c.person_id,
        Supervision.at >= come.c.remind_at,
    )
    waiting = _reachable(session, select(come.c.person_id).where(or_(come.c.more, ~told.exists())), now)
    begun = sorted({draft.person_id for draft in _drafts(session, now, forms)})
    for first in range(0, len(begun), AT_ONCE):
        waiting |= _reachable(session, begun[first : first + AT_ONCE], now)
    return sorted(waiting)


def remind(session: Session, person_id: int, now: datetime, *, forms: Collection[str]) -> None:
    """One letter with all that has come due for a person: duties, the most urgent first, and forgotten drafts."""
    person = session.get_one(Person, person_id)
    own = duties.todo(session, person, duties.OF_PEOPLE)
    come = [_latest_wave(duty, now) for duty in own if duty.remind_at and duty.remind_at <= now]
    unreminded = _unreminded(session, come)
    waiting = [duty for duty in come if person in unreminded[duty.id]]
    drafts = _drafts(session, now, forms, person_id)
    once = f"reminder:{person_id}:{calendar.local_day(now)}"
    if _said(session, once) or not (waiting or drafts):
        return
    _mark(session, person, waiting, now)
    for draft in drafts:
        draft.reminded_at = now
    tell(
        session,
        person,
        "reminder" if waiting else "draft_reminder",
        kind=Kind.CALL,
        once=once,
        duties=waiting,
        drafts=drafts,
        wave=max((duty.reminded for duty in waiting), default=1),
        keep_until=min(
            (calendar.add_days(draft.touched_at, housekeeping.DRAFT_DAYS) for draft in drafts), default=None
        ),
    )


def card_people(session: Session, now: datetime) -> list[int]:
    """Who receives this week's card: people of units with something open since the card's hour, once a week.

    On a later day of the week only who was missed, because the bot was down or they could not be written to.
    """
    if calendar.is_quiet(now) or now < card_at(now):
        return []
    held = holding.held_by(duties.OF_PEOPLE, Duty.since_at <= card_at(now)).subquery()
    said = select(Letter.id).where(Letter.once == _card_key(cast(Person.id, String), now))
    return sorted(_reachable(session, select(held.c.person_id), now, ~said.exists()))


def _card_key(person_id: Any, now: datetime) -> Any:
    """The mark of a week's card: of one person as text, or of each person of a query."""
    year, week, _ = calendar.local_day(now).isocalendar()
    return "card:" + person_id + f":{year}-W{week}"


def _said(session: Session, once: str) -> bool:
    """Whether a letter of this mark was written before, so that it would not be written again."""
    return session.scalar(select(Letter.id).where(Letter.once == once)) is not None


def send_card(session: Session, person_id: int, now: datetime) -> None:
    """The week's card of one person: all that waits on them; it stands for the reminders due that day."""
    person = session.get_one(Person, person_id)
    mine = duties.todo(session, person, duties.OF_PEOPLE)
    held = holding.holders_of(session, mine)
    own = [duty for duty in mine if person in held[duty.id]]
    once = _card_key(str(person_id), now)
    if not own or _said(session, once):
        return
    _mark(session, person, [_latest_wave(duty, now) for duty in own if duty.remind_at and duty.remind_at <= now], now)
    late = now - card_at(now) > timedelta(minutes=10)
    tell(session, person, "weekly_card", kind=Kind.CALL, once=once, duties=own, late=late)


def snooze(session: Session, person: Person, duty_ids: Sequence[int]) -> list[Duty]:
    """Put a reminder off to the next working day, once a duty; Refused when it was put off before."""
    found = [duties.find_duty(session, person, duty_id) for duty_id in duty_ids]
    fresh = [
        duty for duty in found if not duty.snoozed and duty.done_at is None and duties.holds(session, person, duty)
    ]
    if not fresh:
        raise Refused("snoozed_before")
    now = clock.now()
    for duty in fresh:
        duty.snoozed = True
        again = calendar.opening(calendar.nth_working_day(now, 1))
        later = [moment for moment in duty.reminders if moment > again.isoformat()]
        duty.remind_at, duty.reminders = again, later
        record(session, person, "snoozed", subject=duty.subject)
    return fresh


def card_at(day: date) -> datetime:
    """When the card of a day's week goes out."""
    day = calendar.local_day(day)
    tuesday = day + timedelta(days=CARD_WEEKDAY - day.weekday())
    return datetime.combine(calendar.nth_working_day(tuesday, 0), CARD_TIME, clock.SHANGHAI)


def _reachable(
    session: Session, people: Select[Any] | Sequence[int], now: datetime, *where: ColumnElement[bool]
) -> set[int]:
    """Those who have an address that works and may be sent one more call this day and week."""
    alive = select(Account.id).where(Account.person_id == Person.id, Account.dead.is_(None))
    query = select(Person.id).where(Person.id.in_(people), Person.left_at.is_(None), alive.exists(), unspent(now))
    return set(session.scalars(query.where(*where)))


def _latest_wave(duty: Duty, now: datetime) -> Duty:
    """Let a wave that has come stand for all that were missed before it."""
    come = [moment for moment in duty.reminders if datetime.fromisoformat(moment) <= now]
    if come:
        duty.remind_at = datetime.fromisoformat(come[-1])
        duty.reminders = duty.reminders[len(come) :]
    return duty


def _unreminded(session: Session, found: Sequence[Duty]) -> dict[int, list[Person]]:
    """The holders of each duty, by its id, who have not been reminded in its present wave."""
    told = select(Supervision.duty_id, Supervision.person_id, func.max(Supervision.at))
    told = told.where(Supervision.duty_id.in_({duty.id for duty in found}), Supervision.means == Means.REMINDER)
    rows = session.execute(told.group_by(Supervision.duty_id, Supervision.person_id))
    last = {(duty_id, person_id): at for duty_id, person_id, at in rows}
    held = holding.holders_of(session, found)

    def fresh(duty: Duty, person: Person) -> bool:
        at = last.get((duty.id, person.id))
        return at is None or duty.remind_at is None or at < duty.remind_at

    return {duty.id: [person for person in held[duty.id] if fresh(duty, person)] for duty in found}


def _mark(session: Session, person: Person, waiting: Sequence[Duty], now: datetime) -> None:
    """Note the reminder; once every holder has had this wave, the next moment is awaited (none after the fourth)."""
    unreminded, held = _unreminded(session, waiting), holding.holders_of(session, waiting)
    for duty in waiting:
        others = unreminded[duty.id]
        if len(others) == len(held[duty.id]):
            duty.reminded += 1
        session.add(Supervision(duty_id=duty.id, means=Means.REMINDER, person_id=person.id, at=now))
        if {one.id for one in others} <= {person.id}:
            ahead = duty.reminders if duty.reminded < MOST else []
            duty.remind_at = datetime.fromisoformat(ahead[0]) if ahead else None
            duty.reminders = ahead[1:]


def _drafts(session: Session, now: datetime, forms: Collection[str], person_id: int | None = None) -> list[Dialog]:
    """Forms begun and left whose reminder is due: one working day after they were touched, again on the fifth day."""
    begun = select(Dialog).where(Dialog.form.in_(forms), Dialog.touched_at < calendar.add_working_days(now, -1))
    if person_id is not None:
        begun = begun.where(Dialog.person_id == person_id)
    found = session.scalars(begun.order_by(Dialog.touched_at.desc()))
    return [dialog for dialog in found if _answered(dialog) and _draft_due(dialog, now)]


def _answered(dialog: Dialog) -> bool:
    """Whether the person has put anything of their own into a form."""
    return any(raw is not None for name, raw in dialog.answers.items() if name not in dialog.notes.get("known", []))


def _draft_due(dialog: Dialog, now: datetime) -> bool:
    first = calendar.opening(calendar.nth_working_day(dialog.touched_at, 1))
    second = calendar.opening(calendar.nth_working_day(calendar.add_days(dialog.touched_at, DRAFT_DAYS), 0))
    if dialog.reminded_at is None or dialog.reminded_at < dialog.touched_at:
        return now >= first
    return dialog.reminded_at < second <= now
