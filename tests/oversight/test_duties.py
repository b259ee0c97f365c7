"""Who holds the ball: colours, lists, reminders and snoozing."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from models.base import Refused
from models.oversight import duties, reminders
from models.oversight.duties import Duty, State
from models.registration.people import Role
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.dialogs import Dialog
from models.system.letters import Delivery, Kind, Letter
from tests.oversight.people import SHAOXING, Cast, days_go_by, duty, gather, hand, member, need, person, shanghai, wake
from tests.talk import World


@pytest.fixture
async def cast(world: World) -> Cast:
    return await gather(world)


@pytest.mark.parametrize(
    ("kind", "since", "due", "now", "state"),
    [
        # Monday 23 November, three working days: until Thursday 18:00.
        ("answer_request", shanghai(2026, 11, 23), shanghai(2026, 11, 26, 18), shanghai(2026, 11, 25, 17), State.GREEN),
        ("answer_request", shanghai(2026, 11, 23), shanghai(2026, 11, 26, 18), shanghai(2026, 11, 26, 9), State.AMBER),
        (
            "answer_request",
            shanghai(2026, 11, 23),
            shanghai(2026, 11, 26, 18),
            shanghai(2026, 11, 26, 18, 1),
            State.RED,
        ),
        # Due on a Friday: amber from Thursday evening, over the weekend red.
        ("sign", shanghai(2026, 11, 20), shanghai(2026, 11, 27, 18), shanghai(2026, 11, 26, 19), State.AMBER),
        ("sign", shanghai(2026, 11, 20), shanghai(2026, 11, 27, 18), shanghai(2026, 11, 28, 9), State.RED),
        # Without a deadline: amber after five working days, never red.
        ("fix_post", shanghai(2026, 11, 23), None, shanghai(2026, 11, 27, 17), State.GREEN),
        ("fix_post", shanghai(2026, 11, 23), None, shanghai(2026, 12, 1), State.AMBER),
        ("fix_post", shanghai(2026, 11, 23), None, shanghai(2027, 12, 1), State.AMBER),
        # National Day: 30 September to 8 October 2026 is one working day.
        ("sign", shanghai(2026, 9, 29), shanghai(2026, 10, 8, 18), shanghai(2026, 10, 7, 12), State.AMBER),
        ("sign", shanghai(2026, 9, 29), shanghai(2026, 10, 8, 18), shanghai(2026, 9, 30, 12), State.GREEN),
    ],
)
def test_colours(kind: str, since: datetime, due: datetime | None, now: datetime, state: State) -> None:
    assert duties.state(Duty(kind=kind, since_at=since, due_at=due), now) is state


async def test_the_rules_set_the_deadline_of_a_review(world: World) -> None:
    """Amber after two working days, red after three, though nobody named a day."""

    def arrange(session: Session) -> Duty:
        clock.hold(shanghai(2026, 11, 23))
        return duties.hand(session, "review_post", "need:1", office=Role.ASSOCIATION)

    review = await world.run(arrange)
    for now, state in (
        (shanghai(2026, 11, 25, 17), State.GREEN),
        (shanghai(2026, 11, 26, 9), State.AMBER),
        (shanghai(2026, 11, 27, 9), State.RED),
    ):
        assert duties.state(review, now) is state


async def test_the_database_finds_the_colours_that_the_rules_give(world: World) -> None:
    """National Day, its swap days, weekends and nights; with a deadline at any hour and without one."""
    first = shanghai(2026, 9, 25)

    def arrange(session: Session) -> list[Duty]:
        every = []
        for n in range(90):
            since_at = first + timedelta(hours=5 * n)
            due_at = None if n % 4 == 0 else since_at + timedelta(hours=7 * (n % 19))
            every.append(Duty(kind="k", subject=f"need:{n}", since_at=since_at, due_at=due_at))
        session.add_all(every)
        session.flush()
        return every

    every = await world.run(arrange)
    for hours in range(0, 24 * 35, 7):
        now = first + timedelta(hours=hours)
        found = await world.run(partial(colours_found, now=now))
        assert found["pressing"] == {one.id for one in every if duties.state(one, now) is not State.GREEN}, now
        assert found["late"] == {one.id for one in every if duties.state(one, now) is State.RED}, now


def colours_found(session: Session, now: datetime) -> dict[str, set[int]]:
    """What the database finds, by the rule it was asked with."""
    asked = {"pressing": duties.pressing(now), "late": duties.late(now)}
    return {name: {one.id for one in duties.open_duties(session, rule)} for name, rule in asked.items()}


def test_a_reminder_on_the_last_day_comes_four_hours_before_the_end() -> None:
    now, due_at = shanghai(2026, 11, 23), shanghai(2026, 11, 26, 18)
    assert duties.reminder_at(now, 1, due_at) == shanghai(2026, 11, 24, 8, 30)
    assert duties.reminder_at(now, 3, due_at) == shanghai(2026, 11, 26, 14)


async def test_todo_shows_the_most_urgent_first_and_pages(world: World, cast: Cast) -> None:
    await cast.contact.talk(("/todo", "没有待办"))
    for n in range(7):
        await hand(world, cast, subject=f"ticket:{n}", days=7 - n, number=f"T-{n}")
    seen = await cast.contact.do("/todo")
    assert "待办 7 件" in seen
    assert seen.index("T-6") < seen.index("T-5") < seen.index("T-2")
    assert "11月24日（周二）到期" in seen
    await cast.contact.talk(("[更多]", "第 6–7 件", "T-1", "T-0", "!T-5"))
    await cast.backup.talk(("/todo", "待办 7 件", "柯桥一厂"))
    await cast.stranger.talk(("/todo", "没有待办"))


async def test_handed_again_it_begins_anew(world: World, cast: Cast) -> None:
    first = await hand(world, cast, days=1)
    await world.pass_time(to=shanghai(2026, 11, 25, 9))
    second = await hand(world, cast, days=3)
    await cast.contact.talk(("/todo", "待办 1 件", "11月30日（周一）到期"))
    assert ((await duty(world, first)).done_at is None, (await duty(world, second)).done_at) == (False, None)


async def test_todo_in_english(world: World, cast: Cast) -> None:
    await hand(world, cast)
    await world.run(lambda session: setattr(person(session, 101), "language", "en"))
    await cast.contact.talk(("/todo", "1 to do", "Tell more on ticket T-1", "due Thu 26 Nov"))


async def test_reminders_change_their_words_and_stop(world: World, cast: Cast) -> None:
    duty_id = await hand(world, cast, days=5, remind=(1, 2, 3, 4, 5))
    await world.pass_time(days=12)

    def letters(session: Session) -> list[tuple[str, str]]:
        sent = session.query(Letter).filter(Letter.kind == Kind.CALL, Letter.person_id == person(session, 101).id)
        return [(f"{letter.created_at.astimezone(clock.SHANGHAI):%a %H:%M}", letter.body) for letter in sent]

    sent = await world.run(letters)
    # Tuesday is the day of the card, Friday beyond the three letters of a week; on Monday comes what was missed.
    assert [at for at, _ in sent] == ["Tue 10:00", "Wed 09:30", "Thu 09:30", "Mon 09:30", "Tue 10:00"]
    for (_, body), words in zip(sent, ("本周清单", "今天不方便", "请来电", "最后一次", "本周清单"), strict=True):
        assert words in body
    assert (await duty(world, duty_id)).reminded == 4


async def test_a_reminder_names_the_thing_and_is_cancelled_when_done(world: World, cast: Cast) -> None:
    duty_id = await hand(world, cast, remind=(2, 3))
    await world.pass_time(to=shanghai(2026, 11, 25, 9, 31))
    seen = cast.contact.seen()
    assert "提醒：补充工单 T-1，等了 2 个工作日" in seen
    assert "11月26日（周四）到期" in seen
    assert "[办理]" in seen
    assert cast.backup.seen() == ""
    cast.contact.phone.read()
    await world.run(lambda session: duties.done(session, "request:7"))
    await world.pass_time(days=2)
    assert cast.contact.seen() == ""
    assert (await duty(world, duty_id)).reminded == 1


async def test_several_things_make_one_letter(world: World, cast: Cast) -> None:
    await hand(world, cast, subject="request:1", remind=(2,), number="T-1")
    await hand(world, cast, subject="request:2", remind=(2,), number="T-2")
    await world.pass_time(to=shanghai(2026, 11, 24, 12))
    cast.contact.phone.read()
    await world.pass_time(to=shanghai(2026, 11, 25, 12))
    assert ["有 2 件事等您" in message.text for message in cast.contact.phone.inbox] == [True]


async def test_every_contact_of_a_unit_is_reminded(world: World, cast: Cast) -> None:
    second = await member(world, 113, "二联", cast.factory)
    duty_id = await hand(world, cast, remind=(2, 3))
    await world.pass_time(to=shanghai(2026, 11, 25, 10))
    assert "提醒：" in cast.contact.seen()
    assert "提醒：" in second.seen()
    assert (await duty(world, duty_id)).reminded == 1


async def test_later_once(world: World, cast: Cast) -> None:
    await hand(world, cast, days=6, remind=(2,))
    await world.pass_time(to=shanghai(2026, 11, 25, 10))
    await cast.contact.talk(("[稍后]", "11月26日（周四）再提醒"), ("[稍后]", "已经推过一次"))
    cast.contact.phone.read()
    await world.pass_time(to=shanghai(2026, 11, 26, 10))
    assert "提醒：" in cast.contact.seen()
    assert "[稍后]" not in cast.contact.seen()


async def test_whoever_would_rather_be_called(world: World, cast: Cast) -> None:
    duty_id = await hand(world, cast, days=10, remind=(2, 3, 7))
    await world.pass_time(to=shanghai(2026, 12, 2, 10))
    assert "不再照样催" in cast.contact.seen()
    await cast.contact.talk(("[请来电]", "会有人打给您", "绍兴市评审办"))
    await cast.shaoxing.talk(
        ("/todo", "王工：打电话"),
        ("[第1件]", "电话单", "王工（联络人） 13900000101", "李备（备用联络人）", "张总（单位负责人）"),
        ("[记结果]", "打通了吗"),
        ("[打通了]", "对方怎么说"),
        ("下周一补", "已记下电话：打通了", "球仍在柯桥一厂"),
        ("/todo", "没有待办"),
    )
    assert (await duty(world, duty_id)).done_at is None


async def call_sheet(world: World, cast: Cast) -> int:
    """A holder asks to be rung up; the office reads whom to call."""
    duty_id = await hand(world, cast, days=10, remind=(2, 3, 7))
    await world.pass_time(to=shanghai(2026, 12, 2, 10))
    await cast.contact.talk(("[请来电]", "会有人打给您"))
    await cast.shaoxing.talk(("/todo", "王工：打电话"), ("[第1件]", "电话单"))
    return duty_id


@pytest.mark.parametrize(
    ("typed", "said", "result"),
    [
        ("打不通", ("对方怎么说", "?跳过"), "没人接"),
        ("没人接。", ("对方怎么说", "?跳过"), "没人接"),
        ("电话没人接，下午再打", (), "没人接，下午再打"),
        ("空号", ("对方怎么说",), "号码不对"),
    ],
)
async def test_what_came_of_a_call_may_be_typed(
    world: World, cast: Cast, typed: str, said: tuple[str, ...], result: str
) -> None:
    duty_id = await call_sheet(world, cast)
    await cast.shaoxing.talk((typed, *(said or ("已记下电话：没人接",))))
    if said:
        await cast.shaoxing.talk(("跳过", f"已记下电话：{result}"))
    assert (await duty(world, duty_id)).done_at is None


async def test_the_same_words_answer_the_question_and_others_are_no_result(world: World, cast: Cast) -> None:
    await call_sheet(world, cast)
    await cast.shaoxing.talk(("没人接怎么办", "!对方怎么说", "!已记下"))
    await cast.shaoxing.talk(("/todo",), ("[第1件]",), ("[记结果]", "打通了吗"), ("打不通", "对方怎么说"))
    await cast.shaoxing.talk(("跳过", "已记下电话：没人接"))


async def test_a_ring_asked_for_ends_with_its_duty(world: World, cast: Cast) -> None:
    duty_id = await hand(world, cast)
    await world.run(lambda session: duties.hand(session, "ring_holder", f"duty:{duty_id}", office=Role.CITY))
    await world.run(lambda session: duties.done(session, "request:7"))
    assert await world.run(lambda session: session.query(Duty).filter(Duty.done_at.is_(None)).count()) == 0


async def test_nobody_is_written_to_beyond_the_budget(world: World, cast: Cast) -> None:
    """Thirty days with a new duty nearly every day: one call a day, three a week, never in quiet hours."""
    for n in range(30):
        await hand(world, cast, subject=f"request:{n}", days=1 + n % 4, remind=(1, 2, 3), number=f"T-{n}")
        if n % 3 == 0:
            await world.run(partial(duties.done, subject=f"request:{n - 2}"))
        await days_go_by(world, 1, (8, 46), (9, 31), (10, 1), (14, 31), (20, 0))

    def calls(session: Session) -> list[tuple[int, datetime]]:
        sent = session.query(Letter).filter(Letter.kind == Kind.CALL, Letter.status == Delivery.SENT)
        return [(letter.person_id, letter.sent_at) for letter in sent if letter.sent_at]

    sent = await world.run(calls)
    days = Counter((who, calendar.local_day(at)) for who, at in sent)
    weeks = Counter((who, calendar.local_day(at).isocalendar()[:2]) for who, at in sent)
    assert len(sent) > 12
    assert max(days.values()) == 1
    assert max(weeks.values()) == 3
    assert not [at for _, at in sent if calendar.is_quiet(at)]
    # A reminder that waits may speak of what is done by then: none is ever kept back.
    kept_back = Letter.status.in_((Delivery.HELD, Delivery.MERGED)) & Letter.template.in_(("reminder", "weekly_card"))
    assert await world.run(lambda session: session.query(Letter).filter(kept_back).count()) == 0
    assert await world.run(lambda session: max(one.reminded for one in session.query(Duty))) <= reminders.MOST


async def test_the_weekly_card(world: World, cast: Cast) -> None:
    await hand(world, cast, days=20)
    await world.pass_time(to=shanghai(2026, 11, 24, 10, 1))
    assert "本周清单：您手里有 1 件事" in cast.contact.seen()
    assert cast.stranger.seen() == ""
    cast.contact.phone.read()
    await world.run(lambda session: duties.done(session, "request:7"))
    await days_go_by(world, 7)
    assert cast.contact.seen() == ""


async def test_the_weekly_card_on_a_holiday_comes_on_the_next_working_day(world: World, cast: Cast) -> None:
    clock.hold(shanghai(2026, 5, 4))  # Labour Day until Tuesday the 5th
    await hand(world, cast, days=20)
    await world.pass_time(to=shanghai(2026, 5, 5, 12))
    assert cast.contact.seen() == ""
    await world.pass_time(to=shanghai(2026, 5, 6, 10, 1))
    assert "本周清单" in cast.contact.seen()


async def test_drafts_are_reminded_twice_and_deleted(world: World, cast: Cast) -> None:
    await cast.contact.talk(("/ticket", "什么事卡住了"), ("导师两次都没来", "有照片"))
    cast.contact.phone.read()
    await world.pass_time(to=shanghai(2026, 11, 24, 9, 45))
    assert cast.contact.seen() == ""  # Tuesday morning belongs to the card
    await world.pass_time(to=shanghai(2026, 11, 24, 10, 31))
    assert "《提工单》填了一半" in cast.contact.seen()
    assert "12月23日（周三）" in cast.contact.seen()
    cast.contact.phone.read()
    await world.pass_time(to=shanghai(2026, 11, 27, 12))
    assert cast.contact.seen() == ""
    await world.pass_time(to=shanghai(2026, 11, 30, 12))
    await cast.contact.talk(("[继续填]", "有照片"))
    cast.contact.phone.read()
    await wake(world, clock.now())
    await wake(world, shanghai(2026, 12, 31, 3, 21))
    assert await world.run(lambda session: session.query(Dialog).count()) == 0


async def test_an_untouched_form_is_no_draft(world: World, cast: Cast) -> None:
    await cast.contact.talk(("/ticket", "什么事卡住了"))
    cast.contact.phone.read()
    await world.pass_time(days=3)
    assert cast.contact.seen() == ""


async def test_foreign_duties_are_as_good_as_unknown(world: World, cast: Cast) -> None:
    duty_id = await hand(world, cast)
    for human, sees in ((cast.stranger, False), (cast.hangzhou, False), (cast.shaoxing, True), (cast.backup, True)):

        def look(session: Session, id: int = human.phone.id) -> bool:
            try:
                duties.find_duty(session, person(session, id), duty_id)
            except Refused as no:
                assert no.code == "not_found"
                return False
            return True

        assert await world.run(look) is sees


async def test_a_missing_opener_or_label_does_not_break_a_list(world: World, cast: Cast) -> None:
    await world.run(lambda session: duties.hand(session, "unheard_of", "x:1", unit=session.get_one(Unit, cast.factory)))
    await cast.contact.talk(("/todo", "一件待办"), ("[第1件]", "一件待办", "在谁手里：柯桥一厂"))


async def test_office_duties_are_not_swept(world: World, cast: Cast) -> None:
    await world.run(
        lambda session: duties.hand(
            session,
            "find_candidate",
            f"need:{need(session, cast.factory, 101).id}",
            office=Role.CITY,
            city=SHAOXING,
            remind=(1,),
        )
    )
    await world.pass_time(to=shanghai(2026, 11, 24, 17))
    assert await world.run(lambda session: session.query(Letter).filter_by(kind=Kind.CALL).count()) == 0
