"""A need made public again goes on with its order; what may not be renewed, and what a missed day does not lose."""

import pytest
from sqlalchemy.orm import Session

from models.base import Refused
from models.exchange import answering, asking, follows, needs, review
from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus
from models.registration.people import speakers
from models.registration.units import Standing
from models.system import clock
from models.system.accounts import Person
from tests.exchange.people import ASSOCIATION, FACTORY
from tests.exchange.test_finding import at, market
from tests.exchange.test_requests_clock import asked, states
from tests.registration.cast import person_id
from tests.talk import World


@pytest.mark.parametrize("way", ["declined", "taken back"])
async def test_the_order_goes_on_when_a_need_comes_back_from_review(world: World, way: str) -> None:
    await world.run(asked)

    def change(session: Session) -> None:
        row = session.get_one(Need, 1)
        contact = speakers(session, row.unit)[0]
        needs.post_need(session, contact, trouble="注塑件尺寸不稳，想学统计过程控制", need_id=1)
        if way == "declined":
            helper = speakers(session, session.get_one(Request, 1).offer.unit)[0]
            answering.decline(session, helper, request_id=1, reason="capacity")
        else:
            asking.take_back(session, contact, request_id=1)
        session.info.pop("told")

    def approve(session: Session) -> None:
        officer = session.get_one(Person, person_id(session, ASSOCIATION))
        review.approve(session, officer, "need:1")
        session.info.pop("told")

    await world.run(change)
    assert (await states(world))[1] is RequestStatus.QUEUED
    await world.run(approve)
    assert (await states(world))[1] is RequestStatus.PENDING


async def test_an_ended_post_of_a_frozen_unit_is_not_renewed(world: World) -> None:
    await world.run(asked)

    def renew(session: Session) -> str:
        row = session.get_one(Need, 1)
        row.status = PostStatus.EXPIRED
        row.unit.as_incubatee = Standing.FROZEN
        try:
            review.renew(session, speakers(session, row.unit)[0], "need:1")
        except Refused as no:
            return no.code
        return str(row.status)

    assert await world.run(renew) == "unit_frozen"


async def test_news_missed_on_its_day_comes_on_the_next_once(world: World) -> None:
    await world.run(market)
    contact = world.human(FACTORY)
    await contact.talk(("/follow 六西格玛", "· 六西格玛"))
    clock.hold(at(25, 10, 1))  # down on Tuesday
    find = world.app.timetable

    async def missed() -> None:
        await find._run(["send_news"])
        await world.work()

    await missed()
    assert contact.seen().count("您关注的有新发布") == 1
    for moment in (at(26, 10, 1), at(27, 10, 1)):
        clock.hold(moment)
        await missed()
    assert contact.seen().count("您关注的有新发布") == 1


async def test_no_news_in_quiet_hours(world: World) -> None:
    await world.run(market)
    await world.human(FACTORY).talk(("/follow 六西格玛", "· 六西格玛"))
    assert await world.run(lambda session: follows.followers(session, at(24, 21))) == []
    assert await world.run(lambda session: follows.followers(session, at(24, 10))) != []
