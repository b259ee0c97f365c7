"""How a process and what it shares with others are doing: the database, the leases, the letters and jobs that wait."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.app import App
from bot.engine.timetable import LEASE_SECONDS
from handlers.oversight.health import late_jobs
from models.oversight.health import STUCK
from models.system import clock
from models.system.accounts import Account
from models.system.letters import Delivery, Letter
from models.system.marks import Lease, Walked, hold_lease
from models.system.outages import trouble_of

Mode = Literal["polling", "webhook", "worker"]
PATIENCE = 3.0  # seconds in which the database must have written a line
FRESH = 1.0  # seconds for which an answer may be given again
TAKEN_OVER = 60.0  # seconds after which somebody must have taken over a lease
HEARD = 120.0  # seconds within which whoever polls must have heard from the server
COUNTED = 60.0  # seconds for which the number of dead chats may be given again


@dataclass
class Vitals:
    """What was found: ages in seconds; None where there is nothing to measure."""

    database_seconds: float | None = None
    trouble: str | None = None
    leases: dict[str, float] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    due: int | None = None
    oldest: float = 0.0
    late: list[str] = field(default_factory=list)
    dead_chats: int | None = None
    heard: float | None = None


class Examination:
    """Looks when asked; whoever asks meanwhile, or right after, gets the same answer."""

    def __init__(self, app: App, *, mode: Mode) -> None:
        self.app, self.mode = app, mode
        self._looking: asyncio.Task[Vitals] | None = None
        self._looked_at = -FRESH
        self._dead_chats: tuple[float, int] | None = None
        self._writing: asyncio.Task[Vitals] | None = None

    async def look(self) -> Vitals:
        """The present state; never raises."""
        done = self._looking is not None and self._looking.done()
        if self._looking is None or (done and clock.ticks() - self._looked_at >= FRESH):
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> Vitals:
        begun = clock.ticks()
        # What waits for a locked database is not asked a second time: it would only wait as well.
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self.app.database.run(self._measure))
            self._writing.add_done_callback(_looked_at)
        try:
            found = await asyncio.wait_for(asyncio.shield(self._writing), PATIENCE)
            found.database_seconds = clock.ticks() - begun
        except TimeoutError:
            found = Vitals(trouble="slow or locked")
        except Exception as error:
            found = Vitals(trouble=trouble_of(error) if isinstance(error, DBAPIError) else type(error).__name__)
        if self.app.polled_at is not None:
            found.heard = clock.ticks() - self.app.polled_at
        self._looked_at = clock.ticks()
        return found

    def _measure(self, session: Session) -> Vitals:
        """Write a line, so that a full disk shows, and read the engine's rows."""
        hold_lease(session, "probe", holder=self.app.worker, seconds=0)
        now, machine = clock.now(), clock.machine()
        found = Vitals()
        for lease in session.scalars(select(Lease).where(Lease.name.in_(("poller", "timetable")))):
            found.leases[lease.name] = LEASE_SECONDS - (lease.until - machine).total_seconds()
            found.holders[lease.name] = lease.holder
        due = select(func.count(), func.min(Letter.due_at)).where(
            Letter.status == Delivery.QUEUED, Letter.due_at <= now
        )
        found.due, since = session.execute(due).one()
        found.oldest = max((now - since).total_seconds(), 0.0) if since else 0.0
        found.late = late_jobs({row.job: row.until for row in session.scalars(select(Walked))}, now)
        found.dead_chats = self._dead(session)
        return found

    def _dead(self, session: Session) -> int:
        if self._dead_chats is None or clock.ticks() - self._dead_chats[0] > COUNTED:
            dead = select(func.count()).select_from(Account).where(Account.dead.is_not(None))
            self._dead_chats = (clock.ticks(), session.scalar(dead) or 0)
        return self._dead_chats[1]

    def checks(self, found: Vitals) -> dict[str, dict[str, Any]]:
        """What must be in order, each with `ok` and its figures."""
        if found.trouble is not None:
            return {"database": {"ok": False, "trouble": found.trouble}}
        stuck = STUCK.total_seconds()
        checks: dict[str, dict[str, Any]] = {
            "database": {"ok": True, "seconds": round(found.database_seconds or 0.0, 3)},
            "outbox": {"ok": found.oldest < stuck, "due": found.due, "oldest": round(found.oldest, 1)},
            "timetable": {**_lease(found, "timetable"), "late": found.late},
        }
        checks["timetable"]["ok"] &= not found.late
        if self.mode == "polling":
            mine = found.holders.get("poller") == self.app.worker
            heard = {"heard": round(found.heard, 1)} if mine and found.heard is not None else {}
            checks["poller"] = {**_lease(found, "poller"), "mine": mine, **heard}
            checks["poller"]["ok"] &= heard.get("heard", 0.0) < HEARD
        return checks


def _looked_at(task: asyncio.Task[Vitals]) -> None:
    """Nobody may wait any longer for what became of it."""
    if not task.cancelled():
        task.exception()


def _lease(found: Vitals, name: str) -> dict[str, Any]:
    """How long ago a lease was renewed, by whichever process holds it."""
    age = found.leases.get(name)
    return {"ok": age is not None and age < TAKEN_OVER, "age": None if age is None else round(max(age, 0.0), 1)}
