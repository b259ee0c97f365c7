"""What was not shown is not agreed to: buttons under what stood there before a change."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.incubation import baselines, goals
from models.incubation.goals import Goal, GoalStatus
from models.incubation.sessions import SessionLog, SessionStatus
from tests.incubation.people import agree_all, arrange, cast, make_pair, person_at, start_pair
from tests.talk import World

SAID = "今天下午去做了5S培训，两个半小时，十二个人"


def only_log(session: Session) -> SessionLog:
    return session.query(SessionLog).one()


async def test_what_was_corrected_is_not_confirmed_by_a_tap_under_what_stood_before(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(("/log " + SAID,), ("[对，继续]",), ("[跳过]", "✅ 已记下"))
    first = people.wang.phone.messages[-1]
    await people.wang.talk((lambda phone: phone.tap(first.id, "有出入"), "哪里有出入"))
    await people.zhou.talk(("[改正]",), ("[修改]",), ("[时长]",), ("8",), ("[提交]", "✅ 已记下", "8 小时"))
    await people.wang.talk(("只有两个小时", "对方刚改过", "8 小时", "!已转告对方"))
    await people.wang.talk((lambda phone: phone.tap(first.id, "确认"), "对方刚改过", "8 小时", "!已确认"))
    assert (await world.run(only_log)).status is SessionStatus.WAITING
    await people.wang.talk(("[看记录]", "8 小时"), ("[确认]", "✅ 已确认"))


def send_goals(session: Session) -> None:
    """Two goals sent to the mentor."""
    for indicator, baseline, target in (("scrap_rate", [8.1, 7.9, 8.3], 5.0), ("on_time_delivery", [89, 90, 91], 97.0)):
        goals.add_goal(
            session,
            person_at(session, 1001),
            pair_id=1,
            indicator=indicator,
            unit="%",
            baseline=baseline,
            target=target,
        )
    baselines.propose_goals(session, person_at(session, 1001), pair_id=1)


def send_anew(session: Session) -> None:
    """The incubator's contact sends the goals back, and one comes again with a smaller target."""
    wang = person_at(session, 1001)
    baselines.send_goals_back(session, person_at(session, 1003), pair_id=1, remark="再想想")
    goals.drop_goal(session, wang, goal_id=1)
    goals.add_goal(session, wang, pair_id=1, indicator="scrap_rate", unit="%", baseline=[8.1, 7.9, 8.3], target=7.9)
    baselines.propose_goals(session, wang, pair_id=1)


async def test_goals_that_came_anew_are_not_locked_by_a_tap_under_the_earlier_ones(world: World) -> None:
    people = await cast(world)
    await arrange(world, lambda session: agree_all(session, make_pair(session)))
    await arrange(world, send_goals)
    first = people.zhou.phone.messages[-1]
    assert "报废率" in first.text and "5%" in first.text
    await arrange(world, send_anew)
    await people.zhou.talk((lambda phone: phone.tap(first.id, "确认锁定"), "目标又改过", "!基线已锁定"))
    assert await world.run(lambda session: session.query(Goal).filter_by(status=GoalStatus.LOCKED).count()) == 0
    await people.zhou.talk(("[目标]", "7.9%"), ("[确认锁定]", "基线已锁定"))
