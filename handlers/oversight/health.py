"""How the assistant itself is, for the association that looks after it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.engine.routes import button, command
from bot.engine.timetable import JOBS, fires
from bot.engine.turns import Turn
from handlers import PAGE, paged
from models.oversight import health
from models.registration.people import Role
from models.system import clock

OVERDUE = timedelta(minutes=10)


@command("health", roles={Role.ASSOCIATION})
def show_health(turn: Turn, rest: str) -> None:
    """Stuck letters, late and failed jobs, last digests, and how many people cannot be reached."""
    now = clock.now()
    found = health.examine(turn.session, now)
    failed = [name for name in found.failed if name in JOBS]
    turn.say("health", health=found, late_jobs=late_jobs(found.walked, now), failed_jobs=failed, now=now)


@button("health.people", roles={Role.ASSOCIATION})
def show_unreachable(turn: Turn, start: int) -> None:
    """Whom to ring up, five at a time."""
    people = health.unreachable(turn.session)
    turn.change("health_people", people=people[start : start + PAGE], **paged(len(people), start))


def late_jobs(walked: dict[str, datetime], now: datetime) -> list[str]:
    """Jobs that fell due a while ago and have not run."""
    known = [one for one in JOBS.values() if one.name in walked]
    return sorted(one.name for one in known if fires(one, walked[one.name], now - OVERDUE))
