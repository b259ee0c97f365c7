"""What the clock brings about: warnings, stalled agreements, pauses that end, mentors who left, counting, backups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from handlers.incubation import pauses as paused
from handlers.incubation import pulses as rated
from models.incubation import agreements, pauses, progress, pulses, session_entries, sessions
from models.incubation.agreements import has_backup
from models.incubation.concerns import Cause, Concern
from models.incubation.endings import finish
from models.incubation.idleness import idle_days
from models.incubation.pairs import Pair, PairStatus, Warning
from models.incubation.progress import warning_for
from models.incubation.sessions import is_late
from models.incubation.undertakings import ask_to_sign, unsigned
from models.oversight import duties
from models.oversight.duties import Duty
from models.registration import mydata, team
from models.registration.joining import add_post
from models.registration.people import Membership, Post
from models.system import calendar, clock
from tests.incubation.people import (
    FACTORY,
    MILL,
    arrange,
    cast,
    leap,
    lock_goals,
    make_pair,
    person_at,
    press,
    start_pair,
    unit_named,
)
from tests.talk import World


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, 0, tzinfo=clock.SHANGHAI)


def warning(session: Session) -> Warning:
    return session.get_one(Pair, 1).warning


def causes(session: Session) -> list[Cause]:
    return [concern.cause for concern in session.query(Concern).order_by(Concern.id)]


@pytest.mark.parametrize(
    ("idle", "status", "missed", "expected"),
    [
        (29, PairStatus.INTRODUCTION, 0, Warning.GREEN),
        (30, PairStatus.INTRODUCTION, 0, Warning.AMBER),
        (44, PairStatus.INTRODUCTION, 0, Warning.AMBER),
        (45, PairStatus.INTRODUCTION, 0, Warning.RED),
        (44, PairStatus.IMPROVEMENT, 0, Warning.GREEN),
        (45, PairStatus.IMPROVEMENT, 0, Warning.AMBER),
        (68, PairStatus.DEEPENING, 0, Warning.RED),
        (1, PairStatus.IMPROVEMENT, 2, Warning.AMBER),
        (None, PairStatus.SIGNING, 0, Warning.GREEN),
    ],
)
def test_warnings(idle: int | None, status: PairStatus, missed: int, expected: Warning) -> None:
    assert warning_for(idle, status, missed) is expected


@pytest.mark.parametrize(
    ("on", "today", "late"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), False),
        (date(2026, 11, 20), date(2026, 11, 25), False),  # the third working day after a Friday
        (date(2026, 11, 20), date(2026, 11, 26), True),
        (date(2024, 2, 8), date(2024, 2, 19), False),  # the Spring Festival lay between: worked were 9, 18 and 19
        (date(2024, 2, 8), date(2024, 2, 20), True),
    ],
)
def test_late_logs(on: date, today: date, late: bool) -> None:
    assert is_late(on, today) is late


async def test_a_pair_without_sessions_turns_amber_red_and_before_a_person(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    assert await world.run(warning) is Warning.GREEN
    await leap(world, at(2026, 12, 23))
    assert await world.run(warning) is Warning.AMBER
    await leap(world, at(2027, 1, 7))
    assert await world.run(warning) is Warning.RED
    await people.zhou.talk(("/log 今天去做了质量诊断，3小时，5个人",), ("[对，继续]",), ("[跳过]", "✅ 已记下"))
    await world.pass_time(days=1)
    assert await world.run(warning) is not Warning.RED
    await leap(world, at(2027, 4, 9))
    assert (await world.run(causes)).count(Cause.IDLE) == 1
    assert await world.due("pairs_looked_after") == []  # asked about, it is left to those who decide
    duty = await world.run(lambda session: session.query(Duty).filter_by(kind="decide_pair").one())
    await people.xu.talk(("/todo",))
    seen = await press(people.xu, "duty.open", duty.id)
    assert "天没有辅导。问：继续、暂停还是结束" in seen and "陈伟 13800001003" in seen
    await people.xu.talk(("[打过了]", "?暂停", "?终止"), ("[答应补上]",), ("下周二上门", "办结"))
    assert await world.run(lambda session: session.get_one(Pair, 1).status) is PairStatus.INTRODUCTION


async def test_a_stalled_agreement_goes_to_the_city_until_it_moves(world: World) -> None:
    people = await cast(world)
    await arrange(world, make_pair)
    await leap(world, at(2026, 12, 14))
    assert await world.run(causes) == []
    await leap(world, at(2026, 12, 16))
    assert await world.run(causes) == [Cause.STALLED]
    duty = await world.run(lambda session: session.query(Duty).filter_by(kind="push_agreement").one())
    await people.xu.talk(("/todo",))
    assert "还差：定导师、定责任人、锁定目标、签保密承诺" in await press(people.xu, "duty.open", duty.id)
    await people.xu.talk(("[打过了]",), ("[答应补上]",), ("[跳过]", "办结"))
    await world.pass_time(days=10)
    assert await world.run(causes) == [Cause.STALLED]
    await leap(world, at(2027, 1, 4))
    assert await world.run(causes) == [Cause.STALLED, Cause.STALLED]  # ten working days after the promise
    await leap(world, at(2027, 1, 29))
    assert await world.run(causes) == [Cause.STALLED, Cause.STALLED]  # open, it is not raised twice


async def test_a_pause_ends_by_itself_and_its_days_do_not_count(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.wang.talk(
        ("/pairs",),
        ("[暂停]", "为什么暂停"),
        ("搬厂", "停到哪天"),
        ("昨天", "日期太远了"),
        ("12-20", "请过目"),
        ("[提交]", "暂停到 12月20日（周日）：搬厂"),
    )
    assert "暂停到 12月20日" in people.zhou.seen() and "暂停到" in people.xu.seen()
    await people.zhou.talk(("/log", "没有可记的辅导"), ("/pairs", "暂停", "?恢复", "!?记辅导"))
    await leap(world, at(2026, 12, 21))
    assert "恢复了，回到导入阶段" in people.wang.seen()
    assert "请填" not in people.wang.seen()
    status, idle = await world.run(
        lambda session: (
            session.get_one(Pair, 1).status,
            idle_days(session, session.get_one(Pair, 1), date(2026, 12, 23)),
        )
    )
    assert (status, idle) == (PairStatus.INTRODUCTION, 3)
    assert await world.run(warning) is Warning.GREEN


async def test_after_a_pause_nobody_is_late_at_once(world: World) -> None:
    await cast(world)

    def rest(session: Session) -> None:
        pair = start_pair(session, started_on=date(2026, 6, 1))
        pair.last_session_on = date(2026, 11, 3)  # twenty days before the pause
        pauses.pause_pair(session, person_at(session, 1004), pair_id=pair.id, reason="搬厂", until=date(2027, 4, 1))

    await arrange(world, rest)
    await leap(world, at(2027, 4, 1))
    assert await world.run(next_session) == at(2027, 4, 12, 18)  # ten of thirty days were left

    def long_ago(session: Session) -> None:
        pair = session.get_one(Pair, 1)
        pair.last_session_on = date(2026, 6, 15)
        sessions.hand_next_session(session, pair)

    await arrange(world, long_ago)
    assert await world.run(next_session) == at(2027, 4, 6, 18)  # a few days at least


def next_session(session: Session) -> datetime | None:
    return session.query(Duty).filter_by(kind="log_session", done_at=None).one().due_at


async def test_an_unconfirmed_session_keeps_no_pair_green(world: World) -> None:
    people = await cast(world)
    await arrange(world, lambda session: start_pair(session, started_on=date(2026, 10, 20)))
    await world.pass_time(days=1)
    assert await world.run(warning) is Warning.AMBER
    await people.zhou.talk(("/log 今天去做了质量诊断，3小时，5个人",), ("[对，继续]",), ("[跳过]", "✅ 已记下"))
    await world.pass_time(days=1)
    assert await world.run(warning) is Warning.GREEN  # while the other side has time to answer
    await leap(world, at(2026, 12, 4))
    assert await world.run(warning) is Warning.RED
    await people.wang.talk(("/pairs",), ("[辅导记录]",), ("[第1次]",), ("[确认]", "✅ 已确认"))
    await world.pass_time(days=1)
    assert await world.run(warning) is Warning.GREEN


async def test_a_pause_may_end_earlier_and_not_twice(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(("/pairs",), ("[暂停]",), ("设备检修",), ("12-20",), ("[提交]", "暂停到"))
    await people.wang.talk(("/pairs",), ("[恢复]", "恢复了"))
    assert "没有在暂停" in await press(people.zhou, "pair.resume", 1)
    await people.chen.talk(("/pairs", "?暂停"))


async def test_a_pause_that_was_taken_anew_is_not_ended_with_the_one_before(world: World) -> None:
    await cast(world)

    def rest(session: Session) -> PairStatus:
        zhou, later = person_at(session, 1004), at(2026, 12, 21)
        pair = start_pair(session)
        pauses.pause_pair(session, zhou, pair_id=pair.id, reason="搬厂", until=date(2026, 12, 20))
        assert list(paused.over(session, later)) == [pair.id]
        pauses.resume_pair(session, zhou, pair_id=pair.id)
        paused.end_pause(session, pair.id, later)
        pauses.pause_pair(session, zhou, pair_id=pair.id, reason="搬厂", until=date(2027, 2, 1))
        paused.end_pause(session, pair.id, later)
        return pair.status

    assert await world.run(rest) is PairStatus.PAUSED


async def test_who_has_just_rated_is_not_asked_to(world: World) -> None:
    people = await cast(world)

    def rate(session: Session) -> None:
        pair = start_pair(session, started_on=date(2026, 11, 12))
        assert list(rated.early(session, clock.now())) == [pair.id]
        pulses.give_pulse(session, person_at(session, 1001), pair=pair, rating=5)
        rated.ask_early(session, pair.id, clock.now())

    await arrange(world, rate)
    assert "孵化顺不顺" not in people.wang.seen()


async def test_a_mentor_who_leaves_the_incubator_is_replaced(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)

    def leave(session: Session) -> None:
        for one in session.query(Membership).filter_by(person_id=person_at(session, 1004).id):
            one.left_at = clock.now()

    await arrange(world, leave)
    await people.zhou.talk(("/pairs", "不在您目前的身份范围"))
    await world.pass_time(days=1)
    await people.chen.talk(("/pairs", "?定导师"), ("[定导师]", "?陈伟", "!?周明"), ("[陈伟]", "导师定了：陈伟"))
    open_kinds = await world.run(
        lambda session: {duty.kind: duty.person_id for duty in session.query(Duty).filter_by(done_at=None)}
    )
    assert "name_mentor" not in open_kinds and "log_session" in open_kinds


async def test_what_waits_for_a_mentor_who_is_forgotten_waits_for_the_incubator(world: World) -> None:
    people = await cast(world)

    def forgotten(session: Session) -> None:
        pair, zhou, wang = start_pair(session), person_at(session, 1004), person_at(session, 1001)
        facts: dict[str, Any] = {"activity": "training", "day": date(2026, 11, 23), "hours": 2.0}
        session_entries.log_session(session, wang, pair_id=pair.id, note="5S培训", **facts)
        ask_to_sign(session, make_pair(session), zhou, pair.incubator)
        mydata.forget(session, zhou, shown_as="已注销的用户")

    await arrange(world, forgotten)
    waiting = await world.run(
        lambda session: {
            duty.kind: (duty.person_id, duty.unit_id) for duty in session.query(Duty).filter_by(done_at=None, unit_id=2)
        }
    )
    assert waiting["log_session"] == waiting["confirm_session"] == (None, 2)
    assert "已注销的用户" not in await world.run(asked_to_sign)
    await people.chen.talk(("/todo", "该辅导", "确认辅导"))


def asked_to_sign(session: Session) -> list[str | None]:
    found = session.query(Duty).filter_by(kind="sign_undertaking", done_at=None)
    return [duty.person.name for duty in found if duty.person]


async def test_a_mentor_named_last_who_has_signed_before_opens_the_pair(world: World) -> None:
    people = await cast(world)
    await arrange(world, lambda session: agreed(session, but_for=[]))
    assert await world.run(status) is PairStatus.SIGNING
    await people.chen.talk(("/pairs", "?定导师"), ("[定导师]", "?陈伟"), ("[陈伟]", "导师定了：陈伟", "导入"))
    assert await world.run(status) is PairStatus.INTRODUCTION


async def test_a_pair_does_not_wait_for_somebody_who_has_left(world: World) -> None:
    await cast(world)

    def agree(session: Session) -> None:
        agreed(session, but_for=[1002])
        agreements.name_mentor(session, person_at(session, 1003), pair_id=1, mentor=person_at(session, 1003).id)

    await arrange(world, agree)
    await world.pass_time(days=1)
    assert await world.run(status) is PairStatus.SIGNING

    def leave(session: Session) -> None:
        for one in session.query(Membership).filter_by(person_id=person_at(session, 1002).id):
            one.left_at = clock.now()

    await arrange(world, leave)
    await world.pass_time(days=1)
    assert await world.run(status) is PairStatus.INTRODUCTION


def status(session: Session) -> PairStatus:
    return session.get_one(Pair, 1).status


def agreed(session: Session, *, but_for: Sequence[int]) -> None:
    """A pair that lacks a mentor, and the undertakings of some."""
    pair = make_pair(session)
    wang = person_at(session, 1001)
    agreements.name_responsible(
        session, wang, pair_id=pair.id, responsible="李芳", quality_officer=True, team=["赵强", "孙丽"]
    )
    for undertaking in unsigned(session, pair):
        if undertaking.person not in [person_at(session, id) for id in but_for]:
            person = undertaking.person
            agreements.sign_undertaking(session, person, undertaking_id=undertaking.id, name=person.name or "")
    lock_goals(session, pair, by=1003)


async def test_a_running_pair_demands_a_backup_on_each_side(world: World) -> None:
    people = await cast(world, backups=False)
    await arrange(world, start_pair)
    wanted = await world.run(lambda session: session.query(Duty).filter_by(kind="name_backup", done_at=None).all())
    assert {duty.unit_id for duty in wanted} == {1, 2}
    mine = next(duty for duty in wanted if duty.unit_id == 1)
    assert "[发邀请]" in await press(people.wang, "duty.open", mine.id)
    await people.wang.talk(("[发邀请]", "备用联络人", "前有效"))

    def appoint(session: Session) -> bool:
        unit = unit_named(session, FACTORY)
        add_post(session, person_at(session, 1002), unit, Post.BACKUP)
        return has_backup(session, unit)

    await world.run(appoint)
    await world.pass_time(days=1)
    left = await world.run(lambda session: session.query(Duty).filter_by(kind="name_backup", done_at=None).one())
    assert left.unit_id == await world.run(lambda session: unit_named(session, MILL).id)


async def test_the_duty_to_name_a_backup_ends_when_one_joins(world: World) -> None:
    await cast(world, backups=False)
    await arrange(world, start_pair)

    def join(session: Session) -> int:
        unit = unit_named(session, FACTORY)
        add_post(session, person_at(session, 1002), unit, Post.BACKUP)
        return session.query(Duty).filter_by(kind="name_backup", done_at=None, unit_id=unit.id).count()

    assert await world.run(join) == 0


@pytest.mark.parametrize("way", ["leaves", "becomes contact"])
async def test_when_a_backup_is_gone_another_is_asked_for(world: World, way: str) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    unit = await world.run(lambda session: unit_named(session, FACTORY).id)

    def wanted(session: Session) -> list[tuple[int | None, str | None]]:
        return [(one.unit_id, one.city) for one in session.query(Duty).filter_by(kind="name_backup", done_at=None)]

    await world.pass_time(days=1)
    assert await world.run(wanted) == []
    goes = 1002 if way == "leaves" else 1001
    await arrange(world, lambda session: team.leave_unit(session, person_at(session, goes), unit))
    await world.pass_time(days=1)
    assert await world.run(wanted) == [(unit, "3306")]
    speaks = people.wang if way == "leaves" else people.li
    await world.pass_time(days=6)
    assert "添一位备用联络人" in speaks.seen(), "they are reminded of it as of the first"
    await speaks.talk(("/todo", "备用联络人"))
    await arrange(
        world, lambda session: finish(session, None, session.get_one(Pair, 1), reason="by_agreement", remark=None)
    )
    await arrange(world, lambda session: duties.done(session, f"unit:{unit}", "name_backup"))
    await world.pass_time(days=1)
    assert await world.run(wanted) == [], "nobody is asked for one without a pair"


async def test_a_pair_that_met_again_is_green_at_once(world: World) -> None:
    people = await cast(world)
    await arrange(world, lambda session: start_pair(session, started_on=date(2026, 10, 1)))

    def met(session: Session) -> tuple[Warning, Warning]:
        pair = session.query(Pair).one()
        progress.look_after(session, pair, calendar.local_day(clock.now()))
        before = pair.warning
        kept = {"activity": "training", "day": date(2026, 11, 23), "hours": 2.0, "people": 5}
        entry: Any = session_entries.log_session
        entry(session, person_at(session, 1004), pair_id=pair.id, note="培训", result=None, **kept)
        return before, pair.warning

    assert people and await world.run(met) == (Warning.RED, Warning.GREEN)
