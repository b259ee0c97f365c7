"""A line of a list tells its unit, what is to be done and how late it is, and a pair has one colour everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from handlers.oversight.lines import duty_brief, duty_turn
from models.incubation.sessions import hand_next_session
from models.oversight import duties
from models.registration.people import Post, Role
from models.registration.units import Unit
from models.system import clock
from models.system.letters import Delivery, Kind, Letter
from tests.incubation.people import press
from tests.oversight.people import SHAOXING, gather, member, pair, person, shanghai, unit, wake
from tests.talk import World

FACTORIES = ("绍兴上虞恒力塑料制品有限公司（演示）", "绍兴上虞永丰轴承制造股份有限公司")


async def two_pairs(world: World) -> None:
    """A mentor whose two factories' names begin alike; both sessions are due."""
    cast = await gather(world)
    ids = [await unit(world, name, SHAOXING) for name in FACTORIES]
    await member(world, 301, "陈国强", cast.incubator, Post.MENTOR)

    def arrange(session: Session) -> None:
        for n, id in enumerate(ids):
            row = pair(session, cast.incubator, id, 105, number=f"2026-000{n}")
            row.mentor = person(session, 301)
            hand_next_session(session, row)
            about: dict[str, Any] = {"number": f"T-2026-000{n}", "from": session.get_one(Unit, id).name}
            about |= {"office": Role.CITY, "city": SHAOXING, "due_at": shanghai(2026, 12, 23, 18)}
            duties.hand(session, "finish_ticket", f"ticket:{n}", **about)

    await world.run(arrange)


async def test_two_lines_of_a_list_can_be_told_apart(world: World) -> None:
    await two_pairs(world)
    await wake(world, shanghai(2026, 12, 23, 9))
    await wake(world, shanghai(2026, 12, 24, 9))
    mentor, city = world.human(301), world.human(201)
    await mentor.talk(
        ("/todo", "🔴 恒力塑料：该辅导", "🔴 永丰轴承：该辅导", "!工作日）", "!等了"),
        ("/pairs", "🔴恒力塑料 · 导入", "该辅导 超3天 · 轮到您", "🔴永丰轴承 · 导入"),
        ("[第1对]", "🔴 2026-000", "，超期 3 个工作日。", "!前。"),
    )
    await city.talk(
        ("/todo", "恒力塑料：办结 T-2026-0000", "永丰轴承：办结 T-2026-0001"),
        ("/board", "?超期"),
        ("[超期]", "🔴 恒力塑料：该辅导 · 陈国强 超3天", "🔴 永丰轴承：该辅导 · 陈国强 超3天"),
    )
    digest = [text for text in (one.text for one in city.phone.messages) if "汇总" in text or "周报" in text][-1]
    assert "恒力塑料：办结 T-2026-0000 超1天" in digest
    assert "恒力塑料：该辅导 · 陈国强 超3天" in digest and "永丰轴承：该辅导 · 陈国强 超3天" in digest


@pytest.mark.parametrize("number", ["2026-0001"])
async def test_two_pairs_of_the_same_factory_are_told_by_their_number(world: World, number: str) -> None:
    await two_pairs(world)

    def arrange(session: Session) -> None:
        for duty in session.query(duties.Duty).filter_by(kind="log_session"):
            duty.title = duty.title | {"incubatee": FACTORIES[0]}

    await world.run(arrange)
    await world.human(301).talk(("/todo", f"恒力塑料：该辅导 {number}", "恒力塑料：该辅导 2026-0000"))


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_line_names_whom_it_waits_for(world: World, language: str) -> None:
    cast = await gather(world)

    def lines(session: Session) -> list[str]:
        factory = session.get_one(Unit, cast.factory)
        late: dict[str, Any] = {"due_at": shanghai(2026, 10, 24, 18)}
        pair: dict[str, Any] = {"number": "2026-0001", "incubatee": factory.name}
        chosen = duties.hand(session, "choose_incubator", "need:1", unit=factory, **late)
        signing = [
            duties.hand(session, "sign_undertaking", f"undertaking:{id}", person=person(session, id), **late, **pair)
            for id in (101, 102)
        ]
        city, shown = person(session, 201), (chosen, *signing)
        briefs = [duty_brief(one, city, False, signing, language=language, cells=40) for one in shown]
        return [*briefs, duty_turn(chosen, person(session, 101), language=language)]

    chosen, first, second, holder = await world.run(lines)
    assert {"zh": "一厂：选孵化单位", "en": "一厂: choose unit"}[language] in chosen
    assert "王工" in first and "李备" in second and "2026" not in first
    assert {"zh": "轮到贵单位", "en": "your unit"}[language] in holder


async def test_what_is_to_be_done_is_said_whole_before_by_whom(world: World) -> None:
    await gather(world)

    def lines(session: Session) -> list[str]:
        office: dict[str, Any] = {"office": Role.CITY, "city": SHAOXING, "due_at": shanghai(2026, 11, 24, 18)}
        duty = duties.hand(session, "find_candidate", "need:1", **office, incubatee="绍兴晨光注塑厂")
        reader = person(session, 203)
        return [duty_brief(duty, reader, False, [duty], language="zh", cells=each) for each in (50, 40, 32)]

    whole, half, short = await world.run(lines)
    assert "找孵化单位 · 绍兴市评审办" in whole
    assert "找孵化单位" in half and "…：…" not in half
    assert "找孵化单位" in short and "评审办" not in short


async def test_a_nudge_says_on_which_day_it_arrives_and_no_figure_in_it_grows_old(world: World) -> None:
    """Three calls of the week have gone out: what an office urges on Thursday arrives on Monday, with a day in it."""
    cast = await gather(world)
    clock.hold(shanghai(2026, 11, 26, 8, 46))

    def arrange(session: Session) -> int:
        reader = person(session, 101)
        reader.active_at = None
        for day in (23, 24, 25):
            at = shanghai(2026, 11, day)
            sent = {"kind": Kind.CALL, "status": Delivery.SENT, "due_at": at, "sent_at": at}
            session.add(Letter(person_id=reader.id, template="x", body="x", **sent))
        owner = session.get_one(Unit, cast.factory)
        due_at = shanghai(2026, 11, 20, 18)
        return duties.hand(session, "answer_checkin", "checkin:9", unit=owner, due_at=due_at, number="2026-0001").id

    duty_id = await world.run(arrange)
    await wake(world, clock.now())
    seen = await press(cast.shaoxing, "duty.nudge", duty_id)
    assert "11月30日（周一）" in seen and "送到" in seen and "并到" not in seen
    await wake(world, shanghai(2026, 11, 30, 8, 50))
    urged = [one.text for one in cast.contact.phone.messages if "催办" in one.text]
    assert len(urged) == 1 and "期限 11月20日（周五）" in urged[0] and "工作日" not in urged[0]
