"""Who may meet whom, and that every process proposes what the database holds."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from bot.engine.database import Database
from models.base import Refused
from models.exchange import asking, candidates
from models.exchange.candidates import Shelf, kept_apart, need_text, taught_by
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus
from models.exchange.rivals import name_rival, rivals_of
from models.incubation.pairs import Pair, PairStatus
from models.registration.units import Relation, Standing, Unit
from models.system import clock
from models.system.accounts import Person
from tests.exchange.people import factory, mentor, need, offer, person, unit
from tests.talk import World

Change = Callable[[Session, Need, Offer], None]


def a_match(session: Session) -> tuple[Need, Offer]:
    """A need and an offer that fit each other."""
    row = need(session, factory(session))
    return row, offer(session, mentor(session))


async def test_the_incubator_that_confirmed_the_relation_comes_first(world: World) -> None:
    """What the confirmation promises: of two that fit alike, the partner; named only, it counts for nothing."""

    def ranked(session: Session) -> tuple[list[int], list[int]]:
        row = need(session, factory(session))
        offer(session, mentor(session))
        partner = offer(session, mentor(session, 2002, "台州第2塑业", contact="师傅"), taken=1)
        row.unit.relation, row.unit.relation_unit_id = Relation.CHAIN, partner.unit_id
        named = [one.offer.id for one in candidates.candidates(session, row)]
        row.unit.relation_confirmed_at = clock.now()
        found = candidates.candidates(session, row)
        assert found[0].reasons[0]["kind"] == "link"
        return named, [one.offer.id for one in found]

    assert await world.run(ranked) == ([1, 2], [2, 1])


def freeze(session: Session, row: Need, one: Offer) -> None:
    one.unit.as_incubator = Standing.FROZEN


def fill(session: Session, row: Need, one: Offer) -> None:
    one.taken = one.capacity
    one.touch()


def hide(session: Session, row: Need, one: Offer) -> None:
    one.hidden = True
    one.touch()


def expire(session: Session, row: Need, one: Offer) -> None:
    one.status = PostStatus.EXPIRED
    one.touch()


def rule_out(session: Session, row: Need, one: Offer) -> None:
    row.barred_offers = [one.id]


def rival(session: Session, row: Need, one: Offer) -> None:
    name_rival(session, one.unit, row.unit)


def own(session: Session, row: Need, one: Offer) -> None:
    one.unit_id = row.unit_id
    one.touch()
    session.flush()
    session.refresh(one)


def far(session: Session, row: Need, one: Offer) -> None:
    one.cities = ["3311"]
    one.touch()


def outside(session: Session, row: Need, one: Offer) -> None:
    row.unit.city, row.unit.relation = None, Relation.CHAIN


def pair(session: Session, teacher: Unit, pupil: Unit, status: PairStatus = PairStatus.IMPROVEMENT) -> None:
    """Two units at work together."""
    row, one = need(session, pupil, "别的事"), offer(session, teacher, "别的方法")
    row.status = PostStatus.MATCHED
    session.add(
        Pair(
            number=f"2026-9{row.id:03d}",
            need_id=row.id,
            offer_id=one.id,
            incubator_id=teacher.id,
            incubatee_id=pupil.id,
            status=status,
        )
    )
    session.flush()


def circle(session: Session, row: Need, one: Offer) -> None:
    pair(session, row.unit, one.unit)


def long_circle(session: Session, row: Need, one: Offer) -> None:
    between = unit(session, "中间厂", person(session, 7001, "中"), as_incubator=Standing.ACTIVE)
    pair(session, row.unit, between)
    pair(session, between, one.unit)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (freeze, "offer_taken"),
        (fill, "offer_taken"),
        (hide, "offer_taken"),
        (expire, "offer_taken"),
        (rule_out, "offer_taken"),
        (rival, "apart_rivals"),
        (own, "apart_own_unit"),
        (outside, "apart_outside"),
        (circle, "apart_circle"),
        (long_circle, "apart_circle"),
        (far, None),
    ],
)
async def test_what_may_not_be_is_neither_proposed_nor_asked(world: World, change: Change, code: str | None) -> None:
    """An offer for other cities is not proposed, but may be asked (the office may recommend it)."""

    def walk(session: Session) -> tuple[int, list[int], str | None]:
        row, one = a_match(session)
        before = len(candidates.candidates(session, row, floor=0))
        change(session, row, one)
        session.flush()
        after = [found.offer.id for found in candidates.candidates(session, row, floor=0)]
        try:
            asking.ask(session, session.get_one(Person, 1), need_id=row.id, offer_ids=[one.id])
        except Refused as no:
            return before, after, no.code
        finally:
            session.info.pop("told", None)
        return before, after, None

    before, after, refused = await world.run(walk)
    assert (before, refused) == (1, code)
    assert after == []


async def test_a_pair_that_has_ended_makes_no_circle(world: World) -> None:
    def walk(session: Session) -> tuple[set[int], str | None]:
        row, one = a_match(session)
        pair(session, row.unit, one.unit, PairStatus.ENDED)
        return taught_by(session, row.unit_id), kept_apart(session, row, one)

    assert await world.run(walk) == (set(), None)


async def test_who_was_let_go_for_another_is_proposed_again_and_the_former_partner_is_not(world: World) -> None:
    def walk(session: Session) -> list[str]:
        row, one = a_match(session)
        other = offer(session, mentor(session, 2002, "宁波第2塑业", contact="师傅"))
        session.add(Request(need=row, offer=one, status=RequestStatus.ACCEPTED))
        session.add(Request(need=row, offer=other, status=RequestStatus.RELEASED, reason="matched_elsewhere"))
        session.flush()
        return [found.offer.unit.name for found in candidates.candidates(session, row, floor=0)]

    assert await world.run(walk) == ["宁波第2塑业"]


async def test_from_outside_the_province_only_its_own_incubator_may_be_asked(world: World) -> None:
    def walk(session: Session) -> list[str]:
        row, one = a_match(session)
        other = offer(session, mentor(session, 2002, "宁波第2塑业", contact="师傅"))
        row.unit.city, row.unit.relation, row.unit.relation_unit_id = None, Relation.CHAIN, other.unit_id
        session.flush()
        assert kept_apart(session, row, one) == "outside"
        return [found.offer.unit.name for found in candidates.candidates(session, row, floor=0)]

    assert await world.run(walk) == ["宁波第2塑业"]


async def test_rivals_are_rivals_both_ways_and_noted_once(world: World) -> None:
    def walk(session: Session) -> tuple[set[int], set[int]]:
        row, one = a_match(session)
        name_rival(session, one.unit, row.unit)
        name_rival(session, row.unit, one.unit)
        return rivals_of(session, row.unit_id), rivals_of(session, one.unit_id)

    assert await world.run(walk) == ({2}, {1})


async def test_below_the_floor_nothing_is_proposed_and_the_office_is_asked(world: World) -> None:
    def walk(session: Session) -> tuple[int, int]:
        row = need(session, factory(session, industry="Q84"), "护理差错多，家属有意见", methods=[])
        offer(session, mentor(session, industry="C36"), "汽车焊装线节拍优化", methods=["smed"], industries=["C36"])
        return len(candidates.candidates(session, row)), len(candidates.candidates(session, row, floor=0))

    assert await world.run(walk) == (0, 1)


async def test_a_pinned_offer_stands_first_even_below_the_floor(world: World) -> None:
    def walk(session: Session) -> list[tuple[int, bool]]:
        row, _ = a_match(session)
        poor = offer(session, mentor(session, 2002, "温州鞋业", industry="C19", contact="师傅"), "鞋面缝制", methods=[])
        row.pinned_offer_id = poor.id
        session.flush()
        return [(found.offer.id, found.pinned) for found in candidates.candidates(session, row)]

    assert await world.run(walk) == [(2, True), (1, False)]


async def test_a_recommended_offer_that_declined_is_not_shown_again(world: World) -> None:
    def walk(session: Session) -> list[int]:
        row, one = a_match(session)
        row.pinned_offer_id = one.id
        session.add(Request(need=row, offer=one, status=RequestStatus.DECLINED))
        session.flush()
        return [found.offer.id for found in candidates.candidates(session, row, floor=0)]

    assert await world.run(walk) == []


async def test_every_candidate_has_two_reasons(world: World) -> None:
    def walk(session: Session) -> list[int]:
        row, _ = a_match(session)
        offer(session, mentor(session, 2002, "宁波第2塑业", contact="师傅"), "教SPC", methods=["spc"])
        return [len(found.reasons) for found in candidates.candidates(session, row, floor=0)]

    assert await world.run(walk) == [2, 2]


# the shelf


def shelf_of(database: Database, shelf: Shelf, need_id: int = 1) -> list[str]:
    """What a process with this shelf would propose."""

    def look(session: Session) -> list[str]:
        row = session.get_one(Need, need_id)
        return sorted(match.offer_id for match in shelf.rank(session, need_text(session, row), top=9))

    return database.submit(look).result(10)


async def test_what_one_process_publishes_every_process_proposes(world: World) -> None:
    here, there = Shelf(), Shelf()
    base = world.app.database
    await world.run(a_match)
    assert shelf_of(base, here) == shelf_of(base, there) == ["1"]
    await world.run(lambda session: offer(session, mentor(session, 2002, "宁波第2塑业", contact="师傅")))
    assert shelf_of(base, here) == shelf_of(base, there) == ["1", "2"]

    def fill_first(session: Session) -> None:
        fill(session, session.get_one(Need, 1), session.get_one(Offer, 1))

    await world.run(fill_first)
    assert shelf_of(base, there) == shelf_of(base, here) == ["2"]


async def test_what_was_rolled_back_is_forgotten_again(world: World) -> None:
    shelf, base = Shelf(), world.app.database
    await world.run(a_match)
    assert shelf_of(base, shelf) == ["1"]

    def hide_and_fail(session: Session) -> None:
        row, one = session.get_one(Need, 1), session.get_one(Offer, 1)
        hide(session, row, one)
        session.flush()
        assert shelf.rank(session, need_text(session, row), top=3) == ()
        raise Refused("not_found")

    with pytest.raises(Refused):
        await world.run(hide_and_fail)
    assert shelf_of(base, shelf) == ["1"]

    def reword(session: Session) -> None:
        session.get_one(Offer, 1).text = "完全不同的话"
        session.get_one(Offer, 1).touch()

    await world.run(reword)
    assert shelf_of(base, shelf) == ["1"]


async def test_only_what_changed_is_read_again(world: World) -> None:
    shelf, base = Shelf(), world.app.database
    await world.run(a_match)
    shelf_of(base, shelf)
    put: list[int] = []
    original = shelf._put

    def noting(session: Session, one: Offer) -> None:
        put.append(one.id)
        original(session, one)

    shelf._put = noting  # type: ignore[assignment, method-assign]
    shelf_of(base, shelf)
    assert put == []
    await world.run(lambda session: offer(session, session.get_one(Unit, 2), "教SPC"))
    shelf_of(base, shelf)
    assert put == [2]
