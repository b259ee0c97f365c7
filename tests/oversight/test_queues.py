"""Long queues: the first of one as the whole would be read, counted as far as anybody reads; figures that stand."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import or_
from sqlalchemy.orm import Session

from models.oversight import board, duties
from models.oversight.duties import Duty
from models.registration.people import Role
from models.registration.units import Unit
from models.system import calendar, clock
from tests.oversight.people import SHAOXING, Cast, gather, need, shanghai
from tests.talk import World

NOW = shanghai(2026, 11, 24)


@pytest.fixture
async def cast(world: World) -> Cast:
    return await gather(world)


def queue(session: Session) -> None:
    """Duties of two offices, with and without a deadline, late, hurried and in time, some done."""
    offices = ((Role.CITY, SHAOXING), (Role.CITY, "3301"), (Role.ASSOCIATION, SHAOXING), (Role.PROVINCE, None))
    for number, (n, (office, city)) in enumerate(product(range(24), offices)):
        due_at = None if n % 4 == 0 else NOW + timedelta(hours=31 * (n % 7 - 3))
        moments = {"since_at": NOW - timedelta(days=n % 9), "due_at": due_at, "done_at": NOW if n % 11 == 0 else None}
        session.add(Duty(kind="k", subject=f"need:{number}", office=office, city=city, **moments))
    session.flush()


async def test_a_few_of_a_queue_are_the_first_of_the_whole(world: World) -> None:
    await world.run(queue)

    def compare(session: Session) -> None:
        city, association = duties.of_office(Role.CITY, SHAOXING), duties.of_office(Role.ASSOCIATION, None)
        late_there = board.late(SHAOXING, NOW)
        for scopes in ((city,), (city, association), (city, late_there), (late_there, association, city)):
            whole = duties.open_duties(session, or_(*scopes))
            assert duties.how_many(session, *scopes) == len(whole) > 5
            for start in range(len(whole) + 1):
                assert duties.first_of(session, *scopes, start=start, most=5) == whole[start : start + 5]
            hurried = [duty for duty in whole if duties.state(duty, NOW) is not duties.State.GREEN]
            found = duties.first_of(session, *scopes, when=duties.pressing_when(NOW), most=100)
            assert found == hurried != whole

    await world.run(compare)


async def test_a_long_queue_is_counted_only_so_far(world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.run(queue)
    await cast.association.talk(("/todo", "待办 21 件", "第 1–5 件"), ("[更多]", "第 6–10 件"))
    monkeypatch.setattr(duties, "COUNTED", 10)
    await cast.association.talk(("/todo", "待办 9+ 件"), ("[更多]",), ("[更多]",), ("[更多]", "第 16–20 件"))
    await cast.association.talk(("[更多]", "第 21–21 件", "!?更多"), ("/start", "有 9+ 件事在等您"))


def figures(at: datetime, rows: int) -> board.Figures:
    """What was counted at a moment, over so many rows."""
    return board.Figures(at, {"units": Counter(active=rows // 2), "needs": Counter(pending=rows - rows // 2)})


@pytest.mark.parametrize(
    ("rows", "seconds", "stand"),
    [(9_999, 0, False), (40_000, 0, True), (40_000, 3, True), (40_000, 4, False), (400_000, 39, True)],
)
def test_the_more_was_counted_the_longer_it_stands(rows: int, seconds: int, stand: bool) -> None:
    assert figures(NOW, rows).stand(NOW + timedelta(seconds=seconds)) is stand


def test_figures_of_a_later_time_do_not_stand() -> None:
    assert not figures(NOW, 400_000).stand(NOW - timedelta(days=1))


async def test_the_board_says_as_of_when_it_was_counted(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "ROWS_A_SECOND", 0.01)  # a row stands for longer than a minute
    clock.hold(NOW)

    def post(session: Session) -> None:
        need(session, session.get_one(Unit, cast.factory).id, 101)

    await cast.shaoxing.talk(("/board", "截至 11月24日（周二） 09:00", "待审 0"))
    await world.run(post)
    clock.hold(NOW + timedelta(minutes=1))
    await cast.shaoxing.talk(("/board", "截至 11月24日（周二） 09:00"))
    clock.hold(calendar.add_days(NOW, 1))
    await cast.shaoxing.talk(("/board", "截至 11月25日（周三） 09:00", "待审 1"))
