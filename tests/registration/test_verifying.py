"""Officers verify: the right office, with reasons, once; returned units try again; freezing and the yearly look."""

from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.base import Refused
from models.oversight.duties import Duty
from models.registration import invitations, registering
from models.registration.awards import award_of
from models.registration.people import Membership, Officer, Role
from models.registration.units import Side, Standing, Unit, find_unit
from models.system import clock
from models.system.accounts import Person
from models.system.marks import Audit
from tests.registration.cast import (
    CODE,
    SOCKS,
    STOVES,
    arrive,
    held,
    incubatee,
    incubator,
    officer,
    person_id,
    secret_of,
    set_standing,
    the_unit,
)
from tests.talk import World


async def test_returned_with_a_reason_and_tried_again(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world)
    await city.talk(
        ("/verify", "待核实 1 家", SOCKS, "?看第1家"),
        ("[看第1家]", "核实入孵单位", "代码：未填", "绍兴 诸暨", "王工 13800000001", "球在您这边", "?通过", "?退回"),
        ("[退回]", "为什么退回", "?信息不全"),
        ("[信息不全]", "要补什么"),
        ("请补信用代码", "退回，已告诉对方"),
        ("/verify", "没有待核实"),
    )
    assert "球在您这边：请在 11月30日（周一）前改好" in contact.phone.messages[-1].text
    await contact.talk(
        ("/unit", "退回", "?改好入孵登记"),
        (
            "[改好再交]",
            "退回的原因：信息不全",
            "请补信用代码",
            "请过目",
            SOCKS,
            "绍兴 诸暨",
            "姓名：王工",
            "信用代码：–",
        ),
        ("修改", "改哪一项"),
        ("信用代码", "统一社会信用代码"),
        (CODE, "请过目", CODE),
        ("提交", "已提交"),
    )
    await city.talk(
        ("/verify", "?看第1家"),
        ("[看第1家]", CODE, "?通过"),
        ("[通过]", "✅ 已核实", "没有待核实的了", "!?下一家"),
        ("/verify", "没有待核实"),
    )
    assert f"{SOCKS}已核实为入孵单位" in contact.phone.messages[-1].text
    unit = await world.run(the_unit)
    assert (unit.as_incubatee, unit.credit_code, unit.review) == (Standing.ACTIVE, CODE, {})


async def test_one_registration_leads_to_the_next(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    await incubatee(world)
    await incubatee(world, 1002, "李芳", "诸暨飞翔袜业有限公司")
    await incubatee(world, 1003, "赵敏", "新昌大成轴承有限公司")
    await city.talk(
        ("/verify", "待核实 3 家"),
        ("[看第1家]", SOCKS),
        ("[通过]", "✅ 已核实", "还有 2 家待核实", "?下一家"),
        ("[下一家]", "诸暨飞翔袜业", "?退回"),
        ("[退回]", "为什么退回"),
        ("[信息不全]", "要补什么"),
        ("[跳过]", "退回，已告诉对方", "还有 1 家待核实"),
        ("[下一家]", "新昌大成轴承"),
        ("[通过]", "没有待核实的了"),
    )
    shown = [message.text for message in city.phone.messages if message.from_bot]
    assert not [text for text in shown if "要补什么" in text], "the answered question does not stay behind"


async def test_the_second_officer_sees_what_the_first_did(world: World) -> None:
    first = await officer(world, 12, "周科", Role.CITY, "3306")
    second = await officer(world, 13, "郑科", Role.CITY, "3306")
    await incubatee(world)
    for one in (first, second):
        await one.talk(("/verify", "?看第1家"), ("[看第1家]", "?通过"))
    await second.do("[退回]")
    await first.talk(("[通过]", "✅ 已核实"))
    await second.talk(("信息不全", "已经是“已核实”"), ("/verify", "没有待核实"))
    assert await world.run(lambda session: session.query(Audit).filter_by(action="unit_verified").count()) == 1


async def test_a_double_tap_verifies_once(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world)
    await city.talk(("/verify", "?看第1家"), ("[看第1家]", "?通过"))
    again = held(city, "通过")
    await city.talk(("[通过]", "✅ 已核实"), (again, "已经是“已核实”"))
    assert sum("已核实为入孵单位" in message.text for message in contact.phone.messages) == 1


async def test_an_old_button_does_not_thaw_a_frozen_unit(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    association = await officer(world, 11, "孙协", Role.ASSOCIATION)
    contact = await incubatee(world)
    await city.talk(("/verify", "?看第1家"), ("[看第1家]", "?通过"))
    again = held(city, "通过")
    await city.do("[通过]")
    await association.talk(("/units 云溪", "?看第1家"), ("[看第1家]", "?暂停入孵"))
    await association.talk(("[暂停入孵]", "为什么暂停"), ("证照已经注销", "暂停新结对"))
    told = len(contact.phone.messages)
    await city.talk((again, "已经是“暂停新结对”", "!已核实"))
    unit = await world.run(the_unit)
    assert (unit.as_incubatee, unit.review) == (Standing.FROZEN, {"frozen_incubatee": "证照已经注销"})
    assert len(contact.phone.messages) == told, "nobody is told that the unit is verified"


async def test_only_the_right_office_sees_and_verifies(world: World) -> None:
    await officer(world, 12, "周科", Role.CITY, "3306")
    others = [
        await officer(world, 21, "杭科", Role.CITY, "3301"),
        await officer(world, 11, "孙协", Role.ASSOCIATION),
        await arrive(world, 30, "路人"),
    ]
    await incubatee(world)
    await others[0].talk(("/verify", "没有待核实", "!" + SOCKS), ("/units 云溪", "没有找到", "!" + SOCKS))
    await others[1].talk(("/verify", "没有待核实"), ("/units 云溪", SOCKS))
    await others[2].talk(("/verify", "不在您目前的身份范围内"), ("/units 云溪", "不在您目前的身份范围内"))

    def attempt(session: Session, id: int) -> str:
        try:
            unit = the_unit(session)
            officer = session.get_one(Person, person_id(session, id))
            registering.verify(session, officer, unit.id, Side.INCUBATEE, facts=registering.facts_of(session, unit))
        except Refused as no:
            return no.code
        return "verified"

    answers = [await world.run(lambda session, id=id: attempt(session, id)) for id in (21, 11, 30)]  # type: ignore[misc]
    assert answers == ["not_found", "other_office", "not_found"]
    # A unit that is not there and one of another city give the same answer.
    missing = await world.run(lambda session: _code_of(session, 21, 9999))
    assert missing == answers[0]


def _code_of(session: Session, id: int, unit_id: int) -> str:
    try:
        registering.find_for_office(session, session.get_one(Person, person_id(session, id)), unit_id, Side.INCUBATEE)
    except Refused as no:
        return no.code
    return ""


async def test_somebody_elses_button_does_nothing(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world)
    await city.talk(("/verify", "?看第1家"), ("[看第1家]", "?通过"))
    data = next(one.data for row in city.phone.messages[-1].buttons for one in row if one.text == "通过")
    await contact.talk((lambda phone: phone.press(phone.messages[-1].id, data), "这个按钮已经失效"))
    assert (await world.run(the_unit)).as_incubatee is Standing.PENDING


async def test_a_role_lost_in_mid_form_ends_it_politely(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    await officer(world, 13, "郑科", Role.CITY, "3306")
    await incubatee(world)
    await city.talk(("/verify", "?看第1家"), ("[看第1家]", "?退回"), ("[退回]", "为什么退回"))

    def dismiss(session: Session) -> None:
        seat = session.scalars(select(Officer).where(Officer.person_id == person_id(session, 12))).one()
        seat.left_at = seat.created_at

    await world.run(dismiss)
    await city.talk(("信息不全", "不在您目前的身份范围内"), ("请补代码", "先登记单位", "!退回", "!已告诉对方"))
    assert (await world.run(the_unit)).as_incubatee is Standing.PENDING


async def test_a_city_that_gets_its_first_officer_takes_the_ball_back(world: World) -> None:
    await officer(world, 10, "钱处", Role.PROVINCE)
    association = await officer(world, 11, "孙协", Role.ASSOCIATION)
    await incubatee(world)
    await association.talk(("/verify", SOCKS))
    await world.human(10).talk(("/invite", "请谁进来"), ("市评审办", "哪个市"), ("绍兴", "绍兴市评审办"))
    city = world.human(12, "周科")
    await city.talk(
        (f"/start {secret_of(world.human(10))}", "?同意并开始"),
        ("[同意并开始]", "钱处请您加入", "绍兴市评审办"),
        ("[接受邀请]", "联系电话"),
        ("13800000012", "您已加入", "绍兴市评审办"),
        ("/verify", SOCKS),
        ("[看第1家]", "?通过"),
        ("[通过]", "✅ 已核实"),
    )
    await association.talk(("/verify", "没有待核实"))


async def test_the_first_officer_of_a_city_gets_changes_too_but_not_those_of_incubators(world: World) -> None:
    association = await officer(world, 11, "孙协", Role.ASSOCIATION)
    contact = await incubatee(world)
    await set_standing(world, SOCKS, Side.INCUBATEE, Standing.ACTIVE)
    teacher = await incubator(world)
    for human, place in ((contact, "杭州余杭"), (teacher, "杭州萧山")):
        await human.talk(("/unit", "?改资料"), ("[改资料]", "改哪一项"), ("地点", "搬到哪个"), (place, "核对后生效"))
    await association.talk(("/todo", "云溪袜业", "亿田"))

    def first_officer(session: Session) -> None:
        invited = invitations.Invitation(
            secret_hash="x", role=Role.CITY, city="3306", expires_at=clock.now() + timedelta(days=1)
        )
        session.add(invited)
        session.flush()
        person = session.get_one(Person, person_id(session, 12))
        invitations.accept_invitation(
            session, person, invitation_id=invited.id, person_name="周科", phone="13800000012"
        )

    city = await arrive(world, 12, "周科")
    await world.run(first_officer)
    await association.talk(("/todo", "亿田", "!云溪袜业"))
    await city.talk(("/todo", "云溪袜业", "!亿田"), ("[第1件]", "杭州 余杭", "?同意修改"), ("[同意修改]", SOCKS))
    assert (await world.run(the_unit)).city == "3301"


async def test_look_alikes_are_shown_to_the_officer(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    await incubatee(world)
    contact = world.human(1002, "赵工")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("诸暨市云溪针织袜业有限公司", f"?{SOCKS}（已登记）"),
        ("都不是", "我理解为"),
        ("对", "信用代码"),
        ("跳过", "联系电话"),
        ("13800000002", "请过目"),
        ("提交", "已提交"),
    )
    await city.talk(("/verify", "待核实 2 家"), ("[看第2家]", "可能是同一家", SOCKS))


async def test_freezing_stops_new_pairs_and_says_why(world: World) -> None:
    association = await officer(world, 11, "孙协", Role.ASSOCIATION)
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubator(world)
    await city.talk(("/units 亿田", STOVES), ("[看第1家]", STOVES, "!暂停孵化"))
    await association.talk(
        ("/units 亿田", "?看第1家"),
        ("[看第1家]", "✅ 已核实", "?暂停孵化"),
        ("[暂停孵化]", "为什么暂停"),
        ("省政府质量奖被撤销", "暂停新结对"),
    )
    assert "暂停新的结对" in contact.phone.messages[-1].text and "被撤销" in contact.phone.messages[-1].text
    unit = await world.run(lambda session: the_unit(session, STOVES))
    assert unit.as_incubator is Standing.FROZEN
    await association.talk(("/units 亿田", "?看第1家"), ("[看第1家]", "?恢复孵化"), ("[恢复孵化]", "✅ 已核实"))
    assert "已恢复" in contact.phone.messages[-1].text


async def test_awards_are_looked_at_every_year(world: World) -> None:
    association = await officer(world, 11, "孙协", Role.ASSOCIATION)
    contact = world.human(2001, "李会")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("亿田", "我理解为"),
        ("对", "信用代码"),
        ("跳过", "联系电话"),
        ("13800000001", "请过目"),
        ("提交", "已提交"),
    )
    await association.talk(("/verify", "?看第1家"), ("[看第1家]", "名单：有"), ("[通过]", "已核实"))
    clock.hold(clock.now() + timedelta(days=360))  # a year's walk through every job would take minutes
    await world.pass_time(days=4)

    def open_rechecks(session: Session) -> list[Duty]:
        return list(session.scalars(select(Duty).where(Duty.kind == "recheck_award", Duty.done_at.is_(None))))

    assert await world.run(open_rechecks) == []
    await world.pass_time(days=4)
    (duty,) = await world.run(open_rechecks)
    assert duty.office is Role.ASSOCIATION

    def look(session: Session) -> None:
        award = award_of(session, the_unit(session, STOVES))
        assert award is not None and award.recheck_at is None

    await world.run(look)
    await association.talk(
        ("/todo", "复核获奖"),
    )


async def test_a_renamed_unit_keeps_its_code_and_is_found_by_both_names(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world)
    await set_standing(world, SOCKS, Side.INCUBATEE, Standing.ACTIVE)
    new = "诸暨云溪智能针织有限公司"
    await contact.talk(
        ("/unit", SOCKS, "?改资料"),
        ("[改资料]", "改哪一项", "?名称"),
        ("名称", "新的名称"),
        (new, "核对后生效", "绍兴市评审办"),
        ("/unit", SOCKS, "有一项修改在等"),
    )

    def open_duty(session: Session) -> int:
        return session.scalars(select(Duty).where(Duty.kind == "verify_change")).one().id

    assert await world.run(open_duty)
    await city.talk(("/todo", "核对修改"))
    await city.talk(("[第1件]", "要改名称", f"现在：{SOCKS}", f"改成：{new}", "?不改"), ("[同意修改]", "已改", new))
    assert f"已改好：{new}" in contact.phone.messages[-1].text
    other = world.human(1002, "赵工")
    await other.talk(("/start", "?同意并开始"), ("[同意并开始]", "叫什么"), (SOCKS, "是哪一家", new))


async def test_a_change_by_a_stranger_or_to_a_taken_name_is_refused(world: World) -> None:
    contact = await incubatee(world)
    stranger = await incubator(world)
    await contact.talk(("/unit", "?改资料"))
    data = next(one.data for row in contact.phone.messages[-1].buttons for one in row if one.text == "改资料")
    await stranger.talk((lambda phone: phone.press(phone.messages[-1].id, data), "这个按钮已经失效"))
    await contact.talk(
        ("[改资料]", "改哪一项"),
        ("名称", "新的名称"),
        (STOVES, "已经登记了"),
        ("/cancel", "放弃"),
        ("[放弃，删掉]", "没有提交"),
    )
    assert await world.run(lambda session: session.query(Unit).count()) == 2
    assert await world.run(lambda session: session.query(Membership).count()) == 2


async def test_what_was_not_shown_is_not_approved(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    await incubatee(world)
    await city.talk(("/verify", "?看第1家"), ("[看第1家]", "代码：未填", "?通过"))

    def change(session: Session) -> None:
        the_unit(session).credit_code = CODE

    await world.run(change)
    await city.talk(("[通过]", "刚被对方改过", "?核实"))
    assert (await world.run(the_unit)).as_incubatee is Standing.PENDING
    await city.talk(("[核实]", f"代码：{CODE}", "?通过"), ("[通过]", "✅ 已核实"))


async def test_a_change_that_was_not_shown_is_neither_agreed_to_nor_refused(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world)
    await set_standing(world, SOCKS, Side.INCUBATEE, Standing.ACTIVE)

    async def ask(name: str) -> None:
        await contact.talk(("/unit", "?改资料"), ("[改资料]", "改哪一项"), ("名称", "新的名称"), (name, "核对后生效"))

    await ask("诸暨云溪智能针织有限公司")
    await city.talk(("/todo", "核对修改"), ("[第1件]", "改成：诸暨云溪智能针织有限公司", "?同意修改"))
    agree, refuse = held(city, "同意修改"), held(city, "不改")
    await ask("浙江云溪控股有限公司")
    await city.talk((agree, "刚被对方改过", "改成：浙江云溪控股有限公司"), (refuse, "刚被对方改过"))
    assert (await world.run(the_unit)).name == SOCKS
    await city.talk(("/todo", "核对修改"), ("[第1件]", "?同意修改"), ("[同意修改]", "已改：浙江云溪控股有限公司"))


async def test_a_locked_row_is_read_anew(world: World) -> None:
    contact = await incubatee(world)
    await contact.do("/help")

    def look(session: Session) -> str | None:
        person, unit = session.get_one(Person, person_id(session, 1001)), the_unit(session)
        session.execute(text("UPDATE units SET credit_code = 'X'"))
        assert unit.credit_code is None
        return find_unit(session, person, unit.id, lock=True).credit_code

    assert await world.run(look) == "X"
