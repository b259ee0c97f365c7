"""What a process reads before somebody has to wait for it: a few offers at a time, and none twice."""

from sqlalchemy.orm import Session

from models.exchange import candidates
from models.exchange.candidates import Shelf, need_text
from models.exchange.needs import Need
from models.exchange.offers import Offer
from tests.exchange.people import factory, mentor, need, offer
from tests.talk import World

OFFERS = 5


def many_offers(session: Session) -> None:
    """One need and five offers for it."""
    need(session, factory(session))
    unit = mentor(session)
    for place in range(OFFERS):
        offer(session, unit, f"用六西格玛降注塑不良率，手把手带，第{place}期")


async def test_the_shelf_fills_a_few_offers_at_a_time(world: World) -> None:
    shelf = Shelf()
    await world.run(many_offers)
    done = [await world.run(lambda session: shelf.warm(session, most=2)) for _ in range(4)]
    assert done == [False, False, True, True]
    assert len(shelf._index) == OFFERS


async def test_who_asks_meanwhile_waits_for_all_and_gets_the_newest(world: World) -> None:
    shelf = Shelf()
    await world.run(many_offers)
    assert not await world.run(lambda session: shelf.warm(session, most=2))

    def rank(session: Session) -> list[str]:
        row = session.get_one(Offer, 1)
        row.text = "鞋面缝制"
        row.touch()
        session.flush()
        found = shelf.rank(session, need_text(session, session.get_one(Need, 1)), top=9)
        return [match.offer_id for match in found]

    assert sorted((await world.run(rank))[:4]) == ["2", "3", "4", "5"]
    assert await world.run(lambda session: shelf.warm(session, most=1))


async def test_an_app_warms_its_shelf(world: World) -> None:
    await world.run(many_offers)
    await world.app.warm()
    assert await world.run(lambda session: candidates.SHELF.warm(session, most=0)), "nothing is left to take in"
