"""How the assistant itself is, and what it lets go of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.engine.timetable import JOBS
from models.oversight import housekeeping, reminders
from models.system import clock
from models.system.accounts import reached_at
from models.system.letters import Delivery, Kind, Letter
from models.system.marks import Seen, Walked, note_failure
from tests.oversight.people import Cast, duty, gather, hand, person, shanghai
from tests.talk import World


@pytest.fixture
async def cast(world: World) -> Cast:
    return await gather(world)


def letter(session: Session, days: int, status: Delivery = Delivery.SENT, **more: object) -> Letter:
    at = clock.now() - timedelta(days=days)
    given = {
        "person_id": person(session, 101).id,
        "template": "x",
        "body": "旧信",
        "kind": Kind.REPLY,
        "status": status,
        "due_at": at,
    }
    row = Letter(created_at=at, sent_at=at if status is Delivery.SENT else None, **(given | more))
    session.add(row)
    session.flush()
    return row


async def test_all_is_well(world: World, cast: Cast) -> None:
    await world.pass_time(minutes=30)
    await cast.association.talk(
        (
            "/health",
            "🟢 卡住的信：0 封",
            "🟢 没按时做的定时任务：没有",
            "🟢 七天内出错的任务：没有",
            "🟢 联系不上的人：0 位",
            "还没有发过汇总",
            "!?联系不上",
        )
    )


@pytest.mark.fault(16, 21)
async def test_what_is_wrong_shows(world: World, cast: Cast) -> None:
    await world.pass_time(to=shanghai(2026, 11, 30, 9))

    def spoil(session: Session) -> None:
        letter(session, 1, Delivery.QUEUED, claimed_by="dead", claimed_until=clock.machine() + timedelta(hours=9))
        letter(session, 2, Delivery.UNKNOWN)
        letter(session, 3, Delivery.DEAD)
        letter(session, 8, Delivery.HELD)
        session.get_one(Walked, "digest_city").until = shanghai(2026, 11, 26)
        note_failure(session, "reminders")
        note_failure(session, "a job that is no more")

    await world.run(spoil)
    cast.contact.phone.block()
    await world.work()
    await cast.association.talk(
        (
            "/health",
            "🔴 卡住的信：2 封，最早 11月22日（周日） 09:00",
            "🔴 没按时做的定时任务：市办汇总",
            "🟡 七天内出错的任务：提醒",
            "不确定送达：1 封",
            "送不出：1 封",
            "联系不上的人：1 位",
            "市评审办汇总最近一期 11月30日（周一）",
        ),
        ("[联系不上]", "王工 · 柯桥一厂", "13900000101", "重新点 /start"),
    )
    cast.contact.phone.unblock()
    await cast.contact.do("/start")
    await cast.association.talk(("/health", "联系不上的人：0 位"))


async def test_many_late_jobs_are_counted_not_listed(world: World, cast: Cast) -> None:
    def spoil(session: Session) -> None:
        for row in session.query(Walked):
            row.until = clock.now() - timedelta(days=9)

    await world.pass_time(minutes=30)
    await world.run(spoil)
    await cast.association.talk(("/health", "🔴 没按时做的定时任务：无须再等的签约、协议进度、获奖复核 等"))


async def test_a_job_that_breaks_shows_for_a_week(world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(session: Session, key: object, now: object) -> None:
        raise LookupError

    await world.pass_time(minutes=30)
    broken = replace(JOBS["reminders"], find=lambda session, now: [1], act=breaks)
    with monkeypatch.context() as patch:
        patch.setitem(JOBS, "reminders", broken)
        await world.pass_time(hours=1)
    await cast.association.talk(("/health", "🟡 七天内出错的任务：提醒"))
    await world.pass_time(days=8)
    await cast.association.talk(("/health", "🟢 七天内出错的任务：没有"))


async def test_in_english(world: World, cast: Cast) -> None:
    await world.run(lambda session: setattr(person(session, 203), "language", "en"))
    await cast.association.talk(
        (
            "/health",
            "How it runs",
            "Stuck letters: 0",
            "Late jobs: none",
            "Failed within 7 days: none",
            "No digest has gone out yet",
        )
    )


async def test_old_marks_and_letters_go(world: World, cast: Cast) -> None:
    def arrange(session: Session) -> None:
        for days in (29, 31):
            session.add(Seen(channel="telegram", event_id=f"d{days}", seen_at=clock.now() - timedelta(days=days)))
        letter(session, 179, once="kept")
        letter(session, 181)
        letter(session, 182, once="said:1")
        letter(session, 183, Delivery.HELD, due_at=clock.now() + timedelta(days=9))

    await world.run(arrange)
    await world.pass_time(to=shanghai(2026, 11, 24, 3, 21))

    def look(session: Session) -> tuple[list[str], list[tuple[str | None, str]]]:
        seen = [one.event_id for one in session.query(Seen).filter(Seen.event_id.like("d%"))]
        return seen, [(one.once, one.body) for one in session.query(Letter).order_by(Letter.id)]

    seen, letters = await world.run(look)
    assert seen == ["d29"]
    assert letters == [("kept", "旧信"), ("said:1", ""), (None, "旧信")]


async def test_what_nobody_asked_for_and_was_held_up_till_evening_waits_for_the_morning(
    world: World, cast: Cast
) -> None:
    def arrange(session: Session) -> None:
        account = reached_at(session, person(session, 101))
        assert account is not None
        for kind in Kind:
            letter(session, 0, Delivery.QUEUED, kind=kind, body=kind.value, account_id=account.id)

    def gone(session: Session) -> set[str]:
        return {one.body for one in session.query(Letter).filter(Letter.status == Delivery.SENT) if one.body}

    await world.run(arrange)
    clock.hold(shanghai(2026, 11, 23, 18, 1))  # the process was down all day
    await world.work()
    assert await world.run(gone) == {"reply", "alarm"}
    clock.hold(shanghai(2026, 11, 24, 8, 30))
    await world.work()
    assert await world.run(gone) == set(Kind)


async def test_tidying_twice_changes_nothing(world: World, cast: Cast) -> None:
    await world.run(lambda session: letter(session, 200, once="said:2"))
    for _ in range(2):
        await world.run(lambda session: housekeeping.tidy(session, clock.now()))
    assert await world.run(lambda session: session.query(Letter).count()) == 1


async def test_the_card_missed_on_tuesday_comes_on_wednesday_once(world: World, cast: Cast) -> None:
    await hand(world, cast, days=20)
    for day in (25, 26, 27):  # down on Tuesday the 24th
        clock.hold(shanghai(2026, 11, day, 10, 1))
        await world.app.timetable._run(["weekly_card"])
        await world.work()
    assert cast.contact.seen().count("本周清单") == 1


async def test_a_wave_is_not_used_up_by_a_letter_that_was_not_written(world: World, cast: Cast) -> None:
    duty_id = await hand(world, cast, days=20, remind=(1,))
    moment = shanghai(2026, 11, 25, 10)

    def remind(session: Session) -> None:
        who = person(session, 101)
        letter(session, 0, Delivery.SENT, once=f"reminder:{who.id}:2026-11-25", person_id=who.id)
        reminders.remind(session, who.id, moment, forms=())

    await world.run(remind)
    kept = await duty(world, duty_id)
    assert kept.reminded == 0 and kept.remind_at is not None
