"""The end of the term: announced two months ahead, and put before the office when nobody has decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.timetable import job
from handlers.incubation.watch import still_due
from models.incubation import terms
from models.system import calendar


def ending(session: Session, now: datetime) -> Iterable[int]:
    """Pairs whose term ends within sixty days."""
    return terms.terms_ending(session, calendar.local_day(now))


@job("terms_announced", "37 7 * * *", find=ending)
def announce(session: Session, pair_id: int, now: datetime) -> None:
    """Both sides hear of it, and the mentor has the ball."""
    if pair := still_due(session, pair_id, now, ending):
        terms.announce_term(session, pair, calendar.local_day(now))


def over(session: Session, now: datetime) -> Iterable[int]:
    """Pairs that end today as agreed, or about which an office has to decide."""
    return terms.terms_over(session, calendar.local_day(now))


@job("terms_over", "38 7 * * *", find=over)
def end_term(session: Session, pair_id: int, now: datetime) -> None:
    """What was agreed on comes about, or the office is asked."""
    if pair := still_due(session, pair_id, now, over):
        terms.end_term(session, pair)
