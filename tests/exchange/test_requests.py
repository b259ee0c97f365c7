"""From a published need to a pair: choosing, asking in order, answering, asking back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.people import Phone
from models.exchange import asking
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus
from models.exchange.rivals import rivals_of
from models.incubation.pairs import Pair
from models.oversight.duties import Duty
from models.registration.people import Role
from models.registration.units import Unit
from models.system.accounts import Person
from tests.exchange.people import (
    ASSOCIATION,
    FACTORY,
    MENTOR,
    factory,
    mentor,
    need,
    offer,
    press,
    small_world,
)
from tests.talk import World

TROUBLE = "注塑件缩水，不良率8%，想降到2%，返工多，想请人来厂里看看"
SECOND, THIRD, FOURTH = 2002, 2003, 2004


def four_offers(session: Session) -> None:
    """A published need, and four incubators that fit it, best first."""
    small_world(session)
    texts = ("注塑SPC控制尺寸，降不良", "注塑返工多的攻关，降不良率", "注塑车间管理，减少报废")
    for number, text in zip((SECOND, THIRD, FOURTH), texts, strict=True):
        offer(session, mentor(session, number, f"宁波第{number - 2000}塑业", contact=f"师傅{number}"), text)
    need(session, session.get_one(Unit, 1))


def all_asked(session: Session) -> None:
    """The first three asked in order."""
    four_offers(session)
    asking.ask(session, session.get_one(Person, 1), need_id=1, offer_ids=[1, 2, 3], consent=True)
    session.info.pop("told")


def open_duties(session: Session) -> list[tuple[str, str]]:
    """What is open, as (kind, subject)."""
    rows = session.scalars(select(Duty).where(Duty.done_at.is_(None)).order_by(Duty.id))
    return [(duty.kind, duty.subject) for duty in rows]


async def status_of(world: World, request_id: int) -> RequestStatus:
    """How far a request is."""
    return (await world.run(lambda session: session.get_one(Request, request_id))).status


async def test_from_typed_words_to_a_pair(world: World) -> None:
    await world.run(small_world)
    contact, helper, officer = world.human(FACTORY), world.human(MENTOR), world.human(ASSOCIATION)
    await contact.talk(("/need", "哪里不顺"), (TROUBLE, "我理解为"), ("[对，继续]", "请过目"), ("[提交]", "已提交"))
    await officer.talk(("/queue", "待审 1 条"), ("[看第1条]", "缩水"), ("[批准]", "已发布"))
    assert "已发布，找到 1 家" in contact.seen()
    await contact.talk(
        ("[看第1家]", "宁波启明塑业集团", "✓", "△", "还有 3 个名额", "?请求对接"),
        ("[怎么算的]", "分是这样来的", "说的难处对得上", "选谁由您定"),
        ("[上一步]", "?请求对接"),
        ("[请求对接]", "宁波启明塑业集团", "姓名和电话", "?是", "?否"),
        ("[是]", "已请求", "11月26日（周四）前答复", "还可以再选 2 家"),
    )
    assert "请求贵单位带一带" in helper.seen() and "13800001001" not in helper.seen()
    await helper.talk(("[接受]", "结对成功", "2026-0001"))
    assert "结对成功" in contact.seen()
    row = await world.run(lambda session: session.get_one(Offer, 1))
    assert row.taken == 1
    assert (await world.run(lambda session: session.get_one(Need, 1))).status is PostStatus.MATCHED


async def test_three_are_asked_one_after_the_other(world: World) -> None:
    await world.run(four_offers)
    contact = world.human(FACTORY)
    helpers = [world.human(number) for number in (MENTOR, SECOND, THIRD, FOURTH)]
    await contact.talk(
        ("/matches", "1. 宁波", "✓", "△", "?看第3家", "?都问，按此序"),
        ("[都问，按此序]", "姓名和电话"),
        ("是", "：11月26日（周四）前答复", "2. 宁波", "3. 宁波", "排队", "!还可以再选"),
        ("/matches", "已问：宁波", "待答复", "?看第1家", "!都问"),
        ("[看第1家]", "?请求对接"),
        ("[请求对接]", "姓名和电话"),
        ("[是]", "最多同时请求三家"),
    )
    asked = await world.run(lambda session: session.scalars(select(Request).order_by(Request.rank)).all())
    assert [row.status for row in asked] == [RequestStatus.PENDING, RequestStatus.QUEUED, RequestStatus.QUEUED]
    assert len({row.offer_id for row in asked}) == 3
    assert [place for place, human in enumerate(helpers, 1) if human.seen()] == [asked[0].offer_id]
    assert ("answer_request", asked[0].subject) in await world.run(open_duties)


async def test_saying_no_to_the_hand_over_asks_all_the_same(world: World) -> None:
    await world.run(four_offers)
    contact = world.human(FACTORY)
    world.human(MENTOR)
    await contact.talk(
        ("/matches", "宁波"), ("[看第1家]", "?请求对接"), ("[请求对接]", "姓名和电话"), ("[否]", "已请求")
    )
    row = await world.run(lambda session: session.get_one(Request, 1))
    assert row.status is RequestStatus.PENDING and not row.shares_contact


async def test_a_decline_needs_a_reason_and_rolls_on(world: World) -> None:
    contact, first, second = world.human(FACTORY), world.human(MENTOR), world.human(SECOND)
    await world.run(all_asked)
    await first.talk(
        ("/inbox", "1 件", "绍兴晨光注塑厂，11月26日（周四）前"),
        ("[看第1条]", "返工多", "推荐理由", "✓", "△", "?接受", "?婉拒", "?请补充"),
        ("[婉拒]", "不能接的原因", "?能力不符", "?其他", "!?跳过"),
        ("没有这个原因", "没对上"),
        ("离得太远了", "留一句话", "?跳过"),
        ("下半年可以", "已婉拒，原因：距离"),
    )
    assert "宁波启明塑业集团这次接不了：距离" in contact.seen() and "下半年可以" in contact.seen()
    assert "已接着问 宁波第2塑业" in contact.seen()
    assert "请求贵单位带一带" in second.seen()
    row = await world.run(lambda session: session.get_one(Request, 1))
    assert (row.status, row.reason, row.remark) == (RequestStatus.DECLINED, "distance", "下半年可以")
    await contact.talk(("/matches", "!宁波启明"))


async def test_a_competitor_is_never_proposed_again(world: World) -> None:
    contact, first = world.human(FACTORY), world.human(MENTOR)
    await world.run(all_asked)
    await first.talk(
        ("/inbox", "1 件"), ("[看第1条]", "?婉拒"), ("[婉拒]", "原因"), ("行业竞争", "留一句话"), ("[跳过]", "已婉拒")
    )
    assert await world.run(lambda session: rivals_of(session, 1)) == {2}
    await world.run(lambda session: need(session, session.get_one(Unit, 1), "注塑件不良率高，返工多，变形"))
    await contact.talk(("/matches", "看哪一条"), ("[看第1条]", "!宁波启明"))


async def test_all_decline_and_the_city_office_takes_over_within_a_day(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(all_asked)
    for number in (MENTOR, SECOND, THIRD):
        await world.human(number).talk(
            ("/inbox", "1 件"), ("[看第1条]", "?婉拒"), ("[婉拒]", "原因"), ("时间冲突", "留一句"), ("[跳过]", "已婉拒")
        )
    assert "评审办一个工作日内跟您联系" in contact.seen()
    duty = await world.run(lambda session: session.scalars(select(Duty).where(Duty.done_at.is_(None))).one())
    assert (duty.kind, duty.subject, duty.office, duty.city) == ("find_candidate", "need:1", Role.CITY, "3306")
    assert duty.due_at is not None and duty.due_at.isoformat() == "2026-11-24T10:00:00+00:00"
    await contact.talk(("/matches", "宁波第4塑业", "!宁波启明"))


async def test_a_question_stops_the_clock_until_it_is_answered(world: World) -> None:
    contact, first = world.human(FACTORY), world.human(MENTOR)
    await world.run(all_asked)
    await first.talk(
        ("/inbox", "1 件"),
        ("[看第1条]", "?请补充"),
        ("[请补充]", "想让对方补充什么"),
        ("什么材料，一天多少模？", "已转给 绍兴晨光注塑厂"),
        ("/inbox", "等对方补充"),
    )
    assert "想先了解：什么材料，一天多少模？" in contact.seen()
    assert await world.run(open_duties) == [("answer_question", "request:1")]
    await world.pass_time(days=1)
    await contact.talk(("/needs", "轮到绍兴晨光"), ("[看第1条]", "待补充"), ("[第1家]", "对方问：什么材料", "?答复"))
    await contact.talk(("[答复]", "对方问"), ("PP，一天两千模", "已转给 宁波启明", "11月27日（周五）前"))
    await world.pass_time(days=1)
    assert "回答了：PP，一天两千模" in first.seen()
    await first.talk(("/inbox", "1 件"), ("[看第1条]", "问：什么材料", "答：PP，一天两千模"), ("[接受]", "结对成功"))


async def test_a_second_question_keeps_what_was_answered_to_the_first(world: World) -> None:
    contact, first = world.human(FACTORY), world.human(MENTOR)
    await world.run(all_asked)
    for question, reply in (("什么材料？", "PP"), ("几台机器？", "十二台")):
        await first.talk(("/inbox", "1 件"), ("[看第1条]",), ("[请补充]", "想让对方补充什么"), (question, "已转给"))
        await contact.talk(("[答复]", f"对方问：{question}"), (reply, "已转给"))
    request = await world.run(lambda session: session.get_one(Request, 1))
    assert (request.question, request.reply) == ("几台机器？", "十二台")
    assert request.earlier == [{"question": "什么材料？", "reply": "PP"}]


async def test_taking_a_request_back_asks_the_next(world: World) -> None:
    contact, first, second = world.human(FACTORY), world.human(MENTOR), world.human(SECOND)
    await world.run(all_asked)
    await contact.talk(
        ("/needs", "已发布"),
        ("[看第1条]", "待答复", "?第1家"),
        ("[第1家]", "轮到对方", "?撤回请求"),
        ("[撤回请求]", "已撤回对 宁波启明", "已接着问 宁波第2塑业"),
    )
    assert "不用再看了：对方撤回了请求" in first.seen()
    assert "请求贵单位带一带" in second.seen()
    await first.talk(("/inbox", "没有等您答复"))


async def test_success_releases_the_rest_at_once(world: World) -> None:
    first, second = world.human(MENTOR), world.human(SECOND)
    await world.run(all_asked)
    await first.talk(("/inbox", "1 件"), ("[看第1条]", "?接受"), ("[接受]", "结对成功"))
    assert [await status_of(world, n) for n in (1, 2, 3)] == [
        RequestStatus.ACCEPTED,
        RequestStatus.RELEASED,
        RequestStatus.RELEASED,
    ]
    await world.pass_time(days=5)
    assert "注塑厂" not in second.seen()


async def test_two_taps_on_accept_make_one_pair(world: World) -> None:
    first = world.human(MENTOR)
    await world.run(all_asked)
    await first.talk(("/inbox", "1 件"), ("[看第1条]", "?接受"))
    card = first.phone.messages[-1].id

    def twice(phone: Phone) -> None:
        phone.tap(card, "接受")
        phone.tap(card, "接受")

    await first.talk((twice, "结对成功", "已接受"))
    assert len(await world.run(lambda session: session.scalars(select(Pair)).all())) == 1
    assert (await world.run(lambda session: session.get_one(Offer, 1))).taken == 1


async def test_a_full_offer_sends_its_other_askers_on(world: World) -> None:
    other, first = world.human(1002), world.human(MENTOR)
    await world.run(all_asked)

    def another(session: Session) -> None:
        session.get_one(Offer, 1).capacity = 1
        unit = factory(session, 1002, "诸暨注塑二厂", contact="陈工")
        row = need(session, unit)
        asker = session.scalars(select(Person).order_by(Person.id.desc())).first()
        assert asker
        asking.ask(session, asker, need_id=row.id, offer_ids=[1, 2], consent=False)
        session.info.pop("told")

    await world.run(another)
    await first.talk(("/inbox", "2 件"), ("[看第1条]", "绍兴晨光"), ("[接受]", "结对成功"), ("/inbox", "没有等您答复"))
    assert "宁波启明塑业集团现在接不了：名额已满" in other.seen() and "已接着问 宁波第2塑业" in other.seen()


async def test_the_loser_of_the_last_place_is_told_why(world: World) -> None:
    await world.run(all_asked)
    first = world.human(MENTOR)
    await first.talk(("/inbox", "1 件"), ("[看第1条]", "?接受"))

    def fill(session: Session) -> None:
        session.get_one(Offer, 1).taken = 3

    await world.run(fill)
    await first.talk(("[接受]", "名额刚满", "转问下一家"))
    assert await status_of(world, 1) is RequestStatus.PENDING


async def test_anothers_request_looks_like_none_at_all(world: World) -> None:
    await world.run(all_asked)
    stranger, second = world.human(FOURTH), world.human(SECOND)
    actions = (
        "request.open",
        "request.accept",
        "request.decline",
        "request.ask_more",
        "request.revive",
        "request.words",
    )
    await stranger.talk(("/inbox", "没有等您答复"))
    for action in actions:
        answers = [await press(world, stranger, action, number) for number in (1, 4711)]
        assert answers[0] == answers[1] and "没有找到" in answers[0], action
    await second.talk(("/inbox", "没有等您答复"))
    for action in actions:  # one that waits in line behind another does not know of it
        assert "没有找到" in await press(world, second, action, 2), action
    assert await status_of(world, 1) is RequestStatus.PENDING


async def test_an_incubator_cannot_ask_for_the_incubatee(world: World) -> None:
    await world.run(four_offers)
    first = world.human(MENTOR)
    await first.talk(("/inbox", "没有等您答复"))
    assert "不在您目前的身份范围内" in await press(world, first, "request.make", 1, 1)
    contact = world.human(FACTORY)
    await contact.talk(("/matches", "宁波"))
    assert "没有找到" in await press(world, contact, "request.make", 4711, 1)
    assert "现在不能对接" in await press(world, contact, "request.make", 1, 4711)
    assert await world.run(lambda session: session.scalars(select(Request)).all()) == []


async def test_an_offer_withdrawn_sends_its_askers_on(world: World) -> None:
    contact, first = world.human(FACTORY), world.human(MENTOR)
    await world.run(all_asked)
    await first.talk(
        ("/offers", "已发布"),
        ("[看第1条]", "?撤回"),
        ("[撤回]", "会转给下一家", "?先不撤"),
        ("[确认撤回]", "G1 已撤回"),
    )
    assert "宁波启明塑业集团现在接不了：供给已撤回" in contact.seen()
    assert await status_of(world, 2) is RequestStatus.PENDING


async def test_a_decline_that_was_begun_is_over_with_the_acceptance(world: World) -> None:
    first = world.human(MENTOR)
    await world.run(all_asked)
    await first.talk(
        ("/inbox", "1 件"),
        ("[看第1条]", "?接受", "?婉拒"),
        ("[婉拒]", "不能接的原因"),
        ("[接受]", "结对成功"),
        ("我们下周想先去看一看现场", "我们下周想先去看一看现场", "!不用再办"),
    )
