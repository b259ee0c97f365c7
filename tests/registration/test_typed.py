"""What is typed or sent where no form is open: numbers and names that officers look up, invitations, photos."""

from __future__ import annotations

from datetime import date

from models.incubation.pairs import Pair
from models.oversight import ticket_steps
from models.registration.people import Officer, Role
from tests.incubation.people import FACTORY, arrange, cast, make_person, person_at, start_pair
from tests.registration.cast import incubatee, secret_of
from tests.talk import World

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


async def test_an_officer_looks_up_by_number_name_and_city(world: World) -> None:
    c, ids = await cast(world), list[int]()
    await arrange(world, lambda session: ids.append(start_pair(session, started_on=date(2026, 11, 2)).id))
    number = await world.run(lambda session: session.get_one(Pair, ids[0]).number)
    await arrange(
        world, lambda session: ticket_steps.raise_ticket(session, person_at(session, 1001), trouble="导师两次没来")
    )
    await c.xu.talk(
        (number, FACTORY, "导入", "!没看懂"),
        ("T-2026-0001", "导师两次没来", "?受理"),
        ("2026-0999", "没有找到这条记录"),
        (FACTORY, FACTORY, "!没看懂"),
        ("示例针织怎么样了", FACTORY, "!没看懂"),
        ("宁波示例电机公司", "我没看懂"),
        ("绍兴市", "看板 绍兴"),
        ("宁波", "没有找到这条记录"),
    )

    def seat(session) -> None:  # type: ignore[no-untyped-def]
        someone = make_person(session, 1009, "郑省办")
        session.add(Officer(person_id=someone.id, role=Role.PROVINCE))

    await arrange(world, seat)
    await world.human(1009, "郑省办").talk(
        ("宁波", "看板 宁波"),
        ("示例", "找到 2 家", FACTORY, "宁波示例电机公司"),
    )
    await c.wang.talk((number, number, "导入"))
    await c.zhou.talk(("绍兴", "!看板"))


async def test_an_invited_colleague_types(world: World) -> None:
    c = await cast(world)
    await arrange(world, lambda session: start_pair(session, started_on=date(2026, 11, 2)))
    await c.wang.talk(("/invite",), ("[团队成员]", "邀请已做好"))
    guest = world.human(1010, "赵强")
    secret = secret_of(c.wang)
    await guest.talk(
        (f"/start {secret}", "就能看到给您的邀请"),
        ("13877776666", "就能看到给您的邀请"),
        ("好的", "请您加入", "?接受邀请"),
        ("13877776666", "您已加入", "2026-0001", "导入", "先签保密承诺", "?看结对"),
    )
    await c.wang.talk(("/invite",), ("[团队成员]",))
    other = world.human(1011, "孙丽")
    await other.talk(
        (f"/start {secret_of(c.wang)}",),
        ("[同意并开始]", "请您加入"),
        ("可以", "您的"),
    )


async def test_a_photo_that_nothing_waits_for(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(
        (lambda phone: phone.send_photo(PNG), "没有留下", "提工单时可以附上", "?提工单", "!/help"),
        ("/ticket", "什么事卡住了"),
        (lambda phone: phone.send_photo(PNG), "这一步请用文字回答", "什么事卡住了"),
    )
