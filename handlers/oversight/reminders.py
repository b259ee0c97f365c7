"""The clock's part of oversight: reminders, the weekly card, the ladder, and clearing up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.dialogs import FORMS
from bot.engine.timetable import job
from models.oversight import housekeeping, ladder, reminders, ticket_steps

job("ladder", "40 8 * * *", find=ladder.due_steps)(ladder.climb)
job("weekly_card", "0 10 * * *", find=reminders.card_people)(reminders.send_card)
job("unanswered_tickets", "15 9 * * *", find=ticket_steps.unanswered)(ticket_steps.close_unanswered)


def due_people(session: Session, now: datetime) -> list[int]:
    """Whom to remind now, of duties and of forms that still exist."""
    return reminders.due_people(session, now, forms=FORMS)


@job("reminders", "30 9-17 * * *", find=due_people)
def remind(session: Session, person_id: int, now: datetime) -> None:
    """One letter with everything that has come due."""
    reminders.remind(session, person_id, now, forms=FORMS)


@job("housekeeping", "20 3 * * *", find=housekeeping.is_due)
def tidy(session: Session, day: str, now: datetime) -> None:
    """Let go of what need not be kept."""
    housekeeping.tidy(session, now)
