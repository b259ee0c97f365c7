"""What the clock brings to requests: reminders, expiry, roll-on, taking up again, and hiding those who stay silent."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.engine.turns import write_letters
from models.exchange import asking, review
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus, put_before
from models.oversight.duties import Duty
from models.registration.people import Membership, Post, Role, speakers
from models.registration.units import Unit
from models.system import clock
from models.system.accounts import Person
from models.system.letters import Delivery, Kind, Letter
from tests.exchange.people import CITY, FACTORY, MENTOR, factory, mentor, need, offer, officer, press, small_world
from tests.talk import World

SECOND = 2002


def asked(session: Session) -> None:
    """Two incubators asked in order for one need."""
    small_world(session)
    officer(session, 4002, "吴市办", Role.CITY, "3302")
    offer(session, mentor(session, SECOND, "宁波第2塑业", contact="师傅2"), "注塑SPC控制尺寸，降不良")
    row = need(session, session.get_one(Unit, 1))
    asking.ask(session, session.get_one(Person, 1), need_id=row.id, offer_ids=[1, 2], consent=True)
    session.info.pop("told")


def shanghai(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=clock.SHANGHAI)


async def states(world: World) -> list[RequestStatus]:
    """How far the requests are, in order."""
    return await world.run(lambda session: list(session.scalars(select(Request.status).order_by(Request.id))))


async def test_silence_passes_to_the_next_after_three_working_days(world: World) -> None:
    contact, first, second = world.human(FACTORY), world.human(MENTOR), world.human(SECOND)
    await world.run(asked)
    await world.pass_time(to=shanghai(26, 17, 59))
    assert await states(world) == [RequestStatus.PENDING, RequestStatus.QUEUED]
    assert first.seen().count("提醒：") <= 2
    await world.pass_time(to=shanghai(26, 18, 10))
    assert await states(world) == [RequestStatus.EXPIRED, RequestStatus.PENDING]
    assert "没有答复" not in contact.seen(), "after six in the evening people are left in peace"
    await world.pass_time(to=shanghai(27, 9))
    assert "宁波启明塑业集团三个工作日没有答复" in contact.seen()
    assert "已接着问 宁波第2塑业，12月1日（周二）前答复" in contact.seen()
    assert "请求已过期：三个工作日没有收到您的答复" in first.seen()
    assert "请求贵单位带一带" in second.seen()
    await world.pass_time(to=shanghai(2, 9, month=12))
    assert await states(world) == [RequestStatus.EXPIRED, RequestStatus.EXPIRED]
    assert "评审办一个工作日内跟您联系" in contact.seen()
    duty = await world.run(
        lambda session: session.scalars(select(Duty).where(Duty.kind == "find_candidate", Duty.done_at.is_(None))).one()
    )
    assert (duty.office, duty.city) == (Role.CITY, "3306")


def called(session: Session, *days: int) -> None:
    """The first incubator has had a call on each of these days of November."""
    for day in days:
        at = shanghai(day, 9)
        letter = {"template": "x", "body": "x", "kind": Kind.CALL, "status": Delivery.SENT, "due_at": at, "sent_at": at}
        session.add(Letter(person_id=2, **letter))


async def test_three_full_days_to_answer_though_the_weeks_calls_are_spent(world: World) -> None:
    """Asked on a Wednesday after three calls of that week: heard on Thursday morning, not on Monday."""
    first = world.human(MENTOR)
    clock.hold(shanghai(25, 15))
    await world.run(asked)
    await world.run(lambda session: called(session, 23, 24, 25))
    await world.run(put_anew)
    await world.work()
    assert "请求贵单位带一带" not in first.seen(), "a second call of the day"
    await world.pass_time(to=shanghai(26, 8, 46))
    assert "请求贵单位带一带" in first.seen()
    assert "11月30日（周一）前答复" in first.seen()


async def test_what_else_is_held_goes_along_with_a_request(world: World) -> None:
    first = world.human(MENTOR)
    clock.hold(shanghai(25, 15))
    await world.run(asked)
    await world.run(lambda session: called(session, 23, 24, 25))
    await world.run(put_anew)
    await world.run(lambda session: hold(session, "别的事", Kind.CALL))
    await world.pass_time(to=shanghai(26, 8, 46))
    assert "您有 2 件事在等" in first.seen()
    assert first.seen().index("请求贵单位带一带") < first.seen().index("别的事"), "what has a clock comes first"


async def test_the_weeks_calls_hold_whatever_is_no_request(world: World) -> None:
    first = world.human(MENTOR)
    clock.hold(shanghai(25, 15))
    await world.run(small_world)
    await world.run(lambda session: called(session, 23, 24, 25))
    await world.run(lambda session: hold(session, "别的事", Kind.CALL))
    await world.pass_time(to=shanghai(27, 12))
    assert "别的事" not in first.seen()
    await world.pass_time(to=shanghai(30, 8, 46))
    assert "别的事" in first.seen()


async def test_of_many_requests_of_a_night_none_waits_for_another_day(world: World) -> None:
    first = world.human(MENTOR)
    await world.run(small_world)
    clock.hold(shanghai(24, 20))
    await world.run(lambda session: hold(session, "第{}件请求", Kind.REQUEST, times=7))
    await world.pass_time(to=shanghai(25, 8, 46))
    assert "您有 7 件事在等" in first.seen()
    assert "第5件请求" in first.seen()
    assert "还有 2 件也等您答复，都在 /todo 里" in first.seen()
    assert (
        await world.run(lambda session: session.scalar(select(func.count()).where(Letter.status == Delivery.HELD))) == 0
    )


def hold(session: Session, words: str, kind: Kind, *, times: int = 1) -> None:
    """Letters to the first incubator that were held back."""
    letter = {"template": "x", "kind": kind, "status": Delivery.HELD, "due_at": clock.now(), "account_id": 2}
    for n in range(1, times + 1):
        session.add(Letter(person_id=2, body=words.format(n), **letter))
        session.flush()


def put_anew(session: Session) -> None:
    """Put the first request before its incubator now."""
    row = session.get_one(Request, 1)
    row.status = RequestStatus.QUEUED
    put_before(session, row)
    write_letters(session, None)


async def test_reminded_on_the_next_day_and_four_hours_before_the_end(world: World) -> None:
    first = world.human(MENTOR)
    await world.run(asked)
    heard = []
    for day, hour, minute in ((24, 9, 0), (24, 10, 1), (25, 10, 1), (25, 18, 0), (26, 13, 59), (26, 14, 31)):
        await world.pass_time(to=shanghai(day, hour, minute))
        if "晨光注塑" in first.seen():
            heard.append((day, hour))
        first.phone.read()
    assert heard == [(24, 10), (26, 14)]


async def test_each_step_of_an_expiry_happens_once_after_two_days_down(world: World) -> None:
    """Jobs missed for days run once; nothing is told twice."""
    contact = world.human(FACTORY)
    await world.run(asked)
    clock.hold(shanghai(30, 9))
    await world.app.timetable.tick()
    clock.hold(shanghai(30, 9, 10))
    for _ in range(3):
        await world.app.timetable.tick()
    await world.work()
    clock.hold(shanghai(30, 10, 6))
    await world.app.timetable.tick()
    await world.work()
    assert await states(world) == [RequestStatus.EXPIRED, RequestStatus.PENDING]
    assert contact.seen().count("没有答复") == 1


async def test_an_expired_request_is_taken_up_again_by_either_side(world: World) -> None:
    contact, first = world.human(FACTORY), world.human(MENTOR)
    await world.run(asked)
    await world.pass_time(to=shanghai(27, 9))
    await contact.talk(("[再问一次]", "已重新提起", "前面还有单位在考虑"))
    assert await states(world) == [RequestStatus.QUEUED, RequestStatus.PENDING]
    assert "已经是“排队”" in await press(world, first, "request.revive", 1)
    await world.pass_time(to=shanghai(2, 9, month=12))
    assert await states(world) == [RequestStatus.PENDING, RequestStatus.EXPIRED]
    await world.pass_time(to=shanghai(9, 9, month=12))
    assert await states(world) == [RequestStatus.EXPIRED, RequestStatus.EXPIRED]
    await first.talk(("[愿意带]", "请求贵单位带一带", "?接受"), ("[接受]", "结对成功"))


async def test_after_thirty_days_or_without_a_place_nothing_is_taken_up(world: World) -> None:
    first = world.human(MENTOR)
    await world.run(asked)
    await world.pass_time(to=shanghai(27, 9))

    def fill(session: Session) -> None:
        session.get_one(Offer, 1).taken = 3

    await world.run(fill)
    assert "没有名额或暂停接收" in await press(world, first, "request.revive", 1)
    await world.pass_time(days=31)
    assert "已经过了 30 天" in await press(world, first, "request.revive", 1)


async def test_what_the_office_has_ruled_out_since_is_not_taken_up_again(world: World) -> None:
    contact, first = world.human(FACTORY), world.human(MENTOR)
    await world.run(asked)
    await world.pass_time(to=shanghai(27, 9))

    def rule_out(session: Session) -> None:
        session.get_one(Need, 1).barred_offers = [1]

    await world.run(rule_out)
    for either in (contact, first):
        assert "没有名额或暂停接收" in await press(world, either, "request.revive", 1)
    assert await states(world) == [RequestStatus.EXPIRED, RequestStatus.PENDING]


async def test_what_the_office_has_ruled_out_while_it_waited_is_passed_over(world: World) -> None:
    contact, second = world.human(FACTORY), world.human(SECOND)
    await world.run(asked)

    def rule_out(session: Session) -> None:
        session.get_one(Need, 1).barred_offers = [2]

    await world.run(rule_out)
    await world.pass_time(to=shanghai(27, 9))
    assert await states(world) == [RequestStatus.EXPIRED, RequestStatus.RELEASED]
    assert "请求贵单位带一带" not in second.seen()
    assert "评审办一个工作日内跟您联系" in contact.seen()


async def test_a_question_nobody_answers_ends_the_request_without_blaming_the_incubator(world: World) -> None:
    contact, first = world.human(FACTORY), world.human(MENTOR)
    await world.run(asked)
    await first.talk(("/inbox", "1 件"), ("[看第1条]", "?请补充"), ("[请补充]", "补充什么"), ("什么材料？", "已转给"))
    await world.pass_time(to=shanghai(27, 9))
    row = await world.run(lambda session: session.get_one(Request, 1))
    assert (row.status, row.reason) == (RequestStatus.EXPIRED, "unanswered")
    assert "的提问没有等到回答" in contact.seen()


async def test_three_silent_requests_hide_the_offer_and_call_the_city(world: World) -> None:
    first, office = world.human(MENTOR), world.human(4002)
    await world.run(asked)

    def two_more(session: Session) -> None:
        for number in (1002, 1003):
            unit = factory(session, number, f"注塑{number}厂", contact=f"厂{number}")
            row = need(session, unit)
            asker = session.scalars(select(Person).order_by(Person.id.desc())).first()
            assert asker
            asking.ask(session, asker, need_id=row.id, offer_ids=[1], consent=False)
        session.info.pop("told")

    await world.run(two_more)
    await world.pass_time(to=shanghai(27, 9))
    assert (await world.run(lambda session: session.get_one(Offer, 1))).hidden
    assert "暂停推荐" in first.seen()
    duty = await world.run(lambda session: session.scalars(select(Duty).where(Duty.kind == "call_incubator")).one())
    assert (duty.office, duty.city, duty.done_at) == (Role.CITY, "3302", None)
    await world.human(FACTORY).talk(("/matches", "!宁波启明"))
    await office.talk(("/todo", "启明塑业：打电话"))
    assert "请打电话" in await press(world, office, "duty.open", duty.id)
    assert "13800002001" in office.seen()
    await office.talk(("[恢复推荐]", "已恢复推荐"))
    assert not (await world.run(lambda session: session.get_one(Offer, 1))).hidden
    assert (await world.run(lambda session: session.get_one(Duty, duty.id))).done_at is not None


async def test_an_officer_of_another_city_cannot_bring_an_offer_back(world: World) -> None:
    await world.run(asked)

    def hide(session: Session) -> None:
        session.get_one(Offer, 1).hidden = True

    await world.run(hide)
    elsewhere = world.human(CITY)
    await elsewhere.talk(("/match", "没有需要"))
    assert "没有找到" in await press(world, elsewhere, "offer.show", 1)
    assert (await world.run(lambda session: session.get_one(Offer, 1))).hidden


async def test_a_colleague_who_speaks_for_another_unit_alone_takes_nothing_up_again(world: World) -> None:
    """The doors are open to a contact; whether of this very unit, the fetch has to ask."""

    def missed(session: Session) -> None:
        asked(session)
        row = session.get_one(Request, 1)
        row.status, row.reason, row.due_at = RequestStatus.EXPIRED, "silent", clock.now()
        session.get_one(Offer, 1).hidden = True
        other = mentor(session, 2009, "杭州另一塑业", contact="钱工")
        colleague = speakers(session, other)[0]
        session.add(Membership(person_id=colleague.id, unit_id=session.get_one(Offer, 1).unit_id, post=Post.TEAM))

    await world.run(missed)
    colleague = world.human(2009)
    await colleague.talk(("/inbox",))
    assert "没有找到" in await press(world, colleague, "request.revive", 1)
    assert "没有找到" in await press(world, colleague, "offer.show", 1)
    assert RequestStatus.EXPIRED in await states(world)


def nearly_over(session: Session) -> None:
    """The offer's ninety days end in a week and a half day, and the factory has a need."""
    small_world(session)
    session.get_one(Offer, 1).expires_at = clock.now() + timedelta(days=7, hours=12)
    need(session, session.get_one(Unit, 1))


async def test_an_offer_is_renewed_before_its_ninety_days_are_over(world: World) -> None:
    await world.run(nearly_over)
    first = world.human(MENTOR)
    await first.talk(("/offers", "已发布", "!轮到"))
    await world.pass_time(days=1)
    duty = await world.run(
        lambda session: session.scalars(select(Duty).where(Duty.kind == "renew_post", Duty.done_at.is_(None))).one()
    )
    assert duty.subject == "offer:1"
    assert await world.due("end_posts") == []  # asked about once
    await first.talk(("/offers", "轮到宁波启明"), ("[看第1条]", "?续期"), ("[续期]", "已续期", "2月"))
    await world.pass_time(days=9)
    row = await world.run(lambda session: session.get_one(Offer, 1))
    assert row.status is PostStatus.PUBLISHED


async def test_a_term_that_ends_within_a_long_holiday_is_not_late_when_it_is_first_spoken_of(world: World) -> None:
    clock.hold(datetime(2026, 2, 15, 8, 35, tzinfo=clock.SHANGHAI))  # the first of nine days off

    def warned(session: Session) -> timedelta:
        small_world(session)
        session.get_one(Offer, 1).expires_at = ends_at = clock.now() + timedelta(days=6)
        review.end_or_warn(session, "offer:1", clock.now())
        due_at = session.scalars(select(Duty).where(Duty.kind == "renew_post")).one().due_at
        assert due_at is not None
        return ends_at - due_at

    assert await world.run(warned) == timedelta()


async def test_an_offer_nobody_renews_is_put_away_and_comes_back_in_one_tap(world: World) -> None:
    await world.run(nearly_over)
    first, contact = world.human(MENTOR), world.human(FACTORY)
    await contact.talk(("/matches", "宁波启明"))
    await world.pass_time(days=9)
    assert (await world.run(lambda session: session.get_one(Offer, 1))).status is PostStatus.EXPIRED
    assert "满 90 天，已收起" in first.seen()
    await contact.talk(("/matches", "!宁波启明"))
    await first.talk(("/offers", "已过期"), ("[看第1条]", "?续期"), ("[续期]", "已续期"))
    await contact.talk(("/matches", "宁波启明"))


async def test_reminders_stop_when_the_incubator_has_answered(world: World) -> None:
    first = world.human(MENTOR)
    await world.run(asked)
    await first.talk(
        ("/inbox", "1 件"), ("[看第1条]", "?婉拒"), ("[婉拒]", "原因"), ("其他", "留一句"), ("[跳过]", "已婉拒")
    )
    await world.pass_time(days=7)
    assert "提醒" not in first.seen()
