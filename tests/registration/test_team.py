"""Who belongs to a unit: joining, posts, handing over, leaving; nobody becomes contact by knowing a name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused
from models.oversight import duties
from models.oversight.duties import Duty
from models.registration import team
from models.registration.joining import confirm_member
from models.registration.people import Membership, Post, Role
from models.registration.units import Side, Standing
from models.system.accounts import Person
from models.system.letters import Letter
from tests.registration.cast import (
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
from tests.talk import Human, World


async def ask_to_join(world: World, id: int = 1002, name: str = "赵工") -> Human:
    human = world.human(id, name)
    await human.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        (SOCKS, "我理解为", f"{SOCKS}（已登记）"),
        ("对", "联系电话", "只给核实的工作人员"),
        ("13800000002", "请过目", "!身份"),
        ("提交", "请它确认您是同事", "球在对方"),
    )
    return human


async def posts_of(world: World, id: int) -> list[str]:
    def look(session: Session) -> list[str]:
        query = select(Membership).where(Membership.person_id == person_id(session, id), Membership.left_at.is_(None))
        return sorted(one.post.value for one in session.scalars(query))

    return await world.run(look)


async def test_a_stranger_does_not_become_contact_of_a_registered_unit(world: World) -> None:
    contact = await incubatee(world)
    stranger = await ask_to_join(world)
    assert await posts_of(world, 1002) == []
    await stranger.talk(("/unit", "不在您目前的身份范围内"), ("/team", "不在您目前的身份范围内", "!王工"))
    assert "赵工说是" in contact.phone.messages[-1].text
    assert "13800000002" not in contact.phone.messages[-1].text
    await contact.talk(("[不认识]", "没有加入"))
    assert "没有认出您" in stranger.phone.messages[-1].text
    assert await posts_of(world, 1002) == []
    await stranger.talk(
        ("/register", "叫什么"),
        (SOCKS, "我理解为"),
        ("对", "请过目"),
        ("提交", "几天前没有认出您"),
        ("/cancel", "放弃"),
    )


async def test_a_colleague_is_confirmed_by_the_contact(world: World) -> None:
    contact = await incubatee(world)
    colleague = await ask_to_join(world)
    yes = held(contact, "是同事")
    await contact.talk(("[是同事]", "已确认", "赵工加入"), (yes, "已经是“已确认”"))
    assert "您已加入" in colleague.phone.messages[-1].text
    assert await posts_of(world, 1002) == ["backup"]
    await colleague.talk(("/team", "王工 · 联络人", "赵工 · 备用联络人"), ("/register", "您已经登记", SOCKS))


async def test_somebody_elses_joining_cannot_be_answered(world: World) -> None:
    contact = await incubatee(world)
    other = await incubator(world)
    stranger = await ask_to_join(world)
    data = next(one.data for row in contact.phone.messages[-1].buttons for one in row if one.text == "是同事")
    for human in (other, stranger):
        await human.talk((lambda phone: phone.press(phone.messages[-1].id, data), "这个按钮已经失效"))

    def attempt(session: Session, id: int) -> str:
        try:
            confirm_member(session, session.get_one(Person, person_id(session, id)), 1)
        except Refused as no:
            return no.code
        return "confirmed"

    assert [await world.run(lambda session, id=id: attempt(session, id)) for id in (2001, 1002)] == ["not_found"] * 2  # type: ignore[misc]
    assert await posts_of(world, 1002) == []


async def test_a_unit_without_anybody_is_answered_for_by_its_office(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world)
    await set_standing(world, SOCKS, Side.INCUBATEE, Standing.ACTIVE)
    await contact.talk(
        ("/team", "?离开单位"),
        ("[离开单位]", "最后一个人", "评审办会打电话", "?先不", "?确定离开"),
        ("[确定离开]", "您已离开"),
    )
    colleague = await ask_to_join(world)
    await city.talk(
        ("/todo", "找接手的联络人", "确认同事"),
        ("[第2件]", SOCKS, "没有人了", "?邀请联络人"),
        ("[邀请联络人]", "邀请已做好", "联络人", "/start "),
    )
    await city.talk(("/todo", "确认同事"), ("[第1件]", "赵工说是", "?是同事"), ("[是同事]", "已确认"))
    await city.talk(("/todo", "!找接手的人"))
    assert await posts_of(world, 1002) == ["contact"]
    assert colleague.phone.messages[-1].text.startswith("您已加入")


async def test_posts_are_given_and_taken_by_the_contact_only(world: World) -> None:
    contact = await incubatee(world)
    colleague = await ask_to_join(world)
    await contact.talk(
        ("[是同事]", "已确认"),
        ("/team", "?给职责"),
        ("[给职责]", "给谁", "?赵工 · 备用联络人"),
        ("赵工", "什么职责", "?导师"),
        ("导师", "赵工现在是", "已告诉本人"),
    )
    assert "您现在是" in colleague.phone.messages[-1].text
    await contact.talk(
        ("/team", "赵工 · 备用联络人、导师"),
        ("[给职责]", "给谁"),
        ("赵工", "什么职责"),
        ("导师", "已经是导师了"),
        ("/cancel", "放弃"),
        ("[放弃，删掉]", "没有提交"),
        ("/team", "?取消职责"),
        ("[取消职责]", "谁的职责"),
        ("王工", "取消哪一项", "?联络人"),
        ("联系人", "只能由现在的联络人在 /team 里交给一位同事"),  # the other usual word is understood
        ("/cancel", "放弃"),
        ("[放弃，删掉]", "没有提交"),
        ("/team", "?取消职责"),
        ("[取消职责]", "谁的职责"),
        ("赵工", "取消哪一项", "?备用联络人", "?导师"),
        ("备用", "不再是"),
    )
    assert await posts_of(world, 1002) == ["mentor"]
    await colleague.talk(("/team", "职责由联络人调整", "!给职责"), ("/unit", SOCKS, "!改资料"))


async def test_the_contact_hands_over_and_stays_as_backup(world: World) -> None:
    contact = await incubatee(world)
    colleague = await ask_to_join(world)
    await contact.talk(
        ("[是同事]", "已确认"),
        ("/team", "?给职责"),
        ("[给职责]", "给谁"),
        ("赵工", "什么职责"),
        ("[联络人]", "赵工现在是"),
    )
    assert (await posts_of(world, 1001), await posts_of(world, 1002)) == (["backup"], ["contact"])
    # A backup cannot take the post back.
    await contact.talk(
        ("/team", "?给职责"),
        ("[给职责]", "给谁"),
        ("王工", "什么职责"),
        ("[联络人]", "只能由现在的联络人"),
        ("/cancel", "放弃"),
    )
    assert colleague.phone.messages[-1].text.startswith("您现在是")


async def test_the_backup_becomes_contact_when_the_contact_leaves(world: World) -> None:
    contact = await incubatee(world)
    colleague = await ask_to_join(world)
    await contact.talk(
        ("[是同事]", "已确认"),
        ("/team", "?离开单位"),
        ("[离开单位]", "备用联络人会接替您"),
        ("[确定离开]", "您已离开", "/forget"),
        ("/unit", "不在您目前的身份范围内"),
    )
    assert (await posts_of(world, 1001), await posts_of(world, 1002)) == ([], ["contact"])
    assert "您现在是" in colleague.phone.messages[-1].text and "原联络人已离开" in colleague.phone.messages[-1].text
    assert (await world.run(the_unit)).as_incubatee is Standing.PENDING


async def test_a_contact_without_a_backup_first_names_a_successor(world: World) -> None:
    contact = await incubatee(world)
    mentor = world.human(5, "吴师傅")
    await contact.talk(("/invite", "请同事来做什么"), ("导师", "邀请已做好"))
    await mentor.talk(
        (f"/start {secret_of(contact)}", "?同意并开始"),
        ("[同意并开始]", "王工请您加入", SOCKS, "导师"),
        ("[接受邀请]", "联系电话"),
        ("13800000005", "擅长教哪些方法"),
        ("SPC、六西格玛", "您已加入"),
    )
    skills = await world.run(
        lambda session: session.scalars(select(Membership).where(Membership.post == Post.MENTOR)).one()
    )
    assert skills.skills == ["spc", "six_sigma"]
    await contact.talk(("/team", "?离开单位"), ("[离开单位]", "您是唯一的联络人", "?给职责", "!确定离开"))

    def leave_anyway(session: Session) -> str:
        try:
            team.leave_unit(session, session.get_one(Person, person_id(session, 1001)), the_unit(session).id, sure=True)
        except Refused as no:
            return no.code
        return "left"

    assert await world.run(leave_anyway) == "leave_choose"


async def test_the_last_one_of_an_unverified_unit_takes_the_registration_back(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(("/team", "?离开单位"), ("[离开单位]", "没核实的登记会撤回"), ("[确定离开]", "您已离开"))

    def look(session: Session) -> tuple[Standing, int]:
        waiting = session.scalars(select(Duty).where(Duty.done_at.is_(None))).all()
        return the_unit(session).as_incubatee, len(waiting)

    assert await world.run(look) == (Standing.NONE, 0)


async def test_what_waits_for_a_leaver_goes_to_the_unit(world: World) -> None:
    contact = await incubatee(world)
    await ask_to_join(world)
    await contact.do("[是同事]")

    def hand(session: Session) -> None:
        leaver = session.get_one(Person, person_id(session, 1002))
        unit = the_unit(session)
        duties.hand(session, "name_responsible", "pair:1", person=leaver, city="3306", number="1", incubatee=unit.name)
        duties.hand(session, "sign_undertaking", "undertaking:1", person=leaver, city="3306", number="1")
        team.leave_unit(session, leaver, unit.id)

    await world.run(hand)

    def look(session: Session) -> list[tuple[str, int | None, int | None]]:
        waiting = session.scalars(select(Duty).where(Duty.done_at.is_(None)).order_by(Duty.id))
        return [(duty.kind, duty.person_id, duty.unit_id) for duty in waiting if duty.kind != "verify_incubatee"]

    unit_id = (await world.run(the_unit)).id
    assert await world.run(look) == [("name_responsible", None, unit_id)]


async def test_the_team_is_asked_about_once_a_quarter(world: World) -> None:
    contact = await incubatee(world)
    await set_standing(world, SOCKS, Side.INCUBATEE, Standing.ACTIVE)
    await world.pass_time(days=50)  # to the middle of January

    def asked(session: Session) -> int:
        return session.query(Letter).filter(Letter.template == "team_check").count()

    assert await world.run(asked) == 1
    letter = next(one for one in reversed(contact.phone.messages) if "这些人还对吗" in one.text)
    assert "王工 · 联络人" in letter.text
    await contact.talk(("[都对]", "下季度再问"))
    await world.pass_time(days=30)
    assert await world.run(asked) == 1


async def test_a_team_longer_than_five_is_paged(world: World) -> None:
    contact = await incubatee(world)

    def fill(session: Session) -> None:
        unit = the_unit(session)
        for n in range(6):
            person = Person(name=f"同事{n}")
            session.add(person)
            session.flush()
            session.add(Membership(person_id=person.id, unit_id=unit.id, post=Post.TEAM))

    await world.run(fill)
    await contact.talk(
        ("/team", "1. 王工", "5. 同事3", "!同事4", "?更多"), ("[更多]", "6. 同事4", "7. 同事5", "!?更多")
    )


async def test_the_team_in_english(world: World) -> None:
    contact = await incubator(world)
    await contact.talk(
        ("/language en", "From now on in English"),
        ("/team", f"The people of {STOVES}", "李会 · contact", "?Invite"),
        ("[Invite]", "What will your colleague do", "?mentor"),
        ("mentor", "The invitation is ready", "/start "),
        ("/team", "?Leave unit"),
        ("[Leave unit]", "You are its last person", "?Not now", "?Yes, leave"),
        ("[Not now]", "The people of"),
        ("/language", "?中文"),
        ("[中文]", "从现在起用中文"),
    )
