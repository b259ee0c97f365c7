"""What a year came to: what an officer wants to know, counted from the rows, and what an operator wants, measured."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import active_children
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.simulation.people import FACTORY, OFFICER, WINNER
from bot.simulation.phones import Post
from bot.simulation.year import Year
from models.exchange.needs import Need
from models.incubation.checkins import Checkin
from models.incubation.pairs import Pair
from models.incubation.sessions import SessionLog
from models.oversight.duties import OF_PEOPLE, Duty
from models.oversight.tickets import Ticket, TicketStatus
from models.registration.units import Standing, Unit
from models.system import calendar, clock
from models.system.letters import A_DAY, A_WEEK

MATCH_WITHIN = 10  # working days
LATE_BY = 5  # working days after which somebody who holds a duty counts as silent
SLOWEST = 8


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    n: int
    of: int

    @property
    def percent(self) -> float:
        """In percent, 0 of nothing being 0."""
        return round(100 * self.n / self.of, 1) if self.of else 0.0


@dataclass(frozen=True)
class Spread:
    """How something is spread over many."""

    mean: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    most: float = 0.0
    count: int = 0

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of some values, all zero where there are none."""
        if not values:
            return cls()
        ordered = sorted(values)
        p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.95, 0.99))
        return cls(sum(ordered) / len(ordered), p95, p99, ordered[-1], len(ordered))


@dataclass
class Effort:
    """What it cost so far, in seconds: on the wall, of this process and of those it started."""

    began: float = field(default_factory=time.monotonic)
    cpu_began: float = field(default_factory=time.process_time)

    @property
    def wall(self) -> float:
        return time.monotonic() - self.began

    @property
    def cpu(self) -> float:
        return time.process_time() - self.cpu_began

    @property
    def beside(self) -> float:
        """Of processes that were started and have ended."""
        for child in active_children():
            child.join(5)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime


def of_programme(session: Session) -> dict[str, Any]:
    """What became of units, needs, pairs, sessions, check-ins and tickets."""
    now = clock.now()
    closed = [(one.closed_at or now) <= one.due_at for one in session.scalars(_due_tickets(now))]
    pairs = _counts(session, Pair.status)
    sessions, checkins = _counts(session, SessionLog.status), _counts(session, Checkin.status)
    late, caught_up = _late_duties(session, now)
    return {
        "incubators": session.scalar(_number(Unit).where(Unit.as_incubator == Standing.ACTIVE)) or 0,
        "incubatees": session.scalar(_number(Unit).where(Unit.as_incubatee == Standing.ACTIVE)) or 0,
        "matched": _matched(session, now),
        "pairs": pairs,
        "pair_count": pairs.total(),
        "graduated": pairs["graduated"],
        "ended": pairs["ended"],
        "sessions": Share(sessions["confirmed"], sessions.total()),
        "checkins": Share(checkins["answered"], checkins.total() - checkins["open"]),
        "tickets": Share(sum(closed), len(closed)),
        "late_duties": Share(caught_up, late),
        "people": session.scalar(text("SELECT count(*) FROM people")) or 0,
    }


def _number(table: type[Any]) -> Any:
    return select(func.count()).select_from(table)


def _counts(session: Session, column: Any) -> Counter[str]:
    return Counter({str(value.value): n for value, n in session.execute(select(column, func.count()).group_by(column))})


def _due_tickets(now: datetime) -> Any:
    ends = Ticket.closed_at.is_not(None) | (Ticket.status != TicketStatus.SUSPENDED)
    return select(Ticket).where(ends, Ticket.raised_at < calendar.add_working_days(now, -MATCH_WITHIN))


def _matched(session: Session, now: datetime) -> Share:
    """Needs that had a pair within ten working days of going public, of those public for that long."""
    formed = {row.need_id: row.at for row in session.execute(_FORMED)}
    since = calendar.add_working_days(now, -MATCH_WITHIN)
    public = session.execute(select(Need.id, Need.published_at).where(Need.published_at < since)).all()
    taken = [calendar.working_days_between(at, formed[need]) for need, at in public if at and need in formed]
    within = [days for days in taken if days <= MATCH_WITHIN]
    return Share(len(within), len(public))


_FORMED = (
    select(Pair.need_id, func.min(Pair.formed_at).label("at"))
    .join(Need, Pair.need_id == Need.id)
    .where(Pair.formed_at >= Need.published_at)  # not the one before, of a need that was made public again
    .group_by(Pair.need_id)
)


def _late_duties(session: Session, now: datetime) -> tuple[int, int]:
    """How many duties of people were a week late or more, and how many of these were done after all."""
    late = done = 0
    query = select(Duty.due_at, Duty.done_at).where(OF_PEOPLE, Duty.due_at.is_not(None), Duty.due_at < now)
    for due_at, done_at in session.execute(query):
        if due_at and calendar.working_days_between(due_at, done_at or now) > LATE_BY:
            late, done = late + 1, done + (done_at is not None)
    return late, done


def of_post(year: Year) -> dict[str, Any]:
    """Letters a person and week against the budget; officers, who read digests, counted apart."""
    post = year.phones.post
    officers = {one.chat for one in year.people.values() if one.kind == OFFICER}
    weeks = max(1, (year.until - year.start).days // 7)
    living = sum(one.events > 0 for one in year.people.values()) - len(officers)
    return {
        "letters": post.kinds.total(),
        "kinds": dict(post.kinds),
        "calls": _a_week(post.calls, officers, living * weeks, inside=False),
        "all_letters": _a_week(post.weeks, officers, living * weeks, inside=False),
        "to_officers": _a_week(post.weeks, officers, len(officers) * weeks, inside=True),
        "budget": A_WEEK,
        "a_day": max(post.days.values(), default=0),
    }


def _a_week(counted: Counter[Any], officers: set[str], weeks: int, *, inside: bool) -> Spread:
    """Over all weeks of all these people, those without a letter included."""
    values = [n for (chat, _), n in counted.items() if (chat in officers) == inside]
    return Spread.of([*values, *[0] * max(0, weeks - len(values))])


def rules_of_post(post: Post) -> list[str]:
    """What broke a rule of the post: a letter sent twice, in quiet hours, or beyond the budget."""
    found = [f"letter_sent_twice: {letter}" for letter in post.twice[:5]]
    found += [f"sent_in_quiet_hours: {n} {kind}" for kind, n in post.in_quiet.items()]
    days = sum(n > A_DAY for n in post.days.values())
    weeks = sum(n > A_WEEK for n in post.calls.values())
    found += [f"beyond_the_day: {days}"] if days else []
    return found + ([f"beyond_the_week: {weeks}"] if weeks else [])


def of_silence(year: Year) -> dict[str, Any]:
    """Units whose contact fell silent within the time, and how many a telephone call brought back."""
    contacts = [one for one in year.people.values() if one.kind in (FACTORY, WINNER) and one.events]
    called = sum(one.recovered > 0 for one in contacts)
    still = sum(any(since <= year.until for since, _ in one.silent) for one in contacts)
    return {"silent": Share(called, called + still), "telephone": year.calls}


def of_machine(year: Year, effort: Effort, database: Database, url: str) -> dict[str, Any]:
    """Turns, seconds, the size of the database, and what was slow."""
    timings = year.app.timings
    turns = {name: Spread.of(times) for name, times in timings.turns.items()}
    whole = Spread.of([seconds for times in timings.turns.values() for seconds in times])
    jobs = sorted(timings.jobs.items(), key=lambda one: -one[1])
    slowest = sorted(turns.items(), key=lambda one: -one[1].p95)
    return {
        "turns": year.turns,
        "sittings": year.sittings,
        "wall": effort.wall,
        "cpu": effort.cpu,
        "beside": effort.beside,
        "megabytes": _size(database, url) / 1e6,
        "turn": whole,
        "slowest": [(name, one) for name, one in slowest if one.count >= 5][:SLOWEST],
        "jobs": [(name, seconds, timings.keys[name]) for name, seconds in jobs[:SLOWEST]],
        "stuck": sorted(year.town.stuck.items(), key=lambda one: -one[1])[:SLOWEST],
    }


def _size(database: Database, url: str) -> float:
    if not database.embedded:
        asked = text("SELECT pg_database_size(current_database())")
        return float(database.submit(lambda session: session.scalar(asked) or 0).result())
    files = (Path(url.removeprefix("sqlite:///") + suffix) for suffix in ("", "-wal"))
    return float(sum(file.stat().st_size for file in files if file.exists()))
