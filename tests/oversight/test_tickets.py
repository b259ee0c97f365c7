"""Tickets: raised, taken on, answered, settled, reopened; the clock stands still while the asker holds the ball."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from models.base import MOVES, Refused
from models.oversight import duties, ticket_steps, tickets
from models.oversight.duties import Duty
from models.oversight.tickets import Ticket, TicketStatus
from models.registration import team
from models.registration.people import Officer, Role
from models.system import clock
from tests.oversight.people import Cast, days_go_by, gather, member, officer, pair, person, shanghai, unit
from tests.talk import World


@pytest.fixture
async def cast(world: World) -> Cast:
    return await gather(world)


async def ticket(world: World) -> Ticket:
    return await world.run(lambda session: session.query(Ticket).one())


async def test_a_ticket_goes_its_way(world: World, cast: Cast) -> None:
    await cast.contact.talk(
        ("/ticket", "什么事卡住了", "商业秘密"),
        ("导师两次都没来，诊断没法做", "有照片或文件", "!和哪个结对", "?跳过"),
        ("[跳过]", "T-2026-0001", "绍兴市评审办", "11月24日（周二）前受理", "12月7日（周一）前办完"),
    )
    await cast.shaoxing.talk(
        ("/todo", "柯桥一厂：受理 T-2026-0001", "?第1件"),
        ("[第1件]", "登记", "导师两次都没来", "11月24日（周二）前受理", "?受理"),
        ("[受理]", "受理", "前答复", "?答复", "?请补充", "?办结", "?延期"),
    )
    assert "T-2026-0001 已受理" in cast.contact.seen()
    await cast.shaoxing.talk(
        ("[答复]", "答复什么"),
        ("已约导师单位，下周二三方开会", "已记下：答复", "12月7日（周一）前办完"),
    )
    assert "已约导师单位" in cast.contact.seen()
    await cast.shaoxing.talk(
        ("[看工单]", "办理"),
        ("[办结]", "怎么办好的"),
        ("已换导师", "已记下：办结", "期限暂停计算"),
    )
    await cast.contact.talk(
        ("[没解决]", "还差什么"),
        ("新导师还没有联系我们", "已记下：说还没解决"),
    )
    assert "对方说还没解决" in cast.shaoxing.seen()
    await cast.shaoxing.talk(("[看工单]", "重开"), ("[办结]", "怎么办好的"), ("已当面交接", "已记下"))
    await cast.contact.talk(("[解决了]", "已办结", "谢谢"))
    assert "对方确认解决" in cast.shaoxing.seen()
    found = await ticket(world)
    assert (found.status, found.confirmed, found.reopened_at is not None) == (TicketStatus.CLOSED, True, True)
    assert await world.run(lambda session: session.query(Duty).filter(Duty.done_at.is_(None)).count()) == 0


async def test_in_english(world: World, cast: Cast) -> None:
    await member(world, 111, "Ann", cast.factory, language="en")
    ann, ben = world.human(111), await officer(world, 211, "Ben", Role.CITY, "3306", language="en")
    await ann.talk(
        ("/ticket", "What is stuck?"),
        ("The mentor missed two appointments", "photo or file"),
        ("[Skip]", "Registered as T-2026-0001", "Shaoxing city office (市评审办)"),
    )
    await ben.talk(
        ("/todo", "take on T-2026-0001"),
        ("[No. 1]", "The mentor missed", "?Take on"),
        ("[Take on]", "taken on", "?Reply", "?Ask more", "?Settle", "?More time"),
        ("[Settle]", "What was done?"),
        ("Another mentor was found", "noted: done"),
    )
    await ann.talk(("[Solved]", "is closed"))
    await ann.talk(("/tickets", "1 tickets", "closed", "?New ticket"))


async def test_about_a_pair_and_with_a_file(world: World, cast: Cast) -> None:
    await world.run(lambda session: pair(session, cast.incubator, cast.factory, 101))
    await cast.contact.talk(
        ("/ticket 导师两次都没来", "有照片", "!和哪个结对"),
        (lambda phone: phone.send_document("现场.pdf", b"%PDF-1.4 x"), "T-2026-0001"),
    )
    await cast.shaoxing.talk(("/tickets", "工单 1 件"), ("[第1条]", "结对 2026-0001", "附件：现场.pdf"))


async def test_the_clock_stands_still_while_the_asker_answers(world: World, cast: Cast) -> None:
    await cast.contact.talk(("/ticket 导师两次都没来", "有照片"), ("[跳过]", "T-2026-0001"))
    await cast.shaoxing.talk(
        ("/tickets", "?第1条"),
        ("[第1条]", "?受理"),
        ("[受理]", "?请补充"),
        ("[请补充]", "一次问清"),
        ("是哪两次？", "暂停计算"),
    )
    assert "期限暂停计算" in cast.contact.seen()
    await world.pass_time(days=3)  # Thursday: three working days with the asker
    await cast.contact.talk(
        ("/todo", "补充 T-2026-0001"), ("[第1件]", "?补充"), ("[补充]", "请补充"), ("10日和17日", "已记下")
    )
    found = await ticket(world)
    assert (found.waited, found.status) == (3, TicketStatus.WORKING)
    assert f"{found.due_at.astimezone(clock.SHANGHAI):%m-%d}" == "12-10"  # 7 December and three working days


async def test_the_office_is_reminded_at_half_and_four_fifths_of_the_whole_term(world: World, cast: Cast) -> None:
    """Raised on Monday the 23rd: on the fifth and eighth working day, also after a late reply or a slow asker."""

    async def moments() -> list[str]:
        def look(session: Session) -> list[str]:
            duty = session.query(Duty).filter(Duty.done_at.is_(None), Duty.office == Role.CITY).one()
            ahead = [duty.remind_at, *map(datetime.fromisoformat, duty.reminders)]
            return [f"{one.astimezone(clock.SHANGHAI):%m-%d}" for one in ahead if one]

        return await world.run(look)

    async def work(step: Callable[..., object], by: int, **more: object) -> None:
        await world.run(lambda session: step(session, person(session, by), ticket_id=1, **more))

    await cast.contact.talk(("/ticket 导师两次都没来", "有照片"), ("[跳过]", "T-2026-0001"))
    await cast.shaoxing.talk(("/tickets", "?第1条"), ("[第1条]", "?受理"), ("[受理]", "?请补充"))
    clock.hold(shanghai(2026, 11, 26))
    await work(ticket_steps.reply_ticket, 201, text="下周二三方开会")
    assert await moments() == ["11-30", "12-03"]
    clock.hold(shanghai(2026, 12, 1))
    await work(ticket_steps.ask_back, 201, text="是哪两次？")
    clock.hold(shanghai(2026, 12, 3))
    await work(ticket_steps.answer_ticket, 101, text="10日和17日")
    assert await moments() == ["12-07"], "two working days were the asker's own"
    await work(ticket_steps.extend_ticket, 201, text="需要专家到场", next_on=date(2026, 12, 9))
    assert await moments() == ["12-09", "12-14", "12-23"], "the step announced, then half and four fifths of 25 days"
    await work(ticket_steps.finish_ticket, 201, text="已换导师")
    clock.hold(shanghai(2026, 12, 7))
    await work(ticket_steps.reopen_ticket, 101, text="还没来")
    assert await moments() == ["12-16", "12-25", "12-31"], "and once more a day before the end"


async def test_more_time_once_with_reason_and_day(world: World, cast: Cast) -> None:
    await cast.contact.talk(("/ticket 导师两次都没来", "有照片"), ("[跳过]", "T-2026-0001"))
    await cast.shaoxing.talk(
        ("/tickets", "?第1条"),
        ("[第1条]", "?受理"),
        ("[受理]", "?延期"),
        ("[延期]", "为什么"),
        ("需要专家到场", "下一步在哪天"),
        ("12-15", "已记下：延期", "12月28日（周一）前办完"),
        ("[看工单]", "!?延期"),
    )
    assert "要多一些时间" in cast.contact.seen()
    assert "12月15日（周二）" in cast.contact.seen()


async def test_two_officers_take_it_on(world: World, cast: Cast) -> None:
    second = await officer(world, 212, "冯科", Role.CITY, "3306")
    await cast.contact.talk(("/ticket 导师两次都没来", "有照片"), ("[跳过]", "T-2026-0001"))
    for one in (cast.shaoxing, second):
        await one.talk(("/tickets", "?第1条"), ("[第1条]", "?受理"))
    await cast.shaoxing.talk(("[受理]", "?答复"))
    await second.talk(("[受理]", "已由孙科在 11月23日（周一） 09:00 受理"))


async def test_without_a_city_office_the_association_has_it(world: World, cast: Cast) -> None:
    away = await unit(world, "外省配套厂", None)
    outside = await member(world, 112, "外工", away)
    await outside.talk(("/ticket 合同模板打不开", "有照片"), ("[跳过]", "省质量协会"))
    await cast.association.talk(("/todo", "受理 T-2026-0001"))
    await cast.shaoxing.talk(("/tickets", "没有工单"))


async def test_feedback_about_the_bot(world: World, cast: Cast) -> None:
    await cast.hangzhou.talk(
        ("/feedback", "这个助手哪里不好用"), ("看板字太小", "有截图"), ("[跳过]", "T-2026-0001", "省质量协会")
    )
    await cast.association.talk(("/todo", "周科：受理 T-2026-0001"))
    await cast.shaoxing.talk(("/tickets", "没有工单"))


async def test_nobody_confirms(world: World, cast: Cast) -> None:
    await cast.contact.talk(("/ticket 导师两次都没来", "有照片"), ("[跳过]", "T-2026-0001"))
    await cast.shaoxing.talk(
        ("/tickets", "?第1条"),
        ("[第1条]", "?受理"),
        ("[受理]", "?办结"),
        ("[办结]", "怎么办好的"),
        ("已换导师", "已记下"),
    )
    await days_go_by(world, 16)
    found = await ticket(world)
    assert (found.status, found.confirmed) == (TicketStatus.CLOSED, False)
    await cast.contact.talk(
        ("/tickets", "办结"), ("[第1条]", "?没解决"), ("[没解决]", "还差什么"), ("还是老样子", "已记下")
    )
    assert (await ticket(world)).status is TicketStatus.REOPENED


async def test_a_ticket_reopened_and_finished_anew_waits_for_its_asker_again(world: World, cast: Cast) -> None:
    def raised(session: Session) -> None:
        asker, office = person(session, 101), person(session, 201)
        ticket_steps.raise_ticket(session, asker, trouble="导师两次都没来")
        ticket_steps.accept_ticket(session, office, 1)
        ticket_steps.finish_ticket(session, office, ticket_id=1, text="已换导师")

    await world.run(raised)
    later = shanghai(2026, 12, 10)
    assert await world.run(lambda session: ticket_steps.unanswered(session, later)) == [1]
    clock.hold(later)

    def reopened(session: Session) -> None:
        ticket_steps.reopen_ticket(session, person(session, 101), ticket_id=1, text="还没来")
        ticket_steps.close_unanswered(session, 1, later)
        assert session.get_one(Ticket, 1).status is TicketStatus.REOPENED
        ticket_steps.finish_ticket(session, person(session, 201), ticket_id=1, text="已当面交接")
        ticket_steps.close_unanswered(session, 1, later)

    await world.run(reopened)
    assert (await ticket(world)).status is TicketStatus.AWAITING


async def test_a_ticket_stays_with_the_unit_when_whoever_asked_has_left(world: World, cast: Cast) -> None:
    def left(session: Session) -> None:
        asker, office = person(session, 101), person(session, 201)
        ticket_steps.raise_ticket(session, asker, trouble="导师两次都没来")
        ticket_steps.accept_ticket(session, office, 1)
        team.leave_unit(session, asker, cast.factory)
        session.info.pop("told")
        ticket_steps.ask_back(session, office, ticket_id=1, text="是哪两次？")

    def told(session: Session) -> list[tuple[str, str]]:
        return [(one.person.name or "", one.template) for one in session.info["told"]]

    def ask(session: Session) -> tuple[list[tuple[str, str]], list[str | None]]:
        left(session)
        held = session.query(Duty).filter_by(kind="answer_ticket", done_at=None).one()
        return told(session), [one.name for one in duties.holders(session, held)]

    heard, holders = await world.run(ask)
    assert heard == [("李备", "ticket_question"), ("孙科", "ticket_noted")] and holders == ["李备"]
    await cast.contact.talk(("/tickets", "没有工单"))
    with pytest.raises(Refused, match="not_found"):
        await world.run(lambda session: tickets.find_ticket(session, person(session, 101), 1))

    def office_left(session: Session) -> list[tuple[str, str]]:
        session.query(Officer).filter_by(person_id=person(session, 201).id).update({"left_at": clock.now()})
        ticket_steps.answer_ticket(session, person(session, 102), ticket_id=1, text="10日和17日")
        return told(session)

    assert await world.run(office_left) == [("李备", "ticket_noted")]


async def test_bad_input_and_foreign_hands(world: World, cast: Cast) -> None:
    await cast.contact.talk(
        ("/ticket", "什么事卡住了"),
        ("坏", "太短了"),
        (lambda phone: phone.send_sticker("👍"), "请用文字回答"),
        ("长" * 301, "写了 301 个字"),
        ("</b>&amp; 卡住了", "有照片"),
        ("随便", "请发图片或文件"),
        ("[跳过]", "</b>&amp; 卡住了"),
    )
    await cast.stranger.talk(("/tickets", "没有工单"))
    for other in (cast.stranger, cast.hangzhou):

        def look(session: Session, id: int = other.phone.id) -> Ticket:
            return tickets.find_ticket(session, person(session, id), 1)

        with pytest.raises(Refused, match="not_found"):
            await world.run(look)


def test_tables_of_moves_has_no_dead_end() -> None:
    table = MOVES[TicketStatus]
    assert all(table[status] for status in TicketStatus)
    assert TicketStatus.CLOSED not in table[TicketStatus.RAISED]


async def test_numbers_count_on(world: World, cast: Cast) -> None:
    def numbers(session: Session) -> list[str | None]:
        return [one.number for one in session.query(Ticket).order_by(Ticket.id)]

    for n in (1, 2):
        await cast.contact.talk(("/ticket 又卡住了一次", "有照片"), ("[跳过]", f"T-2026-000{n}"))
    assert await world.run(numbers) == ["T-2026-0001", "T-2026-0002"]
