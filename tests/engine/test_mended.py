"""What a review once found wrong, so that it stays right."""

from __future__ import annotations

import asyncio
import io
import json
import threading

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import floods
from bot.channels.telegram import event_of
from bot.engine import outbox
from bot.engine.events import Lost, Parcel, Receipt
from bot.engine.outbox import BATCH
from bot.engine.turns import write_letters
from bot.floods import BURST, Flood
from bot.logs import set_up_logs
from models.system import clock
from models.system.accounts import Account, Person
from models.system.letters import Delivery, Kind, Letter, tell
from models.system.sending import LEASE, PATIENCE
from tests.engine.lab import lab as lab
from tests.engine.test_wire import fault, letters, send, texts
from tests.talk import Human, World


@pytest.fixture
async def someone(world: World, lab: None) -> Human:
    someone = world.human(1, "王工")
    await someone.talk(("/start", "?同意并开始"), ("[同意并开始]",))
    return someone


async def test_a_letter_in_hand_is_not_claimed_again(
    someone: Human, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pause longer than the lease must not bring a second copy of the letter into the queue."""
    fault(world, "too_many_requests", chat=1, seconds=1)
    someone.phone.say("/small 一次")
    await world.app.take(await world.channel.fetch(seconds=0))
    world.channel.handled()
    await world.run(_run_out)
    for _ in range(3):
        await world.app.outbox.sweep()
    await world.app.settle()
    assert texts(someone).count("收到：一次") == 1


async def test_told_to_stop_before_a_mark_is_written_it_is_written_yet(someone: Human, world: World) -> None:
    """A letter that has gone out must not go again because its mark still waited for its turn at the database."""
    someone.phone.say("/small 一次")
    await world.app.take(await world.channel.fetch(seconds=0))
    world.channel.handled()
    await asyncio.gather(*world.app.outbox.serving.values())
    busy = threading.Event()
    held = [world.app.database.submit(lambda session: busy.wait(10)) for _ in range(8)]
    sweeping = asyncio.create_task(world.app.outbox.sweep())
    await asyncio.sleep(0.05)
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)
    busy.set()
    await asyncio.gather(*map(asyncio.wrap_future, held))
    await world.app.outbox.mark()
    assert (await letters(world))[-1].status is Delivery.SENT


def _run_out(session: Session) -> None:
    for letter in session.scalars(select(Letter).where(Letter.status == Delivery.QUEUED)):
        letter.claimed_until = letter.created_at


async def test_a_claim_lost_while_asleep_is_noticed_before_the_send(someone: Human, world: World) -> None:
    fault(world, "too_many_requests", chat=1, seconds=1)
    someone.phone.say("/small 别人的")
    await world.app.take(await world.channel.fetch(seconds=0))
    world.channel.handled()

    def taken(session: Session) -> None:
        letter = session.scalars(select(Letter).where(Letter.status == Delivery.QUEUED)).one()
        letter.claimed_by, letter.claimed_until = "another", clock.machine() + LEASE

    await world.run(taken)
    world.app.outbox.in_hand = dict.fromkeys(world.app.outbox.in_hand, 0.0)
    await world.app.settle()
    assert "收到：别人的" not in texts(someone)


async def test_a_picture_that_cannot_be_drawn_leaves_its_letter(someone: Human, world: World) -> None:
    def write(session: Session) -> None:
        person = session.scalars(select(Person)).one()
        tell(session, person, "small_done", picture={"name": "no such picture"}, word="无图")
        tell(session, person, "small_done", word="下一封")

    def both(session: Session) -> list[Parcel]:
        write(session)
        return write_letters(session, world.app.worker)

    world.app.outbox.post(await world.run(both))
    await world.app.settle()
    assert texts(someone)[-2:] == ["收到：无图", "收到：下一封"]


async def test_a_letter_put_off_keeps_the_order_of_its_chat(someone: Human, world: World) -> None:
    fault(world, "server_error", times=outbox.TRIES)
    someone.phone.say("/small 甲")
    someone.phone.say("/small 乙")
    await world.app.take(await world.channel.fetch(seconds=0))
    world.channel.handled()
    await world.app.settle()
    assert "收到：乙" not in texts(someone)
    clock.hold(max(letter.due_at for letter in await letters(world)))
    await world.work()
    assert texts(someone)[-2:] == ["收到：甲", "收到：乙"]


async def test_a_server_out_of_reach_never_kills_a_letter(
    someone: Human, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often nothing could be sent at all, the letter waits."""

    async def refuse(parcel: Parcel, picture: bytes | None) -> Receipt:
        raise Lost("connection refused", accepted=False)

    with monkeypatch.context() as cut:
        cut.setattr(world.channel, "send", refuse)
        cut.setattr(outbox, "TRIES", 1)
        await send(world, someone, "要紧")
        for _ in range(PATIENCE + 2):
            clock.hold((await letters(world))[-1].due_at)
            await world.app.outbox.sweep()
            await world.app.settle()
    clock.hold((await letters(world))[-1].due_at)
    await world.work()
    assert texts(someone).count("收到：要紧") == 1


@pytest.mark.fault(36)
async def test_what_is_said_in_a_group_is_not_heard() -> None:
    update = {
        "update_id": 1,
        "message": {
            "message_id": 1,
            "date": 1,
            "text": "/me",
            "chat": {"id": -5, "type": "group", "title": "车间"},
            "from": {"id": 1, "is_bot": False, "first_name": "王"},
        },
    }
    assert event_of(update) is None


async def test_a_digit_does_not_press_a_letter_that_is_not_out_yet(someone: Human, world: World) -> None:
    def later(session: Session) -> None:
        person = session.scalars(select(Person)).one()
        person.active_at = None
        tell(session, person, "small_done", kind=Kind.ANSWER, word="明天")
        write_letters(session, "w")

    clock.hold(clock.now().replace(hour=14))  # 22:00 in Shanghai
    await world.run(later)
    assert "按下了" not in await someone.do("1")


def test_a_flood_is_held_back_and_told_once() -> None:
    flood = Flood()
    admitted = sum(flood.admits("a") for _ in range(200))
    assert BURST <= admitted <= BURST + 2
    assert flood.admits("b")
    assert [flood.notices("a") for _ in range(3)] == [True, False, False]


@pytest.mark.fault(41)
async def test_two_hundred_messages_have_one_notice(
    someone: Human, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floods, "A_SECOND", 0.0)  # however slowly this machine works them off
    world.app.flood = Flood()
    for n in range(60):
        someone.phone.say(f"/nonsense{n}")
    await world.work()
    assert sum("发得太快" in text for text in texts(someone)) == 1
    assert sum("没有 /nonsense" in text for text in texts(someone)) == BURST


@pytest.mark.fault(48)
def test_logs_tell_where_not_what(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    set_up_logs("info")
    try:
        phone = "13812345678"
        raise ValueError(f"王工 {phone}")
    except ValueError:
        structlog.get_logger().exception("turn_failed", kind="text")
    finally:
        structlog.reset_defaults()
    line = json.loads(stream.getvalue())
    assert line["error"] == "ValueError"
    assert "test_mended.py" in line["where"]
    assert "13812345678" not in stream.getvalue()
    assert "王工" not in stream.getvalue()


async def test_letters_of_another_channel_are_left_to_the_process_that_serves_it(someone: Human, world: World) -> None:
    """They neither take up the room for a process's own letters nor, being claimed, count as sent in doubt."""

    def elsewhere(session: Session) -> None:
        other = Person(language="zh")
        session.add(Account(channel="terminal", external_id="t", chat="t", person=other))
        session.flush()
        for n in range(BATCH):
            tell(session, other, "small_done", kind=Kind.DIGEST, once=f"elsewhere:{n}", word="一份汇总")
        write_letters(session, None)

    await world.run(elsewhere)
    for _ in range(3):
        await world.app.outbox.sweep()
        await world.app.settle()

    def later(session: Session) -> None:
        tell(session, session.get_one(Person, 1), "small_done", kind=Kind.DIGEST, once="here", word="这一份")
        write_letters(session, None)

    await world.run(later)
    await world.app.outbox.sweep()
    await world.app.settle()
    assert "这一份" in texts(someone)[-1]
    of_others = select(Letter.claimed_by, Letter.status).join(Account).where(Account.channel == "terminal").distinct()
    assert await world.run(lambda session: session.execute(of_others).all()) == [(None, Delivery.QUEUED)]
