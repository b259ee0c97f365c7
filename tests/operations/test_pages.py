"""What the operator sees: `/healthz` turns red for the right reason, `/metrics` counts what happened."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot import vitals
from bot.commands.serving import pages
from bot.engine.timetable import LEASE_SECONDS
from bot.vitals import Mode
from models.system import clock, counts
from models.system.accounts import Account, Person
from models.system.letters import Delivery, Kind, Letter
from models.system.marks import Lease, Walked, hold_lease
from tests.talk import MONDAY, Human, World


@pytest.fixture(autouse=True)
def from_nought() -> None:
    counts.forget()


@pytest.fixture
async def someone(world: World) -> Human:
    """Somebody who has consented, while a process polls and keeps the timetable."""
    someone = world.human(1, "王建国")
    await someone.talk(("/start", "?同意并开始"), ("[同意并开始]",))
    await world.app.timetable.tick()
    await world.run(lambda session: hold_lease(session, "poller", holder=world.app.worker, seconds=LEASE_SECONDS))
    return someone


async def get(world: World, page: str, mode: Mode = "polling") -> httpx.Response:
    transport = httpx.ASGITransport(app=pages(world.app, mode))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        return await http.get(page)


async def figures(world: World) -> dict[str, float]:
    """Every sample on the page, by its name with labels."""
    lines = (await get(world, "/metrics")).text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


async def test_all_is_in_order(someone: Human, world: World) -> None:
    for mode in ("polling", "webhook", "worker"):
        answer = await get(world, "/healthz", mode)
        assert (answer.status_code, answer.json()["red"]) == (200, []), answer.text
        assert ("poller" in answer.json()) == (mode == "polling")


def stuck(session: Session) -> None:
    reader = session.query(Person).first()
    assert reader is not None
    letter = Letter(person_id=reader.id, template="x", body="信", kind=Kind.ANSWER, status=Delivery.QUEUED)
    letter.due_at = clock.now() - timedelta(minutes=16)
    letter.claimed_by, letter.claimed_until = "another", clock.machine() + timedelta(hours=1)
    session.add(letter)


def overdue(session: Session) -> None:
    session.get_one(Walked, "held_letters").until = clock.now() - timedelta(hours=1)


def lapsed(name: str) -> Callable[[Session], None]:
    def lapse(session: Session) -> None:
        session.get_one(Lease, name).until = clock.machine() - timedelta(seconds=16)

    return lapse


@pytest.mark.parametrize(
    ("spoil", "red"),
    [(stuck, "outbox"), (overdue, "timetable"), (lapsed("timetable"), "timetable"), (lapsed("poller"), "poller")],
    ids=["a stuck letter", "a late job", "nobody keeps the timetable", "nobody polls"],
)
async def test_what_is_wrong_is_red(someone: Human, world: World, spoil: Callable[[Session], None], red: str) -> None:
    await world.run(spoil)
    answer = await get(world, "/healthz")
    assert (answer.status_code, answer.json()["red"]) == (503, [red]), answer.text


async def test_a_poller_that_hears_nothing_is_red(someone: Human, world: World) -> None:
    world.app.polled_at = clock.ticks() - vitals.HEARD - 1
    assert (await get(world, "/healthz")).json()["red"] == ["poller"]


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else keeps the database busy."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("LOCK TABLE leases IN ACCESS EXCLUSIVE MODE")
            yield


async def test_a_database_that_does_not_answer_is_red_and_the_figures_still_come(
    someone: Human, world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vitals, "PATIENCE", 0.2)
    with locked(database_url):
        answer = await get(world, "/healthz")
        assert (answer.status_code, answer.json()["red"]) == (503, ["database"])
        shown = await figures(world)
        assert shown["bot_database_up"] == 0 and "bot_outbox_due" not in shown
        assert shown['bot_updates_total{kind="text",outcome="done"}'] == 1
    await world.run(lambda session: None)  # what waited is through
    assert (await get(world, "/healthz")).status_code == 200


async def test_the_figures_an_operator_needs(someone: Human, world: World) -> None:
    other = world.human(2, "李会")
    await other.do("/start")
    await someone.do("/board")
    world.sandbox.world.faults.add("too_many_requests", method="sendMessage", chat=1, seconds=1)
    await someone.do("/help")
    world.channel.offset = None
    world.sandbox.world.updates.redeliver(1)
    await world.work()
    other.phone.block()
    world.sandbox.world.updates.allow(["message", "callback_query", "my_chat_member", "poll_answer"])
    world.sandbox.world.updates.add("poll_answer", {"poll_id": "1", "user": {"id": 5}, "option_ids": [0]})
    await world.work()
    await world.run(overdue)
    clock.hold(MONDAY + timedelta(minutes=7))
    await world.app.timetable.tick()
    world.app.flood.burst = 0.0
    world.app.flood._left.clear()
    await someone.do("太快了")
    shown = await figures(world)
    expected = {
        'bot_updates_total{kind="text",outcome="refused"}': 1,
        'bot_updates_total{kind="text",outcome="repeated"}': 1,
        'bot_updates_total{kind="text",outcome="held_back"}': 1,
        'bot_updates_total{kind="tap",outcome="done"}': 1,
        'bot_updates_ignored_total{kind="poll_answer"}': 1,
        'bot_told_to_wait_total{channel="telegram"}': 1,
        'bot_jobs_total{job="held_letters"}': 1,
        "bot_dead_chats": 1,
        "bot_outbox_due": 0,
        "bot_database_up": 1,
    }
    assert {name: shown.get(name) for name in expected} == expected
    assert shown['bot_job_late_seconds{job="held_letters"}'] == 420
    assert shown['bot_letters_total{kind="reply",status="sent"}'] >= 5
    assert shown["bot_turn_seconds_count"] == sum(v for name, v in shown.items() if "bot_updates_total" in name)
    assert shown['bot_turn_seconds_bucket{le="+Inf"}'] == shown["bot_turn_seconds_count"]


async def test_a_letter_nobody_can_get_and_a_database_error_are_counted(someone: Human, world: World) -> None:
    world.sandbox.world.faults.add("blocked", method="sendMessage", chat=1)
    await someone.do("/help")
    with pytest.raises(IntegrityError):
        await world.run(twice)
    shown = await figures(world)
    assert shown['bot_letters_total{kind="reply",status="dead"}'] == 1
    assert shown['bot_database_errors_total{error="IntegrityError"}'] >= 1


def twice(session: Session) -> None:
    account = session.query(Account).first()
    assert account is not None
    session.add(Account(channel="telegram", external_id=account.external_id, chat="1", person_id=account.person_id))
    session.flush()


@pytest.mark.fault(48)
async def test_the_figures_name_nobody(someone: Human, world: World) -> None:
    await someone.do("诸暨云溪袜业有限公司")
    text: Any = (await get(world, "/metrics")).text + (await get(world, "/healthz")).text
    assert world.sandbox.token not in text
    assert re.search(r"[\u3400-\u9fff]", text) is None
