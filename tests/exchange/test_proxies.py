"""Needs taken down by phone: a draft until the unit confirms, by officers of its own city only."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused
from models.exchange import proxies
from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.oversight.duties import Duty
from models.registration.people import Role
from models.system.accounts import Person
from tests.exchange.people import ASSOCIATION, CITY, FACTORY, factory, officer, press, small_world
from tests.talk import World


def two_cities(session: Session) -> None:
    """A second factory and a second office, both in Wenzhou."""
    small_world(session)
    factory(session, 1002, "乐清开关厂", city="3303", contact="陈工")
    officer(session, 4002, "吴市办", Role.CITY, "3303")


async def take_down(world: World) -> None:
    """The officer on the phone."""
    await world.human(CITY).talk(
        ("/proxy", "替哪家单位记", "?绍兴晨光注塑厂", "!乐清"),
        ("晨光注塑厂", "对方哪里不顺"),
        ("注塑件不良率8%，想到2%，想请人来厂里看看", "请过目"),
        ("[提交]", "已记下需求 N1", "确认后才算数"),
    )


async def the_need(world: World) -> Need:
    return await world.run(lambda session: session.scalars(select(Need)).one())


async def test_a_need_by_phone_counts_once_its_owner_confirms(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(two_cities)
    await take_down(world)
    row = await the_need(world)
    assert (row.status, row.published_at) == (PostStatus.DRAFT, None)
    assert row.indicators[0]["now"] == 8 and row.forms == ["diagnosis"]
    await world.human(ASSOCIATION).talk(("/queue", "没有待审"))
    assert "周市办替贵单位记了一条需求" in contact.seen() and "11月26日（周四）前" in contact.seen()
    await contact.talk(("[确认提交]", "N1 已提交"), ("/needs", "待审"))
    duty = await world.run(lambda session: session.scalars(select(Duty).where(Duty.done_at.is_(None))).one())
    assert duty.kind == "review_post"


async def test_the_owner_changes_what_was_heard_wrong(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(two_cities)
    await take_down(world)
    await contact.talk(
        ("/todo", "确认代录的需求"),
        ("[修改]", "请过目", "不良率8%"),
        ("[修改]", "改哪一项"),
        ("[哪里不顺]", "上次的回答"),
        ("注塑件不良率18%，想到2%", "请过目"),
        ("[提交]", "已提交"),
    )
    row = await the_need(world)
    assert (row.status, row.trouble) == (PostStatus.PENDING, "注塑件不良率18%，想到2%")


async def test_a_need_that_is_not_theirs_is_withdrawn_and_the_officer_told(world: World) -> None:
    contact, office = world.human(FACTORY), world.human(CITY)
    await world.run(two_cities)
    await take_down(world)
    await contact.talk(("[不是我们的]", "已撤回"))
    assert "没有确认您代录的需求 N1" in office.seen()
    assert (await the_need(world)).status is PostStatus.WITHDRAWN
    assert "已经是“已撤回”" in await press(world, contact, "proxy.confirm", 1)


async def test_nobody_else_confirms_and_no_office_writes_for_another_city(world: World) -> None:
    await world.run(two_cities)
    await take_down(world)
    other = world.human(1002)
    await other.talk(("/needs", "还没有需求"))
    for action in ("proxy.confirm", "proxy.deny"):
        assert "没有找到" in await press(world, other, action, 1)
    assert (await the_need(world)).status is PostStatus.DRAFT
    await world.human(4002).talk(("/proxy", "?乐清开关厂", "!晨光"), ("绍兴晨光注塑厂", "没对上"))
    await world.human(FACTORY).talk(("/proxy", "不在您目前的身份范围内"))


async def test_the_verb_itself_refuses_another_city_and_whoever_is_no_officer(world: World) -> None:
    def walk(session: Session) -> None:
        two_cities(session)
        people = {one.name: one for one in session.scalars(select(Person))}
        for who, unit in (("吴市办", "1"), ("陈工", "3"), ("周市办", "3"), ("周市办", "4711")):
            with pytest.raises(Refused, match="not_found"):
                proxies.enter_need(session, people[who], unit=unit, trouble="不良率高")

    await world.run(walk)
