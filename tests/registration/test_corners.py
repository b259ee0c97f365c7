"""Rare turns of the registration: each ends with a sentence that says what to do instead."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.oversight import duties
from models.registration.awards import HeldAward
from models.registration.invitations import OPEN_AT_MOST, Invitation
from models.registration.people import Membership, Post, Role
from models.registration.units import Side, Standing, Unit
from models.system import clock
from models.system.accounts import Person
from tests.registration.cast import (
    OUTSIDER,
    SOCKS,
    STOVES,
    held,
    incubatee,
    incubator,
    officer,
    person_id,
    secret_of,
    set_standing,
    the_unit,
)
from tests.registration.test_team import ask_to_join
from tests.talk import Human, World


async def at_the_code(world: World, id: int = 1001) -> Human:
    human = world.human(id, "王工")
    await human.talk(("/start", "?同意并开始"), ("[同意并开始]", "叫什么"), (SOCKS, "我理解为"), ("对", "信用代码"))
    return human


@pytest.mark.fault(31)
async def test_every_part_of_a_code_is_named(world: World) -> None:
    await (await at_the_code(world)).talk(
        ("X1330681MA2BCD1248", "第 1 位“X”不对"),
        ("9X330681MA2BCD1248", "第 2 位“X”不对"),
        ("91XX0681MA2BCD1248", "地区码"),
        ("91330681MA2BCD1348", "第 9 到 17 位"),
        ("330100000012348", "最后一位应是"),
    )


@pytest.mark.fault(31)
async def test_an_old_number_leads_to_the_new_code(world: World) -> None:
    await (await at_the_code(world)).talk(("330100000012342", "15 位的旧注册号", "跳过"), ("跳过", "联系电话"))


async def test_a_name_that_is_no_name_is_asked(world: World) -> None:
    contact = await incubatee(world)
    for id, post in ((5, "备用"), (6, "导师")):
        await contact.talk(("/invite", "请同事来做什么"), (post, "邀请已做好"))
        colleague = world.human(id, "🌸小美要努力🌸")
        await colleague.talk(
            (f"/start {secret_of(contact)}", "?同意并开始"),
            ("[同意并开始]", "加入"),
            ("[接受邀请]", "您的姓名"),
            ("王小美", "联系电话"),
        )
    await contact.talk(
        ("/mydata", "?更正"),
        ("[更正]", "请过目"),
        ("修改", "改哪一项"),
        ("姓名", "您的姓名"),
        ("王建国", "请过目"),
        ("提交", "王建国"),
    )


async def test_code_place_and_industry_of_an_unverified_unit_change_at_once(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(
        ("/unit", "?改资料"),
        ("[改资料]", "改哪一项"),
        ("信用代码", "统一社会信用代码"),
        ("91330681MA2BCD1248", "已改好"),
        ("/unit", "91330681MA2BCD1248", "?改资料"),
        ("[改资料]", "改哪一项"),
        ("地点", "搬到哪个市、县"),
        ("绍兴", "哪个县"),
        ("柯桥", "已改好"),
        ("/unit", "绍兴 柯桥", "?改资料"),
        ("[改资料]", "改哪一项"),
        ("行业", "主要做什么"),
        ("面料", "已改好"),
        ("/unit", "纺织业"),
    )


async def test_a_refused_change_leaves_all_as_it_was(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world)
    await set_standing(world, SOCKS, Side.INCUBATEE, Standing.ACTIVE)
    await contact.talk(("/unit", "?改资料"), ("[改资料]", "改哪一项"), ("地点", "搬到哪个"), ("杭州余杭", "核对后生效"))
    await city.talk(("/todo", "核对修改"), ("[第1件]", "改成：杭州 余杭", "?不改"))
    again = held(city, "不改")
    await city.talk(("[不改]", "没有改"), (again, "已经是“已处理”"))
    assert "没有通过" in contact.phone.messages[-1].text
    assert (await world.run(the_unit)).city == "3306"


async def test_the_yearly_look_at_an_award_is_one_tap(world: World) -> None:
    association = await officer(world, 11, "孙协", Role.ASSOCIATION)
    await incubator(world)

    def due(session: Session) -> None:
        session.scalars(select(HeldAward)).one().recheck_at = clock.now() + timedelta(hours=1)

    await world.run(due)
    await world.next_morning(hour=9, minute=5)
    await association.talk(
        ("/todo", "复核获奖"), ("[第1件]", "复核获奖", STOVES, "?仍有效"), ("[仍有效]", "一年后再看")
    )
    recheck_at = await world.run(lambda session: session.scalars(select(HeldAward)).one().recheck_at)
    assert recheck_at is not None and recheck_at > clock.now() + timedelta(days=360)


async def test_asking_twice_and_asking_for_ones_own(world: World) -> None:
    contact = await incubatee(world)
    stranger = await ask_to_join(world)
    again = (("/register", "叫什么"), (SOCKS, "我理解为"), ("对", "请过目"))
    await stranger.talk(*again, ("提交", "还在等它确认"), ("/cancel", "放弃"), ("[放弃，删掉]", "没有提交"))
    await contact.talk(
        ("/register", "您已经登记"),
        ("[登记单位]", "叫什么"),
        (SOCKS, "我理解为"),
        ("对", "请过目"),
        ("提交", "不用再登记"),
    )


async def test_somebody_of_two_units_without_a_hat_chooses_first(world: World) -> None:
    contact = await incubatee(world)
    await incubator(world)

    def join(session: Session) -> None:
        person = session.get_one(Person, person_id(session, 1001))
        session.add(Membership(person_id=person.id, unit_id=the_unit(session, STOVES).id, post=Post.BACKUP))
        person.hat_id = None

    await world.run(join)
    await contact.talk(("/unit", "请先选这次代表哪一家", "?我的身份"), ("[我的身份]", "?代表第1家"))

    def only_mentor(session: Session) -> None:
        for one in session.scalars(select(Membership).where(Membership.person_id == person_id(session, 1001))):
            one.post = Post.MENTOR

    await world.run(only_mentor)
    await contact.talk(("/unit", "还不是任何单位的联络人", "?登记单位"))


async def test_what_was_shown_before_a_colleague_left_is_not_done_silently(world: World) -> None:
    contact = await incubatee(world)
    await ask_to_join(world)
    await contact.talk(("[是同事]", "已确认"), ("/team", "?离开单位"), ("[离开单位]", "备用联络人会接替您"))
    leave = held(contact, "确定离开")

    def step_down(session: Session, post: Post | None) -> None:
        person = session.get_one(Person, person_id(session, 1002))
        for one in session.scalars(select(Membership).where(Membership.person_id == person.id)):
            one.left_at = clock.now() if post is None else None
            one.post = post or one.post

    await world.run(lambda session: step_down(session, Post.TEAM))
    await contact.talk((leave, "唯一的联络人", "?给职责"))
    await world.run(lambda session: step_down(session, None))
    await contact.talk((leave, "最后一个人", "?离开单位"), ("[离开单位]", "评审办会打电话"), ("[确定离开]", "您已离开"))


async def test_a_former_contact_can_change_nothing(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(("/unit", "?改资料"))
    change = held(contact, "改资料")

    def demote(session: Session) -> None:
        session.scalars(
            select(Membership).where(Membership.person_id == person_id(session, 1001))
        ).one().post = Post.TEAM

    await world.run(demote)
    await contact.talk((change, "要由单位的联络人或备用联络人来做"))


async def test_the_ball_that_passed_to_another_office(world: World) -> None:
    association = await officer(world, 11, "孙协", Role.ASSOCIATION)
    await incubatee(world)
    await association.talk(("/verify", "?看第1家"))
    look = held(association, "看第1家")

    def pass_on(session: Session) -> None:
        session.scalars(select(duties.Duty)).one().office = Role.CITY

    await world.run(pass_on)
    await association.talk((look, "不由您的办公室核实"))


async def test_an_outsider_is_not_verified_before_its_incubator_confirms(world: World) -> None:
    association = await officer(world, 11, "孙协", Role.ASSOCIATION)
    await incubator(world)
    supplier = world.human(3001, "赵六")
    await supplier.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        (OUTSIDER, "我理解为"),
        ("对", "信用代码"),
        ("跳过", "上下游"),
        ("亿田", "联系电话"),
        ("13800000003", "请过目"),
        ("提交", "已提交"),
    )

    def hand(session: Session) -> None:
        unit = the_unit(session, OUTSIDER)
        duties.hand(session, "verify_incubatee", f"unit:{unit.id}", office=Role.ASSOCIATION, unit_name=unit.name)

    await world.run(hand)
    await association.talk(("/verify", OUTSIDER), ("[看第1家]", "未确认"), ("[通过]", "还在等孵化单位确认"))


async def test_an_incubator_from_outside_that_wants_to_learn_names_its_partner(world: World) -> None:
    teacher = await incubator(world)

    def move_out(session: Session) -> None:
        the_unit(session, STOVES).city = None

    await world.run(move_out)
    await teacher.talk(
        ("/unit", "?也登记入孵"),
        ("[也登记入孵]", "什么关系"),
        ("省内其他", "请过目"),
        ("提交", "须写明是哪家孵化单位的上下游"),
    )
    assert (await world.run(lambda session: the_unit(session, STOVES))).as_incubatee is Standing.NONE


async def test_invitations_lie_about_in_limited_number(world: World) -> None:
    contact = await incubatee(world)

    def fill(session: Session) -> None:
        unit, inviter = the_unit(session), person_id(session, 1001)
        for n in range(OPEN_AT_MOST):
            session.add(
                Invitation(
                    secret_hash=str(n),
                    unit_id=unit.id,
                    post=Post.TEAM,
                    inviter_id=inviter,
                    expires_at=clock.now() + timedelta(days=1),
                )
            )

    await world.run(fill)
    await contact.talk(("/invite", "请同事来做什么"), ("备用", f"您有 {OPEN_AT_MOST} 个邀请还没人用"))


async def test_a_returned_registration_is_opened_from_the_list_of_what_waits(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world)
    await city.talk(
        ("/verify", "?看第1家"), ("[看第1家]", "?退回"), ("[退回]", "为什么"), ("重复", "要补什么"), ("跳过", "退回")
    )
    await contact.talk(("/todo", "改登记"), ("[第1件]", "被退回：重复", "?改好再交"), ("[改好再交]", "请过目"))
    assert await world.run(lambda session: session.query(Unit).count()) == 1
