"""Growth: what an act costs in a province of 1,000, 10,000 and 100,000 units, the largest with a million sessions.

Each act runs as one turn in one transaction, as in life, its letters rendered and laid down, and is then undone. What
is compared is the same act among 1,000 units, measured in the same call. Its goal is the growth of the logarithm. What
lists so many due things is measured by the thing; what counts rows to print how many there are stands without a goal.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import count
from math import log
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from benchmarks.frame import Figure, figure
from benchmarks.province import fill
from benchmarks.province_shares import CITIES, seats
from bot.app import furnish
from bot.engine.events import Event
from bot.engine.routes import take
from bot.engine.timetable import JOBS
from bot.engine.turns import write_letters
from handlers.oversight import digests as digest_jobs
from models.exchange.candidates import SHELF, candidates
from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.oversight import board, digests
from models.registration.people import Officer, Role
from models.system import clock, sending
from models.system.accounts import Account
from models.system.opening import open_engine
from tests.databases import Servers

TITLE = "Growth: one act among 1,000, 10,000 and 100,000 units (a million sessions), beside the same among 1,000"
SIZES = (1_000, 10_000, 100_000)
SERVERS = ("sqlite", "postgresql")
ROUNDS = 9
NOISE = 1.25  # by which two runs of the same thing differ on a machine that does other things too
MORNING = datetime(2026, 11, 24, 10, 5, tzinfo=clock.SHANGHAI)  # a Tuesday: every digest and card is due
Act = Callable[[Session], object]


def measure() -> Iterator[Figure]:
    """All acts on SQLite, then on PostgreSQL."""
    furnish()
    clock.hold(MORNING)
    servers = Servers()
    try:
        for name in SERVERS:
            first: dict[str, list[float]] = {}
            idle: set[str] = set()
            for units in SIZES:
                with crowded(servers, name, units) as engine:
                    keys = due(engine)
                    idle = idle or {job for job, number in keys.items() if number == 0}
                    found = {act: rounds_of(engine, one) for act, one in (acts(units) | looks(keys, idle)).items()}
                found[DUE] = [took / sum(keys[one] for one in _listing(keys)) for took in found[DUE]]
                first = first or found
                yield from figures(name, units, found, first)
    finally:
        servers.stop()
        clock.hold(None)


@contextmanager
def crowded(servers: Servers, name: str, units: int) -> Iterator[Engine]:
    """A database with a province of some size, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="growth-"))
    url = servers.sqlite_url(folder) if name == "sqlite" else servers.postgres_url()
    engine = open_engine(url)
    try:
        fill(engine, units)
        yield engine
    finally:
        engine.dispose()
        servers.drop(url)
        shutil.rmtree(folder)


def figures(name: str, units: int, found: dict[str, list[float]], first: dict[str, list[float]]) -> Iterator[Figure]:
    """Each act at one size beside the same at the first size."""
    if found is first:
        return
    allowed = log(units) / log(SIZES[0]) * NOISE
    for act, rounds in found.items():
        peer = f"{SIZES[0]:,} units"
        most = {"most": round(allowed, 2), "of": "ratio"} if act not in COUNTING else {"note": COUNTING[act]}
        yield figure(f"{name} {units:,}: {act}", rounds, peer_rounds=first[act], peer=peer, unit="ms", **most)


# What counts n rows to print how many there are.
COUNTING = {
    "figures of the province, counted anew": "prints how many there are of everything, counted from indexes",
    "figures of a city, counted anew": "prints how many there are of everything in a city, counted from indexes",
}
DIGESTS = tuple(digest_jobs.TIMES)
DUE = "the other jobs look, a thing found due"


def acts(units: int) -> dict[str, Act]:
    """Everything that is measured, by name; people act by the number of their unit, officers come behind them."""
    city = units + 1
    province = units + len(seats())
    number = count(10)
    return {
        "a step of /need": lambda session: steps(session, next(number)),
        "/todo of a unit": partial(says, person=3, text="/todo"),
        "/pairs of a unit": partial(says, person=3, text="/pairs"),
        "/todo of the association": partial(says, person=province - 2, text="/todo"),
        "/find by method": partial(says, person=province, text="/find 六西格玛"),
        "/find by words": partial(says, person=province, text="/find 缩水 飞边"),
        "/find what nobody wrote": partial(says, person=province, text="/find 超声波焊接"),
        "candidates of a need": choose,
        "digest of a city": partial(digest, role=Role.CITY),
        "digest of the association": partial(digest, role=Role.ASSOCIATION),
        "digest of the province": partial(digest, role=Role.PROVINCE),
        "board of the province": partial(says, person=province, text="/board"),
        "board of a city": partial(says, person=city, text="/board"),
        "figures of the province, counted anew": lambda session: board.count(session, None, clock.now()),
        "figures of a city, counted anew": lambda session: board.count(session, CITIES[0], clock.now()),
        "the outbox's sweep": lambda session: sending.claim_due(session, "w", most=100, channels=["telegram"]),
    }


def due(engine: Engine) -> dict[str, int]:
    """How many things each job finds due."""
    with Session(engine) as session:
        found = {job.name: len(list(job.find(session, clock.now()))) for job in JOBS.values()}
        session.rollback()
    return found


def looks(keys: dict[str, int], idle: set[str]) -> dict[str, Act]:
    """The jobs look for what has come due, as the timetable does: those of digests, those without work, the others."""
    return {
        "the digests' jobs look": partial(look, jobs=DIGESTS),
        "the jobs with nothing due look": partial(look, jobs=[job for job in idle if keys[job] == 0]),
        DUE: partial(look, jobs=_listing(keys)),
    }


def _listing(keys: dict[str, int]) -> list[str]:
    return [job for job, number in keys.items() if number and job not in DIGESTS]


def rounds_of(engine: Engine, act: Act) -> list[float]:
    """Milliseconds of an act, warmed up, each time undone: of work on SQLite, of waiting on PostgreSQL."""
    return [_once(engine, act) for _ in range(ROUNDS + 2)][2:]


def _once(engine: Engine, act: Act) -> float:
    now = time.process_time if engine.dialect.name == "sqlite" else time.perf_counter
    with Session(engine) as session:
        session.connection()
        start = now()
        act(session)
        session.flush()
        took = now() - start
        session.rollback()
    return took * 1000


_EVENTS = count(1)


def says(session: Session, *, person: int, text: str) -> None:
    """Somebody types something; the whole turn."""
    account = session.scalars(select(Account).where(Account.person_id == person)).one()
    event = Event("telegram", f"now:{next(_EVENTS)}", account.external_id, account.chat, "text", text)
    outcome = take(session, event, worker="w")
    assert outcome.parcels, f"{text!r} got no answer"


def steps(session: Session, person: int) -> None:
    """A form is opened and its first question answered, in the words of a factory."""
    says(session, person=person + (person % 5 == 0), text="/need")
    says(session, person=person + (person % 5 == 0), text="注塑件缩水，不良率5%想降到2%，想学统计过程控制")


def choose(session: Session) -> None:
    """The best incubators for a published need."""
    need = session.scalars(select(Need).where(Need.status == PostStatus.PUBLISHED).limit(1)).one()
    while not SHELF.warm(session):
        pass
    assert candidates(session, need)


def digest(session: Session, *, role: Role) -> None:
    """One officer's digest, from what is due to the finished letter."""
    seat = session.scalars(select(Officer).where(Officer.role == role).order_by(Officer.id).limit(1)).one()
    digests.send_digest(session, seat.id, clock.now())
    assert session.info["told"]
    write_letters(session, None)


def look(session: Session, *, jobs: Iterable[str]) -> None:
    """Jobs look for what has come due."""
    for name in jobs:
        list(JOBS[name].find(session, clock.now()))


def main() -> None:
    """Print what each act and each job's look costs: `python -m benchmarks.b5_growth UNITS [sqlite|postgresql]`."""
    furnish()
    clock.hold(MORNING)
    servers = Servers()
    try:
        with crowded(servers, (*sys.argv, "sqlite")[2], int(sys.argv[1])) as engine:
            each = {f"look of {job}: {found} due": partial(look, jobs=[job]) for job, found in due(engine).items()}
            for name, act in (acts(int(sys.argv[1])) | each).items():
                print(f"{median(rounds_of(engine, act)):9.2f} ms  {name}", flush=True)
    finally:
        servers.stop()


if __name__ == "__main__":
    main()
