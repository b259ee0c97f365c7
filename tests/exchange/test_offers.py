"""Offers: posting, changing, withdrawing, and only by those they belong to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange import asking
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus
from models.registration.units import Standing, Unit
from models.system.accounts import Person
from tests.exchange.people import FACTORY, MENTOR, mentor, need, press, small_world
from tests.talk import World

TEXT = "用六西格玛降注塑报废，教过两家配套厂，报废率从 9% 到 3%"


async def all_offers(world: World) -> list[Offer]:
    """Every offer, oldest first."""
    return await world.run(lambda session: list(session.scalars(select(Offer).order_by(Offer.id))))


async def test_words_with_a_figure_need_no_example(world: World) -> None:
    await world.run(small_world)
    helper = world.human(MENTOR)
    await helper.talk(
        ("/offer", "贵单位能教什么", "1/7"),
        (TEXT, "我理解为", "方法：六西格玛", "适合行业：橡胶和塑料制品业"),
        ("[对，继续]", "用哪些方式"),
        ("质量诊断、跟踪辅导、线上", "同时最多带几家", "?10"),
        ("十一", "没读出数字"),
        ("11", "1 到 10 之间"),
        ("五", "去哪些市", "?全省"),
        ("全省", "请过目", "同时带几家：5", "服务地区：全省", "孵化期：12 个月"),
        ("[提交]", "供给 G2 已提交", "11月26日（周四）前"),
        ("/offers", "待审", "名额 0/5", "轮到省质量协会"),
    )
    row = (await all_offers(world))[1]
    assert (row.capacity, row.cities, row.months, row.status) == (5, [], 12, PostStatus.PENDING)
    assert row.forms == ["diagnosis", "follow_up", "online"]
    assert row.industries == ["C29"] and "six_sigma" in row.methods


async def test_a_vague_offer_is_asked_for_one_true_example(world: World) -> None:
    await world.run(small_world)
    await world.human(MENTOR).talk(
        ("/offer", "贵单位能教什么"),
        ("教质量管理", "我理解为", "适合行业：橡胶和塑料制品业"),
        ("[改一下]", "改哪一项", "?能教什么", "?适合行业"),
        ("[适合行业]", "适合哪些行业", "?不限行业"),
        ("不限", "我理解为", "不限行业"),
        ("[对，继续]", "真实的效果"),
        ("带过两家轴承厂，磨床废品少了一半", "教哪些方法"),
        ("SPC、5S", "用哪些方式"),
        ("来厂里培训", "同时最多带几家"),
        ("[2]", "去哪些市"),
        ("温州、台州", "请过目", "不限行业"),
        ("[修改]", "改哪一项"),
        ("[孵化期]", "一轮孵化多久"),
        ("6", "请过目", "6 个月"),
        ("[提交]", "已提交"),
    )
    row = (await all_offers(world))[1]
    assert row.text == "教质量管理\n带过两家轴承厂，磨床废品少了一半"
    assert (row.methods, row.industries, row.cities, row.months) == (["spc", "five_s"], [], ["3303", "3310"], 6)


async def test_a_change_is_reviewed_and_keeps_the_places_in_use(world: World) -> None:
    def two_taken(session: Session) -> None:
        small_world(session)
        session.get_one(Offer, 1).taken = 2

    await world.run(two_taken)
    helper, contact = world.human(MENTOR), world.human(FACTORY)
    await helper.talk(
        ("/offers", "名额 2/3"),
        ("[看第1条]", "?修改"),
        ("[修改]", "请过目", "同时带几家：3"),
        ("[修改]", "改哪一项"),
        ("同时带几家", "同时最多带几家", "上次的回答：3"),
        ("1", "请过目"),
        ("[提交]", "已经带着 2 家，名额不能少于这个数"),
        ("[修改]", "改哪一项"),
        ("[同时带几家]", "最多带几家"),
        ("4", "请过目"),
        ("[提交]", "已提交"),
    )
    row = (await all_offers(world))[0]
    assert (row.version, row.capacity, row.taken, row.status) == (2, 4, 2, PostStatus.PENDING)
    await world.run(lambda session: need(session, session.get_one(Unit, 1)))
    await contact.talk(("/matches", "!宁波启明"))


async def test_the_same_offer_is_not_taken_twice(world: World) -> None:
    await world.run(small_world)
    helper = world.human(MENTOR)
    for last in ("已提交", "已经提过"):
        await helper.talk(
            ("/offer", "能教什么"),
            (TEXT, "我理解为"),
            ("[对，继续]", "用哪些方式"),
            ("1", "同时最多"),
            ("3", "去哪些市"),
            ("全省", "请过目"),
            ("[提交]", last),
        )
    assert len(await all_offers(world)) == 2


async def test_withdrawing_leaves_pairs_and_passes_requests_on(world: World) -> None:
    def asked(session: Session) -> None:
        small_world(session)
        row = need(session, session.get_one(Unit, 1))
        asking.ask(session, session.get_one(Person, 1), need_id=row.id, offer_ids=[1], consent=True)
        session.info.pop("told")

    helper, contact = world.human(MENTOR), world.human(FACTORY)
    await world.run(asked)
    await helper.talk(
        ("/offers", "已发布"), ("[看第1条]", "?撤回"), ("[撤回]", "正在进行的结对照常"), ("[确认撤回]", "G1 已撤回")
    )
    assert "现在接不了：供给已撤回" in contact.seen() and "评审办一个工作日内跟您联系" in contact.seen()
    row = await world.run(lambda session: session.get_one(Request, 1))
    assert (row.status, row.reason) == (RequestStatus.RELEASED, "offer_withdrawn")
    await helper.talk(("/offers", "已撤回"))


async def test_anothers_offer_looks_like_none_at_all(world: World) -> None:
    await world.run(small_world)
    await world.run(lambda session: mentor(session, 2002, "杭州精工机械", city="3301", contact="孙总"))
    stranger = world.human(2002)
    await stranger.talk(("/offers", "还没有发布供给", "?发布供给"))
    for action in ("offer.open", "offer.edit", "offer.withdraw", "offer.withdraw_sure", "offer.show"):
        answers = [await press(world, stranger, action, number) for number in (1, 4711)]
        assert answers[0] == answers[1] and "没有找到" in answers[0], action
    for subject in ("offer:1", "offer:4711", "offer:x", "unit:1"):
        assert "没有找到" in await press(world, stranger, "post.renew", subject)
    assert (await all_offers(world))[0].status is PostStatus.PUBLISHED


async def test_a_frozen_incubator_offers_and_accepts_nothing(world: World) -> None:
    def asked_then_frozen(session: Session) -> None:
        small_world(session)
        row = need(session, session.get_one(Unit, 1))
        asking.ask(session, session.get_one(Person, 1), need_id=row.id, offer_ids=[1], consent=True)
        session.info.pop("told")
        session.get_one(Unit, 2).as_incubator = Standing.FROZEN

    helper, contact = world.human(MENTOR), world.human(FACTORY)
    await world.run(asked_then_frozen)
    await helper.talk(("/inbox", "1 件"), ("[看第1条]", "?接受"), ("[接受]", "暂停新的对接"))
    await contact.talk(("/matches", "!看第1家"))

    def thaw_one_freeze_other(session: Session) -> None:
        session.get_one(Unit, 2).as_incubator = Standing.ACTIVE
        session.get_one(Unit, 1).as_incubatee = Standing.FROZEN

    await world.run(thaw_one_freeze_other)
    await helper.talk(("/inbox", "1 件"), ("[看第1条]", "?接受"), ("[接受]", "对方单位目前暂停"))
    assert (await world.run(lambda session: session.get_one(Request, 1))).status is RequestStatus.PENDING
