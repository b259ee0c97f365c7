"""The association's queue: approve, return, and what happens when two officers or a writer act at once."""

import re
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange import needs, review, unmatched
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus, PostVersion
from models.oversight.duties import Duty
from models.registration.people import Role
from models.registration.units import Standing, Unit
from models.system import clock
from models.system.accounts import Person
from tests.exchange.people import ASSOCIATION, CITY, FACTORY, MENTOR, factory, mentor, officer, press, small_world
from tests.talk import World

COLLEAGUE = 3002


def post(session: Session, trouble: str, number: int = 1) -> Need:
    """A need waiting for review, nothing of it told."""
    row = needs.post_need(session, session.get_one(Person, number), trouble=trouble, methods=["spc"])
    session.info.pop("told")
    return row


def change(session: Session, text: str) -> None:
    """The writer changes the first need."""
    needs.post_need(session, session.get_one(Person, 1), trouble=text, need_id=1)
    session.info.pop("told")


def waiting(session: Session) -> None:
    """The small world with one need in the queue and a second officer."""
    small_world(session)
    officer(session, COLLEAGUE, "钱审", Role.ASSOCIATION)
    post(session, "注塑件不良率高，返工多")


def open_duties(session: Session, subject: str) -> list[str]:
    """The kinds of duties open about a record."""
    return list(session.scalars(select(Duty.kind).where(Duty.subject == subject, Duty.done_at.is_(None))))


async def test_oldest_first(world: World) -> None:
    await world.run(waiting)
    await world.pass_time(minutes=5)
    await world.run(lambda session: factory(session, 1002, "诸暨织袜二厂", contact="陈工"))
    await world.run(lambda session: post(session, "袜子断线多，废品率5%", 7))
    await world.human(ASSOCIATION).talk(
        ("/queue", "待审 2 条", "1. 11月23日（周一） 需求 绍兴晨光", "2. 11月23日（周一） 需求 诸暨织袜"),
        ("[看第1条]", "绍兴晨光注塑厂", "提交\n", "!版", "统计过程控制", "?批准", "?退回"),
        ("[下一条]", "诸暨织袜二厂"),
        ("[批准]", "已批准：诸暨织袜二厂", "还有 1 条"),
        ("[下一条]", "绍兴晨光注塑厂"),
        ("[批准]", "没有待审的了"),
        ("/queue", "没有待审的内容"),
    )


async def test_the_second_officer_learns_who_has_done_it(world: World) -> None:
    await world.run(waiting)
    first, second = world.human(ASSOCIATION), world.human(COLLEAGUE)
    for one in (first, second):
        await one.talk(("/queue", "待审 1 条"), ("[看第1条]", "?批准"))
    await first.talk(("[批准]", "已批准"))
    await second.talk(("[批准]", "已经由赵审批准", "不用再办"))

    def names(session: Session) -> list[object]:
        return [value for need in session.query(Need) for value in need.review.values() if value == "赵审"]

    assert await world.run(names) == []
    versions = await world.run(lambda session: session.scalars(select(PostVersion)).all())
    assert len(versions) == 1
    await first.talk(("/queue", "没有待审"))


async def test_a_return_names_reason_and_line_and_the_writer_mends_it(world: World) -> None:
    await world.run(waiting)
    contact, officer_phone = world.human(FACTORY), world.human(ASSOCIATION)
    await officer_phone.talk(
        ("/queue", "待审 1 条"),
        ("[看第1条]", "?退回", "!第 1 版"),
        ("[退回]", "退回的原因", "?含涉密", "?表述不清"),
        ("表述不清", "具体改哪里", "?跳过"),
        ("哪种注塑件？写明产品", "已退回：绍兴晨光注塑厂", "!打个电话"),
    )
    assert "需求被退回，请改一改：表述不清" in contact.seen() and "写明产品" in contact.seen()
    assert re.search(r"请在 \d+月\d+日（周.）前改好提交", contact.seen())
    assert await world.run(lambda session: open_duties(session, "need:1")) == ["fix_post"]
    await contact.talk(
        ("/needs", "已退回", "轮到绍兴晨光注塑厂"),
        ("[看第1条]", "退回原因：表述不清。哪种注塑件"),
        ("[修改]", "请过目"),
        ("[修改]", "改哪一项"),
        ("[哪里不顺]", "上次的回答：注塑件不良率高"),
        ("空调面板注塑件不良率高，返工多", "请过目"),
        ("[提交]", "已提交"),
    )
    assert await world.run(lambda session: open_duties(session, "need:1")) == ["review_post"]
    await officer_phone.talk(("/queue", "空调面板"), ("[看第1条]", "第 2 版"), ("[批准]", "已发布"))


@pytest.mark.parametrize(
    ("typed", "then"),
    [
        ("退回，哪种注塑件？写明产品", [("退回的原因", "?表述不清"), ("[表述不清]", "已退回")]),
        ("退回：表述不清", [("具体改哪里",), ("哪种注塑件？写明产品", "已退回")]),
        ("退回 表述不清，哪种注塑件？写明产品", [("已退回",)]),
    ],
)
async def test_a_return_may_be_typed_under_the_card(world: World, typed: str, then: list[tuple[str, ...]]) -> None:
    await world.run(waiting)
    contact, officer_phone = world.human(FACTORY), world.human(ASSOCIATION)
    await officer_phone.talk(("/queue", "待审 1 条"), ("[看第1条]", "?退回"), (typed, *then[0]), *then[1:])
    assert "需求被退回，请改一改：表述不清" in contact.seen() and "哪种注塑件？写明产品" in contact.seen()


async def test_other_words_under_the_card_return_nothing(world: World) -> None:
    await world.run(waiting)
    officer_phone = world.human(ASSOCIATION)
    await officer_phone.talk(
        ("/queue", "待审 1 条"), ("[看第1条]", "?退回"), ("退回的有几条", "!退回的原因", "!已退回")
    )


async def test_after_the_third_return_a_call_is_proposed(world: World) -> None:
    await world.run(waiting)
    officer_phone = world.human(ASSOCIATION)
    for turn in range(3):
        await officer_phone.talk(("/queue", "待审 1 条"), ("[看第1条]", "?退回"))
        await officer_phone.talk(
            ("[退回]", "退回的原因"), ("[信息不全]", "具体改哪里"), ("[跳过]", "已退回", "没有待审的了", "!下一条")
        )
        assert ("打个电话更快" in officer_phone.seen()) == (turn == 2)

        await world.run(partial(change, text=f"注塑件不良率高，返工多{turn}"))
    assert "13800001001" in officer_phone.seen()
    await officer_phone.talk(("/queue", "待审 1 条"), ("[看第1条]", "已多次退回，建议打电话", "☎ 王工"))


async def test_a_version_is_counted_from_the_second_on_in_english(world: World) -> None:
    await world.run(waiting)
    await world.run(lambda session: session.query(Person).update({"language": "en"}))
    officer_phone = world.human(ASSOCIATION)
    await officer_phone.talk(("/queue",), ("1", "submitted Mon 23 Nov", "!ersion"))
    await world.run(lambda session: setattr(session.get_one(Need, 1), "version", 2))
    await officer_phone.talk(("/queue",), ("1", "submitted Mon 23 Nov, version 2"))


async def test_a_text_changed_while_it_is_read_must_be_read_again(world: World) -> None:
    await world.run(waiting)
    officer_phone = world.human(ASSOCIATION)
    await officer_phone.talk(("/queue", "待审 1 条"), ("[看第1条]", "返工多"))
    await world.run(partial(change, text="注塑件不良率高，电话13857512345"))
    await officer_phone.talk(
        ("[批准]", "刚被对方改过", "?审核"), ("[审核]", "第 2 版", "疑似电话号码"), ("[批准]", "已发布")
    )
    duties = await world.run(lambda session: open_duties(session, "need:1"))
    assert "review_post" not in duties


async def test_what_a_reviewer_should_look_at(world: World) -> None:
    def odd(session: Session) -> list[list[str]]:
        small_world(session)
        post(session, "注塑件缩水，不良率高，单价3.5元")
        post(session, "提高质量")
        return [review.flags(session, one) for one in review.queue(session)]

    assert await world.run(odd) == [["secret_price"], ["vague"]]


async def test_only_the_association_publishes(world: World) -> None:
    await world.run(waiting)
    for number in (CITY, FACTORY, MENTOR):
        human = world.human(number)
        await human.talk(("/queue", "不在您目前的身份范围内"))
        for action, args in (
            ("review.open", ["need:1"]),
            ("review.approve", ["need:1", 1]),
            ("review.return", ["need:1", 1]),
        ):
            assert "不在您目前的身份范围内" in await press(world, human, action, *args)
    assert (await world.run(lambda session: session.get_one(Need, 1))).status is PostStatus.PENDING


async def test_a_need_that_rested_and_was_changed_waits_from_its_new_publication_on(world: World) -> None:
    await world.run(waiting)

    def changed_after_a_year(session: Session) -> datetime | None:
        row, reviewer = session.get_one(Need, 1), session.scalars(select(Person).where(Person.name == "赵审")).one()
        row.status, row.published_at = PostStatus.UNSERVED, clock.now() - timedelta(days=365)
        change(session, "注塑件不良率高，返工多，换了新模具还是这样")
        review.approve(session, reviewer, "need:1")
        session.info.pop("told")
        return row.published_at

    assert await world.run(changed_after_a_year) == clock.now()


async def test_a_need_made_public_again_may_have_an_expert_sent_again(world: World) -> None:
    await world.run(waiting)

    def renewed(session: Session) -> object:
        row = session.get_one(Need, 1)
        row.status, row.review = PostStatus.EXPIRED, {"approved": True, "expert": {"who": "刘工", "on": "2026-08-03"}}
        review.renew(session, session.get_one(Person, 1), "need:1")
        session.info.pop("told")
        return unmatched.expert_of(row)

    assert await world.run(renewed) is None


async def test_a_forged_subject_finds_nothing(world: World) -> None:
    await world.run(waiting)
    officer_phone = world.human(ASSOCIATION)
    await officer_phone.talk(("/queue", "待审"))
    for subject in ("need:4711", "offer:1x", "unit:1", "need:", "x"):
        assert "没有找到" in await press(world, officer_phone, "review.open", subject)


async def test_the_clock_of_a_review_is_two_and_three_working_days(world: World) -> None:
    await world.run(waiting)
    duty = await world.run(lambda session: session.scalars(select(Duty)).one())
    assert (duty.kind, duty.office, duty.city) == ("review_post", Role.ASSOCIATION, "3306")
    assert duty.due_at is not None and duty.due_at.isoformat() == "2026-11-26T10:00:00+00:00"
    assert duty.remind_at is not None and duty.remind_at.isoformat() == "2026-11-25T00:30:00+00:00"


async def test_an_offer_goes_through_the_same_queue(world: World) -> None:
    await world.run(small_world)
    await world.run(lambda session: mentor(session, 2002, "杭州精工机械", city="3301", contact="孙总"))
    mentor_phone, officer_phone = world.human(2002), world.human(ASSOCIATION)
    await mentor_phone.talk(
        ("/offer", "贵单位能教什么"),
        ("教SPC，带过两家轴承厂", "我理解为", "统计过程控制"),
        ("[对，继续]", "举一个真实的效果"),
        ("[跳过]", "用哪些方式"),
        ("来厂里诊断，再长期带", "同时最多带几家"),
        ("2", "去哪些市"),
        ("宁波、绍兴", "请过目", "宁波、绍兴", "12 个月"),
        ("[提交]", "供给 G2 已提交"),
    )
    await officer_phone.talk(("/queue", "孵化供给 杭州精工机械"), ("[看第1条]", "待审孵化供给"), ("[批准]", "已发布"))
    assert "供给 G2 已发布" in mentor_phone.seen()
    row = await world.run(lambda session: session.get_one(Offer, 2))
    assert (row.status, row.capacity, row.cities, row.months) == (PostStatus.PUBLISHED, 2, ["3302", "3306"], 12)
    assert row.forms == ["diagnosis", "follow_up"]
    await mentor_phone.talk(("/offers", "已发布", "名额 0/2"), ("[看第1条]", "地区：宁波、绍兴", "?续期"))


async def test_posts_of_a_unit_never_verified_stay_unseen(world: World) -> None:
    def unverified(session: Session) -> str:
        waiting(session)
        session.get_one(Unit, 1).as_incubatee = Standing.PENDING
        review.approve(session, session.get_one(Person, 3), "need:1")
        session.info.pop("told")
        return session.get_one(Need, 1).status

    assert await world.run(unverified) == PostStatus.PENDING
    await world.human(ASSOCIATION).talk(("/queue", "没有待审"), ("/find 注塑", "!返工多"))
