"""The last place: two incubatees, two contacts or two incubators at once; in real threads, many times."""

import random
from functools import partial

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from bot.engine.database import Database
from models.exchange import answering, asking, offers, review, unmatched
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus
from models.incubation.pairs import Pair, PairStatus
from models.oversight.duties import Duty
from models.registration.units import Standing, Unit
from models.system.accounts import Person
from models.system.letters import Letter
from tests.crossing import at_once, crossed
from tests.crossing import two as two
from tests.exchange.people import factory, mentor, need, offer, offices

ROUNDS, CROSSINGS = 100, 20


def units(session: Session) -> None:
    """Two factories, two mentors, the offices."""
    for place in range(2):
        factory(session, 1001 + place, f"第{place}注塑厂", contact=f"厂{place}")
        mentor(session, 2001 + place, f"第{place}塑业", contact=f"师{place}")
    offices(session)


def asked(session: Session, pairs: list[tuple[int, list[int]]], capacity: int = 1) -> list[int]:
    """Fresh offers of both mentors, fresh needs put before some of them; the ids of the first requests."""
    rows = [offer(session, session.get_one(Unit, unit), capacity=capacity) for unit in (2, 4)]
    first = []
    for unit, places in pairs:
        row = need(session, session.get_one(Unit, unit))
        made = asking.ask(
            session, person(session, unit), need_id=row.id, offer_ids=[rows[place].id for place in places]
        )
        first.append(made[0].id)
    session.info.pop("told")
    return first


def person(session: Session, unit: int) -> Person:
    """The contact of a unit; people and units were made in the same order."""
    return session.get_one(Person, unit)


def accept(session: Session, request_id: int, number: int) -> str:
    pair = answering.accept(session, session.get_one(Person, number), request_id=request_id)
    session.info.pop("told", None)
    return pair.number


def clear(session: Session) -> None:
    """Make the units free for the next round, and leave it nothing to look through."""
    session.execute(update(Pair).values(status=PairStatus.LAPSED))
    for post in (Offer, Need):
        session.execute(update(post).values(status=PostStatus.WITHDRAWN))
    session.execute(delete(Duty))
    session.execute(delete(Letter))


@pytest.mark.fault(43)
async def test_two_incubatees_take_the_last_place_at_once(two: tuple[Database, Database]) -> None:
    chance = random.Random(7)
    two[0].submit(units).result(30)
    for _ in range(ROUNDS):
        ids = two[0].submit(partial(asked, pairs=[(1, [0]), (3, [0])])).result(30)
        works = [(base, partial(accept, request_id=one, number=2)) for base, one in zip(two, ids, strict=True)]
        chance.shuffle(works)
        results = at_once(works, chance)
        assert sorted(result == "no_places_left" for result in results) == [False, True], results
        two[0].submit(partial(one_place_taken, ids=ids)).result(30)
        two[0].submit(clear).result(30)


def test_two_units_that_accept_each_other_at_once_do_not_close_a_circle(two: tuple[Database, Database]) -> None:
    """A takes in B while B takes in A, the second before the first has committed."""
    ids = two[0].submit(each_asks_the_other).result(30)
    first, second = (partial(accept, request_id=one, number=number) for one, number in zip(ids, (2, 1), strict=True))
    number, refusal = crossed(two, first, second)
    assert number.startswith("2026-") and refusal == "apart_circle"


def each_asks_the_other(session: Session) -> list[int]:
    """Two units that are both incubator and incubatee, each with an offer, a need and a request to the other."""
    for place in (1, 2):
        unit = mentor(session, 2000 + place, f"第{place}塑业", contact=f"师{place}", as_incubatee=Standing.ACTIVE)
        offer(session, unit)
        need(session, unit)
    made = [asking.ask(session, person(session, unit), need_id=unit, offer_ids=[3 - unit])[0].id for unit in (1, 2)]
    session.info.pop("told")
    return made


def test_a_need_that_is_asked_for_while_its_list_is_found_empty_is_not_the_offices(
    two: tuple[Database, Database],
) -> None:
    def choosing(session: Session) -> None:
        units(session)
        offer(session, session.get_one(Unit, 2))
        review.hand_choice(session, need(session, session.get_one(Unit, 1)))

    def ask(session: Session) -> None:
        asking.ask(session, person(session, 1), need_id=1, offer_ids=[1])
        session.info.pop("told")

    two[0].submit(choosing).result(30)
    crossed(two, ask, lambda session: unmatched.pass_on(session, session.get_one(Need, 1), []))
    waits = select(Duty.kind).where(Duty.done_at.is_(None))
    assert two[0].submit(lambda session: list(session.scalars(waits))).result(30) == ["answer_request"]


def one_place_taken(session: Session, ids: list[int]) -> None:
    """One request accepted, one released; the other incubatee's need open and in the office's hands."""
    rows = [session.get_one(Request, one) for one in ids]
    assert sorted(row.status for row in rows) == [RequestStatus.ACCEPTED, RequestStatus.RELEASED]
    assert rows[0].offer.taken == rows[0].offer.capacity == 1
    assert session.scalar(select(func.count()).select_from(Pair).where(Pair.offer_id == rows[0].offer_id)) == 1
    lost = next(row for row in rows if row.status is RequestStatus.RELEASED)
    assert (lost.reason, lost.need.status) == ("no_places", PostStatus.PUBLISHED)
    duty = select(Duty).where(Duty.subject == lost.need.subject, Duty.done_at.is_(None))
    assert [one.kind for one in session.scalars(duty)] == ["find_candidate"]


@pytest.mark.fault(42)
async def test_two_contacts_accept_the_same_request_at_once(two: tuple[Database, Database]) -> None:
    chance = random.Random(8)
    two[0].submit(units).result(30)
    for _ in range(ROUNDS // 4):
        (one,) = two[0].submit(partial(asked, pairs=[(1, [0])], capacity=3)).result(30)
        results = at_once([(base, partial(accept, request_id=one, number=2)) for base in two], chance)
        assert sorted(result == "moved_on" for result in results) == [False, True], results
        assert two[0].submit(lambda session, one=one: session.get_one(Request, one).offer.taken).result(30) == 1  # type: ignore[misc]
        two[0].submit(clear).result(30)


async def test_two_incubators_accept_crosswise_without_standing_in_each_others_way(
    two: tuple[Database, Database],
) -> None:
    """Each need waits at one offer and is queued at the other: no round may end in a deadlock."""
    chance = random.Random(9)
    two[0].submit(units).result(30)
    for _ in range(CROSSINGS):
        ids = two[0].submit(partial(asked, pairs=[(1, [0, 1]), (3, [1, 0])])).result(30)
        works = [
            (base, partial(accept, request_id=one, number=number))
            for base, one, number in zip(two, ids, (2, 4), strict=True)
        ]
        results = at_once(works, chance)
        assert all(str(result).startswith("2026-") for result in results), results
        two[0].submit(clear).result(30)


async def test_an_acceptance_and_a_withdrawal_at_once(two: tuple[Database, Database]) -> None:
    """Whoever comes first wins, and nothing is left in between."""
    chance = random.Random(10)
    two[0].submit(units).result(30)
    for _ in range(CROSSINGS):
        (one,) = two[0].submit(partial(asked, pairs=[(1, [0])])).result(30)
        works = [(two[0], partial(accept, request_id=one, number=2)), (two[1], partial(take_back, request_id=one))]
        results = at_once(works, chance)
        status = two[0].submit(lambda session, one=one: session.get_one(Request, one).status).result(30)  # type: ignore[misc]
        accepted = str(results[0]).startswith("2026-")
        assert status is (RequestStatus.ACCEPTED if accepted else RequestStatus.WITHDRAWN)
        assert ("moved_on" in results) or results[1] == "moved_on"
        taken = two[0].submit(lambda session, one=one: session.get_one(Request, one).offer.taken).result(30)  # type: ignore[misc]
        assert taken == int(accepted)
        two[0].submit(clear).result(30)


def take_back(session: Session, request_id: int) -> str:
    asking.take_back(session, person(session, 1), request_id=request_id)
    session.info.pop("told", None)
    return "taken_back"


async def test_a_place_comes_back_when_a_pair_ends(two: tuple[Database, Database]) -> None:
    def round_trip(session: Session) -> tuple[int, int, int]:
        units(session)
        (one,) = asked(session, [(1, [0])])
        accept(session, one, 2)
        row = session.get_one(Request, one).offer
        before, stamp = row.taken, row.stamp
        offers.free_place(session, row)
        offers.free_place(session, row)
        assert row.stamp != stamp
        return before, row.taken, row.free

    assert two[0].submit(round_trip).result(30) == (1, 0, 1)


def test_a_need_that_found_its_incubator_asks_nobody_else(two: tuple[Database, Database]) -> None:
    def walk(session: Session) -> list[RequestStatus]:
        units(session)
        (one,) = asked(session, [(1, [0, 1])])
        accept(session, one, 2)
        assert session.scalars(select(Need)).one().status is PostStatus.MATCHED
        assert session.get_one(Offer, 2).taken == 0
        return list(session.scalars(select(Request.status).order_by(Request.rank)))

    assert two[0].submit(walk).result(30) == [RequestStatus.ACCEPTED, RequestStatus.RELEASED]


def test_an_offer_that_was_read_with_its_unit_can_be_locked(two: tuple[Database, Database]) -> None:
    """SQLAlchemy reads a row anew as it read it first, and PostgreSQL locks no row of an outer join."""

    def walk(session: Session) -> str:
        units(session)
        (one,) = asked(session, [(1, [0])])
        session.expunge_all()
        read = session.scalars(select(Offer).options(joinedload(Offer.unit))).all()
        accept(session, one, 2)
        return f"{sum(row.taken for row in read)} taken"

    assert two[0].submit(walk).result(30) == "1 taken"
