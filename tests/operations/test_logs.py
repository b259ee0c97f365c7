"""A whole incubation in a talkative log, with everything going wrong: nobody's name, phone or words are in it."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import re
from collections.abc import Iterable, Iterator

import httpx
import pytest
import structlog
from sqlalchemy.orm import Session

from bot.channels.telegram import read
from bot.commands.serving import pages
from bot.engine import routes, timetable
from bot.engine.turns import Turn
from bot.logs import Library, set_up_logs
from models.system import counts
from models.system.accounts import Account, Person
from tests.spine import test_spine as spine
from tests.spine.cast import Cast, gather
from tests.talk import World

REAL_TOKEN = "123456789:AAH-abcdefghijklmnopqrstuvwxyz012345"
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that a process with LOG_LEVEL=debug would write, its libraries' warnings included."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    set_up_logs("debug")
    library = logging.StreamHandler(stream)
    library.setLevel(logging.WARNING)
    library.setFormatter(Library())
    logging.getLogger().addHandler(library)
    yield stream
    logging.getLogger().removeHandler(library)
    structlog.reset_defaults()


@pytest.mark.fault(48)
async def test_nobody_is_named(world: World, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole spine, then one trouble of every kind, each with personal data in its hands."""
    counts.forget()
    world.app.talkative = True
    cast = await gather(world)
    for chapter in (
        spine.newcomers_arrive,
        spine.offices_act_on_their_digests,
        spine.the_factory_chooses,
        spine.colleagues_come_in,
        spine.both_sides_agree,
        spine.goals_are_locked,
        spine.a_session_is_logged,
        spine.the_month_is_reported,
        spine.a_ticket_is_settled,
    ):
        await chapter(cast)
    turns = log.getvalue().count('"event": "turn"')
    assert turns > 100, "the log is as talkative as it gets"
    await everything_goes_wrong(world, cast, monkeypatch)
    transport = httpx.ASGITransport(app=pages(world.app, "polling"))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        shown = (await http.get("/metrics")).text + (await http.get("/healthz")).text

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    happened = {line["event"] for line in lines}
    expected = {"turn_failed", "turn_broken", "letter_spoiled", "letter_markup", "job_failed", "update_unreadable"}
    assert expected | {"picture_failed", "library", "poll_failed"} <= happened, expected - happened
    written = log.getvalue() + shown
    assert world.sandbox.token not in written and REAL_TOKEN not in written
    phones, names = await world.run(personal)
    assert len(phones) >= 4 and len(names) >= 8
    for secret in (*phones, *names):
        assert secret not in written
    assert CHINESE.search(written) is None, CHINESE.findall(written)


def personal(session: Session) -> tuple[list[str], list[str]]:
    everyone = session.query(Person).all()
    phones = [re.sub(r"\D", "", one.phone)[-8:] for one in everyone if one.phone]
    return phones, [one.name for one in everyone if one.name]


async def everything_goes_wrong(world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wang, faults = cast.wang, world.sandbox.world.faults
    spoken = "王建国 13800001001"

    def breaks(turn: Turn, rest: str) -> None:
        raise ValueError(f"{spoken} {rest}")

    def twice(turn: Turn, rest: str) -> None:
        taken = turn.session.query(Account).filter_by(external_id="2001").one()
        turn.session.add(Account(channel="telegram", external_id=taken.external_id, chat=spoken, person=turn.person))
        turn.session.flush()

    for name, handler in (("breaks", breaks), ("twice", twice)):
        monkeypatch.setitem(routes.HOUSE.commands, name, routes.Door(name, handler))
        await wang.do(f"/{name} {spoken}")
    for words in (f'can\'t parse entities: Unsupported start tag "{spoken}"', f'BUTTON_DATA_INVALID "{spoken}"'):
        faults.add("bad_request", method="sendMessage", description=f"Bad Request: {words}")
        await wang.do("/help")
    await broken_job(world, spoken, monkeypatch)
    await broken_picture(world, wang.phone.id, spoken)
    read({"update_id": 1, "message": {"from": {"id": 7}, "chat": spoken, "text": spoken}})
    await lost_poll(world)
    logging.getLogger("some.library").warning("could not send %s", f"{spoken} {REAL_TOKEN}")
    structlog.get_logger().warning("said_by_a_library", why=f"https://api.telegram.org/bot{REAL_TOKEN}/getMe")
    task = asyncio.get_running_loop().create_task(failing(spoken))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()


async def failing(spoken: str) -> None:
    raise RuntimeError(spoken)


async def broken_job(world: World, spoken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def everybody(session: Session, now: object) -> Iterable[int]:
        return [one.id for one in session.query(Person)]

    def act(session: Session, key: int, now: object) -> None:
        raise LookupError(f"{session.get_one(Person, key).name} {spoken}")

    monkeypatch.setitem(timetable.JOBS, "broken", timetable.Job("broken", "* * * * *", everybody, act))
    await world.app.timetable._run(["broken"])


async def broken_picture(world: World, chat: int, spoken: str) -> None:
    from bot.engine.events import Parcel

    parcel = Parcel(0, 0, "telegram", str(chat), "answer", spoken, extra={"picture": {"name": spoken}})
    await world.app.enclosures.enclose(parcel, world.channel.can)


async def lost_poll(world: World) -> None:
    """One round of the poller while the server answers with an error."""
    world.sandbox.world.faults.add("server_error", method="getUpdates")
    poller = asyncio.create_task(world.app.poll(world.channel))
    await asyncio.sleep(0.5)
    poller.cancel()
    await asyncio.gather(poller, return_exceptions=True)
