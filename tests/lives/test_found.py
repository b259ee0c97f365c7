"""What the random lives found wrong, each told once more as simply as it can be, so that it stays right."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.engine import outbox
from bot.engine.database import Database
from bot.engine.outbox import PUT_OFF
from models.registration.people import Membership, Post
from models.system import clock
from models.system.dialogs import Dialog
from models.system.letters import Delivery, Letter
from models.system.marks import Audit, record
from models.system.outages import absent
from tests.databases import Servers
from tests.engine.lab import lab as lab
from tests.engine.test_wire import fault, letters, send, texts
from tests.exchange.people import mentor, person, small_world
from tests.lives.bots import out_of_reach
from tests.talk import MONDAY, Human, World


@pytest.fixture
async def someone(world: World, lab: None) -> Human:
    someone = world.human(1, "王工")
    await someone.talk(("/start", "?同意并开始"), ("[同意并开始]",))
    return someone


async def test_an_answer_given_while_a_chat_is_out_of_reach_waits_for_the_one_before(
    someone: Human, world: World
) -> None:
    fault(world, "server_error", times=outbox.TRIES)
    for word in ("甲", "乙"):
        someone.phone.say(f"/small {word}")
        await world.app.take(await world.channel.fetch(seconds=0))
        world.channel.handled()
        await world.app.settle()
    assert not [text for text in texts(someone) if text.startswith("收到")]
    clock.hold(max(letter.due_at for letter in await letters(world)))
    await someone.do("/small 丙")
    assert texts(someone)[-3:] == ["收到：甲", "收到：乙", "收到：丙"]


async def test_a_database_out_of_reach_does_not_cost_a_letter_in_hand(
    someone: Human, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(world, "too_many_requests", chat=1, seconds=1)
    someone.phone.say("/small 要紧")
    await world.app.take(await world.channel.fetch(seconds=0))
    world.channel.handled()
    world.app.outbox.in_hand = dict.fromkeys(world.app.outbox.in_hand, 0.0)  # its claim is to be looked up again
    run, outages = world.app.database.run, [1, 2]

    async def fail(work: Any) -> Any:
        if outages:
            outages.pop()
            raise out_of_reach("begin")
        return await run(work)

    with monkeypatch.context() as cut:
        cut.setattr(world.app.database, "run", fail)
        await world.app.settle()
    await world.work()
    assert texts(someone).count("收到：要紧") == 1
    assert (await letters(world))[-1].status is Delivery.SENT


async def test_a_letter_that_went_out_is_not_taken_up_again_before_that_is_written_down(
    someone: Human, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its claim has run out during an outage that the mark does not survive, and another sweep comes first."""
    outbox, run, held = world.app.outbox, world.app.database.run, asyncio.Event()

    async def fail(work: Any) -> Any:
        monkeypatch.setattr(world.app.database, "run", run)
        await held.wait()
        raise out_of_reach("begin")

    someone.phone.say("/small 要紧")
    await world.app.take(await world.channel.fetch(seconds=0))
    world.channel.handled()
    await asyncio.gather(*outbox.serving.values())
    await world.run(lambda session: session.execute(update(Letter).values(claimed_until=clock.machine() - PUT_OFF)))
    monkeypatch.setattr(world.app.database, "run", fail)
    marking = asyncio.create_task(outbox.sweep())
    await asyncio.sleep(0)
    assert await outbox.sweep() == 0
    held.set()
    with pytest.raises(OperationalError):
        await marking
    await world.work()
    assert texts(someone).count("收到：要紧") == 1
    assert (await letters(world))[-1].status is Delivery.SENT


async def test_a_commit_that_fails_holds_nobody_up(someone: Human, world: World) -> None:
    """The transaction that could not be committed is let go of at once, whoever asks for the database next."""

    def spoil(session: Session) -> None:
        if world.app.database.embedded:
            session.execute(text("PRAGMA defer_foreign_keys=ON"))
            session.execute(insert(Audit).values(person_id=999, action="spoilt"))
        else:
            session.add(Audit(person_id=999, action="spoilt"))

    with pytest.raises(IntegrityError):
        await world.run(spoil)
    other = Database(world.app.database.engine.url.render_as_string(hide_password=False))
    other.submit(lambda session: record(session, None, "free")).result(timeout=5)
    other.close()
    await someone.talk(("/small 好", "收到：好"))


def test_a_disk_that_is_full_fails_all_that_share_a_commit(servers: Servers, tmp_path: Path) -> None:
    """SQLite undoes the whole transaction then: no unit is half kept, and none is told of anything but the disk."""
    database, go = Database(servers.sqlite_url(tmp_path)), threading.Event()

    def full(session: Session) -> None:
        session.connection().exec_driver_sql("ROLLBACK")  # as the engine does by itself
        raise out_of_reach("commit")

    database.submit(lambda session: go.wait())
    shared = [database.submit(work) for work in (partial(note, "before"), full, partial(note, "after"))]
    go.set()
    assert all(absent(one.exception(timeout=9) or ValueError()) for one in shared)
    kept = database.submit(lambda session: session.query(Audit).filter(Audit.action.in_(("before", "after"))).count())
    assert kept.result() == 0
    database.close()


def note(action: str, session: Session) -> None:
    record(session, None, action)


@pytest.mark.parametrize(("label", "words"), [("暂不同意", "什么都没有存"), ("同意并开始", "已记下您的同意")])
async def test_the_notice_can_be_answered_after_its_words_are_forgotten(world: World, label: str, words: str) -> None:
    stranger = world.human(9001, "过客")
    await stranger.talk(("注塑件飞边多，想请人看看", f"?{label}"))
    await world.pass_time(days=2)
    await stranger.talk((f"[{label}]", words))


async def test_what_is_echoed_of_many_lines_stands_on_one(world: World) -> None:
    mentor = world.human(2001, "李总")
    await world.run(small_world)
    lines = "\n".join("一二三四五六七八九十" * 2)
    await mentor.talk((lines, "“一 二 三", "我没看懂"), ("/nonsense\n" + lines, "没有 /nonsense 这个命令"))
    await mentor.talk(("/find\n注塑", "“注塑”"))


async def test_a_colleague_can_be_chosen_anew_when_no_post_can_be_taken(world: World) -> None:
    mentor = world.human(2001, "李总")
    await world.run(small_world)
    await mentor.talk(("/team", "?取消职责"), ("[取消职责]", "?李总 · 联络人"), ("[李总]", "取消哪一项"), ("[联络人]",))
    await mentor.talk(("[修改]", "?同事"), ("[同事]", "谁的职责要取消"))


async def test_a_tap_meant_for_another_question_answers_none(someone: Human, world: World) -> None:
    """While a form lay open its day has become too old: it is asked, whatever was tapped under a later question."""
    await someone.talk(("/lab 好故事", "什么颜色"), ("红", "用过哪些"), ("锤子", "几个人"), ("10", "哪天"))
    await someone.talk(("今天", "有照片吗"), ("跳过", "电话"), ("13800000001", "确定吗", "?是"))
    clock.hold(clock.now() + timedelta(days=401))
    await someone.talk(("[是]", "哪天", "400"), ("今天", "确定吗"), ("[是]", "请过目", "确定：是"))


async def test_a_long_answer_is_shown_short_under_its_question(someone: Human, world: World) -> None:
    lines = "一二三四五六七八九十" * 30 + "\n一\n二\n三\n四\n五\n六\n七\n八\n九\n十\n"
    await someone.talk((f"/lab {lines}", "什么颜色"), ("/back", "上次的回答：一二三四", "发生了什么"))
    await someone.talk(("[保持不变]", "什么颜色"))


async def test_an_answer_of_many_lines_takes_one_on_the_card(someone: Human, world: World) -> None:
    lines = "\n".join("一二三四五六七八九十")
    await someone.talk((f"/lab {lines}", "什么颜色"), ("红", "用过哪些"), ("锤子", "几个人"), ("10", "哪天"))
    await someone.talk(("今天", "有照片吗"), ("跳过", "电话"), ("13800000001", "确定吗"))
    await someone.talk(("是", "请过目", "一 二 三 四 五"))


async def test_a_clock_set_back_leaves_nobody_in_the_chat(someone: Human, world: World) -> None:
    """What they did by the clock as it stood before is no reason to write to them in the quiet hours."""
    clock.hold(MONDAY - timedelta(hours=2))
    await send(world, someone, "早")
    assert "收到：早" not in texts(someone)
    clock.hold(MONDAY)
    await world.work()
    assert "收到：早" in texts(someone)


async def test_an_answer_whose_morning_passed_while_the_bot_was_down_waits_for_the_next(
    someone: Human, world: World
) -> None:
    clock.hold(MONDAY + timedelta(hours=11))
    await send(world, someone, "明早")
    clock.hold(MONDAY + timedelta(days=1, hours=19))
    await world.work()
    assert "收到：明早" not in texts(someone)
    clock.hold(MONDAY + timedelta(days=2))
    await world.work()
    assert texts(someone).count("收到：明早") == 1


async def test_what_was_said_before_a_registration_outlives_another_form(world: World) -> None:
    newcomer = world.human(1101, "孙新")
    await newcomer.talk(("/start",), ("[同意并开始]", "您的单位叫什么"), ("/cancel", "没有"))
    await newcomer.talk(("注塑件飞边多，\n返工多", "您说：“注塑件飞边多， 返工多”"), ("[先登记单位]", "您的单位叫什么"))
    await newcomer.talk(("/feedback",), ("/register", "您的单位叫什么"))
    dialog = await world.run(lambda session: session.scalars(select(Dialog).where(Dialog.form == "register")).one())
    assert dialog.notes["subject"]["trouble"].startswith("注塑件飞边多")


async def test_the_first_page_of_somebody_with_few_commands(world: World) -> None:
    """A mentor has hardly any command of their own; what steers a form is no everyday matter."""

    def join(session: Session) -> None:
        firm = mentor(session)
        member = Membership(person_id=person(session, 2002, "周明").id, unit_id=firm.id, post=Post.MENTOR)
        session.add(member)

    await world.run(join)
    await world.human(2002, "周明").talk(("/start", "周明", "!/cancel", "!/back"))
