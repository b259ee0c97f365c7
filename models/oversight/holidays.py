"""The official calendar of days off and swap days: kept as announced, known to every process, asked for each December.

Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Refused
from models.oversight import duties
from models.oversight.duties import Duty
from models.oversight.holiday_notices import Notice
from models.registration.people import Role
from models.system import calendar
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

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

    A list of the whole year replaces what is known of it; a few days more are only added to a year that is known. Open
    duties keep their dates, but those that fall on a day newly off are due on the next working day.
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
    """What is due on one of these days, nobody working, is due on the next working day."""
    if not days:
        return 0
    until = calendar.closing(max(days) + timedelta(days=1))
    due = duties.open_duties(session, Duty.due_at >= calendar.opening(min(days)), Duty.due_at <= until)
    fallen = [duty for duty in due if duty.due_at and calendar.local_day(duty.due_at) in days]
    for duty in fallen:
        assert duty.due_at is not None
        duty.due_at = calendar.add_working_days(duty.due_at, 1)
    session.flush()
    return len(fallen)


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
