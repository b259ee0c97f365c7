"""What was not shown is not agreed to: buttons under what stood there before a change."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.exchange import asking, plans
from models.exchange.plans import Plan, PlanStatus
from models.exchange.requests import Request, RequestStatus
from models.registration.units import Unit
from models.system.accounts import Person
from tests.exchange.people import ASSOCIATION, CITY, FACTORY, MENTOR, need, small_world
from tests.exchange.test_plans import drafted, pool
from tests.incubation.people import arrange
from tests.talk import World


def asked(session: Session) -> None:
    """A need that an incubator considers."""
    small_world(session)
    row = need(session, session.get_one(Unit, 1))
    asking.ask(session, session.get_one(Person, 1), need_id=row.id, offer_ids=[1])


async def test_a_need_that_was_changed_is_not_accepted_by_a_tap_under_what_it_said_before(world: World) -> None:
    contact, incubator, association = (world.human(one) for one in (FACTORY, MENTOR, ASSOCIATION))
    await arrange(world, asked)
    first = incubator.phone.messages[-1]
    await contact.talk(
        ("/needs",),
        ("[看第1条]",),
        ("[修改]",),
        ("[修改]",),
        ("[哪里不顺]",),
        ("电镀废水老超标，还停过产",),
        ("[提交]", "已提交"),
    )
    await association.talk(("/queue",), ("[看第1条]",), ("[批准]", "已发布"))
    await incubator.talk((lambda phone: phone.tap(first.id, "接受"), "改了需求", "电镀废水", "!结对号"))
    request = await world.run(lambda session: session.get_one(Request, 1))
    assert request.status is RequestStatus.PENDING
    await incubator.talk(("[看请求]", "电镀废水"), ("[接受]", "结对号"))


async def test_a_plan_that_was_drafted_anew_is_not_published_by_a_tap_under_the_earlier_draft(world: World) -> None:
    office = world.human(CITY)
    await world.run(pool)
    await drafted(world)
    await office.talk(("[发布]", "各推荐一家"))
    first = office.phone.messages[-1]
    await arrange(world, lambda session: plans.ask_again(session, session.get_one(Plan, 1).officer, plan_id=1))
    await world.pass_time(minutes=1)
    await office.talk((lambda phone: phone.tap(first.id, "确认发布"), "重新算过", "!正逐条推荐"))
    assert await world.run(lambda session: session.get_one(Plan, 1).status) is PlanStatus.DRAFTED
    await office.talk(("[回方案]", "配上 2 对"), ("[发布]",), ("[确认发布]", "正逐条推荐"))
