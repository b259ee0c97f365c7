"""The official calendar of days off and swap days: kept as announced, known to every process, asked for each December.

Knows no sentence and no channel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from models.base import Base, Refused
from models.exchange.requests import CONSIDERED, Request
from models.incubation.cautions import Caution
from models.incubation.checkins import Checkin, CheckinStatus
from models.incubation.proposals import Proposal
from models.incubation.sessions import SessionLog, SessionStatus
from models.oversight import duties
from models.oversight.duties import Duty
from models.oversight.holiday_notices import Notice
from models.registration.people import Role
from models.system import calendar
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

# What is open until an hour of some day; nobody has to be at work when a term, a pause or a quarter is over.
ENDS: Mapping[InstrumentedAttribute[Any], ColumnElement[bool]] = {
    Duty.due_at: Duty.done_at.is_(None),
    Request.due_at: Request.status.in_(CONSIDERED),
    SessionLog.answer_by: SessionLog.status.in_((SessionStatus.WAITING, SessionStatus.DISPUTED)),
    Caution.answer_by: Caution.replied_at.is_(None),
    Proposal.due_at: Proposal.closed_at.is_(None),
    Checkin.due_at: Checkin.status == CheckinStatus.OPEN,
    Checkin.closes_at: Checkin.status == CheckinStatus.OPEN,
}
ASK_FROM = 12  # the month from which next year's days should be known: they are announced in November
LOAD_WITHIN = 5  # working days


class AnnouncedDay(Base):
    """A day that an officer has loaded from the announced list: worked, or off; it wins over what is assumed."""

    __tablename__ = "announced_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]


def renew(session: Session) -> None:
    """Let this process count with the days that are loaded; each process does this every minute."""
    calendar.use_overrides(_loaded(session))


def _loaded(session: Session) -> Mapping[date, bool]:
    return {row.day: row.working for row in session.execute(select(AnnouncedDay.day, AnnouncedDay.working))}


def year_to_show(now: datetime) -> int:
    """The year an officer most likely means: the first that is still a guess, once its days are announced."""
    today = calendar.local_day(now)
    ahead = today.month >= ASK_FROM - 1 and calendar.is_official(today.year)
    return today.year + 1 if ahead else today.year


def load_notice(session: Session, officer: Person, *, notice: Notice) -> int:
    """Take over an announced list: at once here, within a minute in other processes. Returns how many duties moved.

    A list of the whole year replaces what is known of it; a few days more are only added to a year that is known. What
    is open keeps its date as it was told; where that is a day newly off, it ends on the next working day.
    """
    renew(session)
    if notice.missing and not calendar.is_official(notice.year):
        raise Refused("holidays_missing", missing=notice.missing, year=notice.year)
    days = notice.days
    if not notice.missing:
        days = {day: True for day in calendar.assumed_off(notice.year) if day.weekday() < 5} | days
        first, last = date(notice.year, 1, 1), date(notice.year, 12, 31)
        session.execute(delete(AnnouncedDay).where(AnnouncedDay.day.between(first, last)))
    was_worked = {day for day, working in days.items() if not working and calendar.is_working_day(day)}
    session.execute(delete(AnnouncedDay).where(AnnouncedDay.day.in_(days)))
    session.add_all([AnnouncedDay(day=day, working=working) for day, working in sorted(days.items())])
    session.flush()
    renew(session)
    if calendar.is_official(notice.year):
        duties.done(session, _subject(notice.year), "load_holidays")
    moved = _put_off(session, was_worked)
    record(session, officer, "holidays_loaded", subject=_subject(notice.year), days=len(days), moved=moved)
    tell(session, officer, "holidays_loaded", kind=Kind.REPLY, year=notice.year, moved=moved)
    return moved


def _put_off(session: Session, days: Collection[date]) -> int:
    """What ends on one of these days, nobody working, ends on the next working day; returns how many duties do."""
    if not days:
        return 0
    first, last = calendar.opening(min(days)), calendar.closing(max(days))
    moved = Counter[str]()
    for column, still_open in ENDS.items():
        for row in session.scalars(select(column.class_).where(still_open, column.between(first, last))):
            ends_at = getattr(row, column.key)
            if calendar.local_day(ends_at) in days:
                setattr(row, column.key, calendar.add_working_days(ends_at, 1))
                moved[row.__tablename__] += 1
    session.flush()
    return moved[Duty.__tablename__]


def unknown_years(session: Session, now: datetime) -> list[int]:
    """Years whose swap days should be known by now and are not, and for which nobody has been asked yet."""
    today = calendar.local_day(now)
    years = [today.year, *([today.year + 1] if today.month >= ASK_FROM else [])]
    unknown = [year for year in years if not calendar.is_official(year)]
    if calendar.is_quiet(now) or not unknown:
        return []
    asked = select(Duty.subject).where(Duty.kind == "load_holidays", Duty.done_at.is_(None))
    held = set(session.scalars(asked))
    return [year for year in unknown if _subject(year) not in held]


def ask_for_days(session: Session, year: int, now: datetime) -> None:
    """Ask the association for a year's announced days; until then only the statutory holidays are counted."""
    due_at = calendar.add_working_days(now, LOAD_WITHIN)
    duties.hand(
        session, "load_holidays", _subject(year), office=Role.ASSOCIATION, due_at=due_at, remind=(2,), year=year
    )


def _subject(year: int) -> str:
    return f"calendar:{year}"
