"""Stalls: how long the loop that answers people is held up while heavy work is done beside it.

A probe asks the loop for its turn every millisecond. The stall is the most that this process has worked on something
else between two turns, in whichever thread: what other programs take from the machine meanwhile is not counted. The
peer is the same picture drawn on the loop itself, which is what a bot does that does not send it away. A workbook's own
time is measured too, in the process that reads and writes it, beside the same rows written by openpyxl there.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from unittest.mock import patch

from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.frame import Figure, figure
from benchmarks.province import fill
from bot import charts, papers
from bot.app import App
from bot.engine.database import Database
from handlers.oversight import exports
from models.exchange import plans
from models.exchange.candidates import Shelf
from models.exchange.plans import Goal, PlanLine
from models.registration.people import Officer, Role
from models.system import clock
from models.system.matter import unswept
from tests.databases import migrate

TITLE = "Stalls of the loop while pictures, plans, digests and workbooks are made, beside a picture drawn on the loop"
UNITS, ROUNDS, PROBED, MOST = 6_000, 5, 0.001, 20.0
MORNING = datetime(2026, 11, 24, 10, 5, tzinfo=clock.SHANGHAI)
NEEDED = ("units", "people", "accounts", "memberships", "needs", "offers", "requests", "pairs", "duties")
ROWS, LONGEST = 10_000, 0.8  # rows and seconds of a workbook
TREND: dict[str, Any] = {
    "name": "trend",
    "title": "过程不良率",
    "unit": "%",
    "labels": [f"{month}月" for month in range(1, 13)],
    "values": [9.2, 8.8, 9.3, 9.1, 8.7, 8.2, 7.9, 7.1, 6.8, 6.0, 5.4, 4.9],
    "baseline": 9.1,
    "target": 3.0,
    "better": "lower",
    "words": {"baseline": "基线", "target": "目标", "better": "越低越好"},
}
Work = Callable[[], Awaitable[object]]
Write = Callable[[str, dict[str, Any]], object]


def measure() -> Iterator[Figure]:
    """An idle loop, then one with each kind of heavy work beside it."""
    clock.hold(MORNING)
    try:
        with tempfile.TemporaryDirectory(prefix="stalls-") as folder:
            url = f"sqlite:///{folder}/bot.db"
            migrate(url)
            yield from asyncio.run(_all(url))
    finally:
        clock.hold(None)


async def _all(url: str) -> list[Figure]:
    database = Database(url)
    fill(database.engine, UNITS, sessions=ROWS, only=(*NEEDED, "session_logs"))
    app = App(database, [])
    app.outbox.sweep = _no_letters  # type: ignore[method-assign]
    app.timetable.sweep = _no_letters
    try:
        await app.enclosures.draw(TREND)  # the process that draws is started by the first picture
        await app.warm()  # as every bot does when it starts
        peer = [await stall(lambda: _on_the_loop(TREND)) for _ in range(ROUNDS)]
        found = []
        for what, work in works(app).items():
            rounds = [await stall(work) for _ in range(ROUNDS)]
            drawn = "a picture on the loop"
            goal = {} if what == "nothing" else {"most": MOST}
            found.append(figure(f"while {what}", rounds, unit="CPU ms", peer=drawn, peer_rounds=peer, **goal))
        number = await database.run(lambda session: session.scalar(select(func.count(PlanLine.id))))
        assert number, "no plan was made"
        return [*found, await own_time(app)]
    finally:
        await app.close()


async def _no_letters(*, claiming: bool = True) -> int:
    """Sending is another benchmark's matter."""
    return 0


def works(app: App) -> dict[str, Work]:
    """What is done beside the loop, by name."""

    async def plan() -> None:
        await app.database.run(_ask)
        await app.timetable._run(["draft_plans"])

    async def digests() -> None:
        await app.timetable._run(["digest_city", "digest_association", "digest_province"])

    return {
        "nothing": lambda: asyncio.sleep(0.3),
        f"a workbook of {ROWS:,} rows is written": lambda: exported(app),
        "pictures are drawn": lambda: _drawn(app),
        "a plan of the whole pool is made": plan,
        "offers are laid out for matching": lambda: _laid_out(app),
        "the offices' digests are written": digests,
    }


async def exported(app: App) -> None:
    """What the province gets when it asks for every session."""
    _, content = await app.enclosures.write(await app.database.run(_sessions))
    assert content


async def own_time(app: App) -> Figure:
    """A workbook's own time, and that of the same rows written by openpyxl, in turn."""
    spec = await app.database.run(_sessions)
    found: dict[Write, list[float]] = {papers.write: [], by_openpyxl: []}
    for _ in range(ROUNDS):
        for write, took in found.items():
            took.append(await app.thinking.run(seconds, write, app.enclosures.url, spec))
    ours, peer = found.values()
    what = f"a workbook of {ROWS:,} rows, read and written"
    return figure(what, ours, unit="CPU s", peer="the same by openpyxl", peer_rounds=peer, most=LONGEST)


def seconds(write: Write, url: str, spec: dict[str, Any]) -> float:
    """How long the other process works on a workbook."""
    began = time.process_time()
    write(url, spec)
    return time.process_time() - began


def by_openpyxl(url: str, spec: dict[str, Any]) -> bytes:
    """The same sheets as openpyxl writes them at its fastest, row by row and without any format."""
    with unswept(), papers.reading(url) as session:
        file, content = Workbook(write_only=True), io.BytesIO()
        for sheet in exports.lay_out(session, spec).sheets:
            page = file.create_sheet(sheet.title)
            page.append(sheet.heads)
            for row in sheet.rows:
                page.append(row)
        file.save(content)
    return content.getvalue()


def _sessions(session: Session) -> dict[str, Any]:
    seat = session.scalars(select(Officer).where(Officer.role == Role.PROVINCE).limit(1)).one()
    asked = {"what": "sessions", "city": None, "period": "everything", "at": clock.now().isoformat()}
    return {"name": "export", "language": "zh", "person": seat.person_id, **asked}


async def _laid_out(app: App) -> None:
    """As when a bot starts, with what it does about rubbish."""
    with patch("bot.app.SHELF", Shelf()):
        await app.warm()


async def _drawn(app: App) -> None:
    for _ in range(5):
        await app.enclosures.draw(TREND)


async def _on_the_loop(spec: dict[str, Any]) -> None:
    charts.render(spec["name"], spec)


def _ask(session: Session) -> None:
    seat = session.scalars(select(Officer).where(Officer.role == Role.PROVINCE).limit(1)).one()
    plans.ask_plan(session, seat.person, goal=next(iter(Goal)).value)


async def stall(work: Work) -> float:
    """The most work between two turns of the probe while something is done, in milliseconds."""
    worst = 0.0

    async def probe() -> None:
        nonlocal worst
        while True:
            asked = time.process_time()
            await asyncio.sleep(PROBED)
            worst = max(worst, time.process_time() - asked)

    probing = asyncio.create_task(probe())
    await asyncio.sleep(0)
    await work()
    await asyncio.sleep(PROBED * 2)
    probing.cancel()
    with suppress(asyncio.CancelledError):
        await probing
    return worst * 1000
