"""The end of the term: announced sixty days ahead, agreed on or extended once, and never silent for good."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from models.exchange.offers import Offer
from models.incubation.concerns import Cause, Concern
from models.incubation.pairs import Pair, PairStatus
from models.incubation.terms import later
from models.oversight.duties import Duty
from models.system import clock
from tests.incubation.people import arrange, cast, leap, press, start_pair
from tests.talk import World


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, 0, tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 10, 5), 3, date(2027, 1, 5)),
    ],
)
def test_how_long_a_term_is(day: date, months: int, end: date) -> None:
    assert later(day, months) == end


def ending(session: Session) -> None:
    """A pair in its second stage whose term ends on 29 January 2027."""
    pair = start_pair(session)
    pair.status, pair.ends_on, pair.last_session_on = PairStatus.IMPROVEMENT, date(2027, 1, 29), date(2027, 1, 20)


def look(session: Session) -> tuple[PairStatus, int]:
    return session.get_one(Pair, 1).status, session.get_one(Offer, 1).taken


def term_duty(session: Session) -> Duty | None:
    return session.query(Duty).filter_by(kind="review_term", done_at=None).one_or_none()


async def test_a_term_is_announced_and_ends_as_both_agree(world: World) -> None:
    people = await cast(world)
    await arrange(world, ending)
    await world.pass_time(to=at(2026, 11, 27))
    assert await world.run(term_duty) is None
    await world.pass_time(to=at(2026, 12, 2))
    duty = await world.run(term_duty)
    assert duty is not None and duty.due_at == at(2027, 1, 29, 18) and len(duty.reminders) == 1
    assert "孵化期到 2027年1月29日" in people.zhou.seen() and "球在您这边" in people.zhou.seen()
    assert "您同意才算数" in people.wang.seen()
    await press(people.zhou, "duty.open", duty.id)
    await people.zhou.talk(
        ("[结业或结束]", "?期满"), ("[期满]",), ("还差夜班，厂里自己推", "已提给对方：到期结束，不延期")
    )
    await people.wang.talk(("/pairs",), ("[阶段和期限]",), ("[同意]", "双方同意到期结束", "最后一天是 2027年1月29日"))
    assert await world.run(look) == (PairStatus.IMPROVEMENT, 1)
    await people.zhou.talk(("/pairs",), ("[阶段和期限]", "双方已同意到期结束", "!?结业或结束", "?延期"))
    await world.pass_time(to=at(2027, 1, 29, 17))
    assert await world.run(term_duty) is None
    assert await world.run(look) == (PairStatus.IMPROVEMENT, 1)
    await world.pass_time(to=at(2027, 2, 1))
    assert await world.run(look) == (PairStatus.GRADUATED, 0)
    assert "结业" in people.wang.seen() and "还差夜班" in people.zhou.seen() and "期满" in people.chen.seen()


async def test_a_term_is_extended_once(world: World) -> None:
    people = await cast(world)
    await arrange(world, ending)
    await world.pass_time(to=at(2026, 12, 2))
    await people.wang.talk(
        ("/pairs",), ("[阶段和期限]",), ("[延期]", "延长几个月"), ("半年",), ("[跳过]", "已提给对方")
    )
    await people.zhou.talk(("/pairs",), ("[阶段和期限]",), ("[同意]", "延期 6 个月", "2027年7月29日"))
    assert await world.run(term_duty) is None
    await people.zhou.talk(("/pairs", "孵化期到 2027年7月29日"), ("[阶段和期限]", "已延期一次", "!?延期"))
    assert "不能再延" in await press(people.zhou, "proposal.longer", 1)
    await world.pass_time(days=2)
    assert await world.run(term_duty) is None


async def test_after_the_term_an_office_decides_and_is_asked_again(world: World) -> None:
    people = await cast(world)
    await arrange(world, ending)
    await leap(world, at(2026, 12, 2))
    await leap(world, at(2027, 2, 5))
    assert await world.run(concerns) == 0
    await leap(world, at(2027, 2, 18))
    assert await world.run(concerns) == 1 and await world.run(look) == (PairStatus.IMPROVEMENT, 1)
    duty = await world.run(lambda session: session.query(Duty).filter_by(kind="close_term").one())
    seen = await press(people.xu, "duty.open", duty.id)
    assert "孵化期到 2027年1月29日" in seen and "双方还没定" in seen
    await people.xu.talk(("[打过了]", "?终止", "!?暂停"), ("[答应补上]",), ("[跳过]", "办结"))
    await leap(world, at(2027, 2, 24))
    assert await world.run(concerns) == 1
    await leap(world, at(2027, 3, 8))
    assert await world.run(concerns) == 2
    await press(people.xu, "concern.called", 2)
    await people.xu.talk(("[终止]",), ("[期满]",), ("[跳过]",), ("是", "结业", "原因：期满"))
    assert await world.run(look) == (PairStatus.GRADUATED, 0)
    await leap(world, at(2027, 4, 1))
    assert await world.run(concerns) == 2


def concerns(session: Session) -> int:
    return session.query(Concern).filter_by(cause=Cause.TERM).count()
