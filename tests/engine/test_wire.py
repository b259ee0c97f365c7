"""When Telegram misbehaves: each test is named after its line in the catalogue of faults."""

from __future__ import annotations

import asyncio
import time
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.engine.events import Parcel
from bot.engine.turns import write_letters
from bot.sandbox.faults import Fault
from models.system import clock
from models.system.accounts import Account, Person
from models.system.letters import Delivery, Kind, Letter, tell
from tests.engine.lab import lab as lab
from tests.talk import Human, World

SECONDS = 3  # in which everybody is told to wait


@pytest.fixture
async def someone(world: World, lab: None) -> Human:
    someone = world.human(1, "王工")
    await someone.talk(("/start", "?同意并开始"), ("[同意并开始]",))
    someone.phone.read()
    return someone


def fault(world: World, kind: str, method: str = "sendMessage", **details: Any) -> None:
    world.sandbox.world.faults.add(kind, method=method, **details)


def texts(human: Human) -> list[str]:
    return [message.text for message in human.phone.messages if message.from_bot]


async def letters(world: World) -> list[Letter]:
    return await world.run(lambda session: list(session.scalars(select(Letter).order_by(Letter.id))))


async def send(world: World, human: Human, word: str, kind: Kind = Kind.ANSWER) -> None:
    """A letter that is not a reply, written and sent by the process."""

    def write(session: Session) -> Any:
        account = session.scalars(select(Account).where(Account.external_id == str(human.phone.id))).one()
        tell(session, account.person, "small_done", kind=kind, word=word)
        return write_letters(session, world.app.worker)

    world.app.outbox.post(await world.run(write))
    await world.app.settle()


@pytest.mark.fault(1)
async def test_01_the_same_update_three_times_has_one_effect(someone: Human, world: World) -> None:
    await someone.do("/small 好")
    for _ in range(2):
        world.sandbox.world.updates.redeliver(1)
        world.channel.offset = None
        await world.work()
    assert texts(someone).count("收到：好") == 1


@pytest.mark.fault(2)
async def test_02_updates_out_of_order_leave_the_dialog_legal(someone: Human, world: World) -> None:
    world.sandbox.world.updates.hold()
    for word in ("/small", "甲", "/small 乙"):
        someone.phone.say(word)
    world.sandbox.world.updates.release([1, 2, 0])
    await world.work()
    assert "收到：乙" in texts(someone)
    assert len([text for text in texts(someone) if text.startswith("收到")]) == 1
    await someone.talk(("丙", "收到：丙"))


@pytest.mark.fault(13)
async def test_13_a_chat_told_to_wait_waits_in_order_and_others_flow(someone: Human, world: World) -> None:
    other = world.human(2)
    await other.talk(("/start",), ("[同意并开始]",))
    fault(world, "too_many_requests", chat=1, seconds=1)
    started = time.monotonic()
    someone.phone.say("/small 一")
    someone.phone.say("/small 二")
    other.phone.say("/small 三")
    events = await world.channel.fetch(seconds=0)
    await world.app.take(events)
    await other.phone.receive("收到：三")
    assert time.monotonic() - started < 0.9
    assert texts(someone)[-1] != "收到：一"
    await world.app.settle()
    assert time.monotonic() - started >= 1
    assert texts(someone)[-2:] == ["收到：一", "收到：二"]


@pytest.mark.fault(13)
@pytest.mark.parametrize("kind", ["strict_rate", "too_many_requests", "server_error", "reset_before"])
async def test_13_of_a_long_letter_only_what_has_not_arrived_goes_out_later(
    someone: Human, world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults, sends = world.sandbox.world.faults, count(1)
    if kind == "strict_rate":
        world.sandbox.world.pace.strict = True
    else:
        second = Fault(kind, seconds=1)
        met = lambda method, chat: second if method == "sendMessage" and next(sends) == 2 else None  # noqa: E731
        monkeypatch.setattr(faults, "take", met)
    await asyncio.wait_for(send(world, someone, "\n".join(f"{line}。" + "质量" * 490 for line in range(9))), 15)
    said = "".join(texts(someone))
    assert [said.count(f"{line}。") for line in range(9)] == [1] * 9
    assert (await letters(world))[-1].status is Delivery.SENT


@pytest.mark.fault(14)
async def test_14_when_everything_waits_one_probe_at_a_time_goes_through(world: World, lab: None) -> None:
    crowd = [world.human(number) for number in range(10, 16)]
    for one in crowd:
        await one.talk(("/start",), ("[同意并开始]",))
    fault(world, "too_many_requests", times=999, seconds=1)
    before = len(world.sandbox.world.calls)
    for one in crowd:
        one.phone.say("/small 到")
    working = asyncio.create_task(world.work())
    await asyncio.sleep(SECONDS)
    waiting = await letters(world)
    world.sandbox.world.faults.clear()
    await working
    assert [texts(one).count("收到：到") for one in crowd] == [1] * len(crowd)
    assert len(await letters(world)) == len(waiting), "nothing is written twice for being refused"
    refused = [c for c in list(world.sandbox.world.calls)[before:] if c["method"] == "sendMessage" and c["error"]]
    assert len(refused) <= len(crowd) + SECONDS + 1, "each chat learns of it once, then one probe a second"


@pytest.mark.fault(15)
async def test_15_a_blocked_address_is_left_alone_until_start(someone: Human, world: World) -> None:
    fault(world, "blocked")
    await someone.do("/small 好")
    account = await world.run(lambda session: session.scalars(select(Account)).one())
    assert account.dead == "blocked"
    await send(world, someone, "悄悄")
    assert (await letters(world))[-1].status is Delivery.DEAD
    await someone.do("/start")
    account = await world.run(lambda session: session.scalars(select(Account)).one())
    assert account.dead is None


@pytest.mark.fault(15)
async def test_15_blocking_is_noticed_at_once(someone: Human, world: World) -> None:
    someone.phone.block()
    await world.work()
    account = await world.run(lambda session: session.scalars(select(Account)).one())
    assert account.dead == "blocked"


@pytest.mark.fault(16)
@pytest.mark.parametrize(
    ("kind", "words", "dead"),
    [
        ("bad_request", "Bad Request: chat not found", "unknown"),
        ("blocked", "", "blocked"),
        ("deleted", "", "deactivated"),
    ],
)
async def test_16_a_dead_address_is_not_tried_again(
    someone: Human, world: World, kind: str, words: str, dead: str
) -> None:
    if kind == "deleted":
        someone.phone.deactivate()
    else:
        fault(world, kind, **({"description": words} if words else {}))
    await someone.do("/small 好")
    calls = len(world.sandbox.world.calls)
    await send(world, someone, "再来")
    assert not [c for c in list(world.sandbox.world.calls)[calls:] if c["method"] == "sendMessage"]
    assert (await world.run(lambda session: session.scalars(select(Account)).one())).dead == dead


@pytest.mark.fault(17)
async def test_17_not_modified_is_a_success(someone: Human, world: World) -> None:
    await someone.do("/small 好")
    fault(world, "bad_request", "editMessageText", description="Bad Request: message is not modified: specified new")
    await someone.do("[按我]")
    assert (await letters(world))[-1].status is Delivery.SENT


@pytest.mark.fault(18)
@pytest.mark.parametrize("words", ["message to edit not found", "message can't be edited"])
async def test_18_a_message_that_cannot_be_edited_is_sent_anew(someone: Human, world: World, words: str) -> None:
    await someone.do("/small 好")
    fault(world, "bad_request", "editMessageText", description=f"Bad Request: {words}")
    await someone.talk(("[按我]", "按下了 7"))
    assert texts(someone).count("按下了 7") == 1


@pytest.mark.fault(19)
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "sendDocument"])
async def test_19_broken_markup_goes_out_as_plain_text_once(
    someone: Human, world: World, method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await someone.talk(("/small <好>", "收到：<好>"), ("/mydata", "?下载"))
    fault(world, "bad_request", method, description="Bad Request: can't parse entities: Can't find end tag")
    did, said, template = {
        "sendMessage": ("/small <坏>", "收到：<坏>", "small_done"),
        "editMessageText": ("[按我]", "按下了 7", "small_pressed"),
        "sendDocument": ("[下载]", "您的全部数据", "mydata_file"),
    }[method]
    await someone.talk((did, said, "!&lt;"))
    assert sum(said in text for text in texts(someone)) == 1
    assert world.sandbox.world.faults.queue == []
    printed = capsys.readouterr().out
    assert "letter_markup" in printed and template in printed


@pytest.mark.fault(20)
async def test_20_a_chat_that_moved_is_followed(someone: Human, world: World) -> None:
    there = world.human(-1001)
    fault(world, "migrated", chat=1, new_chat=-1001)
    await someone.do("/small 好")
    assert texts(there) == ["收到：好"]
    account = await world.run(lambda session: session.scalars(select(Account).where(Account.external_id == "1")).one())
    assert account.chat == "-1001"


@pytest.mark.fault(21)
@pytest.mark.parametrize("kind", ["server_error", "reset_before"])
async def test_21_a_reply_survives_a_bad_moment(someone: Human, world: World, kind: str) -> None:
    fault(world, kind, times=2)
    await someone.talk(("/small 好", "收到：好"))
    assert texts(someone).count("收到：好") == 1


@pytest.mark.fault(4, 21)
async def test_21_after_an_unknown_outcome_replies_repeat_and_digests_do_not(someone: Human, world: World) -> None:
    fault(world, "reset_after")
    await someone.do("/small 好")
    assert texts(someone).count("收到：好") == 2
    fault(world, "reset_after")
    await send(world, someone, "简报", Kind.DIGEST)
    assert texts(someone).count("收到：简报") == 1
    assert (await letters(world))[-1].status is Delivery.UNKNOWN


@pytest.mark.fault(21)
async def test_21_tries_are_bounded_and_the_letter_waits(someone: Human, world: World) -> None:
    fault(world, "server_error", times=200)
    someone.phone.say("/small 好")
    await world.app.take(await world.channel.fetch(seconds=0))
    await world.app.settle()
    letter = (await letters(world))[-1]
    assert (letter.status, letter.claimed_by) == (Delivery.QUEUED, None)
    world.sandbox.world.faults.clear()
    clock.hold(letter.due_at)
    world.channel.handled()
    await world.work()
    assert texts(someone).count("收到：好") == 1


@pytest.mark.fault(22)
async def test_22_a_missing_method_switches_a_feature_off(someone: Human, world: World) -> None:
    fault(world, "unknown_method", "editMessageText", times=99)
    await someone.talk(("/small 好",), ("[按我]", "按下了 7"))
    calls = len(world.sandbox.world.calls)
    await someone.talk(("/small 好",), ("[按我]", "按下了 7"))
    assert not [c for c in list(world.sandbox.world.calls)[calls:] if c["method"] == "editMessageText"]
    assert not world.channel.can.edits


@pytest.mark.fault(23)
async def test_23_a_failing_menu_is_only_a_warning(someone: Human, world: World) -> None:
    fault(world, "server_error", "setMyCommands", times=9)
    await world.channel.show_commands({"": [("need", "发布需求")]})
    await someone.talk(("/small 好", "收到：好"))


@pytest.mark.fault(3)
async def test_a_letter_left_behind_by_a_dead_process_is_sent_once(someone: Human, world: World) -> None:
    def leave(session: Session) -> None:
        person = session.scalars(select(Person)).one()
        tell(session, person, "small_done", word="遗物", kind=Kind.ANSWER)
        write_letters(session, "a-dead-process")
        tell(session, person, "small_done", word="旧简报", kind=Kind.DIGEST)
        write_letters(session, "a-dead-process")

    await world.run(leave)
    await world.work()
    assert "收到：遗物" not in texts(someone)
    await world.run(_expire)
    await world.work()
    assert texts(someone).count("收到：遗物") == 1
    assert "收到：旧简报" not in texts(someone)
    assert [letter.status for letter in (await letters(world))[-2:]] == [Delivery.SENT, Delivery.UNKNOWN]


def _expire(session: Session) -> None:
    for letter in session.scalars(select(Letter).where(Letter.claimed_by == "a-dead-process")):
        letter.claimed_until = clock.machine()


async def test_a_claim_that_was_lost_may_not_be_marked(someone: Human, world: World) -> None:
    await someone.do("/small 好")
    world.app.outbox._note(_parcel((await letters(world))[-1]), Delivery.DEAD)
    await world.app.outbox.mark()
    assert (await letters(world))[-1].status is Delivery.SENT


def _parcel(letter: Letter) -> Any:
    return Parcel(letter.id, letter.account_id or 0, "telegram", "1", letter.kind, letter.body)


async def test_letters_of_one_chat_go_in_order(someone: Human, world: World) -> None:
    for word in "一二三四五六":
        someone.phone.say(f"/small {word}")
    await world.work()
    assert texts(someone)[-6:] == [f"收到：{word}" for word in "一二三四五六"]


async def test_fifty_chats_at_once(world: World, lab: None) -> None:
    crowd = [world.human(number) for number in range(100, 150)]
    for one in crowd:
        one.phone.say("/start")
    await world.work()
    await asyncio.gather(*(one.do("[同意并开始]") for one in crowd[:1]))
    for one in crowd[1:]:
        one.phone.tap_label("同意并开始")
    await world.work()
    people = await world.run(lambda session: session.scalars(select(Person.consent_version)).all())
    assert len(people) == 50
    assert all(people)
