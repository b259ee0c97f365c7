"""An answer typed under the bot's own letter goes where it belongs, and is not taken for a need."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from models.exchange import answering, asking
from models.exchange.candidates import candidates
from models.exchange.requests import Request, RequestStatus
from models.incubation import session_entries
from models.incubation.checkins import open_checkin
from models.incubation.pairs import Pair
from models.incubation.readings_several import assigned
from models.oversight import ticket_steps
from models.oversight.tickets import Ticket
from models.registration.units import Unit
from tests.exchange.people import FACTORY, MENTOR, need, small_world
from tests.incubation.people import Cast, arrange, cast, person_at, start_pair
from tests.talk import World

TWO = ("scrap_rate", "return_rate")


def test_figures_are_assigned_by_what_they_name() -> None:
    assert assigned("4.6", TWO[:1]) == {0: "4.6"}
    assert assigned("4.6 97", TWO) == {0: "4.6", 1: "97"}
    assert assigned("报废率6.5，退货2.8", TWO) == {0: "6.5", 1: "2.8"}
    assert assigned("退货2.8，报废率是6.5%", TWO) == {1: "2.8", 0: "6.5%"}
    assert assigned("报废6.5", TWO) == {0: "6.5"}
    assert assigned("报废率这个月还没算出来", TWO) == {}
    assert assigned("产量120吨", TWO) == {}
    assert assigned("1 2 3", TWO) == {}
    assert assigned("报废率从8%降不下来，返工3个人干", TWO) == {}


async def incubation(world: World) -> tuple[Cast, int]:
    c, ids = await cast(world), list[int]()
    await arrange(world, lambda session: ids.append(start_pair(session, started_on=date(2026, 11, 2)).id))
    return c, ids[0]


async def test_figures_typed_under_the_question_of_the_month(world: World) -> None:
    c, pair_id = await incubation(world)
    await arrange(world, lambda session: _ask_month(session, pair_id))
    await c.wang.talk(
        ("报废率6.5，交付95", "顺不顺", "!要登记为需求"),
        ("[跳过]", "1. 报废率：6.5%", "2. 交付及时率：95%"),
        ("4.6", "这是对“", "的回答吗", "?是，就用它", "?不是"),
        ("[不是]", "您现在可以"),
        ("怎么退出", "全部注销"),
    )


def _ask_month(session: Session, pair_id: int) -> None:
    open_checkin(session, session.get_one(Pair, pair_id), date(2026, 10, 1))


async def test_a_figure_goes_to_the_month_after_other_letters_too(world: World) -> None:
    c, pair_id = await incubation(world)
    await arrange(world, lambda session: _ask_month(session, pair_id))
    await c.wang.talk(
        ("你是谁", "是程序"),
        ("4.6", "这是对“填", "的回答吗", "?是，就用它"),
        ("[是，就用它]", "交付及时率"),
        ("95", "顺不顺"),
        ("[跳过]", "4.6%", "95%"),
    )


async def test_an_objection_is_typed_and_carried_over(world: World) -> None:
    c, pair_id = await incubation(world)
    await arrange(world, lambda session: _log(session, pair_id))
    await c.wang.talk(
        ("不对，只有2个人", "这是对“请确认辅导", "?是，就用它", "!要登记为需求"),
        ("[是，就用它]", "已转告对方：“不对，只有2个人”"),
    )
    await c.zhou.talk(
        ("改成2个人", "请过目", "人数：2", "!要登记为需求"),
        ("[提交]",),
    )
    await c.wang.talk(("好的", "已确认", "2 人"))


def _log(session: Session, pair_id: int) -> None:
    session_entries.log_session(
        session, person_at(session, 1004), pair_id=pair_id, activity="training", day=date(2026, 11, 20), hours=2.5,
        people=12, note="5S培训", result=None,
    )  # fmt: skip


async def test_a_ticket_that_is_not_solved_is_reopened_with_the_words(world: World) -> None:
    c, _ = await incubation(world)

    def finished(session: Session) -> None:
        ticket = ticket_steps.raise_ticket(session, person_at(session, 1001), trouble="导师两次没来")
        ticket_steps.accept_ticket(session, person_at(session, 1005), ticket.id)
        ticket_steps.finish_ticket(session, person_at(session, 1005), ticket_id=ticket.id, text="已约好周三")

    await arrange(world, finished)
    await c.wang.talk(
        ("没有解决，还是没来", "已报办结，请您看看", "?是，就用它", "!要登记为需求"),
        ("[是，就用它]", "已记下"),
    )
    assert await world.run(lambda session: session.query(Ticket).one().status) == "reopened"


async def test_a_quoted_letter_is_the_one_that_is_answered(world: World) -> None:
    await world.run(small_world)
    factory, mentor = world.human(FACTORY), world.human(MENTOR)
    await arrange(world, _request)
    asked = await mentor.do("不接，人手不够")
    assert "不能接的原因" in asked
    received = next(one.id for one in mentor.phone.messages if "请求贵单位" in one.text)
    await mentor.talk(
        ("/cancel",),
        ("[放弃，删掉]",),
        ("好", "您现在可以"),
        (lambda phone: phone.say("好", reply_to=received), "请求贵单位", "?是，就用它", "!已接受"),
        ("[不是]", "您现在可以"),
    )
    await arrange(world, _question)
    question = factory.phone.messages[-1].id
    await factory.talk(
        ("120吨到250吨", "想先了解：机台多大", "?是，就用它", "!要登记为需求"),
        ("谢谢", "不客气"),
        (lambda phone: phone.say("120吨到250吨，八台", reply_to=question), "想先了解：机台多大", "?是，就用它"),
        ("[是，就用它]", "已转给"),
    )
    assert "120吨到250吨，八台" in mentor.phone.messages[-1].text


def _request(session: Session) -> None:
    wang = person_at(session, FACTORY)
    wanted = need(session, session.query(Unit).filter_by(name="绍兴晨光注塑厂").one())
    found = candidates(session, wanted)
    asking.ask(session, wang, need_id=wanted.id, offer_ids=[found[0].offer.id], consent=True)


def _question(session: Session) -> None:
    request = session.query(Request).filter_by(status=RequestStatus.PENDING).one()
    answering.ask_more(session, person_at(session, MENTOR), request_id=request.id, question="机台多大")
