"""One-time links: who may make them, that they work once, and that guessing leads nowhere."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused
from models.registration import invitations
from models.registration.invitations import INVITES, Invitation, invite_first_officer
from models.registration.people import Officer, Role, memberships
from models.system import clock
from models.system.accounts import Person
from models.system.letters import Letter
from tests.registration.cast import SOCKS, arrive, held, incubatee, incubator, officer, person_id, secret_of, the_unit
from tests.talk import Human, World

VOID = "这个邀请用不了：写错了、用过了，或过了期。"


async def come_in(human: Human, secret: str, phone: str = "13800000099") -> None:
    await human.talk(
        (f"/start {secret}", "?同意并开始"),
        ("[同意并开始]", "加入"),
        ("[接受邀请]", "联系电话"),
        (phone, "您已加入"),
    )


async def seats_of(world: World, id: int) -> list[tuple[str, str | None]]:
    def look(session: Session) -> list[tuple[str, str | None]]:
        query = select(Officer).where(Officer.person_id == person_id(session, id), Officer.left_at.is_(None))
        return [(seat.role.value, seat.city) for seat in session.scalars(query)]

    return await world.run(look)


async def test_from_the_first_officer_to_every_office(world: World) -> None:
    province = world.human(10, "钱处")
    await come_in(province, await world.run(invite_first_officer))
    assert await seats_of(world, 10) == [("province", None)]
    await province.talk(
        ("/invite", "请谁进来", "?省质量协会", "?市评审办", "?质量提升服务团专家", "?省评审办"),
        ("市评审办", "哪个市", "?杭州", "?更多"),
        ("[更多]", "?丽水"),
        ("绍兴", "邀请已做好：绍兴市评审办", "只能用一次", "12月7日（周一）", "/start "),
    )
    city = world.human(12, "周科")
    await come_in(city, secret_of(province))
    assert await seats_of(world, 12) == [("city", "3306")]
    assert "周科接受了您的邀请：绍兴市评审办" in province.phone.messages[-1].text
    await city.talk(
        ("/invite", "请谁进来", "?市评审办", "!省质量协会"),
        ("市评审办", "哪个市", "?绍兴", "!杭州"),
        ("绍兴", "邀请已做好"),
    )
    colleague = world.human(13, "郑科")
    await come_in(colleague, secret_of(city))
    assert await seats_of(world, 13) == [("city", "3306")]


async def test_an_invitation_works_once(world: World) -> None:
    province = world.human(10, "钱处")
    secret = await world.run(invite_first_officer)
    await come_in(province, secret)
    second = await arrive(world, 20, "路人")
    await second.talk((f"/start {secret}", VOID))
    await province.talk((f"/start {secret}", VOID))
    assert await seats_of(world, 20) == []


async def test_two_who_hold_the_same_invitation(world: World) -> None:
    secret = await world.run(invite_first_officer)
    first, second = world.human(1, "甲甲"), world.human(2, "乙乙")
    for human in (first, second):
        await human.talk((f"/start {secret}", "?同意并开始"), ("[同意并开始]", "?接受邀请"), ("[接受邀请]", "联系电话"))
    await first.talk(("13800000001", "您已加入"))
    await second.talk(("13800000002", VOID), ("/help", "您现在可以", "!/invite"))
    assert await seats_of(world, 2) == []


async def test_an_invitation_expires_after_a_fortnight(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(("/invite", "请同事来做什么"), ("备用", "邀请已做好"))
    secret = secret_of(contact)
    await world.pass_time(days=15)
    await (await arrive(world, 5, "吴工")).talk((f"/start {secret}", VOID))


@pytest.mark.fault(37)
async def test_wrong_used_and_expired_ones_get_the_same_answer(world: World) -> None:
    guesser = await arrive(world, 66, "小猜")
    answers = set()
    for secret in ("x", "0" * 32, "<b>", "admin", "' OR 1=1 --", "1"):
        await guesser.do(f"/start {secret}")
        answers.add(guesser.phone.messages[-1].text)
    assert len(answers) == 1 and VOID in answers.pop()


@pytest.mark.fault(37)
async def test_after_five_wrong_ones_nothing_is_looked_up_for_an_hour(world: World) -> None:
    secret = await world.run(invite_first_officer)
    guesser = await arrive(world, 66, "小猜")
    for n in range(5):
        await guesser.talk((f"/start guess{n}", VOID))
    await guesser.talk((f"/start {secret}", VOID))
    other = world.human(10, "钱处")
    await other.talk((f"/start {secret}", "?同意并开始"))
    await world.pass_time(minutes=61)
    await guesser.talk((f"/start {secret}", "请您加入", "省评审办"))


async def test_only_the_hash_of_a_secret_is_kept(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(("/invite", "请同事来做什么"), ("备用", "邀请已做好"))
    secret = secret_of(contact)
    assert len(secret) >= 22 and re.fullmatch(r"[A-Za-z0-9_-]+", secret)
    await world.pass_time(minutes=11)

    def look(session: Session) -> tuple[str, list[str]]:
        kept = session.scalars(select(Invitation)).one().secret_hash
        return kept, [str(letter.body) + str(letter.buttons) for letter in session.scalars(select(Letter))]

    kept, letters = await world.run(look)
    assert secret not in kept
    assert not any(secret in letter for letter in letters)
    backup = world.human(5, "吴工")
    await come_in(backup, secret)
    await backup.talk(("/team", "吴工 · 备用联络人"))


def may_invite(session: Session, id: int, role: Role, city: str | None) -> bool:
    try:
        invitations.invite_officer(session, session.get_one(Person, person_id(session, id)), role=role, city=city)
    except Refused:
        return False
    finally:
        session.info.pop("told", None)
    return True


async def test_nobody_invites_above_or_beside_themselves(world: World) -> None:
    await officer(world, 10, "钱处", Role.PROVINCE)
    await officer(world, 11, "孙协", Role.ASSOCIATION)
    await officer(world, 12, "周科", Role.CITY, "3306")
    await incubatee(world)
    offices = [
        (Role.PROVINCE, None),
        (Role.ASSOCIATION, None),
        (Role.CITY, "3306"),
        (Role.CITY, "3301"),
        (Role.EXPERT, None),
    ]
    allowed = {
        id: [await world.run(lambda session, id=id, one=one: may_invite(session, id, *one)) for one in offices]  # type: ignore[misc]
        for id in (10, 11, 12, 1001)
    }
    assert allowed == {
        10: [True, True, True, True, True],
        11: [False, True, False, False, False],
        12: [False, False, True, False, False],
        1001: [False] * 5,
    }
    assert Role.EXPERT not in INVITES


async def test_a_unit_is_entered_only_by_its_own_peoples_word(world: World) -> None:
    contact = await incubatee(world)
    other = await incubator(world)
    await contact.talk(("/team", "?邀请同事"))
    data = next(one.data for row in contact.phone.messages[-1].buttons for one in row if one.text == "邀请同事")
    await other.talk((lambda phone: phone.press(phone.messages[-1].id, data), "这个按钮已经失效"))

    def attempt(session: Session, id: int, post: str) -> str:
        person = session.get_one(Person, person_id(session, id))
        try:
            invitations.invite_colleague(session, person, unit_id=the_unit(session).id, post=post)
        except Refused as no:
            return no.code
        finally:
            session.info.pop("told", None)
        return "invited"

    asked = ((2001, "backup"), (1001, "contact"), (1001, "leader"))
    answers = [await world.run(lambda session, one=one: attempt(session, *one)) for one in asked]  # type: ignore[misc]
    assert answers == ["not_found", "contact_handed_over", "invited"]


async def test_an_officer_of_the_city_cannot_slip_into_a_unit_that_has_people(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    await incubatee(world)
    await city.talk(("/units 云溪", "?看第1家"), ("[看第1家]", SOCKS, "!邀请联络人"))

    def attempt(session: Session) -> str:
        person = session.get_one(Person, person_id(session, 12))
        try:
            invitations.invite_colleague(session, person, unit_id=the_unit(session).id, post="contact")
        except Refused as no:
            return no.code
        return "invited"

    assert await world.run(attempt) == "not_speaker"


async def test_the_last_officer_cannot_leave_silently(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    await city.talk(("/me", "绍兴市评审办", "?离开办公室"), ("[离开办公室]", "唯一的工作人员", "/invite"))
    await officer(world, 13, "郑科", Role.CITY, "3306")
    again = held(city, "离开办公室")
    await city.talk(
        ("[离开办公室]", "离开绍兴市评审办吗"), ("[离开]", "您已离开绍兴市评审办"), (again, "不在您目前的身份范围内")
    )
    assert await seats_of(world, 12) == []


async def test_inviting_in_english(world: World) -> None:
    secret = await world.run(invite_first_officer)
    province = world.human(10, "Qian Wei", "en")
    await province.talk(
        (f"/start {secret}", "Once you agree you will see your invitation"),
        ("[Agree and start]", "You are invited", "provincial office"),
        ("[Accept]", "Your phone number"),
        ("13800000010", "You are in", "provincial office"),
        ("/invite", "Whom do you invite"),
        ("quality association", "The invitation is ready", "/start "),
        ("/start nonsense", "misspelt, used or expired"),
    )


async def test_an_unused_invitation_is_mentioned_twice_and_can_be_made_anew(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(("/invite", "请同事来做什么"), ("备用", "邀请已做好"))
    first = secret_of(contact)

    def mentioned(session: Session) -> int:
        return session.query(Letter).filter(Letter.template == "invitation_waits").count()

    counts = []
    for days in (2, 2, 2, 2, 2):
        await world.pass_time(days=days)
        counts.append(await world.run(mentioned))
    assert counts == [0, 1, 1, 2, 2]
    again = held(contact, "重新发")
    await contact.talk(("[重新发]", "邀请已做好", "/start "))
    second = secret_of(contact)
    await (await arrive(world, 6, "路人")).talk((f"/start {first}", VOID))
    backup = world.human(5, "吴工")
    await come_in(backup, second)
    await contact.talk((again, "请您加入", "/start "))
    other = await incubator(world)
    data = next(
        one.data for message in contact.phone.messages for row in message.buttons for one in row if one.text == "重新发"
    )
    await other.talk((lambda phone: phone.press(phone.messages[-1].id, data), "这个按钮已经失效"))


async def test_an_invitation_used_at_the_last_moment_is_not_mentioned(world: World) -> None:
    await (await incubatee(world)).talk(("/invite", "请同事来做什么"), ("备用", "邀请已做好"))

    def use(session: Session) -> list[str]:
        later = clock.now() + timedelta(days=4)
        (found,) = invitations.unused(session, later)
        session.get_one(Invitation, found).used_at = later
        invitations.mention_unused(session, found, later)
        return [one.template for one in session.info.pop("told", [])]

    assert await world.run(use) == []


async def test_an_inviters_links_end_with_their_post(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(("/invite", "请同事来做什么"), ("备用", "邀请已做好"))
    secret = secret_of(contact)
    await come_in(world.human(3, "郑工"), secret)
    backup = world.human(3)
    await backup.talk(("/invite", "请同事来做什么"), ("团队", "邀请已做好"))
    held_secret = secret_of(backup)
    guest = await arrive(world, 4, "吴工")
    await guest.talk((f"/start {held_secret}", "请您加入"))

    def remove(session: Session) -> None:
        for one in memberships(session, session.get_one(Person, person_id(session, 3))):
            one.left_at = clock.now()

    await world.run(remove)
    await guest.talk(("[接受邀请]", VOID))
    await (await arrive(world, 5, "孙工")).talk((f"/start {held_secret}", VOID))


async def test_an_officers_links_end_with_the_seat(world: World) -> None:
    province = await officer(world, 10, "钱处", Role.PROVINCE)
    await province.talk(("/invite", "请谁进来"), ("省质量协会", "邀请已做好"))
    secret = secret_of(province)

    def remove(session: Session) -> None:
        session.scalars(select(Officer)).one().left_at = clock.now()

    await world.run(remove)
    await (await arrive(world, 5, "孙工")).talk((f"/start {secret}", VOID))
