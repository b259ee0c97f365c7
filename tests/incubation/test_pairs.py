"""From the acceptance to the first session: numbers, undertakings, mentor, responsible person, contact details."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.incubation import session_answers, session_entries
from models.incubation.contacts import contacts_given
from models.incubation.pairs import Pair, PairStatus
from models.registration.people import memberships
from models.system import clock
from tests.incubation.people import Cast, arrange, cast, make_pair, person_at, press, start_pair
from tests.talk import World


async def test_from_acceptance_to_introduction(world: World) -> None:
    people = await cast(world)
    await arrange(world, make_pair)
    await name_people(people)
    await write_goals(people)
    await send_back_and_lock(people)
    await people.chen.talk(("/pairs", "还差：签保密承诺"), ("[保密承诺]",), ("[同意并签名]",), ("陈伟", "已签"))
    await people.li.talk(("/pairs", "?保密承诺"), ("[保密承诺]",), ("[同意并签名]",), ("李芳", "已签", "进入导入阶段"))
    assert "进入导入阶段" in people.zhou.seen() and "球在导师这边" in people.wang.seen()
    status = await world.run(lambda session: session.get_one(Pair, 1).status)
    assert status is PairStatus.INTRODUCTION


async def name_people(people: Cast) -> None:
    """Mentor, responsible person and team, and the first signatures."""
    wang, chen, zhou = people.wang, people.chen, people.zhou
    assert "结对成功" in wang.seen() and "2026-0001" in wang.seen()
    await chen.talk(
        ("/pairs", "2026-0001", "签约中", "还差：定导师", "?定导师", "?保密承诺"),
        ("[定导师]", "谁来当导师", "?周明", "?陈伟"),
        ("我自己", "导师定了：陈伟"),
        ("[看结对]", "?人员"),
        ("[人员]", "?定导师"),
        ("[定导师]", "谁来当导师"),
        ("[周明]", "导师定了：周明"),
    )
    assert "请您担任绍兴示例针织厂的导师" in zhou.seen()
    await zhou.talk(
        ("[保密承诺]", "不外传", "?同意并签名"),
        ("[同意并签名]", "请输入您的姓名"),
        ("13800000000", "不像姓名"),
        ("周明", "✅ 已签：周明，11月23日", "!下一步"),
    )
    await wang.talk(
        ("/pairs", "?定责任人"),
        ("[定责任人]", "谁是责任人", "?李芳"),
        ("[李芳]", "首席质量官吗"),
        ("是", "团队还有谁"),
        ("赵强", "至少 2 人"),
        ("赵强 班长，孙丽 工艺", "责任人：李芳（首席质量官）", "团队：赵强（班长）、孙丽（工艺）", "!⚠"),
        ("[目标]", "先签保密承诺", "?保密承诺"),
        ("[保密承诺]", "?同意并签名"),
        ("[同意并签名]", "姓名"),
        ("王建国", "✅ 已签", "下一步：定目标和基线（2026-0001）", "?办理"),
        ("[办理]", "还没有指标"),
    )


async def write_goals(people: Cast) -> None:
    """Two indicators, typed in one message and month by month."""
    await people.wang.talk(
        ("/pairs", "还差：锁定目标、签保密承诺"),
        ("[目标]", "还没有指标", "?加指标"),
        ("[加指标]", "想改善哪个数字", "?报废率", "?交付及时率"),
        ("[报废率]", "最近三个月", "8月、9月、10月"),
        ("8.1 7.9 8.3", "想做到多少", "比基线低"),
        ("9", "没有好过基线 8.1%", "小于 8.1"),
        ("5", "请过目", "8.1 · 7.9 · 8.3%"),
        ("[提交]", "已记下：报废率", "基线 8.1% → 目标 5%", "还要至少 1 个"),
        ("[加指标]", "!?报废率"),
        ("准交率", "最近三个月"),
        ("89", "9月呢"),
        ("90", "10月呢"),
        ("91", "比基线高"),
        ("97", "请过目"),
        ("[提交]", "已有 2 个", "?送导师确认"),
        ("[送导师确认]", "已送导师确认"),
    )


async def send_back_and_lock(people: Cast) -> None:
    """The mentor sends the goals back with a remark, then confirms them with one tap."""
    wang, zhou = people.wang, people.zhou
    assert "请确认绍兴示例针织厂的目标和基线" in zhou.seen()
    await zhou.talk(
        ("[退回]", "哪里要改"),
        ("及时率按订单算，不按批次", "已退回"),
    )
    assert "及时率按订单算" in wang.seen()
    await wang.talk(
        ("[目标]", "导师退回：及时率按订单算", "?删第2项"),
        ("[删第2项]", "已删去", "!交付及时率"),
        ("[加指标]", "?交付及时率"),
        ("[交付及时率]", "最近三个月"),
        ("88，89，90", "比基线高"),
        ("96", "请过目"),
        ("[提交]", "?送导师确认"),
        ("[送导师确认]", "已送导师确认"),
    )
    await zhou.talk(("[确认锁定]", "基线已锁定", "基线 89% → 目标 96%"))
    assert "基线已锁定" in wang.seen()


async def test_contact_details_pass_only_with_consent(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.chen.talk(("/pairs",), ("[人员]", "导师：周明", "责任人：李芳（首席质量官）", "!☎"))
    await people.wang.talk(
        ("/pairs",),
        ("[人员]", "?给电话"),
        ("[给电话]", "告诉宁波示例电机公司吗"),
        ("是", "已把您的姓名和电话告诉对方"),
    )
    assert "王建国把电话给了您：13800001001" in people.chen.seen()
    await people.zhou.talk(("/pairs",), ("[人员]", "☎ 王建国：13800001001"))
    await people.wang.talk(("/pairs",), ("[人员]",), ("[给电话]",), ("否", "没有告诉对方"))
    await people.zhou.talk(("/pairs",), ("[人员]", "!☎"))


async def test_a_number_promised_with_the_request_comes_with_the_pair(world: World) -> None:
    people = await cast(world)
    await arrange(world, lambda session: make_pair(session, shares_contact=True))
    assert "☎ 王建国：13800001001" in people.chen.seen()
    await people.chen.talk(("[给电话]", "告诉绍兴示例针织厂吗"), ("是", "已把您的姓名和电话告诉对方"))
    assert "陈伟把电话给了您：13800001003" in people.wang.seen()


async def test_a_number_promised_by_somebody_who_has_left_is_not_handed_over(world: World) -> None:
    people = await cast(world)

    def leave_then_pair(session: Session) -> None:
        for one in memberships(session, person_at(session, 1001)):
            one.left_at = clock.now()
        session.flush()
        make_pair(session, shares_contact=True)

    await arrange(world, leave_then_pair)
    seen = people.chen.seen()
    assert "结对成功" in seen and "13800001001" not in seen and "电话由各人同意后才告诉对方" in seen


async def test_a_number_given_is_hidden_once_the_giver_left_or_the_pair_is_over(world: World) -> None:
    await cast(world)
    await arrange(world, lambda session: make_pair(session, shares_contact=True))

    def given(session: Session) -> list[str | None]:
        return [one.name for one in contacts_given(session, person_at(session, 1003), session.get_one(Pair, 1))]

    def end(session: Session) -> None:
        session.get_one(Pair, 1).status = PairStatus.ENDED

    def leave(session: Session) -> None:
        session.get_one(Pair, 1).status = PairStatus.SIGNING
        for one in memberships(session, person_at(session, 1001)):
            one.left_at = clock.now()

    assert await world.run(given) == ["王建国"]
    for change in (end, leave):
        await world.run(change)
        assert await world.run(given) == []


async def test_i_myself_am_the_responsible_person(world: World) -> None:
    people = await cast(world)
    await arrange(world, make_pair)
    await people.wang.talk(
        ("/pairs", "?定责任人"),
        ("[定责任人]", "谁是责任人"),
        ("我自己", "王建国是首席质量官吗"),
    )


async def test_a_confirmed_session_is_not_opened_for_correction(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)

    def log(session: Session) -> int:
        pair = session.query(Pair).one()
        kept: dict[str, Any] = {"pair_id": pair.id, "note": "培训", "activity": "training", "day": date(2026, 11, 23)}
        row = session_entries.log_session(session, person_at(session, 1004), **kept, hours=2.0, people=5, result=None)
        session_answers.confirm_session(session, person_at(session, 1001), session_id=row.id)
        return row.id

    seen = await press(people.zhou, "session.correct", await world.run(log))
    assert "对方已经确认" in seen and "[提工单]" in seen and "哪种活动" not in seen
