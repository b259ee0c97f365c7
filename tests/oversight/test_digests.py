"""Digests by the timetable: when they go, to whom, what stands in them; once a period, whatever befalls the process."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from bot.app import App
from bot.channels.markup import plain
from bot.engine.database import Database
from models.exchange.posts import PostStatus
from models.oversight import board, duties
from models.registration.people import Officer, Role
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.letters import Delivery, Kind, Letter
from tests.oversight.people import HANGZHOU, SHAOXING, Cast, gather, need, officer, pair, person, shanghai, wake
from tests.talk import Human, World


@pytest.fixture
async def cast(world: World) -> Cast:
    return await gather(world)


async def task(
    world: World, *, subject: str = "need:1", office: Role = Role.CITY, days: int = 5, **more: object
) -> int:
    """Something for an office to do."""

    def arrange(session: Session) -> int:
        due_at = calendar.add_working_days(clock.now(), days)
        city = SHAOXING if office is Role.CITY else None
        given = {"office": office, "city": city, "due_at": due_at, "number": "T-1", "from": "柯桥一厂", **more}
        return duties.hand(session, "accept_ticket", subject, **given).id  # type: ignore[arg-type]

    return await world.run(arrange)


async def late_task(world: World, cast: Cast, n: int = 1, *, unit_id: int | None = None) -> int:
    """Something the factory should have done by this evening."""

    def arrange(session: Session) -> int:
        unit, due_at = session.get_one(Unit, unit_id or cast.factory), calendar.closing(calendar.local_day(clock.now()))
        return duties.hand(session, "answer_ticket", f"request:{n}", unit=unit, due_at=due_at, number=f"T-{n}").id

    return await world.run(arrange)


def news(human: Human) -> list[str]:
    """The digests somebody received since they last looked."""
    found = [message.text for message in human.phone.inbox if "待办 🔴" in message.text]
    human.phone.read()
    return found


async def test_the_city_hears_of_changes_and_on_mondays_of_everything(world: World, cast: Cast) -> None:
    await world.pass_time(to=shanghai(2026, 11, 24, 9))
    assert news(cast.shaoxing) == []  # Tuesday, nothing to say
    await task(world)
    await world.pass_time(to=shanghai(2026, 11, 25, 9))
    (wednesday,) = news(cast.shaoxing)
    assert "绍兴市评审办 11月25日（周三）汇总" in wednesday
    assert "先办 1. 🟢 柯桥一厂：受理 T-1" in wednesday
    assert news(cast.hangzhou) == []
    await world.pass_time(to=shanghai(2026, 11, 27, 9))
    assert news(cast.shaoxing) == []  # unchanged
    await world.pass_time(to=shanghai(2026, 11, 30, 9))
    assert "周报" in news(cast.shaoxing)[0]
    (empty,) = news(cast.hangzhou)
    assert "无待办。" in empty


async def test_what_is_late_at_others_with_whose_turn_it_is(world: World, cast: Cast) -> None:
    await late_task(world, cast)
    await world.pass_time(to=shanghai(2026, 11, 24, 9))
    seen = cast.shaoxing.seen()
    assert "🔴 柯桥一厂：补充 T-1 超1天" in seen
    await cast.shaoxing.talk(
        ("[第1件]", "在谁手里：柯桥一厂", "超期 1 个工作日", "?催办", "?电话", "?走访"),
        ("[看板]", "看板 绍兴"),
    )


@pytest.mark.parametrize(("result", "said", "back"), [("打通了", "12月1日", 1), ("没人接", "11月27日", 27)])
async def test_who_was_called_is_not_called_again_next_morning(
    world: World, cast: Cast, result: str, said: str, back: int
) -> None:
    """After a call a late line rests, for every officer; then it is named again, though nothing else changed."""
    await late_task(world, cast)
    await world.pass_time(to=shanghai(2026, 11, 26, 9))
    await cast.shaoxing.talk(
        ("/board", "?超期"),
        ("[超期]", "?第1件"),
        ("[第1件]", "?电话"),
        ("[电话]", "电话单"),
        ("[记结果]", "打通了吗"),
        (f"[{result}]", "对方怎么说"),
        ("周五前补", f"{said}", "之前不再提醒同事去打"),
    )
    await cast.association.talk(
        ("/board 绍兴", "?超期"),
        ("[超期]", "?第1件"),
        ("[第1件]", f"孙科：{result}，周五前补"),
        ("[电话]", *(["孙科打通了：周五前补", "12月1日", "!13900000101"] if back == 1 else ["13900000101"])),
        *([("[还是要打]", "13900000101")] if back == 1 else []),
    )
    await task(world, subject="need:7", number="T-7")
    seen = []
    for day in [shanghai(2026, 11, 27), shanghai(2026, 11, 30), shanghai(2026, 12, 1), shanghai(2026, 12, 2)]:
        await world.pass_time(to=day)
        seen += [day.day for text in news(cast.shaoxing) if "补充 T-1" in text]
    assert seen[:1] == [back]


async def test_what_harms_only_the_unit_itself_is_no_office_s_line(world: World, cast: Cast) -> None:
    def arrange(session: Session) -> None:
        unit, due_at = session.get_one(Unit, cast.factory), calendar.closing(calendar.local_day(clock.now()))
        duties.hand(session, "fix_post", "need:1", unit=unit, due_at=due_at, kind_of="need")

    await world.run(arrange)
    await task(world, subject="need:7", number="T-7")
    await world.pass_time(to=shanghai(2026, 11, 30, 9))
    (monday,) = news(cast.shaoxing)[-1:]
    assert "受理 T-7" in monday
    assert "2." not in monday


async def test_an_office_reads_its_own_lateness_first(world: World, cast: Cast) -> None:
    """What others have owed for longer comes after what the office itself owes."""
    await late_task(world, cast)
    await task(world, subject="need:7", days=2, number="T-7")
    await world.pass_time(to=shanghai(2026, 11, 26, 9))
    first, second = re.findall(r"^(?:先办 1\.|2\.) (.*)$", news(cast.shaoxing)[-1], re.MULTILINE)
    assert "受理 T-7" in first and "柯桥一厂：补充 T-1 超3天" in second


async def test_a_digest_stays_short_and_its_numbers_are_the_boards(world: World, cast: Cast) -> None:
    for n in range(12):
        await late_task(world, cast, n)
    for n in range(12, 15):
        await task(world, subject=f"need:{n}")
    await world.run(lambda session: need(session, cast.factory, 101))
    await world.pass_time(to=shanghai(2026, 11, 24, 9))
    (message,) = [one for one in cast.shaoxing.phone.inbox if "待办 🔴" in one.text]
    assert len(message.text.split("\n")) <= 12
    assert len(message.labels) == 8
    figures = await world.run(lambda session: board.figures(session, SHAOXING, clock.now()).counts)
    assert f"待办 🔴{figures['duties']['red']} 🟡{figures['duties']['amber']}" in message.text
    assert figures["duties"]["red"] == 12
    assert "其余 11 件" in message.text


async def test_in_english(world: World, cast: Cast) -> None:
    ben = await officer(world, 211, "Ben", Role.CITY, SHAOXING, language="en")
    await task(world)
    await world.pass_time(to=shanghai(2026, 11, 24, 9))
    seen = ben.seen()
    assert "Shaoxing city office (市评审办) Tue 24 Nov" in seen
    assert "First 1. 🟢 柯桥一厂: take on T-1" in seen
    await ben.talk(("[Board]", "Board Shaoxing · as of Tue 24 Nov 09:00"))


async def test_holidays_and_swap_days(world: World, cast: Cast) -> None:
    clock.hold(shanghai(2026, 9, 30))
    await world.run(lambda session: session.query(Officer).update({"created_at": shanghai(2026, 9, 1)}))
    await late_task(world, cast)
    await world.pass_time(to=shanghai(2026, 10, 7, 20))
    assert news(cast.shaoxing) == []  # National Day
    await world.pass_time(to=shanghai(2026, 10, 8, 9))
    (thursday,) = news(cast.shaoxing)
    assert "周报" in thursday  # the week begins on Thursday
    await world.pass_time(to=shanghai(2026, 10, 9, 12))
    news(cast.shaoxing)
    await late_task(world, cast, 2)
    await world.pass_time(to=shanghai(2026, 10, 10, 9))  # a Saturday that is worked
    assert len(news(cast.shaoxing)) == 1


async def test_the_association_twice_a_day_while_something_waits(world: World, cast: Cast) -> None:
    await world.pass_time(to=shanghai(2026, 11, 24, 16))
    assert news(cast.association) == []
    await task(world, office=Role.ASSOCIATION)
    await world.pass_time(to=shanghai(2026, 11, 25, 16))
    assert len(news(cast.association)) == 1  # unchanged at 14:30
    await world.pass_time(to=shanghai(2026, 11, 26, 12))
    assert len(news(cast.association)) == 1  # still waits
    await task(world, subject="need:2", office=Role.ASSOCIATION)
    await world.pass_time(to=shanghai(2026, 11, 26, 16))
    (afternoon,) = news(cast.association)
    assert "其余 1 件" in afternoon


@pytest.mark.fault(11, 12)
async def test_late_when_the_process_was_down(world: World, cast: Cast) -> None:
    await wake(world, shanghai(2026, 11, 24, 8, 55))
    await task(world, office=Role.ASSOCIATION)
    await wake(world, shanghai(2026, 11, 24, 9, 30))
    (late,) = news(cast.association)
    assert "迟发，原定 11月24日（周二） 09:00" in late
    await wake(world, shanghai(2026, 11, 24, 9, 31))
    await wake(world, shanghai(2026, 11, 24, 7, 31))  # the clock jumps back
    await wake(world, shanghai(2026, 11, 24, 9, 0))
    await wake(world, shanghai(2026, 11, 24, 9, 40))
    assert news(cast.association) == []


@pytest.mark.fault(12)
async def test_two_days_down_one_digest(world: World, cast: Cast) -> None:
    await wake(world, shanghai(2026, 11, 27, 9))
    await task(world, office=Role.ASSOCIATION)
    await task(world)
    await wake(world, shanghai(2026, 12, 2, 15))  # Monday and Tuesday were missed
    (city,), (association,) = news(cast.shaoxing), news(cast.association)
    for text in (city, association):
        assert "迟发" in text
        assert "周报" in text


async def test_a_week_that_begins_on_tuesday_says_so(world: World, cast: Cast) -> None:
    """The full digest of a Monday on which the process was down comes the next morning, and says it is late."""
    await wake(world, shanghai(2026, 11, 27, 9))
    await task(world)
    await wake(world, shanghai(2026, 12, 1, 8, 45))
    (city,) = news(cast.shaoxing)
    assert "12月1日（周二）周报" in city and "迟发，原定 11月30日（周一） 08:45" in city


async def test_down_until_the_evening_nobody_is_disturbed(world: World, cast: Cast) -> None:
    await wake(world, shanghai(2026, 11, 24, 8))
    await task(world)
    await wake(world, shanghai(2026, 11, 24, 19))
    assert news(cast.shaoxing) == []
    await wake(world, shanghai(2026, 11, 25, 8, 45))
    (morning,) = news(cast.shaoxing)
    assert "迟发" not in morning


@pytest.mark.fault(6)
async def test_two_processes_send_one(world: World, cast: Cast, database_url: str) -> None:
    await task(world)
    second = App(Database(database_url), [world.channel], rate=0)
    try:

        async def stay(moment: datetime) -> None:
            clock.hold(moment)

        clock.hold(shanghai(2026, 11, 24, 8, 44))
        for _ in range(3):
            await asyncio.gather(
                *(app.timetable.walk(shanghai(2026, 11, 24, 8, 46), arrive=stay) for app in (world.app, second))
            )
            clock.hold(shanghai(2026, 11, 24, 8, 44))
        await second.settle()
        await world.work()
        assert len(news(cast.shaoxing)) == 1
        assert await world.run(lambda session: session.query(Letter).filter_by(kind=Kind.DIGEST).count()) == 1
    finally:
        await second.close()


@pytest.mark.fault(4)
async def test_one_in_doubt_is_mentioned_in_the_next(world: World, cast: Cast) -> None:
    await task(world)
    await world.pass_time(to=shanghai(2026, 11, 24, 9))
    news(cast.shaoxing)

    def lose(session: Session) -> None:
        session.query(Letter).filter_by(kind=Kind.DIGEST).one().status = Delivery.UNKNOWN

    await world.run(lose)
    await world.pass_time(to=shanghai(2026, 11, 25, 9))
    (next_one,) = news(cast.shaoxing)
    assert "11月24日（周二） 08:45 那期可能没送到" in next_one
    assert "柯桥一厂：受理 T-1" in next_one  # what stood in the lost one counts as new


async def test_on_leave_the_substitute_reads_it(world: World, cast: Cast) -> None:
    second = await officer(world, 212, "冯科", Role.CITY, SHAOXING)
    await cast.shaoxing.talk(
        ("/leave", "从哪天开始休假"),
        ("明天", "休到哪天"),
        ("昨天", "日期太远"),
        ("11-26", "谁替班", "?冯科"),
        ("[冯科]", "11月24日（周二）到11月26日（周四）", "冯科替班"),
    )
    assert "孙科 11月24日（周二）到11月26日（周四）休假，请您替班" in second.seen()
    await task(world)
    await world.pass_time(to=shanghai(2026, 11, 25, 9))
    assert news(cast.shaoxing) == []
    (covered,) = news(second)
    assert "您替班：孙科（到 11月26日（周四））" in covered
    await cast.shaoxing.talk(("/leave", "您的休假"), ("[取消休假]", "已取消休假"))
    await task(world, subject="need:2")
    await world.pass_time(to=shanghai(2026, 11, 26, 9))
    assert len(news(cast.shaoxing)) == 1


async def test_alone_in_the_office_the_digest_still_comes(world: World, cast: Cast) -> None:
    await cast.shaoxing.talk(("/leave", "从哪天"), ("今天", "休到哪天"), ("下周五", "没有替班"))
    await task(world)
    await world.pass_time(to=shanghai(2026, 11, 24, 9))
    assert len(news(cast.shaoxing)) == 1


async def test_leave_read_backwards(world: World, cast: Cast) -> None:
    await cast.shaoxing.talk(("/leave", "从哪天"), ("12-10", "休到哪天"), ("12-05", "最后一天在第一天之前", "休到哪天"))
    await cast.contact.talk(("/leave", "不在您目前的身份范围内"))


async def test_the_province_weekly_and_on_the_fifth_working_day(world: World, cast: Cast) -> None:
    await task(world, office=Role.ASSOCIATION)
    await world.run(lambda session: pair(session, cast.incubator, cast.factory, 101))
    await world.pass_time(to=shanghai(2026, 11, 27, 12))
    assert news(cast.province) == []
    await world.pass_time(to=shanghai(2026, 11, 30, 9))
    (weekly,) = news(cast.province)
    assert "省评审办 11月30日（周一）周报" in weekly
    assert "协会待办 1 件（最早的 5天），退回 0 件" in weekly
    await world.pass_time(to=shanghai(2026, 12, 7, 9))  # the fifth working day and a Monday: one letter
    (monthly,) = news(cast.province)
    assert "11月：发布需求 0 · 结对 1 · 办结工单 0" in monthly
    await world.pass_time(to=shanghai(2026, 12, 11, 12))
    assert news(cast.province) == []


async def test_what_the_association_leaves_reaches_the_province(world: World, cast: Cast) -> None:
    def arrange(session: Session) -> None:
        row = need(session, cast.factory, 101, status=PostStatus.PENDING)
        duties.hand(session, "review_post", f"need:{row.id}", office=Role.ASSOCIATION, city=SHAOXING)

    await world.run(arrange)
    await world.pass_time(to=shanghai(2026, 11, 30, 9))
    (weekly,) = news(cast.province)
    assert "🔴" in weekly.split("\n")[1]
    assert "省质量协会" in weekly
    assert "超期最多：绍兴 1" in weekly


async def test_digests_respect_the_city(world: World, cast: Cast) -> None:
    await late_task(world, cast, 1, unit_id=cast.other_factory)
    await world.pass_time(to=shanghai(2026, 11, 24, 9))
    assert news(cast.shaoxing) == []
    (other,) = news(cast.hangzhou)
    assert "余杭二厂" in other
    assert await world.run(lambda session: board.scope_of(session, person(session, 202))) == HANGZHOU


@pytest.mark.fault(27, 28)
async def test_hostile_names_stay_text(world: World, cast: Cast) -> None:
    def rename(session: Session) -> None:
        session.get_one(Unit, cast.factory).name = "<b>厂</b> & {number} \u202e"

    await world.run(rename)
    await late_task(world, cast)
    await world.pass_time(to=shanghai(2026, 11, 24, 9))
    assert "<b>厂</b> & {number}" in cast.shaoxing.seen()
    body = await world.run(lambda session: session.query(Letter).filter_by(kind=Kind.DIGEST).one().body)
    assert "<b>厂" not in body
    assert "<b>厂" in plain(body)


async def test_the_association_does_not_read_the_same_twice_a_day(world: World, cast: Cast) -> None:
    await wake(world, shanghai(2026, 11, 23, 16))
    await task(world, office=Role.ASSOCIATION, days=1)
    await world.run(lambda session: hand_elsewhere(session, cast.factory))
    await wake(world, shanghai(2026, 11, 24, 9, 5))  # the last day of it: red the same evening
    (morning,) = news(cast.association)
    assert "另 1 件在别人手里" in morning
    await wake(world, shanghai(2026, 11, 24, 15))
    assert news(cast.association) == []


def hand_elsewhere(session: Session, unit_id: int) -> None:
    duties.hand(session, "answer_checkin", "checkin:1", unit=session.get_one(Unit, unit_id), number="2026-0001")
