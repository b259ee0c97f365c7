"""Group classes: proposed on Mondays for needs of one kind nobody has taken, decided by an office, free to come to."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange.classes import AGAIN_AFTER, ClassStatus, GroupClass
from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.oversight.duties import Duty
from models.registration.people import Role
from models.registration.units import Unit
from models.system import clock
from models.system.accounts import Person
from tests.exchange.people import (
    ASSOCIATION,
    CITY,
    FACTORY,
    MENTOR,
    factory,
    mentor,
    need,
    offer,
    officer,
    offices,
    press,
)
from tests.talk import MONDAY, World

ELSEWHERE = 4002
NEXT_MONDAY, FRIDAY = MONDAY + timedelta(days=7), MONDAY + timedelta(days=4)


def moulders(session: Session, *cities: str) -> None:
    """Factories with much the same trouble, each in a city, an incubator that could teach, and the offices."""
    offices(session)
    officer(session, ELSEWHERE, "吴市办", Role.CITY, "3302")
    offer(session, mentor(session), "铸件砂眼气孔攻关，带过六家铸造厂", methods=["qc_circle"], capacity=9)
    for place, city in enumerate(cities):
        row = factory(session, FACTORY + place, f"第{place + 1}铸造厂", contact=f"王{place}", industry="C33", city=city)
        need(session, row, f"铸件砂眼气孔多，废品 {12 + place}%，请人来看看", methods=[], published_at=FRIDAY)


def classes_of(session: Session) -> list[tuple[str | None, str, int]]:
    """Every class with its city, status and size."""
    rows = session.scalars(select(GroupClass).order_by(GroupClass.id))
    return [(one.city, one.status.value, len(one.need_ids)) for one in rows]


def open_duties(session: Session) -> list[tuple[str, str]]:
    """What is open about classes, and about whom."""
    kinds = ("propose_class", "hold_class", "answer_class")
    rows = session.scalars(select(Duty).where(Duty.done_at.is_(None), Duty.kind.in_(kinds)).order_by(Duty.id))
    return [(duty.kind, str(duty.office or duty.unit_id)) for duty in rows]


async def monday(world: World) -> None:
    """Jump to the morning of next Monday and walk through it."""
    clock.hold(NEXT_MONDAY - timedelta(hours=1))
    await world.pass_time(to=NEXT_MONDAY)


async def test_a_class_is_proposed_the_units_are_invited_and_counted(world: World) -> None:
    office, helper = world.human(CITY), world.human(MENTOR)
    firms = [world.human(FACTORY + place) for place in range(5)]
    await world.run(lambda session: moulders(session, *["3306"] * 5))
    await monday(world)
    assert "绍兴有 5 条" in office.seen() and "要不要办个集中班" in office.seen()
    assert await world.run(open_duties) == [("propose_class", Role.CITY)]
    await office.talk(
        ("/todo", "要不要办集中班"),
        (
            "[第1件]",
            "集中班“",
            "绍兴，还没着落的 5 条",
            "1. 第1铸造厂",
            "能讲的：宁波启明",
            "合 5 条",
            "?发邀请",
            "?不办",
        ),
        ("[发邀请]", "请哪家来讲", "?宁波启明塑业集团"),
        ("[宁波启明塑业集团]", "时间地点"),
        ("12月8日下午两点，绍兴市质检院", "请过目", "宁波启明"),
        ("[提交]", "已向 6 家发出集中班", "?看答复"),
    )
    assert "想请贵单位讲一堂集中班" in helper.seen()
    for firm in firms:
        assert "邀请贵单位参加集中班" in firm.seen() and "12月8日下午两点" in firm.seen()
    assert await world.run(open_duties) == [
        ("hold_class", Role.CITY),
        *(("answer_class", str(n)) for n in (2, 3, 4, 5, 6, 1)),
    ]
    await helper.talk(("[愿意讲]", "已告诉评审办：愿意讲", "!您的需求"))
    for firm in firms[:3]:
        await firm.talk(("[参加]", "已告诉评审办：参加", "12月8日", "?不参加"))
    await firms[2].talk(("[不参加]", "已告诉评审办：不参加", "?参加"))
    await firms[3].talk(("[不参加]", "照常配对"))
    await office.talk(
        ("[看答复]", "已邀请", "来的 2 家", "不来 2 家", "没回 1 家：第5铸造厂", "讲课：宁波启明塑业集团，愿意")
    )
    await firms[4].talk(("/todo", "答复集中班邀请"), ("[第1件]", "邀请贵单位参加"), ("[参加]", "参加"))
    assert "的答复：" in office.seen() and "来的 3 家" in office.seen(), "told as soon as all have answered"
    assert await world.run(open_duties) == [("hold_class", Role.CITY)]
    await office.talk(("[办过了]", "已办"))
    assert await world.run(open_duties) == []
    assert "已经是“已办”" in await press(world, firms[0], "class.no", 1)
    requests = await world.run(lambda session: session.scalars(select(Need.status)).all())
    assert set(requests) == {PostStatus.PUBLISHED}, "pairing goes on"


async def test_who_does_not_answer_is_left_in_peace_after_three_days(world: World) -> None:
    office, firm = world.human(CITY), world.human(FACTORY)
    await world.run(lambda session: moulders(session, *["3306"] * 5))
    await monday(world)
    await office.talk(("[看一看]", "?发邀请"), ("[发邀请]", "请哪家"), ("[跳过]", "时间地点"), ("[跳过]", "请过目"))
    await office.talk(("[提交]", "已向 5 家"))
    assert "时间地点定了再告诉您" in firm.seen()
    await firm.talk(("[参加]", "定了再告诉您"))
    await world.pass_time(days=2)
    assert "的答复：" not in office.seen()
    await world.pass_time(days=2)
    assert "来的 1 家" in office.seen() and "没回 4 家" in office.seen()
    assert await world.run(open_duties) == [("hold_class", Role.CITY)]
    await office.talk(("[定时间]", "告诉没有婉拒的各家"), ("12月8日下午，质检院", "已告诉 5 家", "?看答复"))
    assert "的时间地点：12月8日下午，质检院" in firm.seen() and "您已答复：参加" in firm.seen()
    await office.talk(("[看答复]", "12月8日下午，质检院"))
    await office.talk(("[不办]", "为什么不办"), ("没有老师", "不办了，已告诉没有婉拒的各家"))
    assert "这次不办了：没有老师" in firm.seen()
    assert await world.run(classes_of) == [("3306", "dropped", 5)]


async def test_the_same_class_is_proposed_once_in_thirty_days(world: World) -> None:
    office = world.human(CITY)
    await world.run(lambda session: moulders(session, *["3306"] * 5))
    await monday(world)
    await office.talk(("[看一看]", "?不办"), ("[不办]", "为什么不办"), ("[跳过]", "不办了"))
    assert await world.run(open_duties) == []

    def five_more(session: Session) -> None:
        for place in range(20, 25):
            row = factory(session, FACTORY + place, f"又{place}铸造厂", contact=f"赵{place}", industry="C33")
            need(session, row, "铸件砂眼气孔多，废品 9%，请人来看看", methods=[])

    await world.run(five_more)
    await world.pass_time(days=7)
    assert await world.run(classes_of) == [("3306", "dropped", 5)], "the same kind in the same city: not again so soon"

    def long_ago(session: Session) -> None:
        session.get_one(GroupClass, 1).created_at = clock.now() - AGAIN_AFTER

    await world.run(long_ago)
    await world.pass_time(days=7)
    assert await world.run(classes_of) == [("3306", "dropped", 5), ("3306", "proposed", 10)]


async def test_needs_of_several_cities_are_the_associations(world: World) -> None:
    association, city = world.human(ASSOCIATION), world.human(CITY)
    await world.run(lambda session: moulders(session, "3306", "3306", "3302", "3302", "3310"))
    await monday(world)
    assert "几个市有 5 条" in association.seen() and "集中班" not in city.seen()
    await association.talk(("[看一看]", "跨市", "1. 绍兴 第1铸造厂", "3. 宁波 第3铸造厂"))
    assert "没有找到" in await press(world, city, "class.open", 1, 0)


async def test_four_needs_or_needs_under_way_make_no_class(world: World) -> None:
    def lay(session: Session) -> None:
        moulders(session, *["3306"] * 5)
        session.get_one(Need, 1).status = PostStatus.MATCHED

    await world.run(lay)
    await monday(world)
    assert await world.run(classes_of) == []


async def test_another_citys_class_is_not_seen_and_another_units_seat_not_answered(world: World) -> None:
    office, stranger, firm = world.human(CITY), world.human(ELSEWHERE), world.human(FACTORY)
    await world.run(lambda session: moulders(session, *["3306"] * 5))
    await monday(world)
    await stranger.talk(("/todo", "!集中班"))
    await firm.talk(("/needs", "铸件砂眼"))
    for action, rest in (("open", [0]), ("invite", []), ("drop", []), ("held", []), ("place", [])):
        forged = await press(world, stranger, f"class.{action}", 1, *rest)
        nothing = await press(world, stranger, f"class.{action}", 4711, *rest)
        assert forged == nothing and "没有找到" in forged, action
    assert "不在您目前的身份范围内" in await press(world, firm, "class.invite", 1)
    await office.talk(("[看一看]", "?发邀请"), ("[发邀请]", "请哪家"), ("[跳过]", "时间地点"), ("[跳过]", "请过目"))
    await office.talk(("[提交]", "已向 5 家"))
    for action in ("yes", "no"):
        assert "没有找到" in await press(world, firm, f"class.{action}", 2)
        assert "没有找到" in await press(world, firm, f"class.{action}", 4711)
    assert "已经是“已邀请”" in await press(world, office, "class.invite", 1)
    coming = await world.run(lambda session: session.get_one(GroupClass, 1).status)
    assert coming is ClassStatus.INVITED


async def test_needs_that_were_settled_meanwhile_are_not_invited(world: World) -> None:
    office = world.human(CITY)
    await world.run(lambda session: moulders(session, *["3306"] * 7))
    await monday(world)
    await office.talk(("[看一看]", "还没着落的 7 条", "还有 2 条"), ("[更多]", "7. 第7铸造厂", "?发邀请"))

    def settle(session: Session) -> None:
        for row in session.scalars(select(Need)):
            row.status = PostStatus.MATCHED

    await office.talk(("[发邀请]", "请哪家"), ("[跳过]", "时间地点"), ("[跳过]", "请过目"))
    await world.run(settle)
    await office.talk(("[提交]", "这些需求都有着落了"))
    assert await world.run(classes_of) == [("3306", "proposed", 7)]


async def test_a_class_in_english(world: World) -> None:
    def lay(session: Session) -> None:
        moulders(session, *["3306"] * 5)
        for someone in session.scalars(select(Person).where(Person.name.in_(("周市办", "王0", "李总")))):
            someone.language = "en"
        session.get_one(Unit, 1).name = "Ningbo Qiming Foundry Group Company Limited"

    office, firm, helper = (world.human(number, language="en") for number in (CITY, FACTORY, MENTOR))
    await world.run(lay)
    await monday(world)
    assert "5 needs about" in office.seen() and "in Shaoxing" in office.seen()
    await office.talk(
        ("[Look]", "5 needs wait", "Could teach: Ningbo Qiming", "?Invite"),
        ("[Invite]", "Who should teach?"),
        ("1", "When and where?"),
        ("8 December, 2 pm, quality institute", "please look it over"),
        ("[Submit]", "6 units are invited"),
    )
    assert "You" in firm.seen() and "8 December" in firm.seen() and "Would your unit teach" in helper.seen()
    await firm.talk(("[Coming]", "The office knows: coming"))
    await helper.talk(("[Cannot]", "The office knows: Cannot"))
    await office.talk(
        ("[Answers]", "Coming 1", "No answer 4", "Teacher: Ningbo", "cannot"),
        ("[When, where]", "When and where?"),
        ("9 December, 2 pm", "5 units know"),
        ("[Answers]", "9 December"),
        ("[No class]", "Why not?"),
        ("no teacher", "No class on"),
    )
    assert "is called off: no teacher" in firm.seen() and "called off" not in helper.seen()
