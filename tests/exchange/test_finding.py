"""Finding and following: one line of text, what each role may see, and one letter a week."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange import finding
from models.exchange.finding import Term, question
from models.exchange.follows import news_day
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.registration.units import Standing, Unit
from models.system import clock
from tests.exchange.people import ASSOCIATION, CITY, FACTORY, MENTOR, factory, mentor, need, offer, press, small_world
from tests.talk import World


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("注塑 六西格玛", [("industry", "C29"), ("method", "six_sigma")]),
        ("六西格玛，宁波", [("method", "six_sigma"), ("city", "3302")]),
        ("绍兴市 SPC", [("city", "3306"), ("method", "spc")]),
        ("QCC", [("method", "qc_circle")]),
        ("六西格马", [("method", "six_sigma")]),
        ("Six Sigma Ningbo", [("method", "six_sigma"), ("city", "3302")]),
        ("压铸 气孔", [("word", "压铸"), ("word", "气孔")]),
        ("100%_", [("word", "100%_")]),
    ],
)
def test_what_a_line_asks_for(typed: str, terms: list[tuple[str, str]]) -> None:
    assert [(term.kind, term.code) for term in question(typed).terms] == terms


def test_a_line_is_read_no_further_than_six_terms() -> None:
    assert len(question(" ".join("甲乙丙丁戊己庚辛")).terms) == 6
    assert question("   ").terms == ()
    assert Term("word", "x") != Term("word", "y")


def market(session: Session) -> None:
    """Three offers and two needs."""
    small_world(session)
    lean = mentor(session, 2002, "杭州精工机械", city="3301", industry="C34", contact="孙总")
    offer(session, lean, "精益和单件流，机加工车间", methods=["lean_production"], industries=["C34"])
    shoes = mentor(session, 2003, "温州红杉鞋业", city="3303", industry="C19", contact="钱总")
    offer(session, shoes, "六西格玛降开胶", methods=["dmaic"], industries=["C19"], cities=["3303"])
    need(session, session.get_one(Unit, 1))
    need(
        session,
        factory(session, 1002, "乐清开关厂", city="3303", industry="C38", contact="陈工"),
        "开关漏装弹簧，100%_全检还漏",
    )


async def test_offers_are_found_by_method_trade_and_city(world: World) -> None:
    await world.run(market)
    await world.human(FACTORY).talk(
        ("/find", "一行写清", "/find 注塑 六西格玛 宁波"),
        ("/find 六西格玛", "宁波启明塑业集团", "温州红杉鞋业", "!杭州精工", "!返工多", "?G1"),
        ("/find 注塑 六西格玛", "宁波启明", "!温州红杉"),
        ("/find 温州 六西格玛", "温州红杉", "!宁波启明"),
        ("/find 机械 六西格玛", "部分对上"),
        ("/find 养蜂", "没有找到“养蜂”", "/follow 养蜂"),
        ("/find 8d", "没有找到“8D”", "/follow 8D"),
        ("/find 六西格玛", "?G1"),
        ("[G1]", "宁波启明塑业集团（宁波）", "名额还有 3 个", "?用 N1 请求"),
        ("[用 N1 请求]", "✓", "?请求对接"),
    )


async def test_incubators_see_needs_without_contacts_and_no_offers(world: World) -> None:
    await world.run(market)
    await world.human(MENTOR).talk(
        ("/find 注塑", "需求 绍兴", "返工多", "!王工", "!晨光", "!13800001001", "!供给"),
        ("[N1]", "需求 N1", "联系方式不公开", "!晨光"),
        ("/find 100%_", "开关漏装弹簧"),
        ("/find 100_", "没有找到"),
    )


async def test_officers_see_both(world: World) -> None:
    await world.run(market)
    for number in (ASSOCIATION, CITY):
        await world.human(number).talk(("/find 注塑", "供给 宁波", "需求 绍兴"))


async def test_what_is_not_public_is_not_found(world: World) -> None:
    def hide(session: Session) -> None:
        session.get_one(Offer, 1).hidden = True
        session.get_one(Offer, 3).status = PostStatus.PENDING
        session.get_one(Need, 1).status = PostStatus.PENDING

    await world.run(market)
    await world.run(hide)
    await world.human(FACTORY).talk(("/find 六西格玛", "没有找到"))
    await world.human(MENTOR).talk(("/find 注塑", "没有找到"))
    other = world.human(1002)
    await other.talk(("/find", "一行写清"))
    assert "没有找到这条记录" in await press(world, world.human(MENTOR), "found.need", 1)
    assert "没有找到这条记录" in await press(world, other, "found.offer", 1)


async def test_only_the_newest_are_looked_through_and_that_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def age(session: Session) -> None:
        for days, one in enumerate(session.scalars(select(Offer).order_by(Offer.id.desc()))):
            one.published_at = clock.now() - timedelta(days=days)

    await world.run(market)
    contact = world.human(FACTORY)
    monkeypatch.setattr(finding, "NEWEST", 1)  # and the next, with all that came at its moment
    await contact.talk(("/find 六西格玛", "温州红杉", "宁波启明"))
    await world.run(age)
    await contact.talk(
        ("/find 六西格玛", "温州红杉", "!宁波启明", "只找了最新的 1 条"),
        ("/find 养蜂", "没有找到", "只找了最新的 1 条"),
        ("/find 注塑 六西格玛", "部分对上", "只找了最新的 1 条"),
    )
    monkeypatch.setattr(finding, "NEWEST", 3)
    await contact.talk(("/find 六西格玛", "宁波启明", "!只找了"), ("/find 养蜂", "没有找到", "!只找了"))
    await world.human(MENTOR).talk(("/find 注塑", "返工多", "!只找了"))
    monkeypatch.setattr(finding, "NEWEST", 1)
    assert await world.run(lambda session: found(session, "六西格玛")) == ([3], 0), "what was found is all it shows"


def found(session: Session, typed: str) -> tuple[list[int], int]:
    """One offer that a line finds, and of how many of the newest it is all."""
    answer = finding.find(session, question(typed), kinds=frozenset({"offers"}), limit=1)
    return [one.id for one in answer.offers], answer.newest


async def test_following_brings_one_letter_a_week(world: World) -> None:
    await world.run(market)
    contact = world.human(FACTORY)
    await contact.talk(
        ("/follow", "您没有关注什么"),
        ("/follow 火星语", "没认出“火星语”"),
        ("/follow 注塑 六西格玛 宁波", "橡胶和塑料制品业", "六西格玛", "宁波", "?✕ 宁波"),
        ("/follow 六西格玛", "· 六西格玛"),
        ("[✕ 宁波]", "!· 宁波"),
    )
    await world.pass_time(to=at(24, 9, 59))
    assert "新发布" not in contact.seen()
    await world.pass_time(to=at(24, 10, 1))
    assert contact.seen().count("您关注的有新发布") == 1
    assert "宁波启明" in contact.seen() and "温州红杉" in contact.seen() and "杭州精工" not in contact.seen()
    contact.phone.read()
    await world.pass_time(days=7)
    assert "新发布" not in contact.seen(), "nothing new, nothing sent"
    await world.run(lambda session: offer(session, session.get_one(Unit, 2), "注塑模温控制", methods=["doe"]))
    await world.pass_time(days=7)
    assert contact.seen().count("您关注的有新发布") == 1 and "注塑模温" in contact.seen()


async def test_followers_read_only_what_they_may_see(world: World) -> None:
    await world.run(market)
    helper = world.human(MENTOR)
    await helper.talk(("/follow 注塑", "橡胶和塑料制品业"))
    await world.pass_time(to=at(24, 10, 1))
    assert "需求 绍兴" in helper.seen() and "供给" not in helper.seen() and "晨光" not in helper.seen()
    await world.human(ASSOCIATION).talk(("/health", "关注的新发布最近一期 11月24日（周二） 10:0"))


async def test_twelve_follows_are_enough(world: World) -> None:
    await world.run(market)
    contact = world.human(FACTORY)
    await contact.talk(
        ("/follow 杭州 宁波 温州 嘉兴 湖州 绍兴", "杭州"),
        ("/follow 金华 衢州 舟山 台州 丽水 5S", "5S"),
        ("/follow SPC", "最多关注 12 个"),
    )


async def test_a_follow_of_somebody_else_is_not_ended(world: World) -> None:
    await world.run(market)
    contact, other = world.human(FACTORY), world.human(1002)
    await contact.talk(("/follow 宁波", "宁波"))
    await other.talk(("/follow 温州", "温州"))
    await press(world, other, "follow.end", 1)
    await contact.talk(("/follow", "· 宁波"))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (at(23, 9), "2026-11-24"),
        (at(24, 9), "2026-11-24"),
        (at(27, 9), "2026-11-24"),
        (datetime(2026, 10, 5, 9, tzinfo=clock.SHANGHAI), "2026-10-08"),
    ],
)
def test_news_come_on_tuesday_or_the_first_working_day_after(moment: datetime, day: str) -> None:
    assert news_day(moment).isoformat() == day


async def test_a_unit_on_both_sides_sees_both(world: World) -> None:
    def both(session: Session) -> None:
        session.get_one(Unit, 1).as_incubator = Standing.ACTIVE

    await world.run(market)
    await world.run(both)
    await world.human(FACTORY).talk(("/find 弹簧", "需求 温州"), ("/find 六西格玛", "供给"))
