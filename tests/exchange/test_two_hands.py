"""Two people of one unit at the same need or offer: what one has changed is not undone by the other's older form."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.registration.people import Membership, Post
from models.registration.units import Unit
from tests.exchange.people import FACTORY, MENTOR, need, person, small_world
from tests.talk import World

COLLEAGUE = 1010


def two_people(session: Session, unit_id: int) -> None:
    """The usual world, and a backup contact of a unit."""
    small_world(session)
    need(session, session.get_one(Unit, 1))
    backup = person(session, COLLEAGUE, "孙工")
    session.add(Membership(person_id=backup.id, unit_id=unit_id, post=Post.BACKUP))


async def test_a_need_changed_by_a_colleague_is_not_written_over(world: World) -> None:
    contact, colleague = world.human(FACTORY), world.human(COLLEAGUE)
    await world.run(lambda session: two_people(session, 1))
    await contact.talk(("/needs",), ("[看第1条]",), ("[修改]", "请过目"))
    await colleague.talk(("/needs",), ("[看第1条]",), ("[修改]",), ("[修改]",), ("[哪里不顺]",))
    await colleague.talk(("电镀废水老超标，还停过产",), ("[提交]", "已提交"))
    await contact.talk(("[修改]",), ("[急不急]",), ("[急]", "请过目"), ("[提交]", "刚改过", "!已提交"))
    assert await world.run(lambda session: session.get_one(Need, 1).trouble) == "电镀废水老超标，还停过产"
    await contact.talk(("/needs",), ("[看第1条]", "电镀废水"), ("[修改]", "请过目", "电镀废水"))


async def test_an_offer_changed_by_a_colleague_is_not_written_over(world: World) -> None:
    contact, colleague = world.human(MENTOR), world.human(COLLEAGUE)
    await world.run(lambda session: two_people(session, 2))
    await contact.talk(("/offers",), ("[看第1条]",), ("[修改]", "请过目"))
    for one, places in ((colleague, "5"), (contact, "2")):
        if one is colleague:
            await one.talk(("/offers",), ("[看第1条]",), ("[修改]",))
        await one.talk(("[修改]",), ("[同时带几家]",), (places, "请过目"))
        await one.talk(("[提交]", *(("已提交",) if one is colleague else ("刚改过", "!已提交"))))
    assert await world.run(lambda session: session.get_one(Offer, 1).capacity) == 5
