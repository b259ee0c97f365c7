"""Many requests at one offer: how many may lie before it, what others see then, and the inbox page by page."""

import pytest
from sqlalchemy.orm import Session

from models.exchange.candidates import candidate_of, candidates
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.requests import Request, RequestStatus, requests_of, roll_on, room_for
from models.registration.units import Unit
from models.system import calendar, clock
from tests.exchange.people import FACTORY, MENTOR, factory, mentor, need, offer, press, small_world
from tests.talk import World

TROUBLE = "注塑件缩水，不良率8%，想降到2%，返工多，想请人来厂里看看"
SECOND = 2002


def seven_laid_before(session: Session) -> None:
    """Seven requests of seven factories at one offer: the first waits for its asker, six for the incubator."""
    small_world(session)
    for n in range(7):
        row = need(session, factory(session, 1101 + n, f"第{n + 1}注塑厂", contact=f"厂{n}"))
        about = {"need_id": row.id, "offer_id": 1, "due_at": calendar.add_working_days(clock.now(), 3)}
        status = RequestStatus.PENDING if n else RequestStatus.ASKED
        session.add(Request(status=status, match={"reasons": [], "gap": None}, **about))


async def test_an_offer_before_which_many_lie_is_not_asked_until_it_has_answered_one(world: World) -> None:
    """Three places free, six requests lie before it: the seventh factory sees that, and is led on to another."""
    first, contact = world.human(MENTOR), world.human(FACTORY)

    def six_and_one(session: Session) -> None:
        seven_laid_before(session)
        session.get_one(Request, 1).status = RequestStatus.WITHDRAWN
        need(session, session.get_one(Unit, 1), TROUBLE)

    await world.run(six_and_one)
    await contact.talk(
        ("/matches", "已有6家在等", "标“在等”的先选别家", "!按顺序都问"),
        ("[看第1家]", "已有 6 家在等它答复，先选别家", "!请求对接"),
    )
    assert "已有 6 家在等 宁波启明塑业集团 答复" in await press(world, contact, "request.make", 8, 1)
    await world.run(lambda session: offer(session, mentor(session, SECOND, "宁波第2塑业", contact="师傅"), "教SPC"))
    await contact.talk(("/matches", "1. 宁波第2塑业", "2. 宁波启明塑业集团"))
    await first.talk(
        ("/inbox", "6 件"), ("[看第1条]", "?婉拒"), ("[婉拒]", "原因"), ("其他", "留一句"), ("[跳过]", "已婉拒")
    )
    await contact.talk(("/matches", "!在等", "1. 宁波启明塑业集团"))
    await press(world, contact, "request.make", 8, 1)
    await contact.talk(("[是]", "已请求"))


async def test_an_incubator_with_many_before_it_answers_one_before_it_takes_another_up(world: World) -> None:
    first = world.human(MENTOR)

    def one_expired(session: Session) -> None:
        seven_laid_before(session)
        session.get_one(Request, 1).status = RequestStatus.EXPIRED

    await world.run(one_expired)
    await first.talk(("/inbox", "6 件"))
    assert "贵单位还有 6 件请求等答复，先答复一件" in await press(world, first, "request.revive", 1)


async def test_one_before_which_many_lie_is_passed_over_when_its_turn_comes(world: World) -> None:
    """It may be chosen again later; one that the office recommends is asked all the same."""

    def turn_comes(session: Session) -> list[RequestStatus]:
        seven_laid_before(session)
        other = offer(session, mentor(session, SECOND, "宁波第2塑业", contact="师傅"), "教SPC")
        row = need(session, session.get_one(Unit, 1), TROUBLE)
        session.add_all(Request(need=row, offer_id=n, rank=n, status=RequestStatus.QUEUED) for n in (1, other.id))
        session.flush()
        asked = roll_on(session, row)
        assert asked and asked.offer_id == other.id
        assert candidate_of(session, row, 1) and 1 in {one.offer.id for one in candidates(session, row)}
        row.pinned_offer_id = 1
        session.add(Request(need=need(session, session.get_one(Unit, 1), "x"), offer_id=1, status=RequestStatus.QUEUED))
        pinned = session.get_one(Need, row.id + 1)
        pinned.pinned_offer_id = 1
        asked = roll_on(session, pinned)
        assert asked and asked.offer_id == 1
        session.info.pop("told")
        return [one.status for one in requests_of(session, row)]

    assert await world.run(turn_comes) == [RequestStatus.RELEASED, RequestStatus.PENDING]


@pytest.mark.parametrize(("capacity", "taken", "room"), [(5, 0, 10), (5, 4, 3), (1, 0, 3), (3, 1, 4), (3, 3, 3)])
def test_two_requests_for_each_free_place_and_three_at_least(capacity: int, taken: int, room: int) -> None:
    assert room_for(Offer(capacity=capacity, taken=taken)) == room


async def test_the_inbox_shows_every_request_and_counts_those_that_wait_for_its_reader(world: World) -> None:
    first = world.human(MENTOR)
    await world.run(seven_laid_before)
    await first.talk(
        ("/inbox", "等贵单位答复的请求 6 件，另有 1 件等对方", "5. 第6注塑厂", "!第1注塑厂", "还有 2 件", "?更多"),
        ("[更多]", "6. 第7注塑厂", "7. 第1注塑厂（等对方补充）", "!更多"),
        ("[看第6条]", "第7注塑厂", "?接受"),
    )


async def test_the_needs_to_choose_for_are_shown_to_the_last(world: World) -> None:
    contact = world.human(FACTORY)

    def six(session: Session) -> None:
        small_world(session)
        for n in range(6):
            need(session, session.get_one(Unit, 1), f"注塑件第{n + 1}种毛病")

    await world.run(six)
    await contact.talk(("/matches", "看哪一条", "还有 1 条", "?更多"), ("[更多]", "6. 注塑件第", "!更多"))
