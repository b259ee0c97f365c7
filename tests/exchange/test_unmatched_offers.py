"""What comes and goes beside a need that waits: an offer published since, and a choice that is gone meanwhile."""

import pytest
from sqlalchemy.orm import Session

from models.exchange import posts, requests, review
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.registration.people import Role
from models.registration.units import Unit
from tests.exchange.people import ASSOCIATION, FACTORY, factory, mentor, need, offer, offices, small_world
from tests.exchange.test_unmatched import PENDING, duties_of, published
from tests.talk import World


async def test_a_new_offer_that_fits_is_put_before_a_need_that_found_nobody(world: World) -> None:
    contact = world.human(FACTORY)

    def alone(session: Session) -> None:
        factory(session)
        offices(session)
        requests.call_office(session, need(session, session.get_one(Unit, 1)))

    def publish(session: Session) -> None:
        row = offer(session, mentor(session))
        row.status, row.published_at = PostStatus.PENDING, None
        review.publish(session, row)
        session.info.pop("told")

    await world.run(alone)
    await world.next_morning()
    assert contact.seen() == ""
    await world.run(publish)
    await world.next_morning()
    assert "有新发布的供给合您的需求 N1，现在有 1 家可选" in contact.seen()
    assert await world.run(duties_of) == [("choose_incubator", None)], "the ball is in one court"
    await contact.talk(("[看第1家]", "宁波启明", "?请求对接"))
    await world.next_morning()
    assert await world.due("new_offers_for_needs") == []
    assert contact.seen().count("有新发布的供给") == 0


@pytest.mark.parametrize("looked", [True, False])
async def test_whose_choice_is_gone_waits_no_longer(world: World, looked: bool) -> None:
    """The last places went to others: the office's turn, at once if the unit looks, else the next working morning."""

    def post(session: Session) -> None:
        small_world(session)
        need(session, session.get_one(Unit, 1), **PENDING)

    await world.run(post)
    contact = world.human(FACTORY)
    await world.human(ASSOCIATION).talk(("/queue", "注塑"), ("[看第1条]", "注塑"), ("[批准]", "已发布"))
    assert await world.run(duties_of) == [("choose_incubator", None)]
    await world.pass_time(days=1)
    assert await world.run(duties_of) == [("choose_incubator", None)], "there is somebody to choose"

    def fill(session: Session) -> None:
        one = session.get_one(Offer, 1)
        one.taken = one.capacity
        one.touch()

    await world.run(fill)
    contact.seen()
    if looked:
        await contact.talk(("/matches", "眼下没有别的合适候选，评审办在找"))
        assert await world.run(duties_of) == [("find_candidate", Role.CITY)]
    await world.pass_time(days=1)
    assert await world.run(duties_of) == [("find_candidate", Role.CITY)]
    assert ("原来合适的孵化单位，名额都满了" in contact.seen()) is not looked


async def test_a_new_offer_that_does_not_fit_or_was_ruled_out_says_nothing(world: World) -> None:
    contact = world.human(FACTORY)

    def ruled_out(session: Session) -> None:
        published(session)
        posts.keep_version(session, session.get_one(Offer, 1))
        session.get_one(Need, 1).barred_offers = [1]

    await world.run(ruled_out)
    assert await world.due("new_offers_for_needs") == [1]
    await world.next_morning()
    assert contact.seen() == "" and await world.run(duties_of) == []
