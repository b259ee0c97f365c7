"""Needs nobody takes: the city office after five working days, the province after fifteen, a line to the asker."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused
from models.exchange import asking, review, unmatched
from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.exchange.requests import Request
from models.exchange.unmatched import line_of
from models.oversight.duties import Duty
from models.registration.people import Role
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Account, Person
from models.system.letters import Delivery, Letter
from tests.exchange.people import (
    ASSOCIATION,
    CITY,
    FACTORY,
    PROVINCE,
    factory,
    mentor,
    need,
    offer,
    officer,
    press,
    small_world,
)
from tests.incubation.people import twice
from tests.talk import World

PENDING: dict[str, Any] = {"status": PostStatus.PENDING, "published_at": None}


def published(session: Session) -> None:
    """A published need with candidates that nobody has asked yet; an officer in another city."""
    small_world(session)
    officer(session, 4002, "吴市办", Role.CITY, "3302")
    need(session, session.get_one(Unit, 1))


def behind(session: Session, phone: int) -> Person:
    """The person behind a phone."""
    return session.scalars(select(Account).where(Account.external_id == str(phone))).one().person


def duties_of(session: Session, subject: str = "need:1") -> list[tuple[str, str | None]]:
    """The open duties about a record and the office that holds them."""
    rows = session.scalars(select(Duty).where(Duty.subject == subject, Duty.done_at.is_(None)).order_by(Duty.id))
    return [(duty.kind, duty.office) for duty in rows]


async def test_below_the_floor_the_truth_is_told_and_the_office_has_one_day(world: World) -> None:
    def post(session: Session) -> None:
        small_world(session)
        session.get_one(Unit, 1).industry = "Q84"
        need(session, session.get_one(Unit, 1), "护理差错多，家属有意见", methods=[], **PENDING)

    await world.run(post)
    contact = world.human(FACTORY)
    await world.human(ASSOCIATION).talk(("/queue", "护理"), ("[看第1条]", "护理"), ("[批准]", "已发布"))
    assert "暂时没有足够合适的孵化单位" in contact.seen() and "绍兴市评审办，一个工作日内" in contact.seen()
    assert await world.run(duties_of) == [("find_candidate", Role.CITY)]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_expert_of_the_team_is_tapped_and_hears_where_and_when(world: World, language: str) -> None:
    def arrange(session: Session) -> None:
        published(session)
        unmatched.hand_up(session, behind(session, CITY), need_id=1)
        officer(session, 950, "李工", Role.EXPERT).language = language
        session.info.pop("told", None)

    await world.run(arrange)
    expert = world.human(950)
    await world.human(PROVINCE).talk(
        ("/todo", "派专家"),
        ("[第1件]", "?派专家"),
        ("[派专家]", "派了谁", "?李工"),
        ("不知道", "不是人名", "一直在您的待办里"),
        ("[李工]", "哪天去"),
        ("12-03", "已记下：李工，12月3日（周四）去绍兴晨光注塑厂"),
    )
    asked = {"zh": ("请您去绍兴晨光注塑厂", "12月3日（周四）"), "en": ("asks you to go to 绍兴晨光注塑厂", "3 Dec")}[
        language
    ]
    assert all(words in expert.seen() for words in asked) and "138" not in expert.seen()


async def test_the_province_sends_an_expert_and_those_concerned_hear(world: World) -> None:
    def arrange(session: Session) -> None:
        published(session)
        unmatched.hand_up(session, behind(session, CITY), need_id=1)
        session.info.pop("told", None)

    await world.run(arrange)
    contact, city, province = world.human(FACTORY), world.human(CITY), world.human(PROVINCE)
    await province.talk(
        ("/todo", "派专家"),
        ("[第1件]", "已报省评审办", "?派专家"),
        ("[派专家]", "派了谁"),
        ("省计量院 沈工", "哪天去"),
        ("12-03", "已记下：省计量院 沈工，12月3日（周四）去绍兴晨光注塑厂"),
        ("[看需求]", "已派专家：省计量院 沈工，12月3日（周四）", "!?派专家"),
        ("/todo", "没有待办"),
    )
    assert "派了专家：省计量院 沈工" in contact.seen() and "12月3日（周四）请有人在现场接待" in contact.seen()
    assert "给绍兴晨光注塑厂派了专家：省计量院 沈工" in city.seen()
    await world.pass_time(days=8)  # the line of the fifth working day
    assert "专家：省计量院 沈工，12月3日（周四）到，请有人在现场接待" in contact.seen()
    await world.pass_time(days=7)
    assert "省计量院 沈工，12月3日（周四）来过了" in contact.seen() and "想办法" not in contact.seen()
    await world.pass_time(days=15)
    assert ("send_expert", Role.PROVINCE) not in await world.run(duties_of), "nobody is asked to send one again"

    def again(session: Session, by: int) -> str:
        try:
            unmatched.send_expert(session, behind(session, by), need_id=1, who="沈工", on=date(2026, 12, 4))
        except Refused as no:
            return no.code
        return "sent"

    codes = [await world.run(partial(again, by=by)) for by in (PROVINCE, CITY, FACTORY)]
    assert codes == ["expert_sent_before", "role", "not_found"]


async def test_the_city_then_the_province_then_an_expert(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(published)
    published_on = calendar.local_day(clock.now())
    await world.pass_time(days=7)
    assert await world.run(duties_of) == []
    assert await world.due("look_after_needs") == []  # it was looked after this morning
    assert "已发布 5 个工作日：还没有对上" in contact.seen()
    await world.pass_time(days=1)
    eighth_day = clock.now()
    assert await world.run(duties_of) == [("find_candidate", Role.CITY)]
    assert await world.due("look_after_needs") == []
    for working_days, due in ((7, []), (9, []), (10, [1]), (11, [1])):  # missed on the tenth, it is due on the eleventh
        clock.hold(calendar.opening(calendar.nth_working_day(published_on, working_days)))
        assert await world.due("look_after_needs") == due, working_days
    clock.hold(eighth_day)
    await world.pass_time(days=13)
    assert await world.run(duties_of) == [("send_expert", Role.PROVINCE)], "the ball is in one court"
    lines = await world.run(
        lambda session: session.scalars(select(Letter).where(Letter.template == "need_still_open")).all()
    )
    assert len(lines) == 3, "one line for every five working days"
    assert "已请省评审办" in lines[-1].body


async def test_a_number_is_shown_to_the_office_of_its_own_city_only(world: World) -> None:
    office = world.human(CITY)
    await world.run(published)
    near = {"contact": "师傅", "city": "3306"}
    await world.run(lambda session: offer(session, mentor(session, 2002, "绍兴第2塑业", **near), "教SPC，注塑"))
    await world.pass_time(days=8)
    cards = []
    for n in (1, 2):
        await office.do("/match")
        await office.do("[看第1条]")
        cards.append(await office.do(f"[看第{n}家]"))
    assert {("绍兴 ·" in card, "☎ 师傅" in card, "☎" in card) for card in cards} == {
        (True, True, True),
        (False, False, False),
    }


async def test_the_office_sees_candidates_recommends_one_and_the_factory_asks_it(world: World) -> None:
    contact, office = world.human(FACTORY), world.human(CITY)
    await world.run(published)
    await world.run(lambda session: offer(session, mentor(session, 2002, "宁波第2塑业", contact="师傅"), "教SPC，注塑"))
    await world.pass_time(days=8)
    await office.talk(
        ("/match", "没有人考虑的需求 1 条", "🟡 6 个工作日 绍兴晨光注塑厂"),
        ("[看第1条]", "6 个工作日", "候选", "☎ 王工 13800001001", "?看第1家", "?看第2家", "?报省办"),
        ("[看第2家]", "站在企业角度", "✓", "名额 0/3", "?推荐", "?排除", "!☎"),
        ("[推荐]", "已向 绍兴晨光注塑厂 推荐"),
    )
    assert "周市办为您的需求 N1 推荐" in contact.seen()
    assert await world.run(duties_of) == [("choose_incubator", None)]
    await contact.talk(
        ("/matches", "评审办推荐"), ("[看第1家]", "?请求对接"), ("[请求对接]", "姓名和电话"), ("[是]", "已请求")
    )
    assert await world.run(duties_of) == []
    await office.talk(("/match", "没有需要您找人"))


async def test_an_office_that_recommends_one_after_the_other_calls_the_factory_once_a_day(world: World) -> None:
    """Of three recommendations in a row the first goes out, the last comes the next morning, the second is passed."""
    contact, office = world.human(FACTORY), world.human(CITY)
    await world.run(published)
    for number, name in ((2002, "宁波第2塑业"), (2003, "宁波第3塑业")):
        await world.run(lambda session: offer(session, mentor(session, number, name, contact="师傅"), "教SPC，注塑"))  # noqa: B023
    await world.pass_time(days=8)
    told = contact.seen().count("推荐")
    for n in (1, 2, 3):
        await office.talk(("/match", "1 条"), ("[看第1条]", "候选"), (f"[看第{n}家]", "?推荐"), ("[推荐]", "推荐"))
    assert contact.seen().count("为您的需求 N1 推荐") - told <= 1
    statuses = await world.run(_recommended)
    assert statuses == [Delivery.SENT, Delivery.DROPPED, Delivery.HELD]
    await world.pass_time(days=1)
    assert await world.run(_recommended) == [Delivery.SENT, Delivery.DROPPED, Delivery.SENT]


def _recommended(session: Session) -> list[Delivery]:
    query = select(Letter.status).where(Letter.template == "offer_recommended").order_by(Letter.id)
    return list(session.scalars(query))


async def test_the_office_rules_one_out_and_takes_it_back(world: World) -> None:
    office, contact = world.human(CITY), world.human(FACTORY)
    await world.run(published)
    await office.talk(
        ("/match", "1 条"),
        ("[看第1条]", "宁波启明"),
        ("[看第1家]", "?排除"),
        (twice("排除"), "排除这家", "!又可以推荐", "?改回来"),
    )
    await contact.talk(("/matches", "没有别的合适候选"))
    await office.talk(("[改回来]", "又可以推荐"))
    await contact.talk(("/matches", "宁波启明"))


async def test_passing_a_need_on_to_the_province(world: World) -> None:
    office, province = world.human(CITY), world.human(PROVINCE)
    await world.run(published)
    await office.talk(("/match", "1 条"), ("[看第1条]", "?报省办"), ("[报省办]", "已报省评审办"))
    assert await world.run(duties_of) == [("send_expert", Role.PROVINCE)]
    await province.talk(("/todo", "晨光注塑厂：派专家"), ("/match", "1 条"), ("[看第1条]", "绍兴晨光"))


async def test_what_was_passed_on_is_no_more_the_citys_to_do_nor_to_pass_on(world: World) -> None:
    office = world.human(CITY)
    await world.run(published)
    await world.pass_time(days=8)
    assert await world.run(duties_of) == [("find_candidate", Role.CITY)]
    await office.talk(("/match", "1 条"), ("[看第1条]", "?报省办"), ("[报省办]", "已报省评审办"))
    assert await world.run(duties_of) == [("send_expert", Role.PROVINCE)]
    due = await world.run(lambda session: session.scalars(select(Duty.due_at).where(Duty.kind == "send_expert")).all())
    await world.pass_time(days=1)
    await office.talk(("/match", "1 条"), ("[看第1条]", "已报省评审办", "!报省办"))
    assert "已经报过省评审办" in await press(world, office, "match.hand_up", 1)
    again = await world.run(
        lambda session: session.scalars(select(Duty.due_at).where(Duty.kind == "send_expert")).all()
    )
    assert again == due, "its clock does not begin anew"


async def test_after_the_province_recommended_it_is_the_factorys_turn_for_five_days(world: World) -> None:
    province = world.human(PROVINCE)
    await world.run(published)
    await world.pass_time(days=22)
    assert await world.run(duties_of) == [("send_expert", Role.PROVINCE)]
    await province.talk(("/match", "1 条"), ("[看第1条]", "候选"), ("[看第1家]", "?推荐"), ("[推荐]", "已向"))
    assert await world.run(duties_of) == [("choose_incubator", None)]
    await world.pass_time(days=3)
    assert await world.run(duties_of) == [("choose_incubator", None)]
    await world.pass_time(days=7)
    assert ("send_expert", Role.PROVINCE) in await world.run(duties_of)


async def test_an_office_sees_its_own_city_only(world: World) -> None:
    await world.run(published)
    elsewhere = world.human(4002)
    await elsewhere.talk(("/match", "没有需要您找人"))
    for action, args in (
        ("match.open", [1]),
        ("match.candidate", [1, 1]),
        ("match.recommend", [1, 1]),
        ("match.rule_out", [1, 1]),
        ("match.hand_up", [1]),
    ):
        forged = await press(world, elsewhere, action, *args)
        nothing = await press(world, elsewhere, action, 4711, *args[1:])
        assert forged == nothing and "没有找到" in forged, action
    await world.human(FACTORY).talk(("/match", "不在您目前的身份范围内"))
    row = await world.run(lambda session: session.get_one(Need, 1))
    assert (row.pinned_offer_id, row.barred_offers) == (None, [])


async def test_without_an_officer_in_the_city_the_association_is_asked(world: World) -> None:
    def post(session: Session) -> None:
        small_world(session)
        unit = factory(session, 1002, "丽水竹木厂", city="3311", industry="C20", contact="陈工")
        row = need(session, unit, "竹筷发霉退货多", methods=[], **PENDING)
        officer_person = session.scalars(select(Person).where(Person.name == "赵审")).one()
        review.approve(session, officer_person, row.subject)
        session.info.pop("told")

    await world.run(post)
    assert await world.run(duties_of) == [("find_candidate", Role.ASSOCIATION)]


async def test_who_has_candidates_and_does_not_choose_is_told_whose_turn_it_is(world: World) -> None:
    """The asker's line says that the choice is theirs, not that the office is looking."""
    contact = world.human(FACTORY)

    def choosing(session: Session) -> None:
        published(session)
        review.hand_choice(session, session.get_one(Need, 1))

    await world.run(choosing)
    await world.pass_time(days=7)
    assert "已发布 5 个工作日：候选等您选" in contact.seen()
    assert "球在您这边：选一家" in contact.seen() and "在帮您找" not in contact.seen()


def waiting_since(session: Session, days: int, *, taken: bool = False, choosing: bool = False) -> None:
    """A need published so many working days ago, which an incubator considers or whose unit has not chosen."""
    published(session)
    row = session.get_one(Need, 1)
    if choosing:
        review.hand_choice(session, row)
        session.scalars(select(Duty)).one().since_at -= timedelta(days=30)
    if taken:
        asking.ask(session, session.get_one(Person, 1), need_id=1, offer_ids=[1], consent=False)
    row.published_at = calendar.opening(calendar.nth_working_day(clock.now(), -days))
    session.info.pop("told", None)


async def test_while_an_incubator_considers_the_province_is_not_asked_nor_said_to_be(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(lambda session: waiting_since(session, 14, taken=True))
    await world.next_morning()
    assert "已发布 15 个工作日：有单位在考虑" in contact.seen()
    assert "轮到对方" in contact.seen() and "省评审办" not in contact.seen()
    assert await world.run(duties_of) == []


async def test_who_has_not_chosen_by_the_fifteenth_day_hears_that_the_turn_is_theirs(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(lambda session: waiting_since(session, 14, choosing=True))
    await world.next_morning()
    assert "球在您这边：选一家" in contact.seen() and "不用再催" not in contact.seen()
    assert ("send_expert", Role.PROVINCE) in await world.run(duties_of)


async def test_only_the_office_that_was_asked_is_said_to_look(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(lambda session: waiting_since(session, 4))
    await world.next_morning()
    assert "明天还没有对上，就请市评审办帮您找" in contact.seen()
    assert await world.run(duties_of) == []


def test_the_asker_hears_three_times_and_then_once_in_twenty_working_days() -> None:
    assert [line_of(days) for days in (4, 5, 9, 10, 14, 15, 34, 35, 54, 55)] == [0, 5, 5, 10, 10, 15, 15, 35, 35, 55]


async def test_nothing_is_told_while_a_need_is_matched_or_gone(world: World) -> None:
    contact = world.human(FACTORY)
    await world.run(published)

    def withdraw(session: Session) -> None:
        session.get_one(Need, 1).status = PostStatus.WITHDRAWN

    await world.run(withdraw)
    await world.pass_time(days=30)
    assert "还没有对上" not in contact.seen()
    assert await world.run(duties_of) == []
    assert await world.run(lambda session: session.scalars(select(Request)).all()) == []
