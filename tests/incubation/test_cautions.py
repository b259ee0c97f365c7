"""An inactive pair ends only after two cautions its unit has heard and could answer; a session makes them void."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models.base import Refused
from models.incubation.cautions import Caution, answer_caution, give_caution, void, way_of, way_to_end
from models.incubation.concerns import Cause, raise_concern
from models.incubation.endings import end_pair
from models.incubation.pairs import Pair, PairStatus
from models.incubation.pauses import pause_pair, resume_pair
from models.incubation.session_answers import confirm_session
from models.incubation.session_entries import log_session
from models.oversight.duties import Duty
from models.registration.people import Membership, Officer
from models.system import clock
from tests.incubation.people import arrange, cast, leap, person_at, press, start_pair
from tests.talk import World


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=clock.SHANGHAI)


def stage(session: Session) -> PairStatus:
    return session.get_one(Pair, 1).status


def idle(session: Session) -> None:
    """The office has to decide about the pair."""
    raise_concern(session, session.get_one(Pair, 1), Cause.IDLE)


async def test_a_unit_is_cautioned_twice_and_heard_before_its_pair_ends(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await press(people.xu, "pair.open", 1)
    await people.xu.talk(
        ("[结束结对]", "按哪一条结束"),
        ("[参与不积极]", "还不能按“参与不积极”结束", "还差：两次提醒", "12月15日（周二）", "?提醒不积极"),
        ("[提醒不积极]", "第 1 次提醒", "请入孵单位做什么"),
        ("本周约好下一次辅导", "已提醒绍兴示例针织厂：第 1 次", "11月30日（周一）前回复", "12月7日（周一）起"),
    )
    seen = people.wang.seen()
    assert "提醒：参与不积极（第 1 次，2026-0001）" in seen and "市评审办请您做：\n“本周约好下一次辅导”" in seen
    assert "球在您这边：11月30日（周一）前回复一句" in seen and "提醒：" not in people.zhou.seen()
    await people.wang.talk(
        ("/todo", "回复评审办的提醒（2026-0001）"),
        ("[1]", "提醒：参与不积极", "?回复提醒"),
        ("[回复提醒]", "怎么说"),
        ("搬线耽误了，下周约导师", "已记下", "搬线耽误了，下周约导师"),
        ("/todo", "!回复评审办的提醒"),
    )
    assert "绍兴示例针织厂回复了第 1 次提醒" in people.xu.seen() and "搬线耽误了，下周约导师" in people.xu.seen()
    assert "已经回复过" in await press(people.wang, "caution.answer", 1)
    await leap(world, at(12, 4))
    assert "第二次要隔 10 个工作日：12月7日（周一）起" in await press(people.xu, "caution.give", 1)
    await press(people.xu, "pair.end", 1)
    await people.xu.talk(("[参与不积极]", "还差：第二次提醒", "最早 12月15日（周二）起", "![提醒不积极]"))
    await leap(world, at(12, 8))
    await arrange(world, idle)
    await press(people.xu, "duty.open", await world.run(decide))
    await people.xu.talk(
        ("[提醒不积极]", "第 2 次提醒"),
        ("12月11日前做一次辅导", "已提醒绍兴示例针织厂：第 2 次", "12月16日（周三）起可以"),
    )
    assert "这是最后一次提醒" in people.wang.seen() and "12月16日（周三）起可能结束结对" in people.wang.seen()
    assert "已经提醒过两次" in await press(people.xu, "caution.give", 1)
    await leap(world, at(12, 15))
    await press(people.xu, "pair.end", 1)
    await people.xu.talk(("[参与不积极]", "还差：第二次提醒的答复期没到", "12月16日（周三）"))
    assert await world.run(stage) is PairStatus.INTRODUCTION
    await leap(world, at(12, 16))
    await press(people.xu, "pair.end", 1)
    await people.xu.talk(("[参与不积极]", "给双方说明"), ("[跳过]", "确定结束"), ("是", "原因：参与不积极"))
    assert "原因：参与不积极" in people.wang.seen() and await world.run(stage) is PairStatus.ENDED


def decide(session: Session) -> int:
    """The office's duty to decide about the pair."""
    return session.query(Duty).filter_by(kind="decide_pair", done_at=None).one().id


async def test_ending_without_a_caution_is_refused_in_english(world: World) -> None:
    people = await cast(world, language="en")
    await arrange(world, start_pair)
    await arrange(world, idle)
    await press(people.xu, "concern.called", 1)
    await people.xu.talk(
        ("[End]", "Why does it end?"),
        (
            "[inactive]",
            "cannot end as inactive (参与不积极) yet",
            "Missing: both cautions",
            "Tue 15 Dec",
            "?Caution: inactive",
        ),
    )
    assert await world.run(stage) is PairStatus.INTRODUCTION


@pytest.mark.parametrize(
    ("given", "today", "way"),
    [
        ([], date(2026, 11, 23), (0, date(2026, 12, 7), date(2026, 12, 15))),
        ([], date(2026, 11, 22), (0, date(2026, 12, 4), date(2026, 12, 14))),  # a Sunday
        ([at(11, 23)], date(2026, 11, 24), (1, date(2026, 12, 7), date(2026, 12, 15))),
        ([at(11, 23)], date(2026, 12, 20), (1, date(2026, 12, 7), date(2026, 12, 28))),
        ([at(11, 23), at(12, 4)], date(2026, 12, 9), (1, date(2026, 12, 7), date(2026, 12, 17))),  # nine days apart
        ([at(11, 23), at(12, 7)], date(2026, 12, 9), (2, date(2026, 12, 7), date(2026, 12, 15))),
        ([at(11, 23), at(12, 4), at(12, 10)], date(2026, 12, 20), (2, date(2026, 12, 7), date(2026, 12, 18))),
    ],
)
def test_how_far_it_is_to_an_end(given: list[datetime], today: date, way: tuple[int, date, date]) -> None:
    assert way_to_end(given, today) == way


@pytest.mark.parametrize(
    ("on", "logged_at", "gone"),
    [
        (date(2026, 11, 24), at(11, 24, 17), True),
        (date(2026, 11, 23), at(11, 23, 15), True),  # the same day, afterwards
        (date(2026, 11, 23), at(11, 23, 8), False),  # known before the caution was given
        (date(2026, 11, 20), at(11, 24), False),  # held before it
    ],
)
def test_what_makes_a_caution_void(on: date, logged_at: datetime, gone: bool) -> None:
    assert void(at(11, 23, 9), [(on, logged_at)]) is gone


def caution(session: Session) -> Caution:
    """The first caution of a pair at work."""
    pair = start_pair(session)
    return give_caution(session, person_at(session, 1005), pair_id=pair.id, task="约下一次辅导")


async def test_a_confirmed_session_makes_the_caution_void(world: World) -> None:
    await cast(world)

    def meet(session: Session) -> tuple[int, int, int, int, str]:
        pair = caution(session).pair
        today, before = date(2026, 11, 23), way_of(session, pair).given
        log = log_session(
            session, person_at(session, 1004), pair_id=1, note="5S", activity="training", day=today, hours=2.0
        )
        unconfirmed = way_of(session, pair).given
        confirm_session(session, person_at(session, 1001), session_id=log.id)
        waiting = session.query(Duty).filter_by(kind="answer_caution", done_at=None).count()
        answered = refusal(lambda: answer_caution(session, person_at(session, 1001), caution_id=1, reply="下周约导师"))
        session.info.pop("told", None)
        return before, unconfirmed, way_of(session, pair).given, waiting, answered

    assert await world.run(meet) == (1, 1, 0, 0, "caution_void")


@pytest.mark.parametrize(
    ("language", "task", "said", "asked", "yes", "noted"),
    [
        ("zh", "本周约好下一次辅导", "这周四约了导师", "的回答吗", "[是，就用它]", "已记下"),
        ("en", "Fix the next session this week", "Thursday is fixed", "your answer to", "[Yes, use it]", "Noted"),
    ],
)
async def test_a_caution_may_be_answered_by_typing(
    world: World, language: str, task: str, said: str, asked: str, yes: str, noted: str
) -> None:
    people = await cast(world, language=language)
    await arrange(world, start_pair)
    await press(people.xu, "caution.give", 1)
    await people.xu.do(task)
    await people.wang.talk((said, asked, said), (yes, noted, said))
    assert said in people.xu.seen()


async def test_nobody_is_cautioned_while_a_pair_rests_or_where_nobody_hears(world: World) -> None:
    await cast(world)

    def look(session: Session) -> list[str]:
        pair = caution(session).pair
        xu, wang, li = (person_at(session, one) for one in (1005, 1001, 1002))
        said = [refusal(lambda: answer_caution(session, person_at(session, 1004), caution_id=1, reply="我来答"))]
        pause_pair(session, wang, pair_id=1, reason="搬厂", until=date(2026, 12, 1))
        said.append(str(session.query(Duty).filter_by(kind="answer_caution", done_at=None).count()))
        said.append(refusal(lambda: give_caution(session, xu, pair_id=1, task="约下一次辅导")))
        said.append(refusal(lambda: end_pair(session, xu, pair_id=1, reason="inactive")))
        pair.status = PairStatus.INTRODUCTION
        session.query(Caution).one().given_at -= timedelta(days=30)
        for one in session.query(Membership).filter(Membership.person_id.in_((wang.id, li.id))):
            one.left_at = clock.now()
        session.flush()
        said.append(refusal(lambda: give_caution(session, xu, pair_id=1, task="约下一次辅导")))
        session.info.pop("told", None)
        return said

    no = ["not_your_part", "0", "caution_paused", "caution_paused", "caution_unheard"]
    assert await world.run(look) == no


async def test_after_a_rest_the_unit_has_its_days_to_answer_anew(world: World) -> None:
    await cast(world)

    def look(session: Session) -> tuple[str, date, list[datetime | None]]:
        pair, xu = start_pair(session), person_at(session, 1005)
        for moment in (at(11, 23), at(12, 7)):
            clock.hold(moment)
            give_caution(session, xu, pair_id=pair.id, task="约下一次辅导")
        pause_pair(session, person_at(session, 1001), pair_id=pair.id, reason="搬厂", until=date(2026, 12, 20))
        clock.hold(at(12, 21))
        resume_pair(session, None, pair_id=pair.id)
        session.info.pop("told", None)
        said = refusal(lambda: end_pair(session, xu, pair_id=pair.id, reason="inactive"))
        held = session.query(Duty).filter_by(kind="answer_caution", done_at=None)
        return said, way_of(session, pair).ends_on, [duty.due_at for duty in held]

    said, ends_on, due = await world.run(look)
    assert (said, ends_on) == ("not_cautioned", date(2026, 12, 29))
    assert due == [at(12, 28, 18)], "one answer, to the last, stands for both"


async def test_an_officer_who_has_left_does_not_read_the_answer(world: World) -> None:
    await cast(world)

    def look(session: Session) -> list[str]:
        caution(session)
        session.query(Officer).filter_by(person_id=person_at(session, 1005).id).update({"left_at": clock.now()})
        answer_caution(session, person_at(session, 1001), caution_id=1, reply="下周约导师")
        return [one.template for one in session.info.pop("told") if one.person is person_at(session, 1005)]

    assert "caution_replied" not in await world.run(look)


def refusal(act: Callable[[], object]) -> str:
    """Why something was not done."""
    try:
        act()
    except Refused as no:
        return no.code
    return "done"
