"""A pair's way: the next stage, a longer term, the end; one side proposes, the other agrees, the place is free."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from models.base import Invalid
from models.exchange.offers import Offer
from models.incubation import proposal_answers
from models.incubation.pairs import Pair, PairStatus
from models.incubation.progress import open_duties
from models.incubation.proposals import Proposal, propose, reasons_to_finish
from models.oversight.duties import Duty
from models.registration.people import Officer
from models.system import clock
from tests.incubation.people import arrange, cast, leap, person_at, press, start_pair
from tests.talk import World


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, 0, tzinfo=clock.SHANGHAI)


def stage(session: Session) -> PairStatus:
    return session.get_one(Pair, 1).status


async def test_a_pair_moves_on_when_both_sides_say_so(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(
        ("/pairs", "导入", "孵化期到 2027年11月23日", "?阶段和期限"),
        ("[阶段和期限]", "?下一阶段", "?继续本阶段", "?延期", "?结业或结束"),
        ("[下一阶段]", "做成了什么"),
        ("返工率降到5%", "已提给对方：进入提升阶段", "球在对方那边"),
    )
    assert "孵化单位提出：进入提升阶段" in people.wang.seen() and "返工率降到5%" in people.wang.seen()
    assert await world.run(stage) is PairStatus.INTRODUCTION
    assert "已有一项提议在等答复" in await press(people.zhou, "proposal.longer", 1)
    assert "自己写的" in await press(people.zhou, "proposal.agree", 1)
    await people.wang.talk(("/todo", "答复对方的提议"))
    await people.wang.talk(("/pairs",), ("[阶段和期限]", "?同意", "?不同意"), ("[同意]", "进入提升阶段"))
    assert "进入提升阶段" in people.zhou.seen() and "进入提升阶段" in people.chen.seen()
    assert await world.run(stage) is PairStatus.IMPROVEMENT
    assert "已经有了结果" in await press(people.wang, "proposal.agree", 1)


async def test_a_pair_graduates_and_its_place_is_free(world: World) -> None:
    people = await cast(world)
    await arrange(world, improving)
    await people.wang.talk(
        ("/pairs",),
        ("[阶段和期限]",),
        ("[结业或结束]", "?目标达成", "?双方协商", "!?期满"),
        ("[目标达成]", "还剩什么"),
        ("还差一条线，李芳接着做", "已提给对方：现在结束孵化：目标达成"),
    )
    await people.zhou.talk(
        ("[同意]", "2026-0001 结业：绍兴示例针织厂 与 宁波示例电机公司", "原因：目标达成", "还差一条线，李芳接着做")
    )
    for human in (people.wang, people.chen, people.li, people.xu):
        assert "结业" in human.seen() and "李芳接着做" in human.seen()
        assert ("有异议就提工单" in human.seen()) is (human is not people.xu)
        assert ("[发布需求]" in human.seen()) is (human is people.wang)

    def look(session: Session) -> tuple[object, ...]:
        pair = session.get_one(Pair, 1)
        return pair.status, pair.end_reason, session.get_one(Offer, 1).taken, open_duties(session, [pair])

    assert await world.run(look) == (PairStatus.GRADUATED, "goals_reached", 0, [])
    await people.wang.talk(("/pairs", "✅ 2026-0001 · 结业", "目标达成", "!?阶段和期限"))
    await people.wang.talk(("/needs", "已办结"), ("[看第1条]", "已办结", "!?重新找", "!?修改"))


def improving(session: Session) -> Pair:
    """A pair in its second stage."""
    pair = start_pair(session)
    pair.status = PairStatus.IMPROVEMENT
    return pair


async def test_what_one_side_does_not_want_does_not_happen(world: World) -> None:
    people = await cast(world)
    await arrange(world, improving)
    await people.zhou.talk(("/pairs",), ("[阶段和期限]",), ("[结业或结束]",), ("[目标达成]",), ("[跳过]", "已提给对方"))
    await people.wang.talk(("[不同意]", "为什么不同意"), ("还差两个月的数据", "没有同意", "还差两个月的数据"))
    assert "没有同意" in people.zhou.seen() and "还差两个月的数据" in people.zhou.seen()
    assert await world.run(stage) is PairStatus.IMPROVEMENT
    await people.zhou.talk(("/pairs",), ("[阶段和期限]",), ("[下一阶段]",), ("[跳过]", "进入深化阶段"))
    await people.zhou.talk(("[阶段和期限]", "?撤回"), ("[撤回]", "已撤回"))
    assert "已经有了结果" in await press(people.wang, "proposal.agree", 2)


async def test_an_answer_may_be_typed_under_the_proposal(world: World) -> None:
    people = await cast(world)
    await arrange(world, improving)
    await people.zhou.talk(("/pairs",), ("[阶段和期限]",), ("[下一阶段]",), ("[跳过]", "已提给对方"))
    await people.wang.talk(("不同意，夜班还没推开", "没有同意：进入深化阶段", "不同意，夜班还没推开"))
    await people.zhou.talk(("/pairs",), ("[阶段和期限]",), ("[下一阶段]",), ("[跳过]", "已提给对方"))
    await people.wang.talk(("不行", "为什么不同意"), ("算了", "没有提交"))
    await people.wang.talk(("/pairs", "答复对方的提议"))
    card = people.wang.phone.messages[-1]
    assert card.labels[0] == "阶段和期限", "what waits is done with the first button"
    await people.wang.talk(("[阶段和期限]", "球在您这边：", "!球在入孵单位"), ("好的", "进入深化阶段"))
    await people.zhou.talk(("/pairs",), ("[阶段和期限]",), ("[结业或结束]",), ("[目标达成]",), ("[跳过]", "已提给对方"))
    await people.wang.talk(("好的", "的回答吗", "好的"))
    assert await world.run(stage) is PairStatus.DEEPENING
    await people.wang.talk(("好", "结业"))


async def test_an_answer_may_be_typed_in_english(world: World) -> None:
    people = await cast(world, language="en")
    await arrange(world, improving)
    await people.zhou.talk(("/pairs",), ("[Stage, term]",), ("[Next stage]",), ("[Skip]",))
    await people.wang.talk(("/pairs",), ("[Stage, term]", "Your turn: answer by Mon 30 Nov"))
    await people.wang.talk(("no, the night shift is missing", "Not agreed", "the night shift is missing"))


async def test_the_office_answers_for_a_side_that_is_silent(world: World) -> None:
    people = await cast(world)
    await arrange(world, improving)
    await people.wang.talk(("/pairs",), ("[阶段和期限]",), ("[下一阶段]",), ("[跳过]", "已提给对方"))
    assert "这一步不归您" in await press(people.xu, "proposal.agree", 1)
    await leap(world, at(2026, 12, 2))
    await press(people.xu, "stage.open", 1)
    await people.xu.talk(("[同意]", "进入深化阶段"))
    assert await world.run(stage) is PairStatus.DEEPENING


async def test_a_pause_takes_the_proposal_along_and_puts_off_the_term(world: World) -> None:
    people = await cast(world)
    await arrange(world, improving)
    await people.zhou.talk(("/pairs",), ("[阶段和期限]",), ("[下一阶段]",), ("[跳过]", "已提给对方"))
    await people.wang.talk(("/pairs",), ("[阶段和期限]",), ("[暂停]",), ("搬厂",), ("12-23",), ("[提交]", "暂停到"))
    assert "已经有了结果" in await press(people.wang, "proposal.agree", 1)
    await leap(world, at(2026, 12, 24))
    term = await world.run(lambda session: session.get_one(Pair, 1).ends_on)
    assert term == date(2027, 12, 23)  # 30 days after the year's term


@pytest.mark.parametrize(
    ("status", "ends_on", "reasons"),
    [
        (PairStatus.INTRODUCTION, date(2027, 11, 23), ["by_agreement"]),
        (PairStatus.IMPROVEMENT, date(2027, 1, 22), ["goals_reached", "term_over", "by_agreement"]),
        (PairStatus.IMPROVEMENT, date(2027, 1, 23), ["goals_reached", "by_agreement"]),
        (PairStatus.INTRODUCTION, date(2026, 11, 1), ["term_over", "by_agreement"]),
        (PairStatus.DEEPENING, None, ["goals_reached", "by_agreement"]),
    ],
)
def test_for_which_reasons_a_pair_ends(status: PairStatus, ends_on: date | None, reasons: list[str]) -> None:
    assert reasons_to_finish(Pair(status=status, ends_on=ends_on), date(2026, 11, 23)) == reasons


async def test_nobody_proposes_what_the_stage_forbids(world: World) -> None:
    await cast(world)

    def reached(session: Session) -> str:
        start_pair(session)
        try:
            propose(session, person_at(session, 1004), pair_id=1, step="finish", reason="goals_reached")
        except Invalid as no:
            return no.code
        return "proposed"

    assert await world.run(reached) == "choice"


async def test_the_stage_is_looked_at_every_quarter(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, at(2027, 2, 12))
    assert await world.run(reviews) == []
    await leap(world, at(2027, 2, 16))
    assert await world.run(reviews) == ["周明"]
    await press(people.zhou, "stage.open", 1)
    await people.zhou.talk(("[继续本阶段]", "继续导入阶段"))
    assert await world.run(reviews) == []
    await leap(world, at(2027, 5, 8))
    assert len(await world.run(reviews)) == 0
    await leap(world, at(2027, 5, 13))
    assert len(await world.run(reviews)) == 1


async def test_a_stage_is_looked_at_again_on_a_working_day(world: World) -> None:
    await cast(world)

    def looks(session: Session) -> list[date | None]:
        pair, zhou, wang = start_pair(session), person_at(session, 1004), person_at(session, 1001)
        first = pair.review_on
        clock.hold(at(2026, 11, 30))
        proposal = propose(session, zhou, pair_id=pair.id, step="stage")
        proposal_answers.decline(session, wang, proposal_id=proposal.id, objection="还早")
        return [first, pair.review_on]

    assert await world.run(looks) == [date(2027, 2, 22), date(2027, 3, 1)]


def reviews(session: Session) -> list[str | None]:
    """Who has to look at a stage."""
    found = session.query(Duty).filter_by(kind="review_stage", done_at=None)
    return [duty.person.name for duty in found if duty.person]


async def test_an_office_ends_any_pair_of_its_own(world: World) -> None:
    people = await cast(world)
    await arrange(world, improving)
    await press(people.xu, "pair.open", 1)
    await people.xu.talk(
        ("[结束结对]", "按哪一条结束"),
        ("[企业停产/搬迁]", "给双方说明"),
        ("资料已交接", "确定结束这一对吗"),
        ("否", "没有结束，2026-0001 照旧"),
    )
    assert await world.run(stage) is PairStatus.IMPROVEMENT
    await press(people.xu, "pair.open", 1)
    await people.xu.talk(("[结束结对]",), ("[企业停产/搬迁]",), ("资料已交接",), ("是", "终止", "资料已交接"))
    for human in (people.wang, people.zhou, people.chen):
        assert "原因：企业停产/搬迁" in human.seen()
    assert await world.run(stage) is PairStatus.ENDED
    assert "不归您" in await press(people.wang, "pair.end", 1) or "身份" in people.wang.seen()


async def test_an_office_elsewhere_ends_nothing(world: World) -> None:
    people = await cast(world)

    def elsewhere(session: Session) -> None:
        improving(session)
        session.query(Officer).one().city = "3301"

    await arrange(world, elsewhere)
    assert "没有找到这条记录" in await press(people.xu, "pair.end", 1)
    assert await world.run(lambda session: session.query(Proposal).count()) == 0
